"""Use cases of who has a task: claim it, put it back, hand it to somebody else, stand aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bpmn.model import Json
from tasks import rules
from tasks.model import Actor, Person, UserTask, UserTaskState
from workflows import cases, views
from workflows.errors import UnknownRecipient
from workflows.execution import pools
from workflows.identity import people
from workflows.inbox import announcing
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit


def claim(uow: UnitOfWork, actor: Actor, user_task_id: str) -> UserTask:
    """
    Take a task from the pool (签收).

    Raises:
        UserTaskNotFound: no such task.
        NotACandidate: the actor may not work on it.
        ConflictOfInterest: the actor has to stand aside.
        UserTaskAlreadyClaimed: somebody else was faster.
    """
    task, _, facts = cases.locked_task(uow, actor, user_task_id)
    rules.ensure_may_claim(task, actor, facts)
    return _assign(uow, actor, task, to=actor.person_id, owner=None, action="claim")


def release(uow: UnitOfWork, actor: Actor, user_task_id: str) -> UserTask:
    """Put a claimed task back into the pool."""
    task, _, facts = cases.locked_task(uow, actor, user_task_id)
    rules.ensure_may_release(task, actor, facts)
    return _assign(uow, actor, task, to=None, owner=None, action="release")


def transfer(uow: UnitOfWork, actor: Actor, user_task_id: str, *, to: str, reason: str) -> UserTask:
    """
    Hand the task to another person for good (转办).

    Raises:
        NotACandidate: *to* may not work on it.
        ReasonRequired: no reason was given.
    """
    task, row, facts = cases.locked_task(uow, actor, user_task_id)
    rules.ensure_may_hand_over(task, actor, facts, reason=reason)
    receiver = receiver_of(uow, to)
    rules.ensure_may_receive(task, receiver, facts)
    changed = _assign(uow, actor, task, to=to, owner=None, action="transfer", reason=reason)
    announcing.new_task(uow, changed, row)
    return changed


def delegate(uow: UnitOfWork, actor: Actor, user_task_id: str, *, to: str, reason: str) -> UserTask:
    """Let another person prepare the task; completing it brings it back to the actor (委派)."""
    task, row, facts = cases.locked_task(uow, actor, user_task_id)
    rules.ensure_may_complete(task, actor, facts)
    rules.ensure_may_hand_over(task, actor, facts, reason=reason)
    receiver = receiver_of(uow, to)
    rules.ensure_may_receive(task, receiver, facts)
    changed = _assign(uow, actor, task, to=to, owner=actor.person_id, action="delegate", reason=reason)
    announcing.new_task(uow, changed, row)
    return changed


def receiver_of(uow: UnitOfWork, person_id: str) -> Actor:
    row = uow.people.by_account(person_id)
    if row is None or not row.active:
        raise UnknownRecipient
    return people.actor_of(uow, row.id)


def _assign(
    uow: UnitOfWork,
    actor: Actor,
    task: UserTask,
    *,
    to: str | None,
    owner: str | None,
    action: str,
    reason: str = "",
) -> UserTask:
    state = UserTaskState.CLAIMED if to else UserTaskState.CREATED
    to = receiver_of(uow, to).person_id if to and to != actor.person_id else to
    uow.user_tasks.assign(task.id, state=state, assignee_id=to, owner_id=owner)
    changed = replace(task, state=state, assignee_id=to, owner_id=owner)
    if to is None:
        # A task that nobody had lies in its pools already.
        uow.user_tasks.put_candidates(changed, pools.pools_of(uow, changed) if task.assignee_id else ())
    else:
        uow.instances.ensure_participant(task.instance_id, to, "assignee", uow.now)
    audit_task(uow, actor, task, action, {"to": to, "reason": reason})
    return views.task(uow, changed, actor)


def audit_task(
    uow: UnitOfWork, actor: Actor, task: UserTask, action: str, detail: Mapping[str, Json]
) -> None:
    """Append what was done with a task to the case's chain."""
    told = {"user_task_id": task.id, "element_id": task.element_id, **detail}
    audit.record(uow, actor, action, instance_id=task.instance_id, detail=told)


def candidates(uow: UnitOfWork, actor: Actor, user_task_id: str) -> tuple[Person, ...]:
    """List the people to whom the actor may hand this task, by name."""
    task, facts = cases.task_for(uow, actor, user_task_id)
    found = uow.people.holding(rules.pools_of(task)) if task.roles else ()
    kept = [p for p in found if p.id != task.assignee_id and p.id not in facts.conflicts]
    return tuple(sorted(kept, key=lambda person: person.name))


def record_conflict(uow: UnitOfWork, actor: Actor, user_task_id: str, *, reason: str) -> UserTask:
    """Record that the actor must stand aside in this case (回避) and put the task back into the pool."""
    task, _, facts = cases.locked_task(uow, actor, user_task_id)
    rules.ensure_may_complete(task, actor, facts)
    rules.ensure_reason(reason)
    uow.instances.ensure_participant(task.instance_id, actor.person_id, "conflict", uow.now)
    return _assign(uow, actor, task, to=None, owner=None, action="conflict-of-interest", reason=reason)
