"""One editor at a time: a lease of ten minutes that every save renews, and the take-over with its reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tasks import studio_rules as rules
from tasks.model import Actor
from tasks.rules import ensure_reason
from workflows.inbox import announcing
from workflows.store.studio import DraftRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import drafts
from workflows.studio.errors import DraftHeld, DraftNotEditable
from workflows.studio.model import LEASE, Draft, DraftState


def take(uow: UnitOfWork, actor: Actor, draft_id: str) -> Draft:
    """
    Take or renew the lease of ten minutes.

    Raises:
        DraftHeld: somebody else edits; names who and since when.
        DraftNotEditable: it is submitted or over.
    """
    rules.ensure_may_edit(actor)
    return drafts.view(uow, actor, hold(uow, actor, drafts.locked(uow, draft_id)))


def take_over(uow: UnitOfWork, actor: Actor, draft_id: str, *, reason: str) -> Draft:
    """Take the draft from whoever edits it; they are told, and what they try to save is put aside, not lost."""
    rules.ensure_may_edit(actor)
    ensure_reason(reason)
    row = drafts.locked(uow, draft_id)
    ensure_editable(row)
    former = drafts.holder(row, uow.now)
    if former not in (None, actor.person_id):
        drafts.note(uow, actor, row, "taken-over", reason[:500])
        subject = f"{actor.name}接手了您正在编辑的草稿“{row.title}”"
        announcing.put(
            uow, [str(former)], kind="studio", subject=subject, body=reason, link=f"/studio/{row.id}"
        )
    return drafts.view(uow, actor, _let(uow, actor, row))


def ensure_editable(row: DraftRow) -> None:
    """Refuse a draft that is submitted or over."""
    if row.state != DraftState.EDITING:
        raise DraftNotEditable


def hold(uow: UnitOfWork, actor: Actor, row: DraftRow) -> DraftRow:
    """
    Return the locked row, held by the actor for ten minutes more.

    Raises:
        DraftHeld: somebody else edits.
        DraftNotEditable: it is submitted or over.
    """
    ensure_editable(row)
    if drafts.holder(row, uow.now) not in (None, actor.person_id):
        raise _held(uow, row)
    return _let(uow, actor, row)


def release(uow: UnitOfWork, row: DraftRow) -> None:
    """End the lease."""
    uow.drafts.change(row.id, editor_id=None, editor_since=None, editor_until=None)


def _let(uow: UnitOfWork, actor: Actor, row: DraftRow) -> DraftRow:
    stays = drafts.holder(row, uow.now) == actor.person_id
    values: dict[str, Any] = {
        "editor_id": actor.person_id,
        "editor_since": row.editor_since if stays else uow.now,
        "editor_until": uow.now + LEASE,
    }
    uow.drafts.change(row.id, **values)
    return replace(row, **values)


def _held(uow: UnitOfWork, row: DraftRow) -> DraftHeld:
    editor = drafts.editor_of(row, uow.people.names([row.editor_id or ""]), uow.now)
    assert editor is not None
    since = editor.since.astimezone(uow.real_now.tzinfo)
    sentence = (
        f"这份草稿从 {since:%m-%d %H:%M} 起由{editor.name}编辑，您的内容没有写入，已另存为历史版本，不会丢失。"
        "请与对方联系，或说明理由后接手。"
    )
    return DraftHeld(
        sentence,
        members={"editor": {"id": editor.id, "name": editor.name, "since": editor.since.isoformat()}},
    )
