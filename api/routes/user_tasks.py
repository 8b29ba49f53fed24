"""User tasks."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field

from api.auth import EngineOf, SignedIn
from api.door import AtDoor
from api.json_reading import StrictRoute
from api.openapi import faults
from api.routes.process_instances import InstanceBody
from api.schemas import Body, Listing, OptionalText, PageRequest, Request, Words, json_variables
from tasks.model import UserTask, UserTaskState
from workflows.model import TaskForm
from workflows.work import user_tasks

router = APIRouter(route_class=StrictRoute, prefix="/v2/user-tasks", tags=["user-tasks"])


class UserTaskBody(Body):
    """One task; the title of its case is masked."""

    user_task_key: str
    process_instance_key: str
    process_definition_id: str
    element_id: str
    name: str
    state: UserTaskState
    assignee: str | None
    candidate_groups: list[str]
    unit_id: str | None
    form_key: str | None
    title: str
    business_key: str | None
    priority: int
    creation_date: datetime | None
    due_date: datetime | None
    completion_date: datetime | None
    actions: list[str] = Field(description="调用者此刻可以做的操作")

    @classmethod
    def of(cls, task: UserTask) -> UserTaskBody:
        """Return the body of a task."""
        return cls(
            user_task_key=task.id,
            process_instance_key=task.instance_id,
            process_definition_id=task.process_key,
            element_id=task.element_id,
            name=task.name,
            state=task.state,
            assignee=task.assignee_id,
            candidate_groups=list(task.roles),
            unit_id=task.unit_id,
            form_key=task.form_key,
            title=task.title,
            business_key=task.business_key,
            priority=task.priority,
            creation_date=task.created_at,
            due_date=task.due_at,
            completion_date=task.completed_at,
            actions=list(task.actions),
        )


class TaskFilter(Request):
    """What to look for, within what the caller has or may claim."""

    which: Literal["all", "mine", "pool", "done", "copied"] = "all"
    text: OptionalText = Field(default=None, max_length=200)
    overdue: bool = False
    process_definition_id: OptionalText = None
    process_instance_key: OptionalText = None


class TaskSearch(Request):
    """A search for tasks."""

    filter: TaskFilter = TaskFilter()
    page: PageRequest = PageRequest()


class Assignment(Request):
    """Who shall have the task; another person than the caller needs a reason (转办)."""

    assignee: OptionalText = Field(default=None, description="人员标识；空 = 调用者本人（签收）")
    reason: Words = Field(default="", max_length=2000)


class Completion(Request):
    """``variables`` maps field key → raw value, nested by group, as the form would send it."""

    variables: dict[str, Any] = Field(default_factory=dict)
    expected_revision: int | None = Field(default=None, description="打开表单时的 revision；事项已变化则拒绝")


class ErrorThrown(Request):
    """A business error that the diagram catches."""

    error_code: str = Field(min_length=1, max_length=100)
    error_message: Words = Field(default="", max_length=2000)


class Reason(Request):
    """Why."""

    reason: Words = Field(default="", max_length=2000)


class Nudge(Request):
    """A word to whoever has the task."""

    text: Words = Field(default="", max_length=500)


class FormOfTask(Body):
    """The form of a task (form-js schema) with the values to fill in and the caller's draft."""

    form_schema: dict[str, Any] | None
    values: dict[str, Any]
    draft: dict[str, Any] | None
    draft_saved_at: datetime | None
    revision: int

    @classmethod
    def of(cls, opened: TaskForm) -> FormOfTask:
        """Return the body of an opened task."""
        return cls(
            form_schema=dict(opened.form) if opened.form is not None else None,
            values=json_variables(opened.values),
            draft=dict(opened.draft) if opened.draft is not None else None,
            draft_saved_at=opened.draft_saved_at,
            revision=opened.revision,
        )


@router.post("/search", response_model=Listing[UserTaskBody], responses=faults(422))
def search_user_tasks(body: TaskSearch, actor: SignedIn, engine: EngineOf) -> Any:
    """List tasks, the most urgent first."""
    with engine.begin() as uow:
        found = user_tasks.my_tasks(
            uow,
            actor,
            which=body.filter.which,
            text=body.filter.text,
            overdue=body.filter.overdue,
            process_key=body.filter.process_definition_id,
            instance_id=body.filter.process_instance_key,
            cursor=body.page.after,
            limit=body.page.limit,
        )
    return Listing.of(map(UserTaskBody.of, found.items), found.next_cursor)


@router.get("/{user_task_key}", response_model=UserTaskBody, responses=faults(404))
def get_user_task(user_task_key: str, actor: SignedIn, engine: EngineOf) -> Any:
    """Return one task with what its caller may do."""
    with engine.begin() as uow:
        return UserTaskBody.of(user_tasks.get(uow, actor, user_task_key))


@router.get("/{user_task_key}/form", response_model=FormOfTask, responses=faults(404))
def get_user_task_form(user_task_key: str, actor: SignedIn, engine: EngineOf) -> Any:
    """Return the form; opening clear data is audited."""
    with engine.begin() as uow:
        return FormOfTask.of(user_tasks.open_form(uow, actor, user_task_key))


@router.post("/{user_task_key}/assignment", response_model=UserTaskBody, responses=faults(404, 409, 422))
def assign_user_task(user_task_key: str, body: Assignment, actor: SignedIn, door: AtDoor) -> Any:
    """Claim a task (签收), or hand it to another person (转办)."""
    if body.assignee in (None, actor.person_id):
        return door.once(actor, lambda uow: UserTaskBody.of(user_tasks.claim(uow, actor, user_task_key)))
    to = str(body.assignee)
    return door.once(
        actor,
        lambda uow: UserTaskBody.of(
            user_tasks.transfer(uow, actor, user_task_key, to=to, reason=body.reason)
        ),
    )


@router.delete("/{user_task_key}/assignee", response_model=UserTaskBody, responses=faults(404, 409))
def unassign_user_task(user_task_key: str, actor: SignedIn, engine: EngineOf) -> Any:
    """Put a claimed task back into the pool."""
    with engine.begin() as uow:
        return UserTaskBody.of(user_tasks.release(uow, actor, user_task_key))


@router.post("/{user_task_key}/completion", response_model=InstanceBody, responses=faults(404, 409, 422))
def complete_user_task(user_task_key: str, body: Completion, actor: SignedIn, door: AtDoor) -> Any:
    """Complete a task with a form submission."""
    command = user_tasks.CompleteUserTask(
        user_task_id=user_task_key,
        actor=actor,
        submission=body.variables,
        expected_revision=body.expected_revision,
    )
    return door.once(actor, lambda uow: InstanceBody.of(user_tasks.complete(uow, command)))


@router.post("/{user_task_key}/error", response_model=InstanceBody, responses=faults(404, 409, 422))
def throw_user_task_error(user_task_key: str, body: ErrorThrown, actor: SignedIn, door: AtDoor) -> Any:
    """End the task by a business error that the diagram catches."""
    return door.once(
        actor,
        lambda uow: InstanceBody.of(
            user_tasks.throw_error(
                uow, actor, user_task_key, code=body.error_code, message=body.error_message
            )
        ),
    )


@router.post("/{user_task_key}/return", response_model=InstanceBody, responses=faults(404, 409, 422))
def return_user_task(user_task_key: str, body: Reason, actor: SignedIn, door: AtDoor) -> Any:
    """Send the case back to the step before (退回)."""
    return door.once(
        actor,
        lambda uow: InstanceBody.of(user_tasks.return_task(uow, actor, user_task_key, reason=body.reason)),
    )


@router.post("/{user_task_key}/withdrawal", response_model=InstanceBody, responses=faults(404, 409, 422))
def withdraw_user_task(user_task_key: str, body: Reason, actor: SignedIn, door: AtDoor) -> Any:
    """Take back a completed task before the next person has begun (撤回)."""
    return door.once(
        actor,
        lambda uow: InstanceBody.of(user_tasks.withdraw(uow, actor, user_task_key, reason=body.reason)),
    )


@router.post("/{user_task_key}/reminder", response_model=UserTaskBody, responses=faults(404, 409, 422))
def remind_user_task(user_task_key: str, body: Nudge, actor: SignedIn, door: AtDoor) -> Any:
    """Nudge whoever has the task (催办)."""
    return door.once(
        actor, lambda uow: UserTaskBody.of(user_tasks.remind(uow, actor, user_task_key, text=body.text))
    )


@router.put("/{user_task_key}/draft", status_code=204, responses=faults(404, 409, 422))
def save_user_task_draft(user_task_key: str, body: Completion, actor: SignedIn, engine: EngineOf) -> None:
    """Keep what was typed, unchecked; the last save wins."""
    with engine.begin() as uow:
        user_tasks.save_draft(uow, actor, user_task_key, body.variables)
