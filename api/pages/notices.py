"""The inbox."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf, SignedIn
from api.pages.frame import Form, go, show, way_back
from workflows.inbox import notices

router = APIRouter(include_in_schema=False)


@router.get("/notices")
def inbox(request: Request, engine: EngineOf, actor: SignedIn, after: str = "") -> Response:
    """List notices, the newest first."""
    with engine.begin() as uow:
        found = notices.inbox(uow, actor, cursor=after or None)
        more = "/notices?" + urlencode({"after": found.next_cursor}) if found.next_cursor else ""
        return show(
            request, uow, actor, "notices.html", {"notices": found.items, "more": more}, active="notices"
        )


@router.get("/notices/{notice_id}")
def open_notice(notice_id: str, engine: EngineOf, actor: SignedIn) -> Response:
    """Mark one notice as read and go to what it is about."""
    with engine.begin() as uow:
        link = next((n.link for n in notices.inbox(uow, actor, limit=200).items if n.id == notice_id), None)
        notices.mark_read(uow, actor, (notice_id,))
    return go(way_back(link or "/notices", "/notices"))


@router.post("/notices/read")
def mark_all_read(engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Mark all as read."""
    with engine.begin() as uow:
        notices.mark_read(uow, actor)
    return go("/notices", "read")
