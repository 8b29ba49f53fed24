"""What a supervisor may do to a case: hold it, let it go on, end it, send a missing message, order somebody to act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf, SignedIn
from api.i18n import gettext as _
from api.pages import act_form
from api.pages.act_form import Field, Question
from api.pages.frame import Form, Posted, listed
from api.pages.law import role_names
from api.words import ZONE
from bpmn.errors import Invalid, NotFound
from forms.locale import N_
from tasks.model import Actor, Person
from workflows.correlation import case_messages
from workflows.demonstration import clocks
from workflows.engine import Engine
from workflows.execution import instances
from workflows.identity import people
from workflows.model import ProcessInstance
from workflows.store.unit_of_work import UnitOfWork
from workflows.supervision import board, orders

router = APIRouter(include_in_schema=False)

Fields = Callable[[UnitOfWork, Actor, str], tuple[Field, ...]]
Act = Callable[[UnitOfWork, Actor, str, Posted], Any]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One act."""

    title: str
    explanation: str
    button: str
    said: str
    fields: Fields
    act: Act
    is_dangerous: bool = False


def _reason_only(uow: UnitOfWork, actor: Actor, case_id: str) -> tuple[Field, ...]:
    return (act_form.reason(),)


def _message_fields(uow: UnitOfWork, actor: Actor, case_id: str) -> tuple[Field, ...]:
    names = case_messages.awaited(uow, actor, case_id)
    choice = Field(
        name="name",
        label=_("补发哪条消息"),
        kind="choice",
        options=tuple((name, name, "") for name in names),
        empty=_("本案现在不等待任何消息。"),
    )
    return choice, act_form.reason()


def _order_fields(uow: UnitOfWork, actor: Actor, case_id: str) -> tuple[Field, ...]:
    tree, names = people.organisation(uow), role_names()

    def words(person: Person) -> str:
        return "；".join(f"{tree.name(unit)} {names.get(role, role)}" for role, unit in sorted(person.roles))

    found = orders.recipients(uow, actor, case_id)
    due_on = clocks.now(uow).astimezone(ZONE).date() + timedelta(days=3)
    return (
        Field(
            name="to",
            label=_("督办谁"),
            kind="choice",
            options=act_form.people_options(found, words),
            empty=_("本案没有可以督办的在办人员。"),
        ),
        Field(name="text", label=_("要办什么"), kind="area"),
        Field(name="due_on", label=_("何时前答复"), kind="date", value=due_on.isoformat()),
    )


def _why(form: Posted) -> str:
    return form.text("reason")[: act_form.LONGEST_REASON]


def _order(uow: UnitOfWork, actor: Actor, case_id: str, form: Posted) -> None:
    due_on = board.day(form.text("due_on"))
    if due_on is None:
        raise Invalid(_("请填写答复期限。"))
    orders.give(uow, actor, case_id, to=form.text("to"), text=form.text("text"), due_on=due_on)


KINDS = {
    "suspend": Kind(
        title=N_("暂停案件"),
        explanation=N_("暂停期间没有人能办理，定时和自动步骤不执行；法定期限照常计算。"),
        button=N_("确认暂停"),
        said="suspended",
        fields=_reason_only,
        act=lambda uow, actor, case, form: instances.suspend(
            uow, actor, case, reason=_why(form), revision=act_form.revision_of(form)
        ),
    ),
    "resume": Kind(
        title=N_("恢复案件"),
        explanation=N_("恢复后各项任务可以继续办理，暂停期间到点的定时步骤随即执行。"),
        button=N_("确认恢复"),
        said="resumed",
        fields=_reason_only,
        act=lambda uow, actor, case, form: instances.resume(
            uow, actor, case, reason=_why(form), revision=act_form.revision_of(form)
        ),
    ),
    "cancel": Kind(
        title=N_("终止案件"),
        explanation=N_("终止后不能恢复，所有未办任务取消，期限停止计时。理由记入案卷。"),
        button=N_("确认终止"),
        said="cancelled",
        fields=_reason_only,
        is_dangerous=True,
        act=lambda uow, actor, case, form: instances.cancel(
            uow, actor, case, reason=_why(form), revision=act_form.revision_of(form)
        ),
    ),
    "message": Kind(
        title=N_("补发消息"),
        explanation=N_("外部消息丢失时，让案件继续往下走。补发的消息不带内容，理由记入审计。"),
        button=N_("确认补发"),
        said="sent",
        fields=_message_fields,
        is_dangerous=True,
        act=lambda uow, actor, case, form: case_messages.send_missing(
            uow, actor, case, form.text("name"), reason=_why(form), revision=act_form.revision_of(form)
        ),
    ),
    "order": Kind(
        title=N_("督办"),
        explanation=N_("对方立即收到通知，须在期限内书面答复；督办和答复留在案卷里。"),
        button=N_("发出督办"),
        said="ordered",
        fields=_order_fields,
        act=_order,
    ),
}


@router.get("/cases/{case_id}/acts/{act}")
def ask(case_id: str, act: str, request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Say what the act does and ask for a reason."""
    with engine.begin() as uow:
        return act_form.ask(request, uow, actor, _question(uow, actor, case_id, _kind(act)))


@router.post("/cases/{case_id}/acts/{act}")
def do(case_id: str, act: str, request: Request, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Act, or say why not."""
    kind = _kind(act)
    return perform(request, engine, actor, form, case_id, kind)


def perform(
    request: Request, engine: Engine, actor: Actor, form: Posted, case_id: str, kind: Kind
) -> Response:
    """Do one act on one case from its page."""

    def question(uow: UnitOfWork) -> Question:
        return _question(uow, actor, case_id, kind)

    def work(uow: UnitOfWork) -> str:
        if problem := act_form.missing(question(uow), form):
            raise Invalid(problem)
        kind.act(uow, actor, case_id, form)
        return f"/cases/{case_id}"

    return act_form.act(request, engine, actor, form, question=question, work=work, said=kind.said)


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise NotFound
    return KINDS[name]


def _question(uow: UnitOfWork, actor: Actor, case_id: str, kind: Kind) -> Question:
    case = instances.supervised(uow, actor, case_id)
    return Question(
        title=_(kind.title),
        about=about(case),
        explanation=_(kind.explanation),
        button=_(kind.button),
        back=f"/cases/{case_id}",
        fields=kind.fields(uow, actor, case_id),
        is_dangerous=kind.is_dangerous,
        revision=case.revision,
        refusal=_("本案已经办结或终止，不能再这样操作。") if case.ended_at else "",
    )


def about(case: ProcessInstance) -> str:
    """Name the case on one line."""
    return listed((case.title, case.business_key or "")).replace("、", " · ")


def offered(case: ProcessInstance, *, awaits: bool) -> list[dict[str, str]]:
    """Return the acts that a case page offers its supervisor: address and label."""
    if "cancel" not in case.actions:
        return []
    names = ["order", "resume" if case.suspended else "suspend", *(["message"] if awaits else []), "cancel"]
    return [
        {"link": f"/cases/{case.id}/acts/{name}", "label": _(KINDS[name].title), "name": name}
        for name in names
    ]
