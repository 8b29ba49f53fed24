"""Use cases of official papers (文书): made from a pack's templates, signed, bound by hash."""

from __future__ import annotations

from tasks.model import Actor
from workflows.model import PaperView, SignatureView
from workflows.store.unit_of_work import UnitOfWork


def make(uow: UnitOfWork, actor: Actor, instance_id: str, code: str) -> PaperView:
    """
    Render a paper of the case's pack from its data and keep the PDF with its hash.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
        PaperNotFound: the pack has no template of this code.
        Forbidden: the actor may not make papers of this case.
    """
    raise NotImplementedError


def of_instance(uow: UnitOfWork, actor: Actor, instance_id: str) -> tuple[PaperView, ...]:
    """List the papers of a case, oldest first."""
    raise NotImplementedError


def pdf(uow: UnitOfWork, actor: Actor, paper_id: str) -> tuple[PaperView, bytes]:
    """
    Return the PDF record; audited.

    Raises:
        PaperNotFound: no such paper, or the actor may not see its case.
    """
    raise NotImplementedError


def word(uow: UnitOfWork, actor: Actor, paper_id: str) -> tuple[PaperView, bytes]:
    """Return an editable Word draft with the same data; audited."""
    raise NotImplementedError


def sign(uow: UnitOfWork, actor: Actor, paper_id: str, *, password: str) -> SignatureView:
    """
    Sign a paper by name: asks for the password again and binds the PDF's hash.

    Raises:
        WrongPassword: the password does not fit.
        AssistantMayOnlyAssist: R03 never signs.
    """
    raise NotImplementedError
