"""The data-protection officer's doors (R19), what leaders decide about personal data, and how grades came about."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from api.auth import Allow, EngineOf, SignedIn
from api.door import AtDoor
from api.json_reading import StrictRoute
from api.openapi import faults
from api.schemas import Body, Request, Words
from tasks.model import Actor
from workflows.privacy import measures, officer, person_rights
from workflows.store.unit_of_work import UnitOfWork
from workflows.work import grades
from workflows.work.grades import Grade

router = APIRouter(tags=["privacy"], route_class=StrictRoute)
Officer = Annotated[Actor, Depends(Allow("R19"))]


class Days(Request):
    """From one day to another, local dates, both included."""

    first_on: date
    last_on: date


class ReviewRequest(Days):
    """The conclusion of a review of these days."""

    note: Words = Field(max_length=2000)


class AnomalyBody(Body):
    """One thing to ask about: ``after-hours``, ``many-people``, ``own-relation``, ``export``, ``many-refusals``."""

    kind: str
    person_id: str
    day: date
    count: int
    business_keys: list[str]


class AnomaliesBody(Body):
    """Everything unusual of the days."""

    items: list[AnomalyBody]


class ProofBody(Body):
    """What came out of recomputing the audit."""

    ok: bool
    chains: int
    events: int
    broken: list[str]


class PersonRequestBody(Request):
    """What a person asks for, under the number of the paper request; who asks was checked."""

    number: str = Field(max_length=60)
    kind: str = Field(max_length=20)
    id_number: str = Field(max_length=18)
    note: Words = Field(max_length=1000)
    identity_checked: bool
    changes: dict[str, str] = Field(default_factory=dict)


class Done(Body):
    """It was done and recorded."""

    done: bool = True


class MeasureBody(Body):
    """One thing to decide about the personal data of one case."""

    measure_key: str
    process_instance_key: str
    business_key: str
    kind: str
    rule: str
    due_on: date
    on_hold: bool


class MeasuresBody(Body):
    """What the caller has to decide."""

    items: list[MeasureBody]


class MeasureDecision(Request):
    """Carried out or refused, with a reason."""

    approve: bool
    reason: Words = Field(min_length=1, max_length=1000)


class GradeBody(Body):
    """One automated grade: result, rules that matched, who confirmed it."""

    name: str
    at: datetime
    results: dict[str, str]
    because: list[str]
    reasons: list[str]
    confirmed_by: str
    confirmed_at: datetime | None

    @classmethod
    def of(cls, grade: Grade) -> GradeBody:
        """Return the body."""
        return cls(
            name=grade.name,
            at=grade.at,
            results=dict(grade.results),
            because=list(grade.because),
            reasons=list(grade.reasons),
            confirmed_by=grade.confirmed_by,
            confirmed_at=grade.confirmed_at,
        )


class GradesBody(Body):
    """The automated grades of a case, the latest first."""

    items: list[GradeBody]


@router.post("/v2/privacy/anomalies/search", responses=faults(422))
def anomalies(body: Days, actor: Officer, engine: EngineOf) -> AnomaliesBody:
    """List what is unusual about the looks at clear data of some days."""
    with engine.begin() as uow:
        found = officer.room(uow, actor, body.first_on, body.last_on).anomalies
    items = [
        AnomalyBody(
            kind=one.kind,
            person_id=one.person_id,
            day=one.day,
            count=one.count,
            business_keys=list(one.cases),
        )
        for one in found
    ]
    return AnomaliesBody(items=items)


@router.post("/v2/audit-reviews", responses=faults(409, 422))
def review(body: ReviewRequest, actor: Officer, door: AtDoor) -> Done:
    """Record that the officer went through some days."""

    def work(uow: UnitOfWork) -> Done:
        officer.review(uow, actor, body.first_on, body.last_on, note=body.note)
        return Done()

    return door.once(actor, work)


@router.get("/v2/audit-events/verification", responses=faults())
def verification(actor: Officer, engine: EngineOf) -> ProofBody:
    """Recompute every chain and check every anchor."""
    with engine.begin() as uow:
        proof = officer.verify(uow, actor)
    return ProofBody(ok=proof.ok, chains=proof.chains, events=proof.events, broken=list(proof.broken))


@router.post("/v2/privacy/requests", responses=faults(409, 422))
def open_request(body: PersonRequestBody, actor: Officer, door: AtDoor) -> Done:
    """Register what a person asks for."""
    asked = person_rights.OpenRequest(
        number=body.number,
        kind=body.kind,
        id_number=body.id_number,
        note=body.note,
        checked=body.identity_checked,
        changes=body.changes,
    )

    def work(uow: UnitOfWork) -> Done:
        person_rights.open_request(uow, actor, asked)
        return Done()

    return door.once(actor, work)


@router.get("/v2/privacy/requests/{number}/copy", responses=faults(404))
def copy(number: str, actor: Officer, engine: EngineOf) -> dict[str, Any]:
    """Return the copy, recorded each time, of everything about the person who asked: their own data and nobody else's."""
    with engine.begin() as uow:
        return dict(person_rights.export(uow, actor, number))


@router.post("/v2/privacy/measures/search", responses=faults())
def to_decide(actor: SignedIn, engine: EngineOf) -> MeasuresBody:
    """List what the caller has to decide."""
    with engine.begin() as uow:
        found = measures.to_decide(uow, actor)
    items = [
        MeasureBody(
            measure_key=one.id,
            process_instance_key=one.instance_id,
            business_key=one.business_key,
            kind=one.kind,
            rule=one.rule,
            due_on=one.due_on,
            on_hold=one.is_held,
        )
        for one in found
    ]
    return MeasuresBody(items=items)


@router.post("/v2/privacy/measures/{measure_key}/decision", responses=faults(404, 409, 422))
def decide(measure_key: str, body: MeasureDecision, actor: SignedIn, door: AtDoor) -> Done:
    """Carry a measure out, or refuse it."""

    def work(uow: UnitOfWork) -> Done:
        measures.decide(uow, actor, measure_key, approve=body.approve, reason=body.reason)
        return Done()

    return door.once(actor, work)


@router.get("/v2/process-instances/{process_instance_key}/grades", responses=faults(404))
def explain(process_instance_key: str, actor: SignedIn, engine: EngineOf) -> GradesBody:
    """Say how each automated grade of a case came about and who confirmed it."""
    with engine.begin() as uow:
        return GradesBody(
            items=[GradeBody.of(one) for one in grades.of_case(uow, actor, process_instance_key)]
        )
