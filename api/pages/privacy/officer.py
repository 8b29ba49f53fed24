"""The room of the data-protection officer (R19): refusals, looks, anomalies, grants, reviews, the audit, people's requests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response, StreamingResponse

from api.auth import Allow, EngineOf
from api.i18n import gettext as _
from api.pages.frame import Form, Posted, go, show
from api.pages.law import purposes
from api.pages.privacy.audit_words import ACTIONS
from api.pages.privacy.reveal import named
from api.words import ZONE
from bpmn.errors import Conflict, Invalid
from tasks.anomalies import Anomaly
from tasks.model import Actor
from workflows.demonstration import clocks
from workflows.engine import Engine
from workflows.privacy import officer, person_rights
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit

router = APIRouter(include_in_schema=False)
Officer = Annotated[Actor, Depends(Allow("R19"))]


@router.get("/dpo")
def room(request: Request, engine: EngineOf, actor: Officer, first: str = "", last: str = "") -> Response:
    """Show a week, the running one unless dates are given."""
    return _room(request, engine, actor, first, last)


@router.post("/dpo/reviews")
def review(request: Request, engine: EngineOf, actor: Officer, form: Form) -> Response:
    """Record a review."""
    first, last = form.text("first"), form.text("last")

    def work(uow: UnitOfWork) -> str:
        officer.review(uow, actor, *_days(uow, first, last), note=form.text("note"))
        return "/dpo"

    try:
        return go(form.once(actor, work), "reviewed")
    except Invalid as refused:
        return _room(request, engine, actor, first, last, problem=refused.message)


@router.post("/dpo/verification")
def verify(request: Request, engine: EngineOf, actor: Officer, form: Form) -> Response:
    """Recompute the audit now and show what comes out."""
    with engine.begin() as uow:
        proof = officer.verify(uow, actor)
    return _room(request, engine, actor, form.text("first"), form.text("last"), proof=proof)


def _room(
    request: Request,
    engine: Engine,
    actor: Actor,
    first: str,
    last: str,
    *,
    proof: Any = None,
    problem: str = "",
) -> Response:
    with engine.begin() as uow:
        days = _days(uow, first, last)
        found = officer.room(uow, actor, *days)
        context = {
            "room": found,
            "first": days[0].isoformat(),
            "last": days[1].isoformat(),
            "anomalies": [_anomaly(one, found.names, found.cases) for one in found.anomalies],
            "purposes": purposes(),
            "proof": proof,
            "problem": problem,
        }
        status = 422 if problem else 200
        return show(request, uow, actor, "privacy/dpo.html", context, active="dpo", status=status)


def _days(uow: UnitOfWork, first: str, last: str) -> tuple[date, date]:
    today = clocks.now(uow).astimezone(ZONE).date()
    monday = today - timedelta(days=today.weekday())
    return _day(first) or monday, _day(last) or today


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _anomaly(one: Anomaly, names: Mapping[str, str], cases: Mapping[str, str]) -> dict[str, Any]:
    words = {
        "after-hours": _("在 7:00 至 21:00 之外查看完整信息"),
        "many-people": _("一天内查看超过 30 人的完整信息"),
        "own-relation": _("查看本人、本人代理监护或应当回避的案件"),
        "export": _("导出"),
        "many-refusals": _("一天内被拒超过 10 次"),
    }
    listed = [{"number": number, "id": cases.get(number, "")} for number in one.cases]
    return {"one": one, "name": names.get(one.person_id, ""), "words": words[one.kind], "cases": listed}


@router.get("/dpo/audit")
def search(
    request: Request,
    engine: EngineOf,
    actor: Officer,
    person: str = "",
    action: str = "",
    first: str = "",
    last: str = "",
    after: str = "",
) -> Response:
    """Search the audit."""
    given = {"person": person, "action": action, "first": first, "last": last}
    with engine.begin() as uow:
        row = uow.people.by_account(person) if person else None
        until = _day(last)
        found = audit.search(
            uow,
            actor,
            person_id=(row.id if row else person) or None,
            action=action or None,
            since=_start(_day(first)),
            until=_start(until + timedelta(days=1)) if until else None,
            cursor=after or None,
            limit=50,
        )
        more = f"/dpo/audit?{urlencode({**given, 'after': found.next_cursor})}" if found.next_cursor else ""
        actions = {code: _(words) for code, words in ACTIONS.items()}
        context = {
            "events": found.items,
            "more": more,
            "given": given,
            "purposes": purposes(),
            "actions": actions,
        }
        return show(request, uow, actor, "privacy/audit.html", context, active="dpo")


def _start(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, ZONE) if day else None


@router.get("/dpo/audit/export")
def export(engine: EngineOf, actor: Officer) -> Response:
    """Hand out the whole audit for the off-line verifier."""
    with engine.begin() as uow:
        lines = b"".join(officer.export(uow, actor))
    headers = {"Content-Disposition": 'attachment; filename="audit.jsonl"'}
    return StreamingResponse(iter([lines]), media_type="application/x-ndjson", headers=headers)


@router.get("/dpo/fields")
def fields(request: Request, engine: EngineOf, actor: Officer) -> Response:
    """Show what is held of people, what for, how it is masked and how long it is kept."""
    with engine.begin() as uow:
        law = uow.installation.law
        context = {
            "fields": [{"field": field, "name": named(field)} for field in law.fields.values()],
            "rules": list(law.retention.values()),
            "purposes": purposes(),
        }
        return show(request, uow, actor, "privacy/fields.html", context, active="dpo")


@router.get("/dpo/requests")
def requests(request: Request, engine: EngineOf, actor: Officer) -> Response:
    """List people's requests, with the form for a new one."""
    return _requests(request, engine, actor, {})


@router.post("/dpo/requests")
def open_request(request: Request, engine: EngineOf, actor: Officer, form: Form) -> Response:
    """Register a request."""
    given = {name: form.text(name)[:1000] for name in ("number", "kind", "id_number", "note")}

    def work(uow: UnitOfWork) -> str:
        person_rights.open_request(uow, actor, _asked(form, given))
        return "/dpo/requests"

    try:
        return go(form.once(actor, work), "registered")
    except (Invalid, Conflict) as refused:
        return _requests(request, engine, actor, {**given, "problem": refused.message})


def _asked(form: Posted, given: Mapping[str, str]) -> person_rights.OpenRequest:
    changes = {name: form.text(f"new_{name}")[:200] for name in sorted(person_rights.CHANGEABLE)}
    return person_rights.OpenRequest(
        **given,
        checked=form.text("checked") == "1",
        changes={name: value for name, value in changes.items() if value},
    )


@router.post("/dpo/requests/{number}/copy")
def copy(number: str, request: Request, engine: EngineOf, actor: Officer, form: Form) -> Response:
    """Make the copy that the person gets, to be printed or saved; recorded each time."""
    with engine.begin() as uow:
        made = person_rights.export(uow, actor, number)
        context = {"copy": made, "stamp": f"{actor.name} {actor.account} {made['made_at'][:16]} {number}"}
        return show(request, uow, actor, "privacy/copy.html", context, active="dpo")


@router.post("/dpo/requests/{number}/close")
def close(number: str, actor: Officer, form: Form) -> Response:
    """Close a request that was answered."""

    def work(uow: UnitOfWork) -> str:
        person_rights.close(uow, actor, number)
        return "/dpo/requests"

    return go(form.once(actor, work), "request-closed")


def _requests(request: Request, engine: Engine, actor: Actor, given: Mapping[str, str]) -> Response:
    kinds = {
        "export": _("查阅、复制"),
        "correction": _("更正"),
        "restriction": _("限制处理"),
        "erasure": _("删除"),
        "explanation": _("要求说明自动评级"),
    }
    with engine.begin() as uow:
        context = {
            "requests": person_rights.listed(uow, actor),
            "kinds": kinds,
            "changeable": {
                "name": _("姓名"),
                "phone": _("电话"),
                "address": _("住址"),
                "birth": _("出生日期"),
            },
            "given": {"number": "", "kind": "", "id_number": "", "note": "", "problem": "", **given},
        }
        status = 422 if given.get("problem") else 200
        return show(request, uow, actor, "privacy/requests.html", context, active="dpo", status=status)
