"""Use cases of the in-app inbox (站内信)."""

from __future__ import annotations

from tasks.model import Actor
from workflows.model import NoticeView, Page
from workflows.store.unit_of_work import UnitOfWork


def inbox(
    uow: UnitOfWork, actor: Actor, *, unread_only: bool = False, cursor: str | None = None, limit: int = 30
) -> Page[NoticeView]:
    """List the actor's notices, the newest first."""
    raise NotImplementedError


def count_unread(uow: UnitOfWork, actor: Actor) -> int:
    """Count unread notices, up to 1000."""
    raise NotImplementedError


def mark_read(uow: UnitOfWork, actor: Actor, notice_ids: tuple[str, ...] = ()) -> int:
    """Mark the given notices (all when empty) as read (已阅); returns how many changed."""
    raise NotImplementedError


def notify(
    uow: UnitOfWork,
    recipients: tuple[str, ...],
    *,
    kind: str,
    subject: str,
    body: str = "",
    link: str | None = None,
    instance_id: str | None = None,
) -> int:
    """Put a notice into inboxes and queue its delivery to the configured channels; returns how many."""
    raise NotImplementedError
