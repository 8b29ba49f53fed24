"""Being away: announce it, see what is handed over, be back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf, SignedIn
from api.i18n import gettext as _
from api.pages.frame import Form, go, show
from api.templating import due
from api.words import ZONE
from bpmn.errors import Conflict, Invalid
from tasks.model import Actor
from workflows.demonstration import clocks
from workflows.engine import Engine
from workflows.store.unit_of_work import UnitOfWork
from workflows.work import absence_sheet, absences
from workflows.work.absences import AbsenceView

router = APIRouter(include_in_schema=False)


@router.get("/absences")
def page(request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Show one's absences and those one stands in for, and the form."""
    return _page(request, engine, actor, {})


@router.post("/absences")
def announce(request: Request, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Announce an absence and hand over what has begun already."""
    given = {name: form.text(name)[:500] for name in ("from", "to", "substitute", "reason")}

    def work(uow: UnitOfWork) -> str:
        begins, ends = _at(given["from"]), _at(given["to"])
        found = absences.announce(
            uow,
            actor,
            begins_at=begins,
            ends_at=ends,
            substitute=given["substitute"],
            reason=given["reason"],
        )
        return f"/absences/{found}"

    try:
        target = form.once(actor, work)
    except (Invalid, Conflict) as refused:
        return _page(request, engine, actor, {**given, "problem": refused.message})
    absences.turn_due(engine)
    return go(target, "absent")


def _at(text: str) -> datetime:
    """Read local date and time as the browser sends them."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZONE)
    except ValueError as malformed:
        raise absences.AbsenceInvalid from malformed


@router.get("/absences/{absence_id}")
def sheet(absence_id: str, request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Show the hand-over sheet."""
    with engine.begin() as uow:
        found = absence_sheet.sheet(uow, actor, absence_id)
        now = clocks.now(uow)
        context = {
            "away": _line(found.absence),
            "lines": [
                {"line": line, "due": due(line.due_at, now), "why": _why(line.why)} for line in found.lines
            ],
            "may_end": actor.person_id != found.absence.substitute_id and found.absence.state != "over",
        }
        return show(request, uow, actor, "work/absence.html", context, active="me")


@router.post("/absences/{absence_id}/end")
def end(absence_id: str, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Be back: what is still open comes back at once."""

    def work(uow: UnitOfWork) -> str:
        absences.end(uow, actor, absence_id)
        return f"/absences/{absence_id}"

    target = form.once(actor, work)
    absences.turn_due(engine)
    return go(target, "back")


def _page(request: Request, engine: Engine, actor: Actor, given: Mapping[str, str]) -> Response:
    with engine.begin() as uow:
        begins = clocks.now(uow).astimezone(ZONE).replace(hour=8, minute=30) + timedelta(days=1)
        usual = {
            "from": begins.strftime("%Y-%m-%dT%H:%M"),
            "to": (begins + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
        }
        context = {
            "absences": [_line(one) for one in absences.mine(uow, actor)],
            "colleagues": absences.substitutes(uow, actor),
            "given": {"substitute": "", "reason": "", "problem": "", **usual, **given},
        }
        status = 422 if given.get("problem") else 200
        return show(request, uow, actor, "work/absences.html", context, active="me", status=status)


def _line(one: AbsenceView) -> dict[str, Any]:
    words = {"planned": _("未开始"), "running": _("请假中"), "over": _("已结束")}
    return {"view": one, "state": words[one.state], "level": "soon" if one.state == "running" else "plain"}


def _why(why: str) -> str:
    return {
        "conflict": _("代办人应当回避，已退回待签收"),
        "not-allowed": _("代办人不在办理范围内，已退回待签收"),
        "pool": _("已退回本单位待签收"),
    }.get(why, "")
