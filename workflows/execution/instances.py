"""Use cases of process instances: start, look, search, stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bpmn import interpreter
from bpmn.errors import Conflict, Forbidden, InstanceEnded
from bpmn.model import InstanceState, Json, Value
from forms import validation
from tasks import offices, rules
from tasks.model import Actor
from workflows import cases, cursors, meanwhile, views
from workflows.errors import InstanceNotFound
from workflows.execution import ladder_tasks, recording
from workflows.execution.starting import begin
from workflows.identity import people
from workflows.model import DefinitionView, InstanceSummary, Page, ProcessInstance
from workflows.processes import definitions
from workflows.store.rows import DefinitionRow, InstanceRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit


class NothingToSwitch(Conflict):
    """本案已经是这个状态，不必重复操作。请刷新页面。"""


@dataclass(frozen=True, kw_only=True)
class StartInstance:
    """Start the latest version of a process, or the one that ``definition_id`` names."""

    actor: Actor
    process_key: str | None = None
    definition_id: str | None = None  #: ``key:version``
    variables: Mapping[str, Value] = field(default_factory=dict)  #: FEEL values
    submission: Mapping[str, Json] | None = None  #: raw form values for the start form; validated
    business_key: str | None = None  #: unique among the instances of a process; made up when None
    start_event: str | None = None  #: element id


@dataclass(frozen=True, kw_only=True)
class InstanceQuery:
    """What to look for; every given condition must hold."""

    text: str | None = None  #: in title or business key
    process_key: str | None = None
    definition_id: str | None = None
    status: InstanceState | None = None
    unit_id: str | None = None  #: this unit or one below it
    risk: str | None = None
    level: str | None = None
    overdue: bool = False
    with_incidents: bool = False
    element_id: str | None = None  #: with an open task at this element
    business_key: str | None = None
    started_after: datetime | None = None
    started_before: datetime | None = None


def startable(uow: UnitOfWork, actor: Actor) -> tuple[DefinitionView, ...]:
    """List the processes that the actor may start by hand."""
    rows = uow.packs.all(latest_only=True)
    return definitions.views(
        uow, (row for row in rows if _may_start(row, actor) and _starts_by_hand(uow, row))
    )


def start_form(uow: UnitOfWork, actor: Actor, process_key: str) -> Mapping[str, Json] | None:
    """
    Return the form-js document of the start form; None when there is none.

    Raises:
        DefinitionNotFound: no such process.
        Forbidden: the actor may not start it.
    """
    row = definitions.row(uow, process_key)
    offices.ensure_may_start(row.starters, actor)
    return definitions.form_document(uow, row.id, row.start_form) if row.start_form else None


def start(uow: UnitOfWork, command: StartInstance) -> ProcessInstance:
    """
    Start an instance and run it to its first wait states.

    Raises:
        DefinitionNotFound: no such process.
        Forbidden: the actor holds none of the starter roles.
        DuplicateBusinessKey: the process has an instance with this key.
        SubmissionInvalid: the start form has faults.
    """
    row = definitions.row(uow, command.definition_id or command.process_key or "")
    offices.ensure_may_start(row.starters, command.actor)
    content = dict(command.variables)
    if command.submission is not None:
        content |= _validated(uow, row, command.submission, content)
    instance = begin(
        uow,
        row,
        content,
        by=command.actor,
        business_key=command.business_key,
        start_event=command.start_event,
    )
    return views.instance(uow, instance, command.actor)


def get(uow: UnitOfWork, actor: Actor, instance_id: str) -> ProcessInstance:
    """
    Return one case, personal data masked.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
    """
    row = cases.visible(uow, actor, instance_id)
    return views.instance(uow, row, actor)


def supervised(uow: UnitOfWork, actor: Actor, instance_id: str) -> ProcessInstance:
    """
    Return one case for its supervisor, personal data masked.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
        Forbidden: the actor knows of it, but does not supervise it.
    """
    row, facts = uow.instances.get(instance_id), uow.instances.facts(instance_id)
    if row is None or not rules.may_see_case(actor, facts):
        raise InstanceNotFound
    rules.ensure_may_supervise(actor, facts)
    return views.instance(uow, row, actor, facts)


def search(
    uow: UnitOfWork, actor: Actor, query: InstanceQuery, *, cursor: str | None = None, limit: int = 30
) -> Page[InstanceSummary]:
    """List the cases that the actor may see, the newest first."""
    limit = max(1, min(limit, 200))
    found = uow.instances.page(
        rules.scope_of(actor), _filters(uow, query), after=cursors.read(cursor), limit=limit
    )
    last = found[-1] if len(found) == limit else None
    following = cursors.write(last.started_at, last.id) if last else None
    return Page(items=views.summaries(uow, found), next_cursor=following)


def cancel(
    uow: UnitOfWork, actor: Actor, instance_id: str, *, reason: str, revision: int | None = None
) -> ProcessInstance:
    """
    Terminate a case; supervisors only, with a reason.

    Raises:
        InstanceEnded: it is over already.
        ActedMeanwhile: the case is no longer at *revision*.
    """
    before = _supervised(uow, actor, instance_id, reason, revision)
    ladder_tasks.ensure_explained(uow, before.id)
    definition = definitions.load(uow, before.definition_id)
    environment = uow.installation.environment(uow.now)
    advance = interpreter.terminate(definition, before.state, reason=reason, environment=environment)
    after = recording.record(uow, before, advance, by=actor, action="cancel", detail={"reason": reason})
    return views.instance(uow, after, actor)


def suspend(
    uow: UnitOfWork, actor: Actor, instance_id: str, *, reason: str, revision: int | None = None
) -> ProcessInstance:
    """
    Hold a case: nobody completes, no timer fires, no job starts; statutory clocks run on.

    Raises:
        NothingToSwitch: it is held already; the sentence says by whom.
        InstanceEnded: it is over already.
        ActedMeanwhile: the case is no longer at *revision*.
    """
    before = _supervised(uow, actor, instance_id, reason, revision)
    if before.suspended:
        raise NothingToSwitch(f"本案已经暂停，不必再暂停。{meanwhile.last_act(uow, before.id)}")
    return _switch(uow, actor, before, suspended=True, action="suspend", reason=reason)


def resume(
    uow: UnitOfWork, actor: Actor, instance_id: str, *, reason: str = "", revision: int | None = None
) -> ProcessInstance:
    """
    Let a suspended case go on.

    Raises:
        NothingToSwitch: it is not held.
        InstanceEnded: it is over already.
        ActedMeanwhile: the case is no longer at *revision*.
    """
    before = _supervised(uow, actor, instance_id, reason or "恢复办理", revision)
    if not before.suspended:
        raise NothingToSwitch(f"本案没有暂停，不必恢复。{meanwhile.last_act(uow, before.id)}")
    uow.waits.wake()
    return _switch(uow, actor, before, suspended=False, action="resume", reason=reason)


def set_variables(
    uow: UnitOfWork, actor: Actor, instance_id: str, variables: Mapping[str, Value], *, reason: str
) -> ProcessInstance:
    """Correct data of a running case; supervisors only, with a reason."""
    before = _supervised(uow, actor, instance_id, reason)
    definition = definitions.load(uow, before.definition_id)
    environment = uow.installation.environment(uow.now)
    advance = interpreter.set_variables(definition, before.state, variables, environment=environment)
    detail = {"reason": reason, "names": sorted(variables)}
    after = recording.record(uow, before, advance, by=actor, action="set-variables", detail=detail)
    return views.instance(uow, after, actor)


def related(uow: UnitOfWork, actor: Actor, instance_id: str) -> tuple[InstanceSummary, ...]:
    """List other cases, within the actor's scope, that share a party with this one."""
    cases.visible(uow, actor, instance_id)
    ids = [found for found in uow.instances.sharing_a_party(instance_id) if found != instance_id]
    return views.summaries(uow, uow.instances.by_ids(ids, rules.scope_of(actor)))


def _may_start(row: DefinitionRow, actor: Actor) -> bool:
    try:
        offices.ensure_may_start(row.starters, actor)
    except Forbidden:
        return False
    return True


def _starts_by_hand(uow: UnitOfWork, row: DefinitionRow) -> bool:
    """A start form, or a none start event, lets a person begin."""
    starts = definitions.load(uow, row.id).starts
    return row.start_form is not None or any(
        s.kind == "none" and s.process_id in ("", row.key) for s in starts
    )


def _validated(
    uow: UnitOfWork, row: DefinitionRow, submission: Mapping[str, Json], context: Mapping[str, Value]
) -> Mapping[str, Value]:
    if row.start_form is None:
        return {}
    form = definitions.form(uow, row.id, row.start_form)
    environment = uow.installation.environment(uow.now)
    return validation.validate(form, submission, context=context, environment=environment)


def _filters(uow: UnitOfWork, query: InstanceQuery) -> dict[str, Any]:
    filters = dict(vars(query))
    unit_id, overdue = filters.pop("unit_id"), filters.pop("overdue")
    filters["units"] = people.organisation(uow).below(unit_id) if unit_id else None
    filters["overdue_at"] = uow.now if overdue else None
    return filters


def _supervised(
    uow: UnitOfWork, actor: Actor, instance_id: str, reason: str, revision: int | None = None
) -> InstanceRow:
    """Lock a running case for its supervisor, who gives a reason."""
    before, facts = cases.locked(uow, actor, instance_id)
    rules.ensure_may_supervise(actor, facts)
    rules.ensure_reason(reason)
    if before.status is not InstanceState.ACTIVE:
        raise InstanceEnded(f"本案已经办结或终止，不能再这样操作。{meanwhile.last_act(uow, before.id)}")
    meanwhile.ensure_unchanged(uow, before, revision)
    return before


def _switch(
    uow: UnitOfWork, actor: Actor, before: InstanceRow, *, suspended: bool, action: str, reason: str
) -> ProcessInstance:
    after = replace(before, suspended=suspended, revision=before.revision + 1)
    uow.instances.save(after)
    detail = {"reason": reason, "revision": after.revision}
    audit.record(uow, actor, action, instance_id=before.id, detail=detail)
    return views.instance(uow, after, actor)
