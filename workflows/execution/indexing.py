"""Reconcile the index of wait states with what an instance waits for now: insert new, move, close vanished."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import orjson

from bpmn.definition import ProcessDefinition
from bpmn.model import Advance, EventWait, JobWait, TimerWait, UserTaskWait
from tasks.model import UserTask, UserTaskState
from workflows import cases, values
from workflows.execution import ladder_tasks, pools
from workflows.execution.ledgers import Ledgers
from workflows.inbox import announcing
from workflows.processes import definitions
from workflows.store.ids import new_id
from workflows.store.rows import InstanceRow, OpenWait, SubscriptionRow, TimerRow
from workflows.store.unit_of_work import UnitOfWork

THROWN_MESSAGES_WAIT = timedelta(days=1)  #: how long a message of a case waits for the case it is meant for
KINDS: dict[type, str] = {UserTaskWait: "user_task", JobWait: "job", TimerWait: "timer", EventWait: "event"}


def reconcile(
    uow: UnitOfWork,
    definition: ProcessDefinition,
    instance: InstanceRow,
    advance: Advance,
    known: Iterable[OpenWait],
    ledgers: Ledgers,
) -> None:
    """Make the open rows of the instance those of ``advance.waits``."""
    rows = {(wait.kind, wait.activity_id): wait for wait in known if wait.kind != "clock"}
    now = {(KINDS[type(wait)], wait.activity_id): wait for wait in advance.waits if type(wait) in KINDS}
    running = [row.id for row in ledgers.rows.values()]
    gone = [row for key, row in rows.items() if key not in now and not _is_kept(row, running)]
    uow.waits.close(gone, uow.now)
    new = [wait for key, wait in now.items() if key not in rows]
    _add_tasks(uow, definition, instance, advance, [w for w in new if isinstance(w, UserTaskWait)], ledgers)
    _add_jobs(uow, instance, [w for w in new if isinstance(w, JobWait)])
    _add_timers(uow, instance, [w for w in new if isinstance(w, TimerWait)])
    _add_subscriptions(uow, instance, [w for w in new if isinstance(w, EventWait)])
    for key, wait in now.items():
        if key in rows:
            _move(uow, rows[key], wait, ledgers, definition.key)
            if isinstance(wait, UserTaskWait):
                _put_inputs(uow, rows[key].id, rows[key].code, wait, advance)


def _is_kept(row: OpenWait, running: Iterable[str]) -> bool:
    return ladder_tasks.is_one(row.activity_id) and ladder_tasks.outlives(row.activity_id, running)


def _put_inputs(
    uow: UnitOfWork, user_task_id: str, known: str | None, wait: UserTaskWait, advance: Advance
) -> None:
    """Keep what the visit sees and the top process does not: inputs, variables of a called process."""
    own = cases.own_inputs(wait, advance)
    inputs = values.encode(own) if own else None
    digest = hashlib.sha256(orjson.dumps(inputs)).hexdigest()[:32] if own else None
    if digest != known:
        uow.user_tasks.put_inputs(user_task_id, inputs, digest)


def _move(uow: UnitOfWork, row: OpenWait, wait: Any, ledgers: Ledgers, process: str) -> None:
    if isinstance(wait, TimerWait) and row.due_at != wait.due_at:
        uow.waits.move_timer(row.id, wait.due_at)
    if isinstance(wait, UserTaskWait) and row.due_at != (due := _due(wait, ledgers, process)):
        uow.user_tasks.set_due([row.id], due)


def _due(wait: UserTaskWait, ledgers: Ledgers, process: str) -> datetime | None:
    """Return when the task is due: by its own deadline, that of the innermost enclosing activity, or of the whole case."""
    return ledgers.due((wait.activity_id, *reversed(wait.scope)), process)


def _add_tasks(
    uow: UnitOfWork,
    definition: ProcessDefinition,
    instance: InstanceRow,
    advance: Advance,
    waits: list[UserTaskWait],
    ledgers: Ledgers,
) -> None:
    if not waits:
        return
    units = {s: u for s, u in _units(advance).items() if isinstance(u, str) and u}
    for wait in waits:
        task = _task(uow, instance, wait, units, _due(wait, ledgers, definition.key))
        uow.user_tasks.add(task, pools.pools_of(uow, task))
        _put_inputs(uow, task.id, None, wait, advance)
        if task.assignee_id is not None:
            uow.instances.ensure_participant(instance.id, task.assignee_id, "assignee", uow.now)
            announcing.new_task(uow, task, instance)


def _units(advance: Advance) -> dict[str, Any]:
    units = advance.variables.get("units")
    return dict(units) if isinstance(units, dict) else {}


def _task(
    uow: UnitOfWork, instance: InstanceRow, wait: UserTaskWait, units: dict[str, str], due_at: datetime | None
) -> UserTask:
    extensions = {name: value for name, value in wait.extensions.items() if value is not None}
    assignee = _assignee(uow, wait, instance.id)
    return UserTask(
        id=new_id(),
        instance_id=instance.id,
        activity_id=wait.activity_id,
        element_id=wait.element_id,
        name=wait.name or wait.element_id,
        lane=wait.lane,
        state=UserTaskState.CLAIMED if assignee else UserTaskState.CREATED,
        roles=tuple(str(extensions.get("roles") or "").split()),
        unit_id=units.get(str(extensions.get("at") or "")),
        case_units=frozenset(units.values()),
        assignee_id=assignee,
        form_key=str(extensions["form"]) if extensions.get("form") else None,
        priority=_priority(uow, wait),
        created_at=uow.now,
        due_at=due_at,
        title=instance.title,
        extensions=extensions,
    )


def _priority(uow: UnitOfWork, wait: UserTaskWait) -> int:
    value = definitions.evaluate(uow, str(wait.extensions.get("priority") or ""), wait.variables)
    try:
        return max(0, min(100, int(value)))
    except (TypeError, ValueError):
        return 50


def _assignee(uow: UnitOfWork, wait: UserTaskWait, instance_id: str) -> str | None:
    """
    Return the id of the person the model names, or of the substitute of one who is absent.

    None, and so the pool, when the one who would get it is away too or has to stand aside in the case (回避).
    """
    named = definitions.evaluate(uow, str(wait.extensions.get("assignee") or ""), wait.variables)
    person = uow.people.by_account(named) if isinstance(named, str) and named else None
    if person is None or not person.active:
        return None
    if person.absent_until is not None and person.absent_until > uow.now:
        person = uow.people.get(person.substitute_id or "")
    if person is None or not person.active or (person.absent_until or uow.now) > uow.now:
        return None
    return None if person.id in uow.instances.facts(instance_id).conflicts else person.id


def _add_jobs(uow: UnitOfWork, instance: InstanceRow, waits: list[JobWait]) -> None:
    uow.jobs.add(
        {
            "id": new_id(),
            "instance_id": instance.id,
            "activity_id": wait.activity_id,
            "element_id": wait.element_id,
            "operation": wait.operation,
            "parameters": values.encode(wait.parameters),
            "state": "ready",
            "created_at": uow.now,
            "run_at": uow.now,
        }
        for wait in waits
    )
    if waits:
        uow.waits.wake()


def _add_timers(uow: UnitOfWork, instance: InstanceRow, waits: list[TimerWait]) -> None:
    uow.waits.add_timers(
        TimerRow(
            id=new_id(),
            instance_id=instance.id,
            activity_id=wait.activity_id,
            element_id=wait.element_id,
            due_at=wait.due_at,
            deadline=wait.deadline,
        )
        for wait in waits
    )


def _add_subscriptions(uow: UnitOfWork, instance: InstanceRow, waits: list[EventWait]) -> None:
    """Add subscriptions, and queue again the messages that came before anybody waited for them."""
    uow.waits.add_subscriptions(
        SubscriptionRow(
            id=new_id(),
            instance_id=instance.id,
            activity_id=wait.activity_id,
            element_id=wait.element_id,
            kind=wait.kind,
            event_name=wait.event_name,
            correlation_key=wait.correlation_key,
        )
        for wait in waits
    )
    early = [
        message.id
        for wait in waits
        if wait.kind == "message"
        for message in uow.messages.waiting(wait.event_name, wait.correlation_key, uow.now)
    ]
    if early:
        uow.messages.set_state(early, "pending")
        uow.waits.wake()
