"""Use cases of user tasks: what a person may do with the work in front of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

from bpmn.errors import Conflict
from bpmn.model import Json
from tasks import disclosure, offices, rules
from tasks.errors import ConflictOfInterest
from tasks.model import Actor, Person, UserTask, UserTaskState
from workflows import cases, cursors, views
from workflows.errors import UnknownRecipient
from workflows.identity import people
from workflows.inbox import announcing
from workflows.model import Page, TaskForm
from workflows.paperwork import papers
from workflows.processes import definitions
from workflows.store.rows import AuditRow, InstanceRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.work.comments import comment, comments
from workflows.work.completion import CompleteUserTask, complete, throw_error
from workflows.work.drafts import discard_draft, save_draft
from workflows.work.undoing import preview, return_task, withdraw

__all__ = [
    "CompleteUserTask",
    "candidates",
    "claim",
    "comment",
    "comments",
    "complete",
    "copy",
    "count_my_tasks",
    "delegate",
    "discard_draft",
    "get",
    "my_tasks",
    "open_form",
    "preview",
    "record_conflict",
    "release",
    "remind",
    "return_task",
    "save_draft",
    "throw_error",
    "transfer",
    "withdraw",
]

Which = Literal["all", "mine", "pool", "done", "copied"]
NUDGE_EVERY = timedelta(hours=1)


class RemindedLately(Conflict):
    """一小时内已经催办过。请稍后再催，或直接联系办理人。"""


def my_tasks(
    uow: UnitOfWork,
    actor: Actor,
    *,
    which: Which = "all",
    text: str | None = None,
    overdue: bool = False,
    process_key: str | None = None,
    instance_id: str | None = None,
    cursor: str | None = None,
    limit: int = 30,
) -> Page[UserTask]:
    """
    List the tasks that the actor has or may claim, the most urgent first; titles are masked.

    Costs the same with 100,000 open cases as with 1,000: an ordered read of the actor's pools.
    """
    limit = max(1, min(limit, 200))
    if which == "done":
        return _done(uow, actor, cursor, limit)
    filters: dict[str, Any] = {
        "text": text,
        "overdue_at": uow.now if overdue else None,
        "process_key": process_key,
        "instance_id": instance_id,
    }
    found, last = uow.user_tasks.page(
        actor.person_id,
        rules.keys_of(actor),
        {name: value for name, value in filters.items() if value},
        which=which,
        after=cursors.read(cursor),
        limit=limit,
    )
    items = tuple(_for_list(task, actor) for task in found)
    return Page(items=items, next_cursor=cursors.write(*last) if last and len(found) == limit else None)


def _for_list(task: UserTask, actor: Actor) -> UserTask:
    """Return the line of a list with its main button; the task's own page asks the full rules."""
    if rules.sees_no_cases(actor):
        task = replace(task, title="")
    return replace(task, actions=("complete",) if task.assignee_id == actor.person_id else ("claim",))


def _done(uow: UnitOfWork, actor: Actor, cursor: str | None, limit: int) -> Page[UserTask]:
    found = uow.user_tasks.done_by(actor.person_id, after=cursors.read(cursor), limit=limit)
    last = found[-1] if len(found) == limit else None
    at = last.completed_at if last else None
    return Page(items=found, next_cursor=cursors.write(at, last.id) if last and at else None)


def count_my_tasks(uow: UnitOfWork, actor: Actor) -> Mapping[str, int]:
    """Return ``{"mine": n, "pool": n, "overdue": n}``, each counted up to 1000."""
    return uow.user_tasks.counts(actor.person_id, rules.keys_of(actor), uow.now)


def get(uow: UnitOfWork, actor: Actor, user_task_id: str) -> UserTask:
    """
    Return one task with the actions its actor may take.

    Raises:
        UserTaskNotFound: no such task, or the actor may not know of it.
    """
    task, facts = cases.task_for(uow, actor, user_task_id)
    return views.task(uow, task, actor, facts)


def open_form(uow: UnitOfWork, actor: Actor, user_task_id: str) -> TaskForm:
    """
    Return the task, its form, values and the actor's draft; audits the view of clear data.

    Who may complete the task sees the data it needs clear, if their role ever may; everybody else sees it masked.

    Raises:
        UserTaskNotFound: no such task, or the actor may not know of it.
        FormNotFound: the task names a form that its pack does not have.
    """
    task, facts = cases.task_for(uow, actor, user_task_id)
    row = uow.instances.get(task.instance_id)
    if row is None:
        raise UnknownRecipient
    clear = disclosure.needs_clear(task, actor, facts)
    draft = uow.user_tasks.draft(user_task_id, actor.person_id)
    if clear:
        _audit_view(uow, actor, task)
    return TaskForm(
        task=views.task(uow, task, actor, facts),
        form=definitions.form_document(uow, row.definition_id, task.form_key) if task.form_key else None,
        values=_values(uow, actor, row, task, clear),
        draft=draft[0] if draft else None,
        draft_saved_at=draft[1] if draft else None,
        revision=row.revision,
        papers=() if rules.sees_no_cases(actor) else papers.listed(uow, task.instance_id),
    )


def _values(
    uow: UnitOfWork, actor: Actor, row: InstanceRow, task: UserTask, clear: bool
) -> Mapping[str, Any]:
    """Return the case's data as the actor may see it; ``forms.prefill`` lays it into the form's fields."""
    return views.shown(uow, actor, cases.content(uow, row, user_task_id=task.id), clear=clear)


def _audit_view(uow: UnitOfWork, actor: Actor, task: UserTask) -> None:
    uow.audit.append(
        AuditRow(
            chain=f"person:{actor.person_id}",
            at=uow.now,
            person_id=actor.person_id,
            action="view-clear",
            instance_id=task.instance_id,
            purpose=f"办理任务：{task.name}",
            fields=("parties",),
            client=actor.client,
            detail={"user_task_id": task.id},
        )
    )


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
    receiver = _receiver(uow, to)
    rules.ensure_may_receive(task, receiver, facts)
    changed = _assign(uow, actor, task, to=to, owner=None, action="transfer", reason=reason)
    announcing.new_task(uow, changed, row)
    return changed


def delegate(uow: UnitOfWork, actor: Actor, user_task_id: str, *, to: str, reason: str) -> UserTask:
    """Let another person prepare the task; completing it brings it back to the actor (委派)."""
    task, row, facts = cases.locked_task(uow, actor, user_task_id)
    rules.ensure_may_complete(task, actor, facts)
    rules.ensure_may_hand_over(task, actor, facts, reason=reason)
    receiver = _receiver(uow, to)
    rules.ensure_may_receive(task, receiver, facts)
    changed = _assign(uow, actor, task, to=to, owner=actor.person_id, action="delegate", reason=reason)
    announcing.new_task(uow, changed, row)
    return changed


def _receiver(uow: UnitOfWork, person_id: str) -> Actor:
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
    to = _receiver(uow, to).person_id if to and to != actor.person_id else to
    uow.user_tasks.assign(task.id, state=state, assignee_id=to, owner_id=owner)
    changed = replace(task, state=state, assignee_id=to, owner_id=owner)
    if to is None:
        # A task that nobody had lies in its pools already.
        uow.user_tasks.put_candidates(changed, rules.pools_of(changed) if task.assignee_id else ())
    else:
        uow.instances.ensure_participant(task.instance_id, to, "assignee", uow.now)
    audit_task(uow, actor, task, action, {"to": to, "reason": reason})
    return views.task(uow, changed, actor)


def audit_task(
    uow: UnitOfWork, actor: Actor, task: UserTask, action: str, detail: Mapping[str, Json]
) -> None:
    """Append what was done with a task to the case's chain."""
    uow.audit.append(
        AuditRow(
            chain=f"instance:{task.instance_id}",
            at=uow.now,
            person_id=actor.person_id,
            action=action,
            instance_id=task.instance_id,
            client=actor.client,
            detail={"user_task_id": task.id, "element_id": task.element_id, **detail},
        )
    )


def remind(uow: UnitOfWork, actor: Actor, user_task_id: str, *, text: str = "") -> UserTask:
    """Nudge whoever has the task (催办); at most once an hour for one task."""
    task, row, facts = cases.locked_task(uow, actor, user_task_id)
    rules.ensure_may_remind(task, actor, facts)
    if not uow.user_tasks.remind(task.id, uow.now, not_since=uow.now - NUDGE_EVERY):
        raise RemindedLately
    recipients = (
        [task.assignee_id] if task.assignee_id else [p.id for p in uow.people.holding(rules.pools_of(task))]
    )
    _tell(uow, recipients, "remind", f"催办：{task.name}", text or row.title, task)
    audit_task(uow, actor, task, "remind", {"text": text})
    return views.task(uow, replace(task, reminders=task.reminders + 1), actor, facts)


def copy(
    uow: UnitOfWork, actor: Actor, user_task_id: str, *, to: tuple[str, ...], text: str = ""
) -> UserTask:
    """Send a copy to people who then may read the case (抄送); a person gets it once."""
    task, row, facts = cases.locked_task(uow, actor, user_task_id)
    rules.ensure_may_remind(task, actor, facts)
    receivers = [_receiver(uow, person_id) for person_id in dict.fromkeys(to)]
    for receiver in receivers:
        if receiver.person_id in facts.conflicts:
            raise ConflictOfInterest
        offices.ensure_may_be_copied(receiver)
    at = uow.now
    new = [r.person_id for r in receivers if uow.instances.add_participant(row.id, r.person_id, "copied", at)]
    _tell(uow, new, "copy", f"抄送：{task.name}", text or row.title, task)
    audit_task(uow, actor, task, "copy", {"to": new})
    return views.task(uow, task, actor)


def _tell(uow: UnitOfWork, recipients: list[str], kind: str, subject: str, body: str, task: UserTask) -> None:
    link = f"/cases/{task.instance_id}" if kind == "copy" else f"/tasks/{task.id}"
    announcing.put(
        uow, recipients, kind=kind, subject=subject, body=body, link=link, instance_id=task.instance_id
    )


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
