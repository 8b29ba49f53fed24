"""Use cases of incidents: technical failures and how an operator repairs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpmn import interpreter
from bpmn.errors import ActivityNotWaiting, Conflict, Forbidden, InstanceEnded
from bpmn.model import Value
from tasks import rules
from tasks.model import Actor, Scope
from workflows import cursors
from workflows.errors import IncidentNotFound
from workflows.execution import recording
from workflows.model import IncidentView, Page
from workflows.processes import definitions
from workflows.store.rows import InstanceRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit


class AlreadyResolved(Conflict):
    """这条异常已经处理，不必再试。请刷新页面。"""


def search(
    uow: UnitOfWork,
    actor: Actor,
    *,
    open_only: bool = True,
    instance_id: str | None = None,
    cursor: str | None = None,
    limit: int = 30,
) -> Page[IncidentView]:
    """List incidents of cases in the actor's scope, the newest first; R20 sees all without case data."""
    limit = max(1, min(limit, 200))
    scope = _scope(actor)
    before = cursors.id_of(cursor)
    found = uow.incidents.page(
        scope, open_only=open_only, instance_id=instance_id, before=before, limit=limit
    )
    items = tuple(_view(uow, actor, row) for row in found)
    return Page(items=items, next_cursor=items[-1].id if len(items) == limit else None)


def get(uow: UnitOfWork, actor: Actor, incident_id: str) -> IncidentView:
    """
    Return one incident.

    Raises:
        IncidentNotFound: no such incident, or the actor may not know of it.
    """
    return _view(uow, actor, _find(uow, actor, incident_id))


def resolve(
    uow: UnitOfWork,
    actor: Actor,
    incident_id: str,
    *,
    variables: Mapping[str, Value] | None = None,
    note: str = "",
) -> IncidentView:
    """
    Try the failed step again, after correcting variables if given; a new failure is a new incident.

    Raises:
        IncidentNotFound: no such incident.
        Forbidden: only R20 and supervisors of the case may.
        AlreadyResolved: somebody was faster; the sentence says who.
    """
    found = _find(uow, actor, incident_id)
    before = uow.instances.lock(found["instance_id"])
    _ensure_may_repair(uow, actor, found)
    # Read again now that the case is locked: somebody may have been faster.
    found = uow.incidents.get(incident_id) or found
    if before is None:
        raise IncidentNotFound
    if found["resolved_at"] is not None:
        who = uow.people.names([found["resolved_by"]]).get(found["resolved_by"] or "", "系统")
        raise AlreadyResolved(f"这条异常已由{who}处理，不必再试。请刷新页面。")
    uow.incidents.resolve(before.id, found["activity_id"], by=actor.person_id, at=uow.now)
    if variables:
        before = _corrected(uow, actor, before, variables, note)
    _retry(uow, actor, before, found, note)
    return _view(uow, actor, uow.incidents.get(incident_id) or found)


def _scope(actor: Actor) -> Scope:
    """R20 repairs incidents of every case without seeing what the case is about."""
    return Scope(person_id="", everything=True) if actor.has("R20") else rules.scope_of(actor)


def _find(uow: UnitOfWork, actor: Actor, incident_id: str) -> Mapping[str, Any]:
    found = uow.incidents.get(incident_id)
    if found is None:
        raise IncidentNotFound
    seen = actor.has("R20") or rules.may_see_case(actor, uow.instances.facts(found["instance_id"]))
    if not seen:
        raise IncidentNotFound
    return found


def _ensure_may_repair(uow: UnitOfWork, actor: Actor, found: Mapping[str, Any]) -> None:
    if not actor.has("R20") and not rules.supervises(actor, uow.instances.facts(found["instance_id"]).units):
        raise Forbidden("只有系统管理员或本案所属单位的负责人可以处理异常。")


def _corrected(
    uow: UnitOfWork, actor: Actor, before: InstanceRow, variables: Mapping[str, Value], note: str
) -> InstanceRow:
    if actor.has("R20") and not rules.supervises(actor, uow.instances.facts(before.id).units):
        raise Forbidden("系统管理员不接触案件数据。请由本案所属单位的负责人更正数据。")
    definition = definitions.load(uow, before.definition_id)
    environment = uow.installation.environment(uow.now)
    advance = interpreter.set_variables(definition, before.state, variables, environment=environment)
    detail = {"names": sorted(variables), "reason": note}
    return recording.record(uow, before, advance, by=actor, action="set-variables", detail=detail)


def _retry(uow: UnitOfWork, actor: Actor, before: InstanceRow, found: Mapping[str, Any], note: str) -> None:
    """Make a failed job ready again, or let the engine try the stopped activity once more."""
    if found["job_id"] is not None:
        uow.jobs.retry(found["job_id"], attempts=0, run_at=uow.now, error="")
        uow.waits.wake()
        audit.record(
            uow, actor, "resolve", instance_id=before.id, detail={"job_id": found["job_id"], "note": note}
        )
        return
    definition = definitions.load(uow, before.definition_id)
    environment = uow.installation.environment(uow.now)
    try:
        advance = interpreter.retry(
            definition, before.state, found["activity_id"] or "", environment=environment
        )
    except (ActivityNotWaiting, InstanceEnded):
        audit.record(uow, actor, "resolve", instance_id=before.id, detail={"note": note, "gone": True})
        return
    recording.record(uow, before, advance, by=actor, action="resolve", detail={"note": note})


def _view(uow: UnitOfWork, actor: Actor, row: Mapping[str, Any]) -> IncidentView:
    instance = uow.instances.get(row["instance_id"])
    definition = definitions.load(uow, instance.definition_id) if instance else None
    element = definition.elements.get(row["element_id"] or "") if definition else None
    blind = actor.has("R20") and rules.scope_of(actor).person_id == ""
    return IncidentView(
        **{k: v for k, v in row.items() if k != "resolved_by"},
        element_name=element.name if element else "",
        title="" if blind or instance is None else instance.title,
    )
