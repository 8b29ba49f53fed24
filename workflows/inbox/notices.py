"""Use cases of the in-app inbox (站内信)."""

from __future__ import annotations

from tasks.model import Actor
from workflows import cursors
from workflows.inbox import announcing
from workflows.model import NoticeView, Page
from workflows.store.unit_of_work import UnitOfWork


def inbox(
    uow: UnitOfWork,
    actor: Actor,
    *,
    unread_only: bool = False,
    kind: str | None = None,
    cursor: str | None = None,
    limit: int = 30,
) -> Page[NoticeView]:
    """List the actor's notices, of one kind or of all, the newest first."""
    limit = max(1, min(limit, 200))
    before = cursors.id_of(cursor)
    rows = uow.notices.page(actor.person_id, unread_only=unread_only, kind=kind, before=before, limit=limit)
    items = tuple(NoticeView(**{k: v for k, v in row.items() if k != "person_id"}) for row in rows)
    return Page(items=items, next_cursor=items[-1].id if len(items) == limit else None)


def link_of(uow: UnitOfWork, actor: Actor, notice_id: str) -> str | None:
    """Return where one of the actor's notices leads; None where it leads nowhere, or there is none."""
    found = uow.notices.get(actor.person_id, notice_id)
    return None if found is None else found["link"]


def count_unread(uow: UnitOfWork, actor: Actor) -> int:
    """Count unread notices, up to 1000."""
    return uow.notices.count_unread(actor.person_id)


def mark_read(uow: UnitOfWork, actor: Actor, notice_ids: tuple[str, ...] = ()) -> int:
    """Mark the given notices (all when empty) as read (已阅); returns how many changed."""
    return uow.notices.mark_read(actor.person_id, notice_ids, uow.now)


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
    return announcing.put(
        uow, recipients, kind=kind, subject=subject, body=body, link=link, instance_id=instance_id
    )
