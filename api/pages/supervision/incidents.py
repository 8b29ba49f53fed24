"""Technical failures as pages: what is open, and trying the failed step again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.auth import OPERATORS, EngineOf
from api.i18n import gettext as _
from api.pages import act_form
from api.pages.act_form import Question
from api.pages.frame import Form, show
from api.words import moment
from bpmn.errors import Invalid
from tasks.model import Actor
from workflows.execution import incidents
from workflows.model import IncidentView
from workflows.store.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)
Operator = Annotated[Actor, Depends(OPERATORS)]


@router.get("/incidents")
def list_incidents(request: Request, engine: EngineOf, actor: Operator, after: str = "") -> Response:
    """List open failures, the newest first; administrators see no case behind them."""
    with engine.begin() as uow:
        found = incidents.search(uow, actor, cursor=after or None)
        sees_cases = not actor.has("R20")
        context = {
            "rows": [_row(view, with_case=sees_cases) for view in found.items],
            "more": f"/incidents?after={found.next_cursor}" if found.next_cursor else "",
        }
        return show(request, uow, actor, "supervision/incidents.html", context, active="incidents")


def _row(view: IncidentView, *, with_case: bool) -> dict[str, str]:
    return {
        "id": view.id,
        "name": view.element_name or view.element_id or "",
        "message": view.message,
        "at": moment(view.created_at),
        "title": view.title if with_case else "",
        "case": f"/cases/{view.instance_id}" if with_case else "",
    }


@router.get("/incidents/{incident_id}")
def ask(incident_id: str, request: Request, engine: EngineOf, actor: Operator) -> Response:
    """Show a failure and ask what was done about it."""
    with engine.begin() as uow:
        return act_form.ask(request, uow, actor, _question(uow, actor, incident_id))


@router.post("/incidents/{incident_id}")
def resolve(incident_id: str, request: Request, engine: EngineOf, actor: Operator, form: Form) -> Response:
    """Try the failed step again; what fails anew is a new incident."""

    def question(uow: UnitOfWork) -> Question:
        return _question(uow, actor, incident_id)

    def work(uow: UnitOfWork) -> str:
        before = question(uow)
        if not before.refusal and (problem := act_form.missing(before, form)):
            raise Invalid(problem)
        note = form.text("reason")[: act_form.LONGEST_REASON]
        incidents.resolve(uow, actor, incident_id, note=note)
        return before.back

    return act_form.act(request, engine, actor, form, question=question, work=work, said="retried")


def _question(uow: UnitOfWork, actor: Actor, incident_id: str) -> Question:
    view = incidents.get(uow, actor, incident_id)
    parts = (view.element_name or view.element_id or "", "" if actor.has("R20") else view.title)
    return Question(
        title=_("重试异常步骤"),
        about=" · ".join(part for part in parts if part),
        explanation=_("异常原因：%(message)s 排除原因后重试；如果再次失败，会出现新的异常。")
        % {"message": view.message},
        button=_("确认重试"),
        back="/incidents" if actor.has("R20") else f"/cases/{view.instance_id}",
        fields=(act_form.reason(_("已经采取的措施")),),
        refusal=_("这条异常已经处理，不必再试。") if view.resolved_at else "",
        active="incidents",
    )
