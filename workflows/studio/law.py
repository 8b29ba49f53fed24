"""
Changes of the law pack: proposed by policy staff, approved by others, in force from an instant on.

Policy values (PARAM) and other bodies' clocks (EXT) need one approver, statutory ones (LOCK) two and the text of the
provision. Deadlines that run keep the rule they began under unless the approved change says that they move.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bpmn.deadlines import lawpack
from bpmn.deadlines.errors import LawPackInvalid
from bpmn.deadlines.lawpack_lists import ParameterSet
from bpmn.errors import Conflict, Invalid, NotFound
from bpmn.model import Json
from tasks import matrix
from tasks import studio_rules as rules
from tasks.model import Actor
from tasks.rules import ensure_reason
from workflows import cases
from workflows.errors import InstanceNotFound
from workflows.inbox import announcing
from workflows.law import law_editions
from workflows.store.ids import new_id
from workflows.store.law import LawChangeRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit

PROPOSED, SCHEDULED, IN_FORCE = "proposed", "scheduled", "in-force"
REJECTED, WITHDRAWN = "rejected", "withdrawn"
#: Kinds of parameter sets that staff enter; the others are numbers of statutes.
ENTERED = frozenset({"compensation", "compensation-pilot", "thresholds"})
SHORTEST_ARTICLE = 10  #: characters of a provision's text


class LawChangeNotFound(NotFound):
    """没有找到这项修改。请返回法规包页面查看。"""


class LawChangeDecided(Conflict):
    """这项修改已经生效、退回或撤回，不能再办理。请刷新后查看。"""


class AlreadyApproved(Conflict):
    """您已经批准过这项修改。法定期限须由另一位审批人再批准一次。"""


class ChangeWaits(Conflict):
    """这一项已有修改在等待审批或生效。请先办理或撤回那一项。"""


@dataclass(frozen=True, kw_only=True)
class Propose:
    """A change as policy staff want it; ``fields`` are members of the entry in the law pack's words."""

    actor: Actor
    section: str  #: ``deadline`` or ``set``
    code: str
    fields: Mapping[str, Json]
    reason: str
    article: str = ""
    migrates: bool = False


@dataclass(frozen=True, kw_only=True)
class LawChange:
    """A change as pages show it; people are names."""

    row: LawChangeRow
    proposed_by: str
    approved_by: tuple[str, ...]
    needed: int  #: approvals that are still missing
    may_approve: bool

    @property
    def differences(self) -> tuple[tuple[str, Json, Json], ...]:
        """Member, before, after."""
        before = self.row.before
        return tuple(
            (name, before.get(name), value)
            for name, value in self.row.fields.items()
            if before.get(name) != value
        )


def approvals_needed(klass: str) -> int:
    """Return how many people must approve, none of them the author."""
    return 2 if klass == "LOCK" else 1


def class_of(entry: ParameterSet) -> str:
    """Return who may change a parameter set."""
    return "PARAM" if entry.kind in ENTERED else "LOCK"


def propose(uow: UnitOfWork, command: Propose) -> LawChange:
    """
    Propose a change and tell the approvers; nothing is different until they have approved.

    Raises:
        Invalid: no reason, a statutory value without the text of its provision, or values that cannot be.
        ChangeWaits: another change of the same entry is not in force yet.
    """
    actor = command.actor
    rules.ensure_may_edit(actor)
    ensure_reason(command.reason)
    if any(row.section == command.section for row in _waiting(uow, command.code)):
        raise ChangeWaits
    held = [law_editions.amendment(row) for row in uow.law_changes.in_force()]
    before = _plain(lawpack.entry_of(command.section, command.code, held))
    fields = {name: value for name, value in command.fields.items() if before.get(name) != value}
    if not fields:
        raise Invalid("没有改动，不需要送审。")
    klass = _ensure_possible(command, held, fields)
    if klass == "LOCK" and len(command.article.strip()) < SHORTEST_ARTICLE:
        raise Invalid("法定期限只能随法规修改：请录入条文原文，并核对依据。")
    row = LawChangeRow(
        id=new_id(),
        section=command.section,
        code=command.code,
        klass=klass,
        before=before,
        fields=fields,
        reason=command.reason.strip()[:2000],
        article=command.article.strip()[:5000],
        migrates=command.migrates and command.section == "deadline",
        state=PROPOSED,
        proposed_by=actor.person_id,
        proposed_at=uow.now,
    )
    uow.law_changes.add(row)
    _note(uow, actor, row, "proposed", fields=dict(fields))
    _tell_approvers(uow, row)
    return view(uow, actor, row)


def _waiting(uow: UnitOfWork, code: str) -> tuple[LawChangeRow, ...]:
    return uow.law_changes.all([PROPOSED, SCHEDULED], code=code)


def _ensure_possible(command: Propose, held: list[lawpack.Amendment], fields: Mapping[str, Json]) -> str:
    """Return the class of the entry after the change; refuse what the law pack's own checks refuse."""
    change = lawpack.Amendment(section=command.section, code=command.code, fields=fields)
    try:
        pack = lawpack.amended([*held, change])
    except LawPackInvalid as refusal:
        raise Invalid("；".join(f"{one.message}{one.remedy}" for one in refusal.findings[:5])) from refusal
    except (ValueError, TypeError) as odd:
        raise Invalid("填写的数值或日期读不懂。请核对后重新填写。") from odd
    if command.section == "deadline":
        return str(pack.catalogue.rules[command.code].klass)
    return class_of(pack.parameter_sets[command.code])


def _plain(entry: Mapping[str, Any]) -> dict[str, Json]:
    """Return an entry of a TOML file as JSON."""
    return {name: _json(value) for name, value in entry.items()}


def _json(value: Any) -> Json:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, dict):
        return _plain(value)
    return [_json(one) for one in value] if isinstance(value, list) else value


def approve(
    uow: UnitOfWork, actor: Actor, change_id: str, *, effective_at: datetime | None = None, note: str = ""
) -> LawChange:
    """
    Approve a change; with the last approval it comes into force at once, or at its effective instant.

    Raises:
        SecondPersonNeeded: the actor proposed it.
        AlreadyApproved: the actor is the first approver of a statutory change.
        LawChangeDecided: it is decided.
    """
    row = _locked(uow, change_id)
    rules.ensure_may_approve(actor, [row.proposed_by])
    _ensure_open(row)
    if any(one["by"] == actor.person_id for one in row.approvals):
        raise AlreadyApproved
    given = [*row.approvals, {"by": actor.person_id, "at": uow.now.isoformat(), "note": note[:2000]}]
    at = effective_at or row.effective_at
    if at is not None and at.tzinfo is None:
        raise Invalid("生效时间须带时区，例如 2027-01-01T00:00:00+08:00。")
    _note(uow, actor, row, "approved", note=note)
    is_last = len(given) >= approvals_needed(row.klass)
    changed = replace(
        row, approvals=given, effective_at=at, state=_next_state(uow, at) if is_last else PROPOSED
    )
    if changed.state == IN_FORCE:
        changed = replace(changed, in_force_at=uow.now, effective_at=uow.now)
        _ensure_still_possible(uow, row)
        law_editions.restamp(uow)
    values = ("approvals", "effective_at", "state", "in_force_at")
    uow.law_changes.change(row.id, **{name: getattr(changed, name) for name in values})
    return view(uow, actor, changed)


def _next_state(uow: UnitOfWork, at: datetime | None) -> str:
    return SCHEDULED if at is not None and at > uow.now else IN_FORCE


def _ensure_still_possible(uow: UnitOfWork, row: LawChangeRow) -> None:
    """Other changes may have come into force since it was proposed."""
    held = [law_editions.amendment(one) for one in uow.law_changes.in_force()]
    try:
        lawpack.amended([*held, law_editions.amendment(row)])
    except LawPackInvalid as refusal:
        raise Invalid("；".join(one.message for one in refusal.findings[:5])) from refusal


def reject(uow: UnitOfWork, actor: Actor, change_id: str, *, reason: str) -> LawChange:
    """Refuse a change, with the reason for its author."""
    row = _locked(uow, change_id)
    rules.ensure_may_approve(actor, ())
    ensure_reason(reason)
    _ensure_open(row)
    uow.law_changes.change(row.id, state=REJECTED, rejection=reason[:2000])
    _note(uow, actor, row, "rejected", note=reason)
    subject = f"{actor.name}退回了对{row.code}的修改"
    announcing.put(uow, [row.proposed_by], kind="studio", subject=subject, body=reason, link=_link(row))
    return view(uow, actor, replace(row, state=REJECTED, rejection=reason[:2000]))


def withdraw(uow: UnitOfWork, actor: Actor, change_id: str) -> LawChange:
    """Take a change back before it is in force."""
    rules.ensure_may_edit(actor)
    row = _locked(uow, change_id)
    if row.state not in (PROPOSED, SCHEDULED):
        raise LawChangeDecided
    uow.law_changes.change(row.id, state=WITHDRAWN)
    _note(uow, actor, row, "withdrawn")
    return view(uow, actor, replace(row, state=WITHDRAWN))


def get(uow: UnitOfWork, actor: Actor, change_id: str) -> LawChange:
    """
    Return a change.

    Raises:
        LawChangeNotFound: no such change.
    """
    rules.ensure_may_read(actor)
    row = uow.law_changes.get(change_id)
    if row is None:
        raise LawChangeNotFound
    return view(uow, actor, row)


def listed(uow: UnitOfWork, actor: Actor, *, open_only: bool = False) -> tuple[LawChange, ...]:
    """List changes, the newest first."""
    rules.ensure_may_read(actor)
    rows = uow.law_changes.all([PROPOSED, SCHEDULED] if open_only else None)
    return tuple(view(uow, actor, row) for row in rows)


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


def view(uow: UnitOfWork, actor: Actor, row: LawChangeRow) -> LawChange:
    """Return a change as pages show it."""
    people = [str(one["by"]) for one in row.approvals]
    names = uow.people.names([row.proposed_by, *people])
    free = actor.person_id not in (row.proposed_by, *people)
    return LawChange(
        row=row,
        proposed_by=names.get(row.proposed_by, "系统"),
        approved_by=tuple(names.get(person, "系统") for person in people),
        needed=max(0, approvals_needed(row.klass) - len(people)),
        may_approve=row.state == PROPOSED and free and rules.may_approve(actor),
    )


def _locked(uow: UnitOfWork, change_id: str) -> LawChangeRow:
    row = uow.law_changes.lock(change_id)
    if row is None:
        raise LawChangeNotFound
    return row


def _ensure_open(row: LawChangeRow) -> None:
    if row.state != PROPOSED:
        raise LawChangeDecided


def _link(row: LawChangeRow) -> str:
    return f"/studio/law/changes/{row.id}"


def _note(uow: UnitOfWork, actor: Actor, row: LawChangeRow, action: str, **detail: Json) -> None:
    known = {"change": row.id, "code": row.code, "class": row.klass}
    audit.record(uow, actor, f"law-{action}", detail={**known, **detail})


def _tell_approvers(uow: UnitOfWork, row: LawChangeRow) -> None:
    roles = sorted(matrix.roles_allowed("model", "approve"))
    people = {person.id for role in roles for person in uow.people.all(role=role)} - {row.proposed_by}
    announcing.put(
        uow, sorted(people), kind="studio", subject=f"请审批法规包修改：{row.code}", link=_link(row)
    )
