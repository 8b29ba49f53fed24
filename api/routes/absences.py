"""Being away, and what is handed over."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from api.auth import EngineOf, SignedIn
from api.door import AtDoor
from api.json_reading import StrictRoute
from api.openapi import faults
from api.schemas import Body, Request, Words
from workflows.store.unit_of_work import UnitOfWork
from workflows.work import absence_sheet, absences
from workflows.work.absence_sheet import Sheet

router = APIRouter(route_class=StrictRoute, prefix="/v2/absences", tags=["absences"])


class AnnounceRequest(Request):
    """From when to when, who stands in (id or account; nobody when empty), whose absence (one's own when empty)."""

    begins_at: AwareDatetime
    ends_at: AwareDatetime
    substitute: str = Field(default="", max_length=64)
    person: str = Field(default="", max_length=64)
    reason: Words = Field(default="", max_length=500)


class AbsenceKey(Body):
    """The absence."""

    absence_key: str


class SheetTask(Body):
    """One task on the hand-over sheet."""

    user_task_key: str
    process_instance_key: str
    business_key: str
    name: str
    due_date: datetime | None
    holder: str
    why: str


class SheetBody(Body):
    """The hand-over sheet."""

    absence_key: str
    state: str
    begins_at: datetime
    ends_at: datetime
    tasks: list[SheetTask]

    @classmethod
    def of(cls, found: Sheet) -> SheetBody:
        """Return the body."""
        return cls(
            absence_key=found.absence.id,
            state=found.absence.state,
            begins_at=found.absence.begins_at,
            ends_at=found.absence.ends_at,
            tasks=[
                SheetTask(
                    user_task_key=line.task_id,
                    process_instance_key=line.instance_id,
                    business_key=line.business_key,
                    name=line.task_name,
                    due_date=line.due_at,
                    holder=line.holder,
                    why=line.why,
                )
                for line in found.lines
            ],
        )


@router.post("", responses=faults(404, 409, 422))
def announce(body: AnnounceRequest, actor: SignedIn, door: AtDoor) -> AbsenceKey:
    """Announce an absence; the clockwork hands over when it begins and back when it ends."""

    def work(uow: UnitOfWork) -> AbsenceKey:
        key = absences.announce(
            uow,
            actor,
            begins_at=body.begins_at,
            ends_at=body.ends_at,
            substitute=body.substitute,
            person=body.person,
            reason=body.reason,
        )
        return AbsenceKey(absence_key=key)

    return door.once(actor, work)


@router.get("/{absence_key}", responses=faults(404))
def sheet(absence_key: str, engine: EngineOf, actor: SignedIn) -> SheetBody:
    """Return the hand-over sheet."""
    with engine.begin() as uow:
        return SheetBody.of(absence_sheet.sheet(uow, actor, absence_key))


@router.post("/{absence_key}/end", responses=faults(404, 409, 422))
def end(absence_key: str, actor: SignedIn, door: AtDoor) -> AbsenceKey:
    """Be back early, or take an absence back."""

    def work(uow: UnitOfWork) -> AbsenceKey:
        absences.end(uow, actor, absence_key)
        return AbsenceKey(absence_key=absence_key)

    return door.once(actor, work)
