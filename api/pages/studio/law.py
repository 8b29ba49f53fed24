"""The law pack's rooms: time limits, parameter sets, code lists; each row with its class, its source and who may change it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf
from api.i18n import gettext as _
from api.pages.frame import Form, Posted, go, show
from api.pages.law import length_words, rule_name, unit_word
from api.pages.studio.law_forms import deadline_fields, parameter_fields, values_text
from api.routes.drafts import Reader, Writer
from bpmn.deadlines.rules import Rule, Unit
from bpmn.errors import Conflict, Invalid, JingfaError, NotFound
from forms.locale import N_
from tasks import studio_rules as rules
from tasks.model import Actor
from workflows.engine import Engine
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import law, law_decisions

router = APIRouter(prefix="/studio/law", include_in_schema=False)
CLASSES: Final = {"LOCK": N_("法定"), "PARAM": N_("工作时限"), "EXT": N_("外部")}
CHANGERS: Final = {
    "LOCK": N_("只能随法规修改：政策编辑员录入条文原文，两位审批人批准"),
    "PARAM": N_("政策编辑员修改，一位审批人批准"),
    "EXT": N_("由外部机关决定；政策编辑员登记，一位审批人批准"),
}
KINDS: Final = {
    "compensation": N_("人身损害赔偿年度统计数据"),
    "compensation-pilot": N_("人身损害赔偿试点标准"),
    "thresholds": N_("政策阈值"),
}
STATES: Final = {
    law.PROPOSED: N_("待审批"),
    law.SCHEDULED: N_("已批准，待生效"),
    law.IN_FORCE: N_("已生效"),
    law.REJECTED: N_("已退回"),
    law.WITHDRAWN: N_("已撤回"),
}
MEMBERS: Final = {
    "length": N_("长度"), "unit": N_("单位"), "extension": N_("延长"), "basis": N_("依据"), "note": N_("备注"), "name": N_("名称"),
    "kind": N_("种类"), "region": N_("地区"), "year": N_("统计年度"), "valid_from": N_("有效起"), "valid_to": N_("有效止"),
    "values": N_("数值"), "confidence": N_("可信度"),
}  # fmt: skip


@router.get("")
def overview(request: Request, engine: EngineOf, actor: Reader) -> Response:
    """Show the rooms and what waits."""
    with engine.begin() as uow:
        pack = uow.installation.law
        context = {
            "pack": pack,
            "counts": {
                "deadlines": len(pack.catalogue),
                "parameters": len(pack.parameter_sets),
                "lists": len(pack.code_lists),
                "years": len(uow.installation.calendar.years),
            },
            "changes": [shown(one) for one in law.listed(uow, actor)[:30]],
        }
        return show(request, uow, actor, "studio/law.html", context, active="studio")


@router.get("/deadlines")
def deadlines_page(
    request: Request, engine: EngineOf, actor: Reader, klass: str = "", q: str = ""
) -> Response:
    """List the time limits of a class whose code or name has a word in it."""
    word = q.strip()[:100].lower()
    with engine.begin() as uow:
        found = [_rule(rule) for rule in uow.installation.law.catalogue if klass in ("", str(rule.klass))]
        fitting = [
            one for one in found if word in f"{one['rule'].code} {one['rule'].name} {one['name']}".lower()
        ]
        context = {"rules": fitting, "classes": worded(CLASSES), "klass": klass, "q": q.strip()[:100]}
        return show(request, uow, actor, "studio/law_deadlines.html", context, active="studio")


@router.get("/deadlines/{code}")
def deadline_page(code: str, request: Request, engine: EngineOf, actor: Reader) -> Response:
    """Show one time limit, its changes and, to policy editors, the form."""
    return _deadline(code, request, engine, actor)


@router.post("/deadlines/{code}")
def propose_deadline(code: str, request: Request, engine: EngineOf, actor: Writer, form: Form) -> Response:
    """Propose a change of a time limit."""

    def work(uow: UnitOfWork) -> str:
        rule = found_or_404(uow.installation.law.catalogue.rules.get(code))
        return propose(uow, actor, form, "deadline", code, deadline_fields(form, rule))

    return tried(actor, form, work, lambda refused: _deadline(code, request, engine, actor, refused, form))


def found_or_404(entry: Any) -> Any:
    """
    Return an entry that is there.

    Raises:
        NotFound: it is not.
    """
    if entry is None:
        raise NotFound
    return entry


def propose(
    uow: UnitOfWork, actor: Actor, form: Posted, section: str, code: str, fields: dict[str, Any]
) -> str:
    """Propose a change of an entry with what was typed; returns the address of its page."""
    command = law.Propose(
        actor=actor,
        section=section,
        code=code,
        fields=fields,
        reason=form.text("reason"),
        article=form.text("article"),
        migrates=form.text("migrates") == "1",
    )
    return f"/studio/law/changes/{law.propose(uow, command).row.id}"


def tried(
    actor: Actor, form: Posted, work: Callable[[UnitOfWork], str], again: Callable[[JingfaError], Response]
) -> Response:
    """Do the work and go to the change\'s page, or show the form again with what was refused."""
    try:
        return go(form.once(actor, work), "draft-submitted")
    except (Invalid, Conflict) as refused:
        return again(refused)


def _deadline(
    code: str,
    request: Request,
    engine: Engine,
    actor: Actor,
    refused: JingfaError | None = None,
    form: Posted | None = None,
) -> Response:
    with engine.begin() as uow:
        rule = found_or_404(uow.installation.law.catalogue.rules.get(code))
        context = {
            "rule": _rule(rule),
            "units": {unit.value: unit_word(unit) for unit in Unit},
            "concerned": law_decisions.concerned(uow, actor, code).count,
            **entry_context(uow, actor, code, str(rule.klass), refused, form),
        }
        status = 422 if refused else 200
        return show(request, uow, actor, "studio/law_deadline.html", context, active="studio", status=status)


def entry_context(
    uow: UnitOfWork, actor: Actor, code: str, klass: str, refused: JingfaError | None, form: Posted | None
) -> dict[str, Any]:
    """Return what the page of any entry shows: its changes, who may change it, what was refused and typed."""
    return {
        "changes": [shown(one) for one in law.listed(uow, actor) if one.row.code == code],
        "may_edit": rules.may_edit(actor),
        "is_lock": klass == "LOCK",
        "changers": _(CHANGERS[klass]),
        "problem": _(refused.message) if refused else "",
        "typed": (lambda name, default="": form.text(name, default) if form else default),
    }


def _rule(rule: Rule) -> dict[str, Any]:
    klass = str(rule.klass)
    return {
        "rule": rule,
        "name": rule_name(rule),
        "klass": klass,
        "badge": {"LOCK": "lock", "PARAM": "ok", "EXT": "plain"}[klass],
        "word": _(CLASSES[klass]),
        "changers": _(CHANGERS[klass]),
        "sources": [source.citation for source in rule.sources],
        "length": length_words(rule) if rule.kind == "period" else _("不按时间计算"),
    }


def shown(change: law.LawChange) -> dict[str, Any]:
    """Return a change as lists and its page show it."""
    row = change.row
    return {
        "one": change,
        "row": row,
        "state": _(STATES[row.state]),
        "word": _(CLASSES[row.klass]),
        "badge": {law.PROPOSED: "soon", law.SCHEDULED: "ok", law.IN_FORCE: "ok"}.get(row.state, "plain"),
        "sentences": change.sentences,
        "lines": [
            (_(MEMBERS.get(name, name)), values_text(old), values_text(new))
            for name, old, new in change.differences
            if name != "codes"
        ],
    }


def worded(table: Any) -> dict[Any, str]:
    return {name: _(words) for name, words in table.items()}


@router.get("/parameters")
def parameters_page(request: Request, engine: EngineOf, actor: Reader) -> Response:
    """List the parameter sets, and the form for a new one."""
    return _parameters(request, engine, actor)


@router.get("/parameters/{code}")
def parameter_page(code: str, request: Request, engine: EngineOf, actor: Reader) -> Response:
    """Show one parameter set and, to policy editors, the form."""
    return _parameter(code, request, engine, actor)


@router.post("/parameters")
def propose_new_parameters(request: Request, engine: EngineOf, actor: Writer, form: Form) -> Response:
    """Propose a new parameter set, e.g. the figures of a year."""

    def work(uow: UnitOfWork) -> str:
        code = form.text("code")
        if code in uow.installation.law.parameter_sets:
            raise Invalid(_("这个编号的参数组已经存在，请打开它修改。"))
        return propose(uow, actor, form, "set", code, parameter_fields(form, None))

    return tried(actor, form, work, lambda refused: _parameters(request, engine, actor, refused, form))


@router.post("/parameters/{code}")
def propose_parameters(code: str, request: Request, engine: EngineOf, actor: Writer, form: Form) -> Response:
    """Propose other values for a parameter set."""

    def work(uow: UnitOfWork) -> str:
        entry = found_or_404(uow.installation.law.parameter_sets.get(code))
        return propose(uow, actor, form, "set", code, parameter_fields(form, entry))

    return tried(actor, form, work, lambda refused: _parameter(code, request, engine, actor, refused, form))


def _parameters(
    request: Request,
    engine: Engine,
    actor: Actor,
    refused: JingfaError | None = None,
    form: Posted | None = None,
) -> Response:
    with engine.begin() as uow:
        sets = uow.installation.law.parameter_sets.values()
        context = {
            "sets": [_set(one) for one in sets],
            "kinds": {kind: _(KINDS[kind]) for kind in sorted(law.ENTERED)},
            **entry_context(uow, actor, "", "PARAM", refused, form),
        }
        status = 422 if refused else 200
        return show(
            request, uow, actor, "studio/law_parameters.html", context, active="studio", status=status
        )


def _parameter(
    code: str,
    request: Request,
    engine: Engine,
    actor: Actor,
    refused: JingfaError | None = None,
    form: Posted | None = None,
) -> Response:
    with engine.begin() as uow:
        entry = found_or_404(uow.installation.law.parameter_sets.get(code))
        context = {"set": _set(entry), **entry_context(uow, actor, code, law.class_of(entry), refused, form)}
        status = 422 if refused else 200
        return show(request, uow, actor, "studio/law_parameter.html", context, active="studio", status=status)


def _set(entry: Any) -> dict[str, Any]:
    klass = law.class_of(entry)
    return {
        "set": entry,
        "klass": klass,
        "badge": {"LOCK": "lock", "PARAM": "ok"}[klass],
        "word": _("法定") if klass == "LOCK" else _("录入"),
        "changers": _(CHANGERS[klass]),
        "sources": [source.citation for source in entry.sources],
        "values": values_text(dict(entry.values)),
    }
