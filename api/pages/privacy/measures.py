"""What is to be done with the personal data of cases: retention, corrections, restrictions, erasure; legal holds; grades."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf, SignedIn
from api.i18n import gettext as _
from api.pages.frame import Form, go, listed, show
from bpmn.errors import Conflict, Invalid
from tasks import rules
from tasks.model import Actor
from workflows.engine import Engine
from workflows.execution import instances
from workflows.privacy import measures
from workflows.privacy.measures import MeasureView
from workflows.store.unit_of_work import UnitOfWork
from workflows.work import grades

router = APIRouter(include_in_schema=False)


@router.get("/measures")
def page(request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Show what the reader has to decide."""
    return _page(request, engine, actor)


@router.post("/measures/{measure_id}")
def decide(measure_id: str, request: Request, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Carry out or refuse."""
    approve = form.text("_do") == "approve"

    def work(uow: UnitOfWork) -> str:
        measures.decide(uow, actor, measure_id, approve=approve, reason=form.text("reason")[:1000])
        return "/measures"

    try:
        return go(form.once(actor, work), "decided")
    except (Conflict, Invalid) as refused:
        return _page(request, engine, actor, problem=refused.message)


def _page(request: Request, engine: Engine, actor: Actor, *, problem: str = "") -> Response:
    with engine.begin() as uow:
        found = [_line(one) for one in measures.to_decide(uow, actor)]
        context = {"measures": found, "problem": problem}
        status = 422 if problem else 200
        return show(request, uow, actor, "privacy/measures.html", context, active="me", status=status)


def _line(one: MeasureView) -> dict[str, Any]:
    words = {
        "retention": _("保存期限已满（%(rule)s），建议匿名化") % {"rule": one.rule_name},
        "correction": _("当事人要求更正个人信息"),
        "restriction": _("当事人要求限制处理个人信息"),
        "erasure": _("当事人要求删除个人信息"),
        "explanation": _("当事人要求说明自动评级"),
    }
    return {"one": one, "words": words[one.kind], "explains": one.kind == "explanation"}


@router.get("/cases/{case_id}/hold")
def hold_page(case_id: str, request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Ask why to keep the case, or to stop keeping it."""
    return _hold_page(case_id, request, engine, actor)


@router.post("/cases/{case_id}/hold")
def hold(case_id: str, request: Request, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Place or lift a legal hold."""
    reason = form.text("reason")[:500]
    if not reason:
        return _hold_page(case_id, request, engine, actor, problem=_("请写明理由。"))

    def work(uow: UnitOfWork) -> str:
        act = measures.release if uow.privacy.held(case_id) else measures.hold
        act(uow, actor, case_id, reason=reason)
        return f"/cases/{case_id}"

    return go(form.once(actor, work), "held")


def _hold_page(
    case_id: str, request: Request, engine: Engine, actor: Actor, *, problem: str = ""
) -> Response:
    with engine.begin() as uow:
        case = instances.get(uow, actor, case_id)
        rules.ensure_may_supervise(actor, uow.instances.facts(case_id))
        held = uow.privacy.held(case_id)
        context = {
            "title": _("解除依法保留") if held else _("依法保留案件"),
            "about": listed([case.title, case.business_key or ""]),
            "explanation": _("保留期间，保存期限届满也不会匿名化或删除。诉讼、信访、检查时使用。"),
            "back": f"/cases/{case_id}",
            "people": None,
            "to": "",
            "reason": "",
            "wants_reason": True,
            "reason_label": _("理由"),
            "reason_required": True,
            "button": _("确认"),
            "danger": False,
            "preview": None,
            "problem": problem,
        }
        status = 422 if problem else 200
        return show(request, uow, actor, "handover.html", context, active="cases", status=status)


@router.get("/cases/{case_id}/grades")
def explain(case_id: str, request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Say how each automated grade came about and which person confirmed it."""
    with engine.begin() as uow:
        case = instances.get(uow, actor, case_id)
        context: Mapping[str, Any] = {"case": case, "grades": grades.of_case(uow, actor, case_id)}
        return show(request, uow, actor, "privacy/grades.html", context, active="cases")
