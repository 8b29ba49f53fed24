"""Use cases of user tasks: what a person may do with the work in front of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

from bpmn.errors import Conflict
from tasks import disclosure, offices, rules
from tasks.errors import ConflictOfInterest
from tasks.model import Actor, UserTask
from workflows import cases, cursors, views
from workflows.errors import UnknownRecipient
from workflows.inbox import announcing
from workflows.model import Page, TaskForm
from workflows.paperwork import papers
from workflows.processes import definitions
from workflows.store.rows import InstanceRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit
from workflows.work.assignment import (
    audit_task,
    candidates,
    claim,
    delegate,
    receiver_of,
    record_conflict,
    release,
    transfer,
)
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
    found, last = uow.work_lists.page(
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
    found = uow.work_lists.done_by(actor.person_id, after=cursors.read(cursor), limit=limit)
    last = found[-1] if len(found) == limit else None
    at = last.completed_at if last else None
    return Page(items=found, next_cursor=cursors.write(at, last.id) if last and at else None)


def count_my_tasks(uow: UnitOfWork, actor: Actor) -> Mapping[str, int]:
    """Return ``{"mine": n, "pool": n, "overdue": n}``, each counted up to 1000."""
    return uow.work_lists.counts(actor.person_id, rules.keys_of(actor), uow.now)


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
    audit.record(
        uow,
        actor,
        "view-clear",
        instance_id=task.instance_id,
        purpose=f"办理任务：{task.name}",
        fields=("parties",),
        detail={"user_task_id": task.id},
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
    receivers = [receiver_of(uow, person_id) for person_id in dict.fromkeys(to)]
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
