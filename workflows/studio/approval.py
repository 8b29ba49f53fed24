"""From a draft to a version in force: submit, approve as a second person, reject, withdraw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bpmn.errors import Invalid
from tasks import studio_rules as rules
from tasks.model import Actor
from tasks.rules import ensure_reason
from workflows.inbox import announcing
from workflows.store.studio import DraftRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import drafts, editing, proving
from workflows.studio.errors import BaseOutdated, DraftMoved
from workflows.studio.model import Draft, DraftState

FARTHEST = timedelta(days=400)  #: that a publication may be planned ahead


@dataclass(frozen=True, kw_only=True)
class Approve:
    """An approval of one revision; ``effective_at`` None = at once."""

    actor: Actor
    draft_id: str
    revision: int
    effective_at: datetime | None = None
    note: str = ""


def submit(uow: UnitOfWork, actor: Actor, draft_id: str, *, note: str) -> Draft:
    """
    Submit a draft; nobody can change it until it is decided or withdrawn. Its approvers get it when it has passed its proof.

    Raises:
        BaseOutdated: another version came into force since the draft began.
        DraftHeld: somebody else edits it.
    """
    rules.ensure_may_edit(actor)
    if not note.strip():
        raise Invalid("请写明修改了什么、为什么修改，审批人会看到。")
    row = editing.hold(uow, actor, drafts.locked(uow, draft_id))
    ensure_newest(uow, row)
    return proving.order(uow, actor, row, note=note)


def approve(uow: UnitOfWork, command: Approve) -> Draft:
    """
    Approve a submitted draft; it is published as soon as its models are read, or when its effective instant comes.

    What it rests on may have changed since it passed, e.g. the law pack: then it is proved again and waits for a new approval.

    Raises:
        SecondPersonNeeded: the actor wrote, changed or submitted it.
        DraftMoved: it is not submitted, or not at that revision.
        BaseOutdated: another version came into force since the draft began.
    """
    actor = command.actor
    row = drafts.locked(uow, command.draft_id)
    rules.ensure_may_approve(actor, drafts.involved(uow, row))
    _ensure_submitted(row, command.revision)
    ensure_newest(uow, row)
    at = _effective(uow, command.effective_at)
    if not proving.stands(uow, row):
        proving.order_again(uow, row)
        return drafts.get(uow, actor, row.id)
    drafts.note(uow, actor, row, "approved", command.note[:2000])
    state = DraftState.SCHEDULED if at > uow.now else DraftState.APPROVED
    drafts.move(uow, row, state, approved_by=actor.person_id, approved_at=uow.now, effective_at=at)
    tell_author(uow, actor, row, f"{actor.name}批准了“{row.title}”")
    return drafts.get(uow, actor, row.id)


def reject(uow: UnitOfWork, actor: Actor, draft_id: str, *, reason: str) -> Draft:
    """Give a submitted draft back to its author, with the reason."""
    row = drafts.locked(uow, draft_id)
    rules.ensure_may_approve(actor, ())
    ensure_reason(reason)
    _ensure_submitted(row, row.submitted_revision or 0)
    drafts.move(uow, row, DraftState.EDITING)
    drafts.note(uow, actor, row, "rejected", reason[:2000])
    tell_author(uow, actor, row, f"{actor.name}退回了“{row.title}”", reason)
    return drafts.get(uow, actor, row.id)


def withdraw(uow: UnitOfWork, actor: Actor, draft_id: str, *, reason: str = "") -> Draft:
    """
    Take back the last step: a submission or a publication that is still to come returns to editing, a draft in editing ends.

    Raises:
        DraftHeld: somebody else edits it.
        DraftMoved: it is published or over.
    """
    rules.ensure_may_edit(actor)
    row = drafts.locked(uow, draft_id)
    if row.state == DraftState.EDITING:
        editing.hold(uow, actor, row)
        editing.release(uow, row)
        drafts.move(uow, row, DraftState.WITHDRAWN)
    else:
        drafts.move(uow, row, DraftState.EDITING, effective_at=None, approved_by=None, approved_at=None)
        uow.proofs.drop(row.id)
    drafts.note(uow, actor, row, "withdrawn", reason[:2000])
    return drafts.get(uow, actor, row.id)


def ensure_newest(uow: UnitOfWork, row: DraftRow) -> None:
    """Refuse a draft that would undo a version it does not know."""
    there = len(uow.packs.named(row.pack_key))
    if there != (row.base_version or 0):
        raise BaseOutdated(
            f"“{row.title}”的草稿依据第 {row.base_version or 0} 版，现在已有第 {there} 版。"
            "请先合入新版本再送审，以免撤销他人的修改。"
        )


def _ensure_submitted(row: DraftRow, revision: int) -> None:
    if row.state != DraftState.SUBMITTED:
        raise DraftMoved("这份草稿现在不在待审批状态，可能已被撤回或已由他人办理。请刷新后查看。")
    if row.submitted_revision != revision or row.revision != revision:
        raise DraftMoved(
            f"草稿在您打开之后又有修改（您看到的是第 {revision} 次修改，现在是第 {row.revision} 次）。"
            "请刷新，重新核对后再审批。"
        )


def _effective(uow: UnitOfWork, at: datetime | None) -> datetime:
    if at is None:
        return uow.now
    if at.tzinfo is None:
        raise Invalid("生效时间须带时区，例如 2027-01-01T00:00:00+08:00。")
    if at > uow.now + FARTHEST:
        raise Invalid("生效时间不能晚于 400 天之后。")
    return at


def tell_author(uow: UnitOfWork, actor: Actor, row: DraftRow, subject: str, body: str = "") -> None:
    """Tell whoever wrote and submitted a draft what became of it."""
    people = {row.created_by, row.submitted_by or row.created_by} - {actor.person_id}
    announcing.put(uow, sorted(people), kind="studio", subject=subject, body=body, link=f"/studio/{row.id}")
