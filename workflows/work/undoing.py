"""
Taking a step back: 撤回 by whoever took it, 退回 by whoever has the next task.

The state before the step is restored; the index follows by itself. Nothing that left the house is called back: after a
message or an automatic step there is no way back, and the refusal says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bpmn import interpreter
from bpmn.errors import Conflict
from bpmn.model import Advance, ClockWait, HistoryEvent, InstanceState, UserTaskWait, WaitState
from tasks import rules
from tasks.errors import NotYourTask, WithdrawTooLate
from tasks.model import Actor, CaseFacts, UserTask, UserTaskState
from workflows import cases, values, views
from workflows.execution import ladder_tasks, recording
from workflows.inbox import announcing
from workflows.model import ProcessInstance
from workflows.processes import definitions
from workflows.store.rows import InstanceRow, StepRow
from workflows.store.unit_of_work import UnitOfWork

How = Literal["withdraw", "return"]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What taking a step back would do, in names of the diagram."""

    reopened: tuple[str, ...]  #: tasks that open again
    reopened_for: str  #: who gets the task of that step
    cancelled: tuple[str, ...]  #: tasks that are open now and go
    kept: tuple[str, ...]  #: tasks that stay as they are
    resumed: tuple[str, ...] = ()  #: deadlines that count again, as ``code name``
    stopped: tuple[str, ...] = ()  #: deadlines that stop counting


def withdraw(uow: UnitOfWork, actor: Actor, user_task_id: str, *, reason: str) -> ProcessInstance:
    """
    Take back a completed task before the next person has begun (撤回): its state before the step is restored.

    Raises:
        NotYourTask: somebody else completed it.
        WithdrawTooLate: a following task was claimed or completed, or something left the house.
    """
    rules.ensure_reason(reason)
    before, facts, step = _withdrawable(uow, actor, user_task_id)
    return _restore(uow, actor, before, facts, step, how="withdraw", reason=reason)


def return_task(uow: UnitOfWork, actor: Actor, user_task_id: str, *, reason: str) -> ProcessInstance:
    """
    Send the case back to the step before this task (退回): the state before that step is restored.

    Raises:
        WithdrawTooLate: the step before it was another branch's, or something left the house since then.
    """
    rules.ensure_reason(reason)
    before, facts, step = _returnable(uow, actor, user_task_id)
    return _restore(uow, actor, before, facts, step, how="return", reason=reason)


def preview(uow: UnitOfWork, actor: Actor, user_task_id: str, how: How) -> Preview:
    """
    Tell what ``withdraw`` or ``return_task`` would do; raises what it would raise.

    Raises:
        WithdrawTooLate: it would be refused; the message says why.
    """
    find = _withdrawable if how == "withdraw" else _returnable
    before, _, step = find(uow, actor, user_task_id)
    then = interpreter.waits(definitions.load(uow, before.definition_id), step.state_before)
    waiting = {
        wait.activity_id: wait.name or wait.element_id for wait in then if isinstance(wait, UserTaskWait)
    }
    open_ = {t.activity_id: t.name for t in uow.user_tasks.of_instance(before.id)}
    diagram = {activity: name for activity, name in open_.items() if not ladder_tasks.is_one(activity)}
    resumed, stopped = _clocks(uow, before, then)
    return Preview(
        reopened=tuple(name for activity, name in waiting.items() if activity not in open_),
        reopened_for=uow.people.names([step.person_id]).get(step.person_id, "系统"),
        cancelled=tuple(name for activity, name in diagram.items() if activity not in waiting),
        kept=tuple(name for activity, name in diagram.items() if activity in waiting),
        resumed=resumed,
        stopped=stopped,
    )


def _clocks(
    uow: UnitOfWork, row: InstanceRow, then: tuple[WaitState, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    clocks = {(w.activity_id, w.code): w.name for w in then if isinstance(w, ClockWait) and w.effect == "run"}
    rows = uow.deadlines.of_instance(row.id, open_only=True)
    running = {(d.activity_id, d.code): d.element_name for d in rows}
    resumed = tuple(f"{key[1]} {name}".strip() for key, name in clocks.items() if key not in running)
    stopped = tuple(f"{key[1]} {name}".strip() for key, name in running.items() if key not in clocks)
    return resumed, stopped


def _withdrawable(uow: UnitOfWork, actor: Actor, user_task_id: str) -> tuple[InstanceRow, CaseFacts, StepRow]:
    before, facts = cases.locked_of_task(uow, actor, user_task_id)
    step = uow.steps.last(before.id)
    if before.status is not InstanceState.ACTIVE:
        raise WithdrawTooLate("案件已经办结，不能撤回。")
    cases.ensure_running(before)
    if step is None or step.user_task_id != user_task_id:
        raise WithdrawTooLate("您这一步之后已有其他办理，不能撤回。请联系下一步办理人退回。")
    if step.person_id != actor.person_id:
        raise NotYourTask
    _ensure_nothing_left(uow, before, step)
    _ensure_not_begun(uow, step)
    return before, facts, step


def _returnable(uow: UnitOfWork, actor: Actor, user_task_id: str) -> tuple[InstanceRow, CaseFacts, StepRow]:
    task, before, facts = cases.locked_task(uow, actor, user_task_id)
    rules.ensure_may_complete(task, actor, facts)
    if ladder_tasks.is_one(task.activity_id):
        raise Conflict("这项任务由期限提醒产生，没有上一步，不能退回。请直接办理。")
    step = uow.steps.last(before.id)
    if step is None:
        raise WithdrawTooLate("这是第一步，没有可以退回的上一步。")
    _ensure_nothing_left(uow, before, step)
    _ensure_follows(uow, before, task, step)
    return before, facts, step


def _ensure_nothing_left(uow: UnitOfWork, row: InstanceRow, step: StepRow) -> None:
    """Refuse when the step sent something, or anything else moved the case since."""
    sent = uow.messages.sent_by(row.id, since=step.at)
    if sent:
        raise WithdrawTooLate(
            f"这一步之后已经发出“{sent[0]}”，不能撤回或者退回。请与接收方联系，或者继续办理。"
        )
    ran = uow.jobs.begun(row.id, since=step.at)
    if ran:
        element = definitions.load(uow, row.definition_id).elements.get(ran[0])
        name = element.name if element and element.name else ran[0]
        raise WithdrawTooLate(f"这一步之后自动步骤“{name}”已经执行，不能撤回或者退回。请继续办理。")
    if step.revision != row.revision:
        raise WithdrawTooLate(
            "这一步之后案件又有了新的进展，不能撤回或者退回。请与本单位负责人商定处理办法。"
        )


def _ensure_not_begun(uow: UnitOfWork, step: StepRow) -> None:
    """Refuse when somebody has taken up a task that the step made."""
    following = (t for t in uow.user_tasks.of_instance(step.instance_id) if _is_younger(t, step.at))
    taken = next((task for task in following if task.assignee_id), None)
    if taken is not None:
        raise WithdrawTooLate(f"下一步“{taken.name}”已经开始办理，不能撤回。请联系办理人退回。")


def _is_younger(task: UserTask, at: datetime) -> bool:
    return task.created_at is not None and task.created_at >= at and not ladder_tasks.is_one(task.activity_id)


def _ensure_follows(uow: UnitOfWork, row: InstanceRow, task: UserTask, step: StepRow) -> None:
    """Refuse to undo the step of another branch, or of another instance of a repetition."""
    then = interpreter.waits(definitions.load(uow, row.definition_id), step.state_before)
    if any(isinstance(wait, UserTaskWait) and wait.activity_id == task.activity_id for wait in then):
        name = next((w.name for w in then if w.element_id == step.element_id), step.element_id)
        raise WithdrawTooLate(
            f"本任务与刚办完的“{name}”并行，“{name}”不是它的上一步，不能退回。请与本单位负责人商定处理办法。"
        )


def _restore(
    uow: UnitOfWork,
    actor: Actor,
    before: InstanceRow,
    facts: CaseFacts,
    step: StepRow,
    *,
    how: How,
    reason: str,
) -> ProcessInstance:
    """Put the state before the step back; the task of that step opens again for whoever did it."""
    definition = definitions.load(uow, before.definition_id)
    restored = Advance(
        state=step.state_before,
        status=InstanceState.ACTIVE,
        waits=interpreter.waits(definition, step.state_before),
        history=(_line(uow, before, step, how, reason),),
        variables=values.decode(step.variables_before),
    )
    uow.steps.drop(before.id, from_revision=step.revision)
    detail = {"user_task_id": step.user_task_id, "element_id": step.element_id, "reason": reason}
    after = recording.record(uow, before, restored, by=actor, action=how, detail=detail, restores=True)
    _reopen_for(uow, actor, after, step, how, reason)
    return views.instance(uow, after, actor, facts)


def _line(uow: UnitOfWork, row: InstanceRow, step: StepRow, how: How, reason: str) -> HistoryEvent:
    element = definitions.load(uow, row.definition_id).elements.get(step.element_id)
    detail: Mapping[str, str] = {"reason": reason}
    return HistoryEvent(
        kind="withdrawn" if how == "withdraw" else "returned",
        element_id=step.element_id,
        element_name=element.name if element else "",
        element_type="userTask",
        at=uow.now,
        detail=detail,
    )


def _reopen_for(
    uow: UnitOfWork, actor: Actor, row: InstanceRow, step: StepRow, how: How, reason: str
) -> None:
    """Give the task of the step to whoever did it, with the reason."""
    for task in uow.user_tasks.of_instance(row.id):
        if task.element_id != step.element_id or task.assignee_id is not None or not _is_new(uow, task):
            continue
        claimed = UserTaskState.CLAIMED
        uow.user_tasks.assign(task.id, state=claimed, assignee_id=step.person_id, owner_id=None)
        if how == "return" and step.person_id != actor.person_id:
            announcing.put(
                uow,
                [step.person_id],
                kind="return",
                subject=f"退回重办：{task.name}",
                body=f"{row.title}。退回理由：{reason}",
                link=f"/tasks/{task.id}",
                instance_id=row.id,
            )
        return


def _is_new(uow: UnitOfWork, task: UserTask) -> bool:
    """The other instances of a repetition were open all the time; the one that opens again is of this instant."""
    return task.created_at == uow.now
