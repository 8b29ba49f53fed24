"""Use cases of files and photos: outside the variables, checked by content, never by name."""

from __future__ import annotations

from tasks.model import Actor
from workflows.model import AttachmentView
from workflows.store.unit_of_work import UnitOfWork

LARGEST = 20 * 1024 * 1024  #: bytes of one attachment


def add(
    uow: UnitOfWork,
    actor: Actor,
    *,
    name: str,
    media_type: str,
    content: bytes,
    instance_id: str | None = None,
    user_task_id: str | None = None,
) -> AttachmentView:
    """
    Keep a file; one that belongs to no case yet is bound when a form that names its id is submitted.

    Raises:
        AttachmentInvalid: too large, empty, or of a kind that is not allowed.
    """
    raise NotImplementedError


def get(uow: UnitOfWork, actor: Actor, attachment_id: str) -> tuple[AttachmentView, bytes]:
    """
    Return a file; audited.

    Raises:
        AttachmentNotFound: no such file, or the actor may not see its case.
    """
    raise NotImplementedError


def of_instance(uow: UnitOfWork, actor: Actor, instance_id: str) -> tuple[AttachmentView, ...]:
    """List the files of a case, oldest first."""
    raise NotImplementedError
