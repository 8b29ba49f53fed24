"""
Use cases of what is to be done with the personal data of one case, and by whom it is decided.

The clockwork proposes what retention asks for, the officer (R19) what a person asks for; a supervisor of the case decides.
Nothing is corrected, restricted or erased by a machine alone, and nothing by the one who proposed it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from bpmn import interpreter
from bpmn.deadlines.lawpack_privacy import rule_for
from bpmn.errors import Conflict, Invalid
from bpmn.model import InstanceState, Value
from tasks import rules
from tasks.model import Actor
from workflows import cases, values
from workflows.errors import RequestNotFound
from workflows.execution import parties, recording
from workflows.privacy import disposal
from workflows.processes import definitions
from workflows.store.ids import new_id
from workflows.store.rows import InstanceRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit

SLACK = timedelta(days=2)  #: leap days between then and now
DRAFTS = "K-DRAFT"


class RetentionRuns(Conflict):
    """保存期限还没有届满，依法不能删除。可以改为限制处理，或在期满后再提出。"""


class ExplanationNeeded(Invalid):
    """请由人工写明评级的依据和结论，不能只引用系统结果。"""


@dataclass(frozen=True, kw_only=True)
class MeasureView:
    """One thing to decide about one case."""

    id: str
    instance_id: str
    business_key: str
    kind: str  #: ``retention``, ``correction``, ``restriction``, ``erasure``, ``explanation``
    rule: str  #: e.g. ``K-WRITTEN``; the kind where a person asked
    rule_name: str
    due_on: date
    ended_at: datetime | None
    request_number: str | None
    asked: str  #: what the person asked for, in words; empty for retention
    is_held: bool


def propose_retention(uow: UnitOfWork) -> int:
    """Propose every ended case whose retention is over; forget old drafts. Returns how many cases."""
    law = uow.installation.law.retention
    today = uow.now.date()
    if DRAFTS in law:
        uow.privacy.drop_drafts_before(uow.now - (law[DRAFTS].due_on(today) - today))
    # What ended less than the shortest time ago need not be looked at.
    shortest = min(rule.due_on(today) - today for rule in law.values() if rule.target == "case")
    found = uow.privacy.ended_before(uow.now - shortest + SLACK)
    return sum(_propose(uow, instance_id) for instance_id in found)


def _propose(uow: UnitOfWork, instance_id: str) -> bool:
    row = uow.instances.get(instance_id)
    due = _due(uow, row) if row is not None else None
    if due is None or due[1] > uow.now.date():
        return False
    rule, due_on = due
    return uow.privacy.propose(
        id=new_id(), instance_id=instance_id, rule=rule, due_on=due_on, proposed_at=uow.now
    )


def _due(uow: UnitOfWork, row: InstanceRow) -> tuple[str, date] | None:
    """Return the rule by which an ended case is kept and the day on which its time is over."""
    rule = rule_for(uow.installation.law.retention, row.process_key, values.decode(row.variables))
    if rule is None or row.ended_at is None or rule.action == "keep":
        return None
    return rule.code, rule.due_on(row.ended_at.date())


def to_decide(uow: UnitOfWork, actor: Actor) -> tuple[MeasureView, ...]:
    """Return what the actor may decide, the oldest first."""
    found = (
        row for row in uow.privacy.disposals(state="proposed") if _is_mine(uow, actor, row["instance_id"])
    )
    return tuple(_view(uow, row) for row in found)


def _is_mine(uow: UnitOfWork, actor: Actor, instance_id: str) -> bool:
    facts = uow.instances.facts(instance_id)
    return rules.may_see_case(actor, facts) and rules.supervises(actor, facts.units)


def decide(uow: UnitOfWork, actor: Actor, measure_id: str, *, approve: bool, reason: str) -> None:
    """
    Carry a measure out, or refuse it; a reason is always given.

    Raises:
        RequestNotFound: no such open measure, or its case is not the actor's to supervise.
        CaseHeld: a legal hold keeps the case.
        RetentionRuns: erasure was asked for before the case's time is over.
    """
    rules.ensure_reason(reason)
    known = uow.privacy.disposal(measure_id)
    if known is None or known["state"] != "proposed" or not _is_mine(uow, actor, known["instance_id"]):
        raise RequestNotFound
    row, _ = cases.locked(uow, actor, known["instance_id"])
    if approve:
        ACTS.get(known["rule"], _retain)(uow, actor, row, known, reason)
    state = "done" if approve else "refused"
    decided = {"decided_at": uow.now, "decided_by": actor.person_id, "reason": reason}
    uow.privacy.decide_disposal(measure_id, state=state, **decided)
    detail = {"measure": known["rule"], "state": state, "request": known["request_number"], "reason": reason}
    audit.record(uow, actor, "decide-measure", instance_id=row.id, detail=detail)


Act = Callable[[UnitOfWork, Actor, InstanceRow, Mapping[str, Any], str], None]


def _retain(uow: UnitOfWork, by: Actor, row: InstanceRow, known: Mapping[str, Any], reason: str) -> None:
    disposal.anonymise(uow, by, row, rule=known["rule"])


def _erase(uow: UnitOfWork, by: Actor, row: InstanceRow, known: Mapping[str, Any], reason: str) -> None:
    due = _due(uow, row)
    if row.ended_at is not None and (due is None or due[1] > uow.now.date()):
        raise RetentionRuns
    disposal.anonymise(uow, by, row, rule="erasure", request=known["request_number"])


def _restrict(uow: UnitOfWork, by: Actor, row: InstanceRow, known: Mapping[str, Any], reason: str) -> None:
    uow.privacy.restrict(row.id, number=known["request_number"], by=by.person_id, at=uow.now)
    detail = {"request": known["request_number"]}
    audit.record(uow, by, "restrict", instance_id=row.id, detail=detail)


def _correct(uow: UnitOfWork, by: Actor, row: InstanceRow, known: Mapping[str, Any], reason: str) -> None:
    asked = _content(uow, known["request_number"])
    fixed = corrected(values.decode(row.variables), asked["idNo"], asked["changes"])
    detail = {"request": known["request_number"], "names": sorted(asked["changes"])}
    if row.status is InstanceState.ACTIVE:
        definition = definitions.load(uow, row.definition_id)
        environment = uow.installation.environment(uow.now)
        advance = interpreter.set_variables(definition, row.state, fixed, environment=environment)
        recording.record(uow, row, advance, by=by, action="correct", detail=detail)
        return
    uow.instances.save(replace(row, variables=values.encode(fixed), revision=row.revision + 1))
    uow.instances.put_parties(row.id, parties.hashes(uow.installation, fixed))
    audit.record(uow, by, "correct", instance_id=row.id, detail=detail)


def _explain(uow: UnitOfWork, by: Actor, row: InstanceRow, known: Mapping[str, Any], reason: str) -> None:
    if len(reason) < 20:  # noqa: PLR2004 - a sentence, not a nod
        raise ExplanationNeeded
    audit.record(uow, by, "explain", instance_id=row.id, detail={"request": known["request_number"]})


ACTS: Mapping[str, Act] = MappingProxyType(
    {"erasure": _erase, "restriction": _restrict, "correction": _correct, "explanation": _explain}
)


def corrected(variables: Mapping[str, Value], id_number: str, changes: Mapping[str, str]) -> dict[str, Value]:
    """
    Return the variables with a person's own data changed wherever they stand.

    >>> corrected({"parties": [{"name": "张三", "idNo": "1", "phone": "2"}]}, "1", {"phone": "3"})
    {'parties': [{'name': '张三', 'idNo': '1', 'phone': '3'}]}
    """
    return {name: _corrected(value, id_number, changes) for name, value in variables.items()}


def _corrected(value: Any, id_number: str, changes: Mapping[str, str]) -> Any:
    if isinstance(value, list | tuple):
        return [_corrected(item, id_number, changes) for item in value]
    if not isinstance(value, Mapping):
        return value
    inner = {name: _corrected(item, id_number, changes) for name, item in value.items()}
    return inner | dict(changes) if value.get("idNo") == id_number else inner


def hold(uow: UnitOfWork, actor: Actor, instance_id: str, *, reason: str) -> None:
    """Keep a case beyond its retention (依法保留); its supervisors, with a reason."""
    _, facts = cases.locked(uow, actor, instance_id)
    rules.ensure_may_supervise(actor, facts)
    rules.ensure_reason(reason)
    if uow.privacy.hold(instance_id, reason=reason, by=actor.person_id, at=uow.now):
        audit.record(uow, actor, "hold", instance_id=instance_id, detail={"reason": reason})


def release(uow: UnitOfWork, actor: Actor, instance_id: str, *, reason: str) -> None:
    """Lift a legal hold."""
    _, facts = cases.locked(uow, actor, instance_id)
    rules.ensure_may_supervise(actor, facts)
    rules.ensure_reason(reason)
    if uow.privacy.release(instance_id):
        audit.record(uow, actor, "release-hold", instance_id=instance_id, detail={"reason": reason})


def _view(uow: UnitOfWork, row: Mapping[str, Any]) -> MeasureView:
    law = uow.installation.law.retention.get(row["rule"])
    asked = _content(uow, row["request_number"]) if row["request_number"] else {}
    return MeasureView(
        id=row["id"],
        instance_id=row["instance_id"],
        business_key=row["business_key"],
        kind="retention" if law else row["rule"],
        rule=row["rule"],
        rule_name=law.name if law else "",
        due_on=row["due_on"],
        ended_at=row["ended_at"],
        request_number=row["request_number"],
        asked=str(asked.get("note") or ""),
        is_held=uow.privacy.held(row["instance_id"]) is not None,
    )


def _content(uow: UnitOfWork, number: str) -> Mapping[str, Any]:
    found = uow.privacy.request(number)
    if found is None:
        raise RequestNotFound
    content: Mapping[str, Any] = found["content"]
    return content
