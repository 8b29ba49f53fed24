"""Who can see a case and why; sealing it; named grants: giving, asking, deciding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf, SignedIn, Sure
from api.i18n import gettext as _
from api.pages.frame import Form, Posted, go, listed, show
from api.pages.law import purposes, role_names
from bpmn.errors import Forbidden, Invalid
from tasks import matrix, rules
from tasks.model import Actor
from tasks.sight import Ground, Sight
from workflows.engine import Engine
from workflows.execution import instances
from workflows.privacy import access, sealing
from workflows.store.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)


@router.get("/cases/{case_id}/access")
def who(case_id: str, request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """List everybody who sees the case, what each may do, and why; and who is kept out."""
    with engine.begin() as uow:
        found = access.of_case(uow, actor, case_id)
        facts = uow.instances.facts(case_id)
        leads = rules.may_see_case(actor, facts) and rules.supervises(actor, facts.units)
        context = {
            "access": found,
            "seeing": [_line(one, found.units) for one in found.seeing],
            "kept_out": [_line(one, found.units) for one in found.kept_out],
            "leads": leads,
            "candidates": _candidates(found) if leads else [],
            "auditing": actor.has("R19"),
        }
        return show(request, uow, actor, "privacy/access.html", context, active="cases")


def _line(one: Sight, units: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": one.name,
        "why": list(dict.fromkeys(_why(ground, units) for ground in one.grounds)),
        "barriers": [_barrier(barrier) for barrier in one.barriers],
        "may": [_may(may) for may in one.may if may != "see"],
        "tasks": listed(dict.fromkeys(one.tasks)),
    }


def _why(ground: Ground, units: Mapping[str, str]) -> str:
    words = {
        "starter": _("发起本案"),
        "assignee": _("办理或办理过本案的任务"),
        "copied": _("被抄送"),
        "grant": _("有指名授权"),
    }
    if ground.why in words:
        return words[ground.why]
    named = {"role": role_names().get(ground.role, ground.role), "unit": units.get(ground.unit_id, "")}
    if ground.why == "supervisor":
        return _("%(role)s，主管范围含本案单位（%(unit)s）") % named
    return _("%(role)s，待签收任务在本单位（%(unit)s）") % named


def _barrier(barrier: str) -> str:
    return {
        "conflict": _("已登记回避"),
        "sealed": _("案件已封存，没有指名授权"),
        "keeper": _("管理、审计、政策岗位不看案件"),
    }[barrier]


def _may(may: str) -> str:
    return {
        "clear": _("可说明用途查看完整信息"),
        "papers": _("可看文书"),
        "work": _("可办理任务"),
        "supervise": _("可暂停、终止、延期"),
    }[may]


def _candidates(found: access.Access) -> list[dict[str, str]]:
    known = {grant.person_id for grant in found.grants}
    people = (*found.seeing, *found.kept_out)
    able = (one for one in people if one.person_id not in known and "conflict" not in one.barriers)
    roles = matrix.roles_allowed("sealed", "read")
    return [
        {"id": one.person_id, "name": one.name}
        for one in able
        if any(ground.role in roles for ground in one.grounds)
    ]


@router.get("/cases/{case_id}/seal")
def seal_page(case_id: str, request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Ask why to seal the case, or to open it again."""
    return _seal_page(case_id, request, engine, actor)


@router.post("/cases/{case_id}/seal")
def seal(case_id: str, request: Request, engine: EngineOf, actor: Sure, form: Form) -> Response:
    """Seal or open."""
    reason = form.text("reason")[:500]
    if not reason:
        return _seal_page(case_id, request, engine, actor, problem=_("请写明理由。"))
    opens = form.text("_open") == "1"

    def work(uow: UnitOfWork) -> str:
        (sealing.unseal if opens else sealing.seal)(uow, actor, case_id, reason=reason)
        return f"/cases/{case_id}/access"

    return go(form.once(actor, work), "unsealed" if opens else "sealed")


def _seal_page(
    case_id: str, request: Request, engine: Engine, actor: Actor, *, problem: str = ""
) -> Response:
    with engine.begin() as uow:
        case = instances.get(uow, actor, case_id)
        facts = uow.instances.facts(case_id)
        rules.ensure_may_supervise(actor, facts)
        context = {"case": case, "sealed": facts.sealed, "problem": problem}
        return show(
            request, uow, actor, "privacy/seal.html", context, active="cases", status=422 if problem else 200
        )


@router.post("/cases/{case_id}/grants")
def give(case_id: str, actor: Sure, form: Form) -> Response:
    """Let a named person in, or take that back."""
    back = form.text("_do") == "revoke"

    def work(uow: UnitOfWork) -> str:
        if back:
            sealing.revoke(uow, actor, case_id, form.text("person"))
        else:
            purpose = form.text("purpose")[:200]
            sealing.grant(uow, actor, case_id, form.text("person"), purpose=purpose, days=_days(form))
        return f"/cases/{case_id}/access"

    return go(form.once(actor, work), "revoked" if back else "granted")


@router.get("/grants")
def grants(request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Show one's grants, what one asked for, and what one has to decide."""
    return _grants(request, engine, actor, {})


@router.post("/grants")
def ask(request: Request, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Ask to be let in; the answer does not tell whether there is such a case."""
    given = {name: form.text(name)[:500] for name in ("number", "purpose", "reason", "days")}

    def work(uow: UnitOfWork) -> str:
        sealing.ask(
            uow, actor, given["number"], purpose=given["purpose"], reason=given["reason"], days=_days(form)
        )
        return "/grants"

    try:
        return go(form.once(actor, work), "asked")
    except Invalid as refused:
        return _grants(request, engine, actor, {**given, "problem": refused.message})


@router.post("/grants/{request_id}")
def decide(request_id: str, actor: Sure, form: Form) -> Response:
    """Grant or refuse."""
    granted = form.text("_do") == "grant"

    def work(uow: UnitOfWork) -> str:
        sealing.decide(uow, actor, request_id, granted=granted)
        return "/grants"

    return go(form.once(actor, work), "granted" if granted else "refused")


def _grants(request: Request, engine: Engine, actor: Actor, given: Mapping[str, str]) -> Response:
    with engine.begin() as uow:
        if rules.sees_no_cases(actor) and not actor.has("R19"):
            raise Forbidden
        context = {
            "mine": sealing.my_grants(uow, actor),
            "asked": [_asked(one) for one in sealing.my_requests(uow, actor)],
            "waiting": sealing.to_decide(uow, actor),
            "may_ask": matrix.allows("sealed", "read", actor.role_codes),
            "purposes": list(purposes().items()),
            "given": {"number": "", "purpose": "", "reason": "", "days": "7", "problem": "", **given},
        }
        status = 422 if given.get("problem") else 200
        return show(request, uow, actor, "privacy/grants.html", context, active="me", status=status)


def _asked(one: sealing.RequestView) -> dict[str, Any]:
    words = {
        "open": (_("等待审批"), "soon"),
        "granted": (_("已批准"), "ok"),
        "refused": (_("未获批准"), "plain"),
    }
    return {"view": one, "words": words[one.state][0], "level": words[one.state][1]}


def _days(form: Posted) -> int:
    text = form.text("days", "7")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0  # noqa: PLR2004
