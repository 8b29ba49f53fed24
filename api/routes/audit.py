"""The audit, for the auditor (R19)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from api.auth import Allow, EngineOf
from api.json_reading import StrictRoute
from api.openapi import faults
from api.schemas import Body, Listing, OptionalText, PageRequest, Request
from tasks.model import Actor
from workflows.trail import audit

router = APIRouter(route_class=StrictRoute, prefix="/v2/audit-events", tags=["audit"])
AUDITORS = Allow("R19")


class AuditBody(Body):
    """One event of a chain."""

    chain: str
    seq: int
    at: datetime
    person_id: str
    person_name: str
    action: str
    purpose: str | None
    fields: list[str]
    detail: dict[str, Any]
    hash: str


class AuditFilter(Request):
    """What to look for: whose events, or which action, e.g. ``denied``, ``view-clear``, ``log-in-refused``."""

    person_id: OptionalText = Field(default=None, max_length=100)
    action: OptionalText = Field(default=None, max_length=100)


class AuditSearch(Request):
    """A search in the audit."""

    filter: AuditFilter = AuditFilter()
    page: PageRequest = PageRequest()


@router.post("/search", response_model=Listing[AuditBody], responses=faults(422))
def search_audit(body: AuditSearch, actor: Annotated[Actor, Depends(AUDITORS)], engine: EngineOf) -> Any:
    """List audit events, the newest first."""
    with engine.begin() as uow:
        found = audit.search(
            uow,
            actor,
            person_id=body.filter.person_id,
            action=body.filter.action,
            cursor=body.page.after,
            limit=body.page.limit,
        )
    items = (
        AuditBody(**{**vars(e), "fields": list(e.fields), "detail": dict(e.detail)}) for e in found.items
    )
    return Listing.of(items, found.next_cursor)
