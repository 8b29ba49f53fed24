"""Use cases of user tasks: what a person may do with the work in front of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bpmn.model import Json
from tasks.model import Actor, Person, UserTask
from workflows.model import Comment, Page, ProcessInstance, TaskForm
from workflows.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class CompleteUserTask:
    """``submission`` maps field key -> raw value as the browser sent it, nested by group, at most 1 MiB as JSON."""

    user_task_id: str
    actor: Actor
    submission: Mapping[str, Json] = field(default_factory=dict)
    expected_revision: int | None = None  #: refuse when the case has moved on since the page was opened


def my_tasks(
    uow: UnitOfWork,
    actor: Actor,
    *,
    which: Literal["all", "mine", "pool", "done", "copied"] = "all",
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
    raise NotImplementedError


def count_my_tasks(uow: UnitOfWork, actor: Actor) -> Mapping[str, int]:
    """Return ``{"mine": n, "pool": n, "overdue": n}``, each counted up to 1000."""
    raise NotImplementedError


def get(uow: UnitOfWork, actor: Actor, user_task_id: str) -> UserTask:
    """
    Return one task with the actions its actor may take.

    Raises:
        UserTaskNotFound: no such task, or the actor may not know of it.
    """
    raise NotImplementedError


def open_form(uow: UnitOfWork, actor: Actor, user_task_id: str) -> TaskForm:
    """
    Return the task, its form, values and the actor's draft; audits the view of clear data.

    Raises:
        UserTaskNotFound: no such task, or the actor may not know of it.
        FormNotFound: the task names a form that its pack does not have.
    """
    raise NotImplementedError


def claim(uow: UnitOfWork, actor: Actor, user_task_id: str) -> UserTask:
    """
    Take a task from the pool (签收).

    Raises:
        UserTaskNotFound: no such task.
        NotACandidate: the actor may not work on it.
        ConflictOfInterest: the actor has to stand aside.
        UserTaskAlreadyClaimed: somebody else was faster.
    """
    raise NotImplementedError


def release(uow: UnitOfWork, actor: Actor, user_task_id: str) -> UserTask:
    """Put a claimed task back into the pool."""
    raise NotImplementedError


def transfer(uow: UnitOfWork, actor: Actor, user_task_id: str, *, to: str, reason: str) -> UserTask:
    """
    Hand the task to another person for good (转办).

    Raises:
        NotACandidate: *to* may not work on it.
        ReasonRequired: no reason was given.
    """
    raise NotImplementedError


def delegate(uow: UnitOfWork, actor: Actor, user_task_id: str, *, to: str, reason: str) -> UserTask:
    """Let another person prepare the task; completing it brings it back to the actor (委派)."""
    raise NotImplementedError


def remind(uow: UnitOfWork, actor: Actor, user_task_id: str, *, text: str = "") -> UserTask:
    """Nudge whoever has the task (催办); at most once an hour for one task and person."""
    raise NotImplementedError


def copy(
    uow: UnitOfWork, actor: Actor, user_task_id: str, *, to: tuple[str, ...], text: str = ""
) -> UserTask:
    """Send a copy to people who then may read the case (抄送); a person gets it once."""
    raise NotImplementedError


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
    raise NotImplementedError


def throw_error(
    uow: UnitOfWork, actor: Actor, user_task_id: str, *, code: str, message: str = ""
) -> ProcessInstance:
    """End the task by a business error that the diagram catches (``E-…``)."""
    raise NotImplementedError


def withdraw(uow: UnitOfWork, actor: Actor, user_task_id: str, *, reason: str) -> ProcessInstance:
    """
    Take back a completed task before the next person has begun (撤回): its state before the step is restored.

    Raises:
        WithdrawTooLate: a following task was claimed or completed, or something left the house.
    """
    raise NotImplementedError


def return_task(uow: UnitOfWork, actor: Actor, user_task_id: str, *, reason: str) -> ProcessInstance:
    """
    Send the case back to the step before this one (退回): the state before that step is restored.

    Raises:
        WithdrawTooLate: other work of the case went on in parallel since then.
    """
    raise NotImplementedError


def save_draft(uow: UnitOfWork, actor: Actor, user_task_id: str, submission: Mapping[str, Json]) -> None:
    """Keep what was typed, unchecked, for this person and task; the last save wins. At most 1 MiB."""
    raise NotImplementedError


def discard_draft(uow: UnitOfWork, actor: Actor, user_task_id: str) -> None:
    """Forget the draft."""
    raise NotImplementedError


def candidates(uow: UnitOfWork, actor: Actor, user_task_id: str) -> tuple[Person, ...]:
    """List the people to whom the actor may hand this task, by name."""
    raise NotImplementedError


def record_conflict(uow: UnitOfWork, actor: Actor, user_task_id: str, *, reason: str) -> UserTask:
    """Record that the actor must stand aside in this case (回避) and put the task back into the pool."""
    raise NotImplementedError


def comment(uow: UnitOfWork, actor: Actor, instance_id: str, text: str) -> Comment:
    """Add a note of at most 2,000 characters to a case the actor may see."""
    raise NotImplementedError


def comments(uow: UnitOfWork, actor: Actor, instance_id: str) -> tuple[Comment, ...]:
    """List the notes of a case, oldest first."""
    raise NotImplementedError
