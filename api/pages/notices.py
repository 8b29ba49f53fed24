"""The inbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf, SignedIn
from api.i18n import gettext as _
from api.pages.frame import Form, go, show, way_back
from workflows.inbox import notices
from workflows.model import NoticeView

router = APIRouter(include_in_schema=False)

PAGE: Final = 50  #: notices of a page; together they are fewer cases


@router.get("/notices")
def inbox(request: Request, engine: EngineOf, actor: SignedIn, which: str = "", after: str = "") -> Response:
    """List notices by case, the newest first: those that still ask for attention, or all."""
    with engine.begin() as uow:
        unread = notices.count_unread(uow, actor)
        is_all = which == "all" or not unread
        found = notices.inbox(uow, actor, unread_only=not is_all, cursor=after or None, limit=PAGE)
        context = {
            "groups": _by_case(found.items),
            "tabs": _tabs(unread, is_all=is_all),
            "more": _more(found.next_cursor, is_all=is_all),
        }
        return show(request, uow, actor, "notices.html", context, active="notices")


def _by_case(found: Sequence[NoticeView]) -> list[list[NoticeView]]:
    """Return the notices of each case together, where its newest one stands; those of no case alone."""
    groups: dict[str, list[NoticeView]] = {}
    for notice in found:
        groups.setdefault(notice.instance_id or notice.id, []).append(notice)
    return list(groups.values())


def _tabs(unread: int, *, is_all: bool) -> list[dict[str, Any]]:
    return [
        {"url": "/notices", "label": _("未读"), "count": unread, "current": not is_all},
        {"url": "/notices?which=all", "label": _("全部"), "count": None, "current": is_all},
    ]


def _more(cursor: str | None, *, is_all: bool) -> str:
    if cursor is None:
        return ""
    return "/notices?" + urlencode({**({"which": "all"} if is_all else {}), "after": cursor})


@router.get("/notices/{notice_id}")
def open_notice(notice_id: str, engine: EngineOf, actor: SignedIn) -> Response:
    """Mark one notice as read and go to what it is about."""
    with engine.begin() as uow:
        link = notices.link_of(uow, actor, notice_id)
        notices.mark_read(uow, actor, (notice_id,))
    return go(way_back(link or "/notices", "/notices"))


@router.post("/notices/read")
def mark_all_read(engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Mark all as read."""
    with engine.begin() as uow:
        notices.mark_read(uow, actor)
    return go("/notices", "read")
