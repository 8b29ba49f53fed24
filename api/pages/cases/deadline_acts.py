"""Extending, pausing and resuming a deadline: the catalogue says who, how often and on which grounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf, SignedIn
from api.i18n import gettext as _
from api.pages import act_form
from api.pages.act_form import Field, Question
from api.pages.cases.acts import about
from api.pages.frame import Form, Posted
from api.words import moment
from bpmn.deadlines import Rule
from bpmn.errors import Invalid, NotFound
from forms.locale import N_
from tasks.model import Actor
from workflows.execution import instances
from workflows.model import DeadlineView
from workflows.store.unit_of_work import UnitOfWork
from workflows.timing import deadlines

router = APIRouter(include_in_schema=False)

TITLES: Final = {"extend": N_("延长期限"), "pause": N_("中止计算"), "resume": N_("恢复计算")}
SAID: Final = {"extend": "extended", "pause": "paused", "resume": "running"}
WORDS: Final = {
    "start": N_("起算"),
    "pause": N_("中止"),
    "resume": N_("恢复"),
    "extend": N_("延长"),
    "stop": N_("停止"),
}


@router.get("/deadlines/{deadline_id}/{deadline_act}")
def ask(deadline_id: str, deadline_act: str, request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Say what the rule allows and ask for reason and ground."""
    with engine.begin() as uow:
        return act_form.ask(request, uow, actor, _question(uow, actor, deadline_id, deadline_act))


@router.post("/deadlines/{deadline_id}/{deadline_act}")
def do(
    deadline_id: str, deadline_act: str, request: Request, engine: EngineOf, actor: SignedIn, form: Form
) -> Response:
    """Enter it in the ledger, or say why the law does not allow it."""
    act = deadline_act

    def question(uow: UnitOfWork) -> Question:
        return _question(uow, actor, deadline_id, act)

    def work(uow: UnitOfWork) -> str:
        if problem := act_form.missing(question(uow), form):
            raise Invalid(problem)
        return f"/cases/{_enter(uow, actor, deadline_id, act, form).instance_id}#deadlines"

    said = SAID.get(act, "")
    return act_form.act(request, engine, actor, form, question=question, work=work, said=said)


def _enter(uow: UnitOfWork, actor: Actor, deadline_id: str, act: str, form: Posted) -> DeadlineView:
    reason = form.text("reason")[: act_form.LONGEST_REASON]
    revision = act_form.revision_of(form)
    if act == "extend":
        text = form.text("amount")
        amount = int(text) if text.isdecimal() and len(text) < 5 else None  # noqa: PLR2004 - as the field allows
        return deadlines.extend(uow, actor, deadline_id, amount=amount, reason=reason, revision=revision)
    if act == "pause":
        ground = form.text("ground")
        return deadlines.pause(uow, actor, deadline_id, reason=reason, ground=ground, revision=revision)
    return deadlines.resume(uow, actor, deadline_id, reason=reason, revision=revision)


def _question(uow: UnitOfWork, actor: Actor, deadline_id: str, act: str) -> Question:
    if act not in TITLES:
        raise NotFound
    view = deadlines.explain(uow, actor, deadline_id)
    case = instances.supervised(uow, actor, view.instance_id)
    rule = uow.installation.law.catalogue.find(view.code)
    return Question(
        title=_(TITLES[act]),
        about=f"{view.name} · {about(case)}",
        explanation=_explanation(view, rule, act),
        button=_(TITLES[act]),
        back=f"/cases/{view.instance_id}#deadlines",
        fields=_fields(rule, act),
        revision=case.revision,
        refusal=refusal(view, rule, act),
    )


def _explanation(view: DeadlineView, rule: Rule, act: str) -> str:
    parts = [
        _("%(kind)s，现在的到期时间是 %(at)s。") % {"kind": rule.klass.chinese, "at": moment(view.due_at)}
    ]
    if act == "extend" and rule.extension is not None:
        if rule.extension.times is not None:
            used = sum(event["kind"] == "extend" for event in view.ledger)
            parts.append(
                _("最多延长 %(n)s 次，已用 %(used)s 次。") % {"n": rule.extension.times, "used": used}
            )
        if rule.extension.condition:
            parts.append(_("延长的条件：%(words)s。") % {"words": rule.extension.condition})
    return "".join(parts)


def refusal(view: DeadlineView, rule: Rule, act: str) -> str:
    """Say why the act is impossible, before anybody types a reason; empty when it is possible."""
    if view.state == "stopped":
        return _("这个期限已经终止，不能再调整。")
    if act == "resume":
        return "" if view.state == "paused" else _("这个期限没有中止，不必恢复。")
    if view.state == "paused" and act == "pause":
        return _("这个期限已经中止计算。")
    if view.overdue:
        return _("这个期限已于 %(at)s 届满，不能再延长或中止。") % {"at": moment(view.due_at)}
    if act == "extend":
        return _no_extension(view, rule)
    if not rule.may_pause:
        return _("这项期限不因任何事由中止计算。")
    if not rule.pause_reasons and rule.klass != "PARAM":
        return _("这项期限没有可以中止计算的法定事由，不能中止。")
    return ""


def _no_extension(view: DeadlineView, rule: Rule) -> str:
    if rule.extension is None:
        return _("法规没有规定这项期限可以延长，不能延长。")
    used = sum(event["kind"] == "extend" for event in view.ledger)
    if rule.extension.times is not None and used >= rule.extension.times:
        return _("这项期限最多延长 %(n)s 次，次数已经用完。") % {"n": rule.extension.times}
    return ""


def _fields(rule: Rule, act: str) -> tuple[Field, ...]:
    found: list[Field] = []
    if act == "extend" and rule.extension is not None:
        unit = rule.extension.unit.chinese
        hint = (
            _("最多 %(n)s%(unit)s") % {"n": rule.extension.length, "unit": unit}
            if rule.extension.length
            else ""
        )
        label = _("延长多少（%(unit)s）") % {"unit": unit}
        value = str(rule.extension.length or "")
        found.append(Field(name="amount", label=label, kind="number", hint=hint, value=value))
        if rule.extension.condition:
            words = _("条件已经具备：%(words)s") % {"words": rule.extension.condition}
            found.append(Field(name="condition", label=words, kind="check"))
    if act == "pause" and rule.pause_reasons:
        options = tuple((ground, ground, "") for ground in rule.pause_reasons)
        found.append(Field(name="ground", label=_("法定事由"), kind="choice", options=options))
    return (*found, act_form.reason(_("理由和依据")))


def offered(view: DeadlineView, rule: Rule | None) -> list[dict[str, str]]:
    """Return the acts that are possible on a deadline now: address and label."""
    possible = [act for act in TITLES if rule is not None and not refusal(view, rule, act)]
    return [{"link": f"/deadlines/{view.id}/{act}", "label": _(TITLES[act])} for act in possible]


def ledger(view: DeadlineView, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the ledger as lines: what, when, who and why."""
    return [
        {
            "what": _(WORDS[event["kind"]]) + (f" {event['amount']}" if event["amount"] else ""),
            "at": moment(event["at"]),
            "why": " · ".join(p for p in (event["reason"], names.get(event["recorded_by"], "")) if p),
        }
        for event in view.ledger
    ]
