"""Technical failures and how an operator repairs them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from api.auth import OPERATORS, EngineOf
from api.door import AtDoor
from api.json_reading import StrictRoute
from api.openapi import faults
from api.schemas import (
    Body,
    Listing,
    OptionalText,
    PageRequest,
    Request,
    Variables,
    Words,
    cleaned,
    feel_variables,
)
from tasks.model import Actor
from workflows.execution import incidents
from workflows.model import IncidentView

router = APIRouter(route_class=StrictRoute, prefix="/v2/incidents", tags=["incidents"])
Operator = Annotated[Actor, Depends(OPERATORS)]


class IncidentBody(Body):
    """One incident."""

    incident_key: str
    process_instance_key: str
    element_id: str | None
    element_name: str
    job_key: str | None
    error_type: str
    error_message: str
    creation_time: datetime
    state: str

    @classmethod
    def of(cls, view: IncidentView) -> IncidentBody:
        """Return the body of an incident."""
        return cls(
            incident_key=view.id,
            process_instance_key=view.instance_id,
            element_id=view.element_id,
            element_name=view.element_name,
            job_key=view.job_id,
            error_type=view.code,
            error_message=view.message,
            creation_time=view.created_at,
            state="RESOLVED" if view.resolved_at else "ACTIVE",
        )


class IncidentFilter(Request):
    """What to look for."""

    process_instance_key: OptionalText = None
    open_only: bool = True


class IncidentSearch(Request):
    """A search for incidents."""

    filter: IncidentFilter = IncidentFilter()
    page: PageRequest = PageRequest()


class Resolution(Request):
    """Corrected variables, if any, and what was done."""

    variables: Variables
    note: Words = Field(default="", max_length=2000)


@router.post("/search", response_model=Listing[IncidentBody], responses=faults(422))
def search_incidents(body: IncidentSearch, actor: Operator, door: AtDoor) -> Any:
    """List incidents, the newest first."""
    with door.engine.begin() as uow:
        found = incidents.search(
            uow,
            actor,
            open_only=body.filter.open_only,
            instance_id=body.filter.process_instance_key,
            cursor=body.page.after,
            limit=body.page.limit,
        )
    return Listing.of(map(IncidentBody.of, found.items), found.next_cursor)


@router.get("/{incident_key}", response_model=IncidentBody, responses=faults(404))
def get_incident(incident_key: str, actor: Operator, engine: EngineOf) -> Any:
    """Return one incident."""
    with engine.begin() as uow:
        return IncidentBody.of(incidents.get(uow, actor, incident_key))


@router.post("/{incident_key}/resolution", response_model=IncidentBody, responses=faults(404, 409, 422))
def resolve_incident(incident_key: str, body: Resolution, actor: Operator, door: AtDoor) -> Any:
    """Try the failed step again, after correcting variables if given."""
    variables = feel_variables(cleaned(body.variables)) or None
    return door.once(
        actor,
        lambda uow: IncidentBody.of(
            incidents.resolve(uow, actor, incident_key, variables=variables, note=body.note)
        ),
    )
