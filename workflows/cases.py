"""Finding a case for an actor: visible or not there at all; locked or merely read."""

from __future__ import annotations

from dataclasses import replace

from bpmn.errors import InstanceEnded
from bpmn.model import Advance, InstanceState, UserTaskWait, Value
from tasks import rules
from tasks.errors import UserTaskClosed
from tasks.model import Actor, CaseFacts, UserTask
from workflows import values
from workflows.errors import InstanceNotFound, InstanceSuspended, UserTaskNotFound
from workflows.store.rows import Held, InstanceRow
from workflows.store.unit_of_work import UnitOfWork


def visible(uow: UnitOfWork, actor: Actor, instance_id: str) -> InstanceRow:
    """
    Read a case in the actor's scope, or one with a task in the actor's hands or pools.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
    """
    row = uow.instances.visible(instance_id, rules.scope_of(actor))
    if row is None and not rules.is_system(actor):
        row = _by_pool(uow, actor, instance_id)
    if row is None:
        raise InstanceNotFound
    return row


def _by_pool(uow: UnitOfWork, actor: Actor, instance_id: str) -> InstanceRow | None:
    facts = uow.instances.facts(instance_id)
    tasks = [with_units(task, facts) for task in uow.user_tasks.of_instance(instance_id)]
    return uow.instances.get(instance_id) if rules.may_open_case(actor, facts, tasks) else None


def locked(uow: UnitOfWork, actor: Actor, instance_id: str) -> tuple[InstanceRow, CaseFacts]:
    """
    Lock a case that the actor may see; the instance row is the first lock everywhere.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
        InstanceBusy: somebody else holds it.
    """
    row = uow.instances.lock(instance_id)
    if row is None:
        raise InstanceNotFound
    facts = uow.instances.facts(instance_id)
    if not rules.may_see_case(actor, facts):
        raise InstanceNotFound
    return row, facts


def locked_of_task(uow: UnitOfWork, actor: Actor, user_task_id: str) -> tuple[InstanceRow, CaseFacts]:
    """
    Lock the case of a task, open or done; who may not see the case does not learn that the task exists.

    Raises:
        UserTaskNotFound: no such task, or the actor may not know of its case.
        InstanceBusy: somebody else holds the case.
    """
    instance_id = uow.user_tasks.instance_of(user_task_id)
    if instance_id is None:
        raise UserTaskNotFound
    try:
        return locked(uow, actor, instance_id)
    except InstanceNotFound as hidden:
        raise UserTaskNotFound from hidden


def ensure_running(row: InstanceRow) -> None:
    """Refuse a case that is over or suspended."""
    if row.status is not InstanceState.ACTIVE:
        raise InstanceEnded
    if row.suspended:
        raise InstanceSuspended


def task_for(uow: UnitOfWork, actor: Actor, user_task_id: str) -> tuple[UserTask, CaseFacts]:
    """
    Read a task that the actor may know of.

    Raises:
        UserTaskNotFound: no such task, or the actor may not know of it.
    """
    task = uow.user_tasks.get(user_task_id)
    if task is None:
        raise UserTaskNotFound
    facts = uow.instances.facts(task.instance_id)
    task = with_units(task, facts)
    if not rules.may_see_task(task, actor, facts):
        raise UserTaskNotFound
    return task, facts


def locked_task(uow: UnitOfWork, actor: Actor, user_task_id: str) -> tuple[UserTask, InstanceRow, CaseFacts]:
    """
    Lock the task's case, then read the task again.

    Raises:
        UserTaskNotFound: no such task, or the actor may not know of it.
        UserTaskClosed: it was completed or cancelled in the meantime.
        InstanceBusy: somebody else holds the case.
    """
    found = held_task(uow, actor, user_task_id)
    return found.task, found.instance, found.facts


def held_task(uow: UnitOfWork, actor: Actor, user_task_id: str) -> Held:
    """Do what ``locked_task`` does, and return all that a step needs to know besides; one round trip, and it raises the same."""
    found = uow.holding.task(user_task_id)
    if found is None:
        raise UserTaskNotFound
    task = with_units(found.task, found.facts)
    if not rules.may_see_task(task, actor, found.facts):
        raise UserTaskNotFound
    if not task.is_open:
        raise UserTaskClosed
    ensure_running(found.instance)
    return replace(found, task=task)


def with_units(task: UserTask, facts: CaseFacts) -> UserTask:
    """Return the task knowing the units of its case, as the rules want it."""
    return replace(task, case_units=facts.units)


def content(uow: UnitOfWork, row: InstanceRow, *, user_task_id: str | None = None) -> dict[str, Value]:
    """
    Return the case's data as a task sees it; without a task, as all open tasks together see it.

    Called processes have variables of their own while they run: those stand on top of the case's.
    """
    found = values.decode(row.variables)
    instance_id = None if user_task_id else row.id
    for inputs in uow.user_tasks.inputs(user_task_id=user_task_id, instance_id=instance_id):
        found |= values.decode(inputs)
    return found


def content_of(held: Held) -> dict[str, Value]:
    """Return the case's data as a held task sees it: ``content`` without reading."""
    return values.decode(held.instance.variables) | values.decode(held.inputs)


def content_after(advance: Advance) -> dict[str, Value]:
    """Return the case's data after a step, as all its open tasks together see it: ``content`` without reading."""
    found = dict(advance.variables)
    for wait in advance.waits:
        if isinstance(wait, UserTaskWait):
            found |= own_inputs(wait, advance)
    return found


def own_inputs(wait: UserTaskWait, advance: Advance) -> dict[str, Value]:
    """Return what a visit sees and the top process does not: inputs, variables of a called process."""
    top = advance.variables
    return {name: value for name, value in wait.variables.items() if name not in top or top[name] != value}
