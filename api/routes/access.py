"""Who can see a case, clear personal data for a purpose, sealing and named grants."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import Field

from api.auth import EngineOf, SignedIn, Sure
from api.door import AtDoor
from api.json_reading import StrictRoute
from api.openapi import faults
from api.schemas import Body, Request, Words
from tasks.sight import Sight
from workflows.privacy import access, revealing, sealing
from workflows.store.unit_of_work import UnitOfWork

router = APIRouter(route_class=StrictRoute, tags=["access"])


class SightBody(Body):
    """One person: reasons to see the case, what keeps out, what may be done."""

    person_id: str
    name: str
    grounds: list[str]
    barriers: list[str]
    may: list[str]

    @classmethod
    def of(cls, one: Sight) -> SightBody:
        """Return the body; a ground reads ``supervisor R04@unit`` or ``copied``."""
        return cls(
            person_id=one.person_id,
            name=one.name,
            grounds=[f"{g.why} {g.role}@{g.unit_id}" if g.role else g.why for g in one.grounds],
            barriers=list(one.barriers),
            may=list(one.may),
        )


class AccessBody(Body):
    """Everybody who sees a case, and everybody who would, were they not kept out."""

    process_instance_key: str
    sealed: bool
    seeing: list[SightBody]
    kept_out: list[SightBody]


class ClearDataRequest(Request):
    """What for, why, and which fields (all that the purpose allows when empty)."""

    purpose: Words = Field(max_length=20)
    reason: Words = Field(default="", max_length=500)
    fields: list[str] = Field(default_factory=list, max_length=50)


class ClearPerson(Body):
    """One person's fields, clear as far as the caller may see them."""

    role: str
    minor: bool
    fields: dict[str, str]


class ClearDataBody(Body):
    """Clear data; the watermark must stand wherever they are shown, and they must go at ``expiresAt``."""

    watermark: str
    expires_at: datetime
    people: list[ClearPerson]


class ReasonRequest(Request):
    """A reason."""

    reason: Words = Field(min_length=1, max_length=500)


class GrantRequest(Request):
    """A named grant: to whom (id or account), what for, how many days."""

    person: str = Field(max_length=64)
    purpose: Words = Field(max_length=200)
    days: int = Field(default=7, ge=1, le=180)


class AskRequest(Request):
    """A request for a named grant, by the number of the case."""

    business_key: str = Field(max_length=200)
    purpose: Words = Field(max_length=20)
    reason: Words = Field(max_length=500)
    days: int = Field(default=7, ge=1, le=180)


class DecisionRequest(Request):
    """Granted or refused."""

    granted: bool


class Accepted(Body):
    """It was taken in; no more is said."""

    accepted: bool = True


@router.get("/v2/process-instances/{process_instance_key}/access", responses=faults(404))
def who_sees(process_instance_key: str, engine: EngineOf, actor: SignedIn) -> AccessBody:
    """List who can see and do what, and why: the same rules that decide at every door."""
    with engine.begin() as uow:
        found = access.of_case(uow, actor, process_instance_key)
    return AccessBody(
        process_instance_key=found.instance_id,
        sealed=found.sealed,
        seeing=[SightBody.of(one) for one in found.seeing],
        kept_out=[SightBody.of(one) for one in found.kept_out],
    )


@router.post("/v2/process-instances/{process_instance_key}/clear-data", responses=faults(404, 409, 422))
def clear_data(
    process_instance_key: str, body: ClearDataRequest, actor: SignedIn, door: AtDoor
) -> ClearDataBody:
    """Return clear personal data for a purpose; each call is one look in the audit, repeated only while it lasts."""

    def work(uow: UnitOfWork) -> str:
        return revealing.reveal(
            uow, actor, process_instance_key, purpose=body.purpose, reason=body.reason, fields=body.fields
        )

    # Only the look's name is remembered for a repetition, never what it showed.
    reveal_id = door.once(actor, work)
    with door.engine.begin() as uow:
        look = revealing.look(uow, actor, process_instance_key, reveal_id)
    people = [
        ClearPerson(role=one.role, minor=one.is_minor, fields={c.key: c.shown for c in one.cells})
        for one in look.people
    ]
    return ClearDataBody(watermark=look.watermark, expires_at=look.expires_at, people=people)


@router.post("/v2/process-instances/{process_instance_key}/sealing", responses=faults(404, 409, 422))
def seal(process_instance_key: str, body: ReasonRequest, actor: Sure, door: AtDoor) -> Accepted:
    """Seal a case: only named people know of it from now on."""

    def work(uow: UnitOfWork) -> Accepted:
        sealing.seal(uow, actor, process_instance_key, reason=body.reason)
        return Accepted()

    return door.once(actor, work)


@router.post("/v2/process-instances/{process_instance_key}/unsealing", responses=faults(404, 409, 422))
def unseal(process_instance_key: str, body: ReasonRequest, actor: Sure, door: AtDoor) -> Accepted:
    """Open a sealed case again."""

    def work(uow: UnitOfWork) -> Accepted:
        sealing.unseal(uow, actor, process_instance_key, reason=body.reason)
        return Accepted()

    return door.once(actor, work)


@router.post("/v2/process-instances/{process_instance_key}/grants", responses=faults(404, 409, 422))
def grant(process_instance_key: str, body: GrantRequest, actor: Sure, door: AtDoor) -> Accepted:
    """Let a named person in for some days; nobody names themselves."""

    def work(uow: UnitOfWork) -> Accepted:
        sealing.grant(uow, actor, process_instance_key, body.person, purpose=body.purpose, days=body.days)
        return Accepted()

    return door.once(actor, work)


@router.post("/v2/grant-requests", responses=faults(409, 422))
def ask(body: AskRequest, actor: SignedIn, door: AtDoor) -> Accepted:
    """Ask to be let into a case by its number; the answer does not tell whether there is one."""

    def work(uow: UnitOfWork) -> Accepted:
        sealing.ask(uow, actor, body.business_key, purpose=body.purpose, reason=body.reason, days=body.days)
        return Accepted()

    return door.once(actor, work)


@router.post("/v2/grant-requests/{request_id}/decision", responses=faults(404, 409, 422))
def decide(request_id: str, body: DecisionRequest, actor: Sure, door: AtDoor) -> Accepted:
    """Grant or refuse; never one's own request."""

    def work(uow: UnitOfWork) -> Accepted:
        sealing.decide(uow, actor, request_id, granted=body.granted)
        return Accepted()

    return door.once(actor, work)
