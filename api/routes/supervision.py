"""What supervisors do: orders with an answer, missing messages, one act on many rows with a line for each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field

from api.auth import EngineOf, SignedIn
from api.door import AtDoor
from api.json_reading import StrictRoute
from api.openapi import faults
from api.routes.process_instances import InstanceBody
from api.schemas import Body, Request, Words
from tasks.model import Actor
from workflows import bulk
from workflows.correlation import case_messages
from workflows.execution import instances
from workflows.store.unit_of_work import UnitOfWork
from workflows.supervision import orders
from workflows.supervision.orders import OrderView
from workflows.work import user_tasks

router = APIRouter(route_class=StrictRoute, prefix="/v2", tags=["supervision"])


class OrderBody(Body):
    """A supervision order."""

    supervision_order_key: str
    process_instance_key: str
    text: str
    assignee_name: str
    ordered_by: str
    creation_date: datetime
    due_date: datetime
    state: str
    answer: str | None
    answer_date: datetime | None
    closure_date: datetime | None

    @classmethod
    def of(cls, view: OrderView) -> OrderBody:
        """Return the body of an order."""
        return cls(
            supervision_order_key=view.id,
            process_instance_key=view.instance_id,
            text=view.text,
            assignee_name=view.to,
            ordered_by=view.by,
            creation_date=view.created_at,
            due_date=view.due_at,
            state=view.state.upper(),
            answer=view.answer,
            answer_date=view.answered_at,
            closure_date=view.closed_at,
        )


class Orders(Body):
    """The orders of a case, the newest first."""

    items: list[OrderBody]


class NewOrder(Request):
    """Who has to do what by when."""

    assignee: str = Field(min_length=1, max_length=200, description="人员标识")
    text: Words = Field(min_length=1, max_length=2000)
    due_date: date


class Answer(Request):
    """What was done."""

    text: Words = Field(min_length=1, max_length=2000)


class MissingMessage(Request):
    """Which message got lost, and why it is sent by hand."""

    name: str = Field(min_length=1, max_length=200)
    reason: Words = Field(min_length=1, max_length=2000)


class BulkAct(Request):
    """One act on many cases."""

    act: Literal["suspend", "resume", "cancel"]
    process_instance_keys: list[str] = Field(min_length=1, max_length=bulk.MOST)
    reason: Words = Field(min_length=1, max_length=2000)


class BulkAssignment(Request):
    """Many tasks to one person."""

    user_task_keys: list[str] = Field(min_length=1, max_length=bulk.MOST)
    assignee: str = Field(min_length=1, max_length=200)
    reason: Words = Field(min_length=1, max_length=2000)


class RowBody(Body):
    """What became of one row."""

    key: str
    done: bool
    detail: str


class Report(Body):
    """What became of each row, in the order of the request."""

    items: list[RowBody]

    @classmethod
    def of(cls, found: tuple[bulk.Outcome, ...]) -> Report:
        """Return the body of a report."""
        return cls(items=[RowBody(key=o.id, done=o.is_done, detail=o.words) for o in found])


@router.get(
    "/process-instances/{process_instance_key}/supervision-orders",
    response_model=Orders,
    responses=faults(404),
)
def list_orders(process_instance_key: str, actor: SignedIn, engine: EngineOf) -> Any:
    """List the orders of a case that the caller may know of."""
    with engine.begin() as uow:
        found = orders.of_instance(uow, actor, process_instance_key)
    return Orders(items=[OrderBody.of(view) for view in found])


@router.post(
    "/process-instances/{process_instance_key}/supervision-orders",
    response_model=OrderBody,
    responses=faults(404, 409, 422),
)
def give_order(process_instance_key: str, body: NewOrder, actor: SignedIn, door: AtDoor) -> Any:
    """Tell somebody who works on the case what to do by when; supervisors only."""
    return door.once(
        actor,
        lambda uow: OrderBody.of(
            orders.give(
                uow, actor, process_instance_key, to=body.assignee, text=body.text, due_on=body.due_date
            )
        ),
    )


@router.post(
    "/supervision-orders/{supervision_order_key}/answer",
    response_model=OrderBody,
    responses=faults(404, 409, 422),
)
def answer_order(supervision_order_key: str, body: Answer, actor: SignedIn, door: AtDoor) -> Any:
    """Answer an order; whom it names only."""
    return door.once(
        actor, lambda uow: OrderBody.of(orders.answer(uow, actor, supervision_order_key, text=body.text))
    )


@router.post(
    "/supervision-orders/{supervision_order_key}/closure",
    response_model=OrderBody,
    responses=faults(404, 409),
)
def close_order(supervision_order_key: str, actor: SignedIn, door: AtDoor) -> Any:
    """End an order; supervisors of the case only."""
    return door.once(actor, lambda uow: OrderBody.of(orders.close(uow, actor, supervision_order_key)))


@router.post(
    "/process-instances/{process_instance_key}/missing-message",
    response_model=InstanceBody,
    responses=faults(404, 409, 422),
)
def send_missing_message(
    process_instance_key: str, body: MissingMessage, actor: SignedIn, door: AtDoor
) -> Any:
    """Let a case go on as if a message had come that got lost; supervisors only."""
    return door.once(
        actor,
        lambda uow: InstanceBody.of(
            case_messages.send_missing(uow, actor, process_instance_key, body.name, reason=body.reason)
        ),
    )


def acts(actor: Actor, reason: str) -> dict[str, Callable[[UnitOfWork, str], object]]:
    """Return what may be done to many cases, by name."""
    return {
        "suspend": lambda uow, case: instances.suspend(uow, actor, case, reason=reason),
        "resume": lambda uow, case: instances.resume(uow, actor, case, reason=reason),
        "cancel": lambda uow, case: instances.cancel(uow, actor, case, reason=reason),
    }


@router.post("/process-instances/bulk", response_model=Report, responses=faults(422))
def act_on_many(body: BulkAct, actor: SignedIn, door: AtDoor) -> Any:
    """Do one act to many cases, each in a transaction of its own; a refused row holds up no other."""
    work = acts(actor, body.reason)[body.act]
    key = f"{door.key}:{body.act}" if door.key else ""
    return Report.of(bulk.each(door.engine, actor, body.process_instance_keys, work, key=key))


@router.post("/user-tasks/bulk-assignment", response_model=Report, responses=faults(422))
def reassign_many(body: BulkAssignment, actor: SignedIn, door: AtDoor) -> Any:
    """Hand many tasks to one person, each in a transaction of its own."""

    def work(uow: UnitOfWork, task: str) -> object:
        return user_tasks.transfer(uow, actor, task, to=body.assignee, reason=body.reason)

    key = f"{door.key}:{body.assignee}" if door.key else ""
    return Report.of(bulk.each(door.engine, actor, body.user_task_keys, work, key=key))
