"""Deployed processes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response

from api.auth import EngineOf, SignedIn
from api.json_reading import StrictRoute
from api.openapi import faults
from api.schemas import Body, Listing, OptionalText, PageRequest, Request
from workflows.execution import instances
from workflows.model import DefinitionView
from workflows.processes import deployed

router = APIRouter(route_class=StrictRoute, prefix="/v2/process-definitions", tags=["process-definitions"])


class DefinitionBody(Body):
    """One version of a process."""

    process_definition_key: str
    process_definition_id: str
    version: int
    name: str
    is_latest: bool
    has_start_form: bool
    deployed_at: datetime

    @classmethod
    def of(cls, view: DefinitionView) -> DefinitionBody:
        """Return the body of a definition."""
        return cls(
            process_definition_key=view.id,
            process_definition_id=view.key,
            version=view.version,
            name=view.name,
            is_latest=view.is_latest,
            has_start_form=view.start_form is not None,
            deployed_at=view.deployed_at,
        )


class DefinitionFilter(Request):
    """What to look for."""

    process_definition_id: OptionalText = None
    is_latest_version: bool = True


class DefinitionSearch(Request):
    """A search for definitions."""

    filter: DefinitionFilter = DefinitionFilter()
    page: PageRequest = PageRequest()


@router.post("/search", response_model=Listing[DefinitionBody], responses=faults(422))
def search_process_definitions(body: DefinitionSearch, actor: SignedIn, engine: EngineOf) -> Any:
    """List process definitions by key."""
    with engine.begin() as uow:
        found = deployed.list_definitions(uow, actor, latest_only=body.filter.is_latest_version)
    wanted = [v for v in found if body.filter.process_definition_id in (None, v.key)]
    start = int(body.page.after) if body.page.after and body.page.after.isdigit() else 0
    end = start + body.page.limit
    return Listing.of(map(DefinitionBody.of, wanted[start:end]), str(end) if end < len(wanted) else None)


@router.get("/{process_definition_key}", response_model=DefinitionBody, responses=faults(404))
def get_process_definition(process_definition_key: str, actor: SignedIn, engine: EngineOf) -> Any:
    """Return one version; a bare id means its latest."""
    with engine.begin() as uow:
        return DefinitionBody.of(deployed.definition(uow, actor, process_definition_key))


@router.get(
    "/{process_definition_key}/xml",
    response_class=Response,
    responses={200: {"content": {"text/xml": {"schema": {"type": "string"}}}}, **faults(404)},
)
def get_process_definition_xml(process_definition_key: str, actor: SignedIn, engine: EngineOf) -> Response:
    """Return the BPMN XML as it was deployed."""
    with engine.begin() as uow:
        xml = deployed.diagram(uow, actor, process_definition_key)
    return Response(xml, media_type="text/xml; charset=utf-8")


class FormBody(Body):
    """A form in the form-js schema; null when there is none."""

    form_schema: dict[str, Any] | None


@router.get("/{process_definition_id}/form", response_model=FormBody, responses=faults(404))
def get_start_form(process_definition_id: str, actor: SignedIn, engine: EngineOf) -> Any:
    """Return the start form of the latest version."""
    with engine.begin() as uow:
        form = instances.start_form(uow, actor, process_definition_id)
    return FormBody(form_schema=dict(form) if form is not None else None)
