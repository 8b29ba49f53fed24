"""Use cases that end a user task: complete it, or throw a business error. Taking back lives in ``undoing``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bpmn import interpreter
from bpmn.errors import ActivityNotWaiting
from bpmn.model import Advance, InstanceState, Json, UserTaskWait, Value
from forms import validation
from tasks import disclosure, masking, rules
from tasks.errors import UserTaskClosed
from tasks.model import Actor, CaseFacts, UserTask, UserTaskState
from workflows import cases, values, views
from workflows.errors import StaleRevision
from workflows.execution import ladder_tasks, recording
from workflows.model import ProcessInstance
from workflows.paperwork import attachments
from workflows.processes import definitions
from workflows.store.rows import Held, InstanceRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit
from workflows.work import drafts


@dataclass(frozen=True, kw_only=True)
class CompleteUserTask:
    """``submission`` maps field key -> raw value as the browser sent it, nested by group, at most 1 MiB as JSON."""

    user_task_id: str
    actor: Actor
    submission: Mapping[str, Json] = field(default_factory=dict)
    expected_revision: int | None = None  #: refuse when the case has moved on since the page was opened


def complete(uow: UnitOfWork, command: CompleteUserTask) -> ProcessInstance:
    """
    Complete a user task and let its instance run on to the next wait states.

    Locks the instance row until the unit of work ends. A pool task is claimed on the way.

    Args:
        uow: Open unit of work; the caller commits by leaving its ``with`` block.

        command: The submission and who makes it.

    Returns:
        The instance after the step; ``revision`` has grown by exactly one.

    Raises:
        UserTaskNotFound: no such task, or the actor may not know of it.
        UserTaskClosed: it was completed or cancelled in the meantime.
        NotACandidate: the actor may not work on this task.
        NotYourTask: somebody else has claimed it.
        AssistantMayOnlyAssist: an auxiliary officer tried to approve or sign.
        FourEyesViolated: the actor did the step that this one checks.
        StaleRevision: the case has moved on since the page was opened.
        SubmissionInvalid: one ``Problem`` per faulty field, in form order.
        InstanceBusy: the row stayed locked for five seconds.
    """
    drafts.ensure_size(command.submission)
    held = cases.held_task(uow, command.actor, command.user_task_id)
    task, before, facts = held.task, held.instance, held.facts
    rules.ensure_may_complete(task, command.actor, facts)
    _ensure_fresh(before, command.expected_revision)
    known = cases.content_of(held)
    sees_clear = disclosure.needs_clear(task, command.actor, facts)
    submission = command.submission if sees_clear else _unmasked(uow, command, known)
    content = _validated(uow, before, task, submission, known)
    if task.owner_id is not None:
        return _give_back(uow, command, task, before, facts)
    attachments.bind(uow, command.actor, before.id, content)
    if ladder_tasks.is_one(task.activity_id):
        after = ladder_tasks.complete(uow, command.actor, task, before, content)
        return views.instance(uow, after, command.actor, facts)
    return _step(uow, command.actor, held, content)


def _ensure_fresh(before: InstanceRow, expected: int | None) -> None:
    if expected is not None and expected != before.revision:
        raise StaleRevision


def _unmasked(uow: UnitOfWork, command: CompleteUserTask, known: Mapping[str, Value]) -> Mapping[str, Json]:
    """Who was shown masks sends masks back: put the stored values in their place."""
    if not masking.holds_masks(command.submission):
        return command.submission
    stored = {name: values.to_json(known[name]) for name in command.submission if name in known}
    # Names of the parties are hidden in every text, so they are needed to mask even what stands elsewhere.
    masked = {**stored, "parties": values.to_json(known.get("parties"))}
    seen = views.shown(uow, command.actor, masked, clear=False)
    restored: Mapping[str, Json] = masking.restored(command.submission, seen, stored)
    return restored


def _validated(
    uow: UnitOfWork,
    row: InstanceRow,
    task: UserTask,
    submission: Mapping[str, Json],
    known: Mapping[str, Value],
) -> dict[str, Value]:
    """Return the cleaned submission; a task without a form takes plain JSON."""
    if not task.form_key:
        return values.from_json(submission)
    form = definitions.form(uow, row.definition_id, task.form_key)
    environment = uow.installation.environment(uow.now)
    return validation.validate(form, submission, context=known, environment=environment)


def _step(uow: UnitOfWork, actor: Actor, held: Held, content: Mapping[str, Value]) -> ProcessInstance:
    definition = definitions.load(uow, held.instance.definition_id)
    environment = uow.installation.environment(uow.now)
    advance = _run(
        lambda: interpreter.complete(
            definition, held.instance.state, held.task.activity_id, content, environment=environment
        )
    )
    return _recorded(uow, actor, held, advance, "complete")


def _run(step: object) -> Advance:
    """Run a step; the index may lag behind a wait that has just vanished."""
    try:
        return step()  # type: ignore[operator,no-any-return]
    except ActivityNotWaiting as error:
        raise UserTaskClosed from error


def _recorded(uow: UnitOfWork, actor: Actor, held: Held, advance: Advance, action: str) -> ProcessInstance:
    task, before = held.task, held.instance
    if advance.status is InstanceState.COMPLETED:
        ladder_tasks.ensure_explained(uow, before.id)
    waits_on = any(isinstance(w, UserTaskWait) and w.activity_id == task.activity_id for w in advance.waits)
    if not waits_on:
        uow.user_tasks.close(task.id, state=UserTaskState.COMPLETED, by=actor.person_id, at=uow.now)
        uow.user_tasks.drop_drafts(task.id)
    if actor.person_id not in held.facts.assignees:
        uow.instances.ensure_participant(before.id, actor.person_id, "assignee", uow.now)
    uow.steps.add(
        before.id, user_task_id=task.id, element_id=task.element_id, person_id=actor.person_id, at=uow.now
    )
    after = recording.record(
        uow,
        before,
        advance,
        by=actor,
        action=action,
        detail=_detail(task),
        known=tuple(wait for wait in held.waits if waits_on or wait.id != task.id),
    )
    return views.instance(uow, after, actor, held.facts, content=cases.content_after(advance))


def _detail(task: UserTask) -> dict[str, Json]:
    """Return what the audit says of the task."""
    detail: dict[str, Json] = {"user_task_id": task.id, "element_id": task.element_id}
    if task.extensions.get("actingFor"):  # a substitute works under their own name; the audit says for whom
        detail["acting_for"] = str(task.extensions["actingFor"])
    return detail


def _give_back(
    uow: UnitOfWork, command: CompleteUserTask, task: UserTask, before: InstanceRow, facts: CaseFacts
) -> ProcessInstance:
    """A delegated task goes back to its owner with what was filled in as a draft (委派)."""
    owner = str(task.owner_id)
    uow.user_tasks.assign(task.id, state=UserTaskState.CLAIMED, assignee_id=owner, owner_id=None)
    uow.user_tasks.save_draft(task.id, owner, command.submission, uow.now)
    audit.record(
        uow,
        command.actor,
        "give-back",
        instance_id=before.id,
        detail={"user_task_id": task.id, "to": owner},
    )
    return views.instance(uow, before, command.actor, facts)


def throw_error(
    uow: UnitOfWork, actor: Actor, user_task_id: str, *, code: str, message: str = ""
) -> ProcessInstance:
    """
    End the task by a business error that the diagram catches (``E-…``).

    Raises:
        NotYourTask: somebody else has claimed it.
    """
    held = cases.held_task(uow, actor, user_task_id)
    rules.ensure_may_complete(held.task, actor, held.facts)
    definition = definitions.load(uow, held.instance.definition_id)
    environment = uow.installation.environment(uow.now)
    advance = interpreter.throw_error(
        definition, held.instance.state, held.task.activity_id, code, message=message, environment=environment
    )
    return _recorded(uow, actor, held, advance, "throw")
