"""From rows to what an actor may see: masking, names, the buttons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bpmn.model import Value
from tasks import disclosure, masking, rules
from tasks.model import Actor, CaseFacts, UserTask
from workflows import cases
from workflows.model import InstanceSummary, ProcessInstance
from workflows.processes import definitions
from workflows.store.case_list import CaseLine
from workflows.store.rows import InstanceRow
from workflows.store.unit_of_work import UnitOfWork


def shown(uow: UnitOfWork, actor: Actor, variables: Mapping[str, Value], *, clear: bool) -> dict[str, Value]:
    """Return variables as the actor may see them; concessions never leave the mediation room, keepers see none."""
    if rules.sees_no_cases(actor):
        return {}
    seen = dict(variables) if clear else masking.variables(variables, uow.now.date())
    return seen if disclosure.may_see_concessions(actor) and clear else _without(seen, masking.CONFIDENTIAL)


def _without(value: Any, names: frozenset[str]) -> Any:
    if isinstance(value, Mapping):
        return {
            key: item if type(item) is str else _without(item, names)
            for key, item in value.items()
            if key not in names
        }
    return [_without(item, names) for item in value] if isinstance(value, list) else value


def instance(
    uow: UnitOfWork,
    row: InstanceRow,
    actor: Actor,
    facts: CaseFacts | None = None,
    *,
    clear: bool = False,
    content: Mapping[str, Value] | None = None,
) -> ProcessInstance:
    """Return one case for the actor; *content* is the case's data where the caller has it at hand."""
    facts = facts or uow.instances.facts(row.id)
    definition = definitions.kept_row(uow, row.definition_id)
    return ProcessInstance(
        id=row.id,
        definition_id=row.definition_id,
        process_key=row.process_key,
        process_name=definition.name or row.process_key,
        business_key=row.business_key,
        title="" if rules.sees_no_cases(actor) else row.title,
        status=row.status,
        suspended=row.suspended,
        revision=row.revision,
        started_at=row.started_at,
        ended_at=row.ended_at,
        variables=shown(uow, actor, cases.content(uow, row) if content is None else content, clear=clear),
        clear=clear,
        units=slots(row),
        parent_id=row.parent_id,
        risk=row.risk,
        level=row.level,
        actions=_actions(row, actor, facts),
    )


def _actions(row: InstanceRow, actor: Actor, facts: CaseFacts) -> tuple[str, ...]:
    found = ["comment"]
    if disclosure.may_see_clear(actor, facts):
        found.append("reveal")
    if row.ended_at is None and rules.supervises(actor, facts.units):
        found += ["cancel", "resume" if row.suspended else "suspend", "set-variables"]
    return tuple(found)


def summaries(uow: UnitOfWork, rows: Iterable[InstanceRow | CaseLine]) -> tuple[InstanceSummary, ...]:
    """Return lines of a list, with who has the open tasks; a fixed number of queries."""
    rows = tuple(rows)
    ids = [row.id for row in rows]
    tasks = _by_instance(uow.user_tasks.open_of(ids)) if ids else {}
    broken = [incident["instance_id"] for incident in uow.incidents.open_of(ids)] if ids else []
    names = uow.people.names(task.assignee_id for group in tasks.values() for task in group)
    units = {unit.id: unit.name for unit in uow.people.units()} if ids else {}
    return tuple(
        InstanceSummary(
            id=row.id,
            process_key=row.process_key,
            definition_id=row.definition_id,
            process_name=definitions.kept_row(uow, row.definition_id).name or row.process_key,
            business_key=row.business_key,
            title=row.title,
            status=row.status,
            suspended=row.suspended,
            started_at=row.started_at,
            ended_at=row.ended_at,
            due_at=row.due_at,
            due_code=row.due_code,
            waiting_for=tuple(dict.fromkeys(task.name for task in tasks.get(row.id, ()))),
            holders=_holders(tasks.get(row.id, ()), names),
            risk=row.risk,
            level=row.level,
            units=_unit_names(row, units),
            incidents=broken.count(row.id),
        )
        for row in rows
    )


def _by_instance(tasks: Iterable[UserTask]) -> dict[str, list[UserTask]]:
    grouped: dict[str, list[UserTask]] = {}
    for task in tasks:
        grouped.setdefault(task.instance_id, []).append(task)
    return grouped


def _holders(tasks: Iterable[UserTask], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            names[task.assignee_id] for task in tasks if task.assignee_id and task.assignee_id in names
        )
    )


def slots(row: InstanceRow) -> dict[str, str]:
    """Return slot -> unit id of a case, as its variables say."""
    units = (row.variables or {}).get("units")
    found = units.items() if isinstance(units, dict) else ()
    return {slot: unit for slot, unit in found if isinstance(unit, str) and unit}


def _unit_names(row: InstanceRow | CaseLine, units: Mapping[str, str]) -> tuple[str, ...]:
    found = (units.get(u) for u in (row.units if isinstance(row, CaseLine) else slots(row).values()))
    return tuple(dict.fromkeys(name for name in found if name))


def task(uow: UnitOfWork, found: UserTask, actor: Actor, facts: CaseFacts | None = None) -> UserTask:
    """Return a task with the actions its actor may take."""
    facts = facts or uow.instances.facts(found.instance_id)
    found = replace(found, case_units=facts.units)
    if rules.sees_no_cases(actor):
        found = replace(found, title="")
    return replace(found, actions=rules.actions_on(found, actor, facts))
