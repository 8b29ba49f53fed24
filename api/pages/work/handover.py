"""Handing a task on: transfer, delegate, return, withdraw, remind, copy, stand aside. One page, one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf, SignedIn
from api.i18n import gettext as _
from api.pages.frame import Form, Posted, go, listed, show
from api.pages.law import role_names
from bpmn.errors import Invalid, NotFound
from forms.locale import N_
from tasks.model import Actor, Person, UserTask
from workflows.engine import Engine
from workflows.identity import people
from workflows.store.unit_of_work import UnitOfWork
from workflows.work import user_tasks

router = APIRouter(include_in_schema=False)

Act = Callable[[UnitOfWork, Actor, str, str, str], Any]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One way of handing on."""

    title: str
    explanation: str
    button: str
    said: str
    act: Act  #: (unit of work, actor, task id, person id, reason)
    asks_person: bool = False
    reason_label: str = N_("理由")
    is_reason_required: bool = True
    stays: bool = False  #: the actor keeps the task and goes back to it
    is_dangerous: bool = False


KINDS = {
    "transfer": Kind(
        title=N_("转办"),
        explanation=N_("交给另一位同事，由他办到底。他会立即收到通知。"),
        button=N_("确认转办"),
        said="transferred",
        asks_person=True,
        act=lambda uow, actor, task, to, why: user_tasks.transfer(uow, actor, task, to=to, reason=why),
    ),
    "delegate": Kind(
        title=N_("委派"),
        explanation=N_("请同事先准备。他办好后回到您这里，由您确认提交。"),
        button=N_("确认委派"),
        said="delegated",
        asks_person=True,
        act=lambda uow, actor, task, to, why: user_tasks.delegate(uow, actor, task, to=to, reason=why),
    ),
    "return": Kind(
        title=N_("退回上一步"),
        explanation=N_("案件回到上一步重新办理，本步已填内容不保留。上一步的办理人会收到您的理由。"),
        button=N_("确认退回"),
        said="returned",
        is_dangerous=True,
        act=lambda uow, actor, task, to, why: user_tasks.return_task(uow, actor, task, reason=why),
    ),
    "withdraw": Kind(
        title=N_("撤回"),
        explanation=N_("下一步还没有人开始办理时，可以收回重办。"),
        button=N_("确认撤回"),
        said="withdrawn",
        act=lambda uow, actor, task, to, why: user_tasks.withdraw(uow, actor, task, reason=why),
    ),
    "remind": Kind(
        title=N_("催办"),
        explanation=N_("提醒正在办理的人，一小时一次。"),
        button=N_("催办"),
        said="reminded",
        reason_label=N_("附言（选填）"),
        is_reason_required=False,
        stays=True,
        act=lambda uow, actor, task, to, why: user_tasks.remind(uow, actor, task, text=why[:500]),
    ),
    "copy": Kind(
        title=N_("抄送"),
        explanation=N_("对方会收到通知，并可以查看本案。"),
        button=N_("确认抄送"),
        said="copied",
        asks_person=True,
        reason_label=N_("附言（选填）"),
        is_reason_required=False,
        stays=True,
        act=lambda uow, actor, task, to, why: user_tasks.copy(uow, actor, task, to=(to,), text=why[:500]),
    ),
    "conflict": Kind(
        title=N_("申请回避"),
        explanation=N_("与当事人有利害关系的，应当回避。记录后任务退回待签收，您不能再办理本案。"),
        button=N_("确认回避"),
        said="conflict",
        is_dangerous=True,
        act=lambda uow, actor, task, to, why: user_tasks.record_conflict(uow, actor, task, reason=why),
    ),
}


@router.get("/tasks/{task_id}/{kind}")
def handover_page(task_id: str, kind: str, request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Ask to whom and why."""
    return _page(task_id, kind, request, engine, actor)


@router.post("/tasks/{task_id}/{kind}")
def handover(
    task_id: str, kind: str, request: Request, engine: EngineOf, actor: SignedIn, form: Form
) -> Response:
    """Hand the task on."""
    how = _kind(kind)

    def work(uow: UnitOfWork) -> str:
        task = user_tasks.get(uow, actor, task_id)
        how.act(uow, actor, task_id, _person(how, form), _reason(how, form))
        return f"/cases/{task.instance_id}" if how.stays else "/"

    try:
        return go(form.once(actor, work), how.said)
    except Invalid as refused:
        return _page(task_id, kind, request, engine, actor, form=form, problem=_(refused.message))


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise NotFound
    return KINDS[name]


def _person(how: Kind, form: Posted) -> str:
    if how.asks_person and not form.text("to"):
        raise Invalid(_("请选择交给谁。"))
    return form.text("to")


def _reason(how: Kind, form: Posted) -> str:
    reason = form.text("reason")
    if how.is_reason_required and not reason:
        raise Invalid(_("请写明理由。"))
    return reason[:2000]


def _page(
    task_id: str,
    kind: str,
    request: Request,
    engine: Engine,
    actor: Actor,
    *,
    form: Posted | None = None,
    problem: str = "",
) -> Response:
    how = _kind(kind)
    with engine.begin() as uow:
        task = user_tasks.get(uow, actor, task_id)
        context = {
            "preview": _preview(uow, actor, task_id, kind),
            "title": _(how.title),
            "explanation": _(how.explanation),
            "about": about(task),
            "back": f"/tasks/{task_id}" if "complete" in task.actions else f"/cases/{task.instance_id}",
            "people": _people(uow, actor, task_id) if how.asks_person else None,
            "to": form.text("to") if form else "",
            "reason": form.text("reason") if form else "",
            "wants_reason": True,
            "reason_label": _(how.reason_label),
            "reason_required": how.is_reason_required,
            "button": _(how.button),
            "danger": how.is_dangerous,
            "problem": problem,
        }
        return show(
            request, uow, actor, "handover.html", context, active="tasks", status=422 if problem else 200
        )


def _preview(uow: UnitOfWork, actor: Actor, task_id: str, kind: str) -> list[dict[str, str]]:
    """Say what sending back or taking back would cancel, keep and count again."""
    if kind not in ("return", "withdraw"):
        return []
    found = user_tasks.preview(uow, actor, task_id, "return" if kind == "return" else "withdraw")
    lines = (
        (_("重新办理"), f"{listed(found.reopened)}（{found.reopened_for}）" if found.reopened else ""),
        (_("取消"), listed(found.cancelled)),
        (_("保留"), listed(found.kept)),
        (_("恢复计时"), listed(found.resumed)),
        (_("停止计时"), listed(found.stopped)),
    )
    return [{"label": label, "words": words} for label, words in lines if words]


def about(task: UserTask) -> str:
    """Name the task and its case on one line."""
    return " · ".join(part for part in (task.name, task.title, task.business_key) if part)


def _people(uow: UnitOfWork, actor: Actor, task_id: str) -> list[dict[str, str]]:
    tree = people.organisation(uow)
    names = role_names()

    def words(person: Person) -> str:
        return "；".join(f"{tree.name(unit)} {names.get(role, role)}" for role, unit in sorted(person.roles))

    return [
        {"id": p.id, "name": p.name, "words": words(p)} for p in user_tasks.candidates(uow, actor, task_id)
    ]
