"""What an instance waits for, derived from its visits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

from SpiffWorkflow.util.task import TaskState

from bpmn.model import ClockWait, ConditionWait, EventWait, JobWait, TimerWait, UserTaskWait, Value, WaitState
from bpmn.spiff import activities, catching, throwing, variables
from bpmn.spiff.kernel import Instance, Visit

_PEOPLE = ("userTask", "manualTask")
_JOBS = ("serviceTask", "sendTask", "businessRuleTask")


def waits(instance: Instance) -> tuple[WaitState, ...]:
    """Return every wait state, in the order in which the waits began."""
    visits = sorted(instance.tasks.values(), key=lambda visit: visit.number)
    told = _remembered if instance.is_kept else _of
    return tuple(wait for visit in visits for wait in told(visit))


def _remembered(visit: Visit) -> Iterable[WaitState]:
    """Return what a task was said to wait for before, as long as it is in the same state."""
    if visit.node.type not in (*_PEOPLE, *_JOBS):
        return _of(visit)
    state = (visit.state, visit.has_incident, visit.is_finishing)
    if visit.told is None or visit.told[0] != state:
        visit.told = (state, tuple(_of(visit)))
    return visit.told[1]


def known(instance: Instance) -> dict[str, Value]:
    """Return what everything that waits can see, the latest wait on top: called processes keep variables of their own."""
    visits = sorted(instance.tasks.values(), key=lambda visit: visit.number)
    found: dict[str, Value] = {}
    for visit in visits:
        if any(True for _ in _of(visit)):
            found |= variables.visible(visit)
    return found


def conditions(instance: Instance) -> tuple[ConditionWait, ...]:
    """Return the conditions that are waited for, in the order in which the waits began."""
    visits = sorted(instance.tasks.values(), key=lambda visit: visit.number)
    return tuple(
        ConditionWait(
            activity_id=visit.id,
            element_id=visit.node.origin,
            name=visit.node.name,
            expression=visit.node.trigger.expression,
            scope=visit.enclosing(),
        )
        for visit in visits
        if throwing.is_waiting_for(visit, "conditional")
    )


def is_waiting(instance: Instance) -> bool:
    """Whether anything can still move the instance: work, an event, a condition, or an operator."""
    return any(_can_move(visit) for visit in instance.tasks.values())


def _can_move(visit: Visit) -> bool:
    if visit.has_incident or visit.has_state(TaskState.READY):
        return True
    if visit.node.type in (*_PEOPLE, *_JOBS):
        return visit.has_state(TaskState.STARTED) and not visit.task_spec.is_body
    return visit.has_state(TaskState.WAITING) and visit.node.trigger.kind in catching.WAITED


def is_task(visit: Visit) -> bool:
    """Whether a visit waits for a person or a handler."""
    return any(isinstance(wait, UserTaskWait | JobWait) for wait in _work(visit)) and not visit.has_incident


def _of(visit: Visit) -> Iterator[WaitState]:
    if not visit.has_incident:
        yield from _work(visit)
        yield from _event(visit)
    if (
        visit.has_state(TaskState.STARTED | TaskState.WAITING)
        and "since" in visit.internal_data
        and not visit.is_instance
    ):
        yield from _clocks(visit)


def _work(visit: Visit) -> Iterator[WaitState]:
    if visit.task_spec.is_body or not activities.is_waiting(visit):
        return
    if visit.node.type in _PEOPLE:
        yield UserTaskWait(
            activity_id=visit.id,
            element_id=visit.node.origin,
            name=visit.node.name,
            lane=visit.node.lane,
            scope=visit.enclosing(),
            extensions=visit.node.extensions,
            variables={} if visit.workflow.is_kept else variables.visible(visit),
        )
    elif visit.node.type in _JOBS:
        yield _job(visit)


def _job(visit: Visit) -> JobWait:
    extensions = visit.node.extensions
    return JobWait(
        activity_id=visit.id,
        element_id=visit.node.origin,
        name=visit.node.name,
        operation=extensions.get("operation") or extensions.get("decision") or visit.node.origin,
        parameters=_parameters(visit),
        scope=visit.enclosing(),
    )


def _parameters(visit: Visit) -> dict[str, Value]:
    if visit.node.all_in:
        return variables.visible(visit)
    names = {t.target.split(".")[0] for t in visit.node.inputs + visit.node.associations_in}
    return {name: value for name, value in visit.data.items() if name in names}


def _event(visit: Visit) -> Iterator[WaitState]:
    if throwing.is_waiting_for(visit, "timer"):
        yield TimerWait(
            activity_id=visit.id,
            element_id=visit.node.origin,
            name=visit.node.name,
            due_at=catching.due_at(visit),
            attached_to=visit.node.attached_to,
            deadline=visit.internal_data.get("deadline"),
            scope=visit.enclosing(),
        )
    elif throwing.is_waiting_for(visit, "message"):
        yield _event_wait(visit, "message")
    elif throwing.is_waiting_for(visit, "signal"):
        yield _event_wait(visit, "signal")


def _event_wait(visit: Visit, kind: Literal["message", "signal"]) -> EventWait:
    return EventWait(
        activity_id=visit.id,
        element_id=visit.node.origin,
        name=visit.node.name,
        kind=kind,
        event_name=visit.node.trigger.name,
        correlation_key=visit.internal_data.get("key"),
        scope=visit.enclosing(),
    )


def _clocks(visit: Visit) -> Iterator[WaitState]:
    effects: tuple[tuple[str, Literal["run", "pause"]], ...] = (("deadline", "run"), ("pauses", "pause"))
    for attribute, effect in effects:
        for code in visit.node.extensions.get(attribute, "").split():
            yield ClockWait(
                activity_id=visit.id,
                element_id=visit.node.origin,
                name=visit.node.name,
                code=code,
                effect=effect,
                since=datetime.fromisoformat(visit.internal_data["since"]),
                scope=visit.enclosing(),
            )
