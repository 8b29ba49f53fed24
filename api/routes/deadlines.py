"""Deadlines of a case and how each was counted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fastapi import APIRouter
from pydantic import Field

from api.auth import EngineOf, SignedIn
from api.door import AtDoor
from api.json_reading import StrictRoute
from api.openapi import faults
from api.schemas import Body, Request, Words
from workflows.model import DeadlineView
from workflows.timing import deadlines

router = APIRouter(route_class=StrictRoute, prefix="/v2", tags=["deadlines"])


class DeadlineBody(Body):
    """A deadline with its ledger and its explanation (怎么算的)."""

    deadline_key: str
    process_instance_key: str
    code: str
    name: str
    deadline_class: str = Field(serialization_alias="class")
    state: str
    due_at: datetime
    statutory_last_day: date | None
    unrolled: date | None
    internal_target: date | None
    provisional: bool
    overdue: bool
    started_at: datetime
    stopped_at: datetime | None
    explanation: list[str]
    source: dict[str, Any]
    ledger: list[dict[str, Any]]
    rungs: list[dict[str, Any]]

    @classmethod
    def of(cls, view: DeadlineView) -> DeadlineBody:
        """Return the body of a deadline."""
        plain = ("code", "name", "state", "due_at", "statutory_last_day", "unrolled", "internal_target")
        flags = ("provisional", "overdue", "started_at", "stopped_at")
        return cls(
            deadline_key=view.id,
            process_instance_key=view.instance_id,
            deadline_class=view.klass,
            explanation=list(view.explanation),
            source=dict(view.source),
            ledger=[dict(e) for e in view.ledger],
            rungs=[dict(r) for r in view.rungs],
            **{name: getattr(view, name) for name in plain + flags},
        )


class Deadlines(Body):
    """The deadlines of a case, the nearest first."""

    items: list[DeadlineBody]


class Extension(Request):
    """How far, in the unit of the rule, and why."""

    amount: int | None = Field(default=None, ge=1, le=10_000)
    reason: Words = Field(min_length=1, max_length=2000)


class Pause(Request):
    """On which of the rule's grounds the clock stands still, and why."""

    ground: str = Field(default="", max_length=100)
    reason: Words = Field(min_length=1, max_length=2000)


class Resumption(Request):
    """Why the clock goes on."""

    reason: Words = Field(min_length=1, max_length=2000)


@router.get(
    "/process-instances/{process_instance_key}/deadlines", response_model=Deadlines, responses=faults(404)
)
def list_deadlines(
    process_instance_key: str, actor: SignedIn, engine: EngineOf, running_only: bool = False
) -> Any:
    """List the deadlines of a case."""
    with engine.begin() as uow:
        found = deadlines.of_instance(uow, actor, process_instance_key, running_only=running_only)
    return Deadlines(items=[DeadlineBody.of(view) for view in found])


@router.get("/deadlines/{deadline_key}", response_model=DeadlineBody, responses=faults(404))
def get_deadline(deadline_key: str, actor: SignedIn, engine: EngineOf) -> Any:
    """Return one deadline, recomputed from its ledger."""
    with engine.begin() as uow:
        return DeadlineBody.of(deadlines.explain(uow, actor, deadline_key))


@router.post(
    "/deadlines/{deadline_key}/extension", response_model=DeadlineBody, responses=faults(404, 409, 422)
)
def extend_deadline(deadline_key: str, body: Extension, actor: SignedIn, door: AtDoor) -> Any:
    """Enter an extension in the ledger; the rule says how often and how far."""
    return door.once(
        actor,
        lambda uow: DeadlineBody.of(
            deadlines.extend(uow, actor, deadline_key, amount=body.amount, reason=body.reason)
        ),
    )


@router.post("/deadlines/{deadline_key}/pause", response_model=DeadlineBody, responses=faults(404, 409, 422))
def pause_deadline(deadline_key: str, body: Pause, actor: SignedIn, door: AtDoor) -> Any:
    """Enter a pause in the ledger; a statutory clock only on a ground that its rule names."""
    return door.once(
        actor,
        lambda uow: DeadlineBody.of(
            deadlines.pause(uow, actor, deadline_key, reason=body.reason, ground=body.ground)
        ),
    )


@router.post(
    "/deadlines/{deadline_key}/resumption", response_model=DeadlineBody, responses=faults(404, 409, 422)
)
def resume_deadline(deadline_key: str, body: Resumption, actor: SignedIn, door: AtDoor) -> Any:
    """Enter the end of a pause."""
    return door.once(
        actor, lambda uow: DeadlineBody.of(deadlines.resume(uow, actor, deadline_key, reason=body.reason))
    )
