"""
Changes of the law pack: proposed by policy staff, approved by others, in force from an instant on.

Policy values (PARAM) and other bodies' clocks (EXT) need one approver, statutory ones (LOCK) two and the text of the
provision. Deadlines that run keep the rule they began under unless the approved change says that they move.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bpmn.deadlines import difference, lawpack
from bpmn.deadlines.errors import LawPackInvalid
from bpmn.deadlines.lawpack_lists import ParameterSet
from bpmn.errors import Conflict, Invalid, NotFound
from bpmn.model import Json
from tasks import matrix
from tasks import studio_rules as rules
from tasks.model import Actor
from tasks.rules import ensure_reason
from workflows.inbox import announcing
from workflows.law import law_editions
from workflows.store.ids import new_id
from workflows.store.law import LawChangeRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import law_lists
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
    section: str  #: ``deadline``, ``set`` or ``list``
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
    def sentences(self) -> tuple[str, ...]:
        """The change in plain words, one sentence for each thing that becomes different."""
        after = {
            name: value for name, value in {**self.row.before, **self.row.fields}.items() if value is not None
        }
        found = difference.of_entry(self.row.section, self.row.code, self.row.before, after)
        return tuple(one.text for one in found)

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
    if command.section == lawpack.LIST:
        before = law_lists.canonical(before)
        law_lists.ensure_kept(before, command.fields)
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
    note_down(uow, actor, row, "proposed", fields=dict(fields))
    _tell_approvers(uow, row)
    return view(uow, actor, row)


def _waiting(uow: UnitOfWork, code: str) -> tuple[LawChangeRow, ...]:
    return uow.law_changes.all([PROPOSED, SCHEDULED], code=code)


def _ensure_possible(command: Propose, held: list[lawpack.Amendment], fields: Mapping[str, Json]) -> str:
    """
    Return the class of the change; refuse what the law pack's own checks refuse.

    An entry that is statutory before or after it needs what a statutory one needs: nobody makes a time limit of a statute a
    policy value with one approval less.
    """
    change = lawpack.Amendment(section=command.section, code=command.code, fields=fields)
    try:
        before, after = (
            _class_in(lawpack.amended(amendments), command) for amendments in (held, [*held, change])
        )
    except LawPackInvalid as refusal:
        raise Invalid("；".join(f"{one.message}{one.remedy}" for one in refusal.findings[:5])) from refusal
    except (ValueError, TypeError, AttributeError, KeyError) as odd:
        raise Invalid("填写的数值或日期读不懂。请核对后重新填写。") from odd
    if after is None:
        raise Invalid("编号不能修改。如需换号，请另立一项，再停用原来的。")
    return next(klass for klass in ("LOCK", "EXT", "PARAM") if klass in (before, after))


def _class_in(pack: lawpack.LawPack, command: Propose) -> str | None:
    """Return the class of the entry in an edition; None when it is not there."""
    if command.section == lawpack.LIST:
        return "PARAM" if command.code in pack.code_lists else None
    if command.section == "deadline":
        rule = pack.catalogue.rules.get(command.code)
        return None if rule is None else str(rule.klass)
    entry = pack.parameter_sets.get(command.code)
    return None if entry is None else class_of(entry)


def _plain(entry: Mapping[str, Any]) -> dict[str, Json]:
    """Return an entry of a TOML file as JSON."""
    return {name: _json(value) for name, value in entry.items()}


def _json(value: Any) -> Json:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, dict):
        return _plain(value)
    return [_json(one) for one in value] if isinstance(value, list) else value


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


def locked(uow: UnitOfWork, change_id: str) -> LawChangeRow:
    """
    Return a change, locked until the unit of work ends.

    Raises:
        LawChangeNotFound: no such change.
    """
    row = uow.law_changes.lock(change_id)
    if row is None:
        raise LawChangeNotFound
    return row


def link_of(row: LawChangeRow) -> str:
    """Return the page of a change."""
    return f"/studio/law/changes/{row.id}"


def note_down(uow: UnitOfWork, actor: Actor, row: LawChangeRow, action: str, **detail: Json) -> None:
    """Write what was done into the audit."""
    known = {"change": row.id, "code": row.code, "class": row.klass}
    audit.record(uow, actor, f"law-{action}", detail={**known, **detail})


def _tell_approvers(uow: UnitOfWork, row: LawChangeRow) -> None:
    roles = sorted(matrix.roles_allowed("model", "approve"))
    people = {person.id for role in roles for person in uow.people.all(role=role)} - {row.proposed_by}
    announcing.put(
        uow, sorted(people), kind="studio", subject=f"请审批法规包修改：{row.code}", link=link_of(row)
    )
