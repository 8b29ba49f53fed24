"""Deciding changes of the law pack: approve, reject, withdraw; and whom they concern."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bpmn.deadlines import lawpack
from bpmn.deadlines.errors import LawPackInvalid
from bpmn.errors import Invalid
from tasks import studio_rules as rules
from tasks.model import Actor
from tasks.rules import ensure_reason
from workflows import cases
from workflows.errors import InstanceNotFound
from workflows.inbox import announcing
from workflows.law import law_editions
from workflows.store.law import LawChangeRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import law


def approve(
    uow: UnitOfWork, actor: Actor, change_id: str, *, effective_at: datetime | None = None, note: str = ""
) -> law.LawChange:
    """
    Approve a change; with the last approval it comes into force at once, or at its effective instant.

    Raises:
        SecondPersonNeeded: the actor proposed it.
        AlreadyApproved: the actor is the first approver of a statutory change.
        LawChangeDecided: it is decided.
    """
    row = law.locked(uow, change_id)
    rules.ensure_may_approve(actor, [row.proposed_by])
    _ensure_open(row)
    if any(one["by"] == actor.person_id for one in row.approvals):
        raise law.AlreadyApproved
    given = [*row.approvals, {"by": actor.person_id, "at": uow.now.isoformat(), "note": note[:2000]}]
    at = effective_at or row.effective_at
    if at is not None and at.tzinfo is None:
        raise Invalid("生效时间须带时区，例如 2027-01-01T00:00:00+08:00。")
    law.note_down(uow, actor, row, "approved", note=note)
    is_last = len(given) >= law.approvals_needed(row.klass)
    changed = replace(
        row, approvals=given, effective_at=at, state=_next_state(uow, at) if is_last else law.PROPOSED
    )
    if changed.state == law.IN_FORCE:
        changed = replace(changed, in_force_at=uow.now, effective_at=uow.now)
        _ensure_still_possible(uow, row)
        law_editions.restamp(uow)
    values = ("approvals", "effective_at", "state", "in_force_at")
    uow.law_changes.change(row.id, **{name: getattr(changed, name) for name in values})
    return law.view(uow, actor, changed)


def _next_state(uow: UnitOfWork, at: datetime | None) -> str:
    return law.SCHEDULED if at is not None and at > uow.now else law.IN_FORCE


def _ensure_still_possible(uow: UnitOfWork, row: LawChangeRow) -> None:
    """Other changes may have come into force since it was proposed."""
    held = [law_editions.amendment(one) for one in uow.law_changes.in_force()]
    try:
        lawpack.amended([*held, law_editions.amendment(row)])
    except LawPackInvalid as refusal:
        raise Invalid("；".join(one.message for one in refusal.findings[:5])) from refusal


def reject(uow: UnitOfWork, actor: Actor, change_id: str, *, reason: str) -> law.LawChange:
    """Refuse a change, with the reason for its author."""
    row = law.locked(uow, change_id)
    rules.ensure_may_approve(actor, ())
    ensure_reason(reason)
    _ensure_open(row)
    uow.law_changes.change(row.id, state=law.REJECTED, rejection=reason[:2000])
    law.note_down(uow, actor, row, "rejected", note=reason)
    subject = f"{actor.name}退回了对{row.code}的修改"
    announcing.put(uow, [row.proposed_by], kind="studio", subject=subject, body=reason, link=law.link_of(row))
    return law.view(uow, actor, replace(row, state=law.REJECTED, rejection=reason[:2000]))


def withdraw(uow: UnitOfWork, actor: Actor, change_id: str) -> law.LawChange:
    """Take a change back before it is in force."""
    rules.ensure_may_edit(actor)
    row = law.locked(uow, change_id)
    if row.state not in (law.PROPOSED, law.SCHEDULED):
        raise law.LawChangeDecided
    uow.law_changes.change(row.id, state=law.WITHDRAWN)
    law.note_down(uow, actor, row, "withdrawn")
    return law.view(uow, actor, replace(row, state=law.WITHDRAWN))


def _ensure_open(row: LawChangeRow) -> None:
    if row.state != law.PROPOSED:
        raise law.LawChangeDecided


@dataclass(frozen=True, kw_only=True)
class Concerned:
    """The running cases that a change touches: their number, and those that the actor may see."""

    count: int
    cases: tuple[tuple[str, str], ...] = ()  #: id, title


def concerned(uow: UnitOfWork, actor: Actor, code: str) -> Concerned:
    """Return the cases in which a deadline of the code runs; policy staff get the number alone."""
    rules.ensure_may_read(actor)
    ids = tuple(dict.fromkeys(row.instance_id for row in uow.deadlines.running(code)))
    seen = [] if not rules.may_approve(actor) else [_seen(uow, actor, one) for one in ids[:100]]
    return Concerned(count=len(ids), cases=tuple(one for one in seen if one))


def _seen(uow: UnitOfWork, actor: Actor, instance_id: str) -> tuple[str, str] | None:
    try:
        found = cases.visible(uow, actor, instance_id)
    except InstanceNotFound:
        return None
    return instance_id, found.title
