"""Try a draft: a shadow case in one window, with a clock of its own and a switch between roles; nothing leaves it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf
from api.diagrams import Marks, to_svg
from api.i18n import gettext as _
from api.pages.frame import Form, Posted, go, show
from api.routes.drafts import Reader
from bpmn.errors import Conflict, DeploymentInvalid, Invalid, JingfaError
from bpmn.model import TimerWait, UserTaskWait
from forms.locale import N_
from tasks import studio_rules as rules
from tasks.model import Actor
from workflows.engine import Engine
from workflows.scenarios.case import InMemoryCase
from workflows.scenarios.pack import PackFiles
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import drafts, tryout
from workflows.studio.tryout import Tryout

router = APIRouter(prefix="/studio", include_in_schema=False)
#: How a case begins, in words.
BEGINNINGS: Final = {
    "form": N_("填表发起"),
    "none": N_("直接发起"),
    "message": N_("收到消息"),
    "timer": N_("到了时间"),
    "signal": N_("收到信号"),
    "conditional": N_("条件成立"),
}
PEOPLE: Final = ("甲", "乙")  #: two made-up people a role, for steps that one person may not do both


@router.get("/{draft_key}/try")
def overview(draft_key: str, request: Request, engine: EngineOf, actor: Reader) -> Response:
    """Show the shadow case: its clock, its open tasks, its way, its periods; or how it may begin."""
    return _overview(draft_key, request, engine, actor)


def _overview(
    draft_key: str, request: Request, engine: Engine, actor: Actor, refused: JingfaError | None = None
) -> Response:
    with engine.begin() as uow:
        draft = drafts.get(uow, actor, draft_key)
        frame = {
            "draft": draft,
            "may_save": rules.may_edit(actor),
            "problem": _(refused.message) if refused else "",
        }
        status = 422 if refused else 200
        try:
            now = tryout.current(uow, actor, draft_key)
            pack = tryout.pack_of(uow, draft_key)
            context = _begun(uow, now) if now else {"starts": _starts(pack)}
        except JingfaError as broken:
            findings = broken.findings if isinstance(broken, DeploymentInvalid) else ()
            context = {"broken": _(broken.message), "findings": findings}
        return show(
            request, uow, actor, "studio/rehearsal.html", {**frame, **context}, active="studio", status=status
        )


def _starts(pack: PackFiles) -> list[dict[str, str]]:
    elements = pack.definition.elements
    return [
        {
            "id": one.element_id,
            "name": elements[one.element_id].name or one.event_name or one.element_id,
            "how": _(BEGINNINGS["form" if tryout.form_of(pack, one) else one.kind]),
            "process": elements[one.process_id].name if one.process_id in elements else "",
        }
        for one in tryout.starts(pack)
    ]


def _begun(uow: UnitOfWork, it: Tryout) -> dict[str, Any]:
    roles = {code: role.name for code, role in uow.installation.law.roles.items()}
    case, elements = it.case, it.pack.definition.elements
    return {
        "clock": case.now,
        "stopped": it.stopped,
        "status": case.status,
        "incidents": case.incidents(),
        "tasks": list(_tasks(case, roles)),
        "timers": sorted((w.due_at, w.name or w.element_id) for w in tryout.waits(case, TimerWait)),
        "messages": tryout.messages(case),
        "passed": [(at, _name(elements, one)) for at, one in case.moves if _name(elements, one)],
        "periods": list(_periods(it)),
        "notices": list(_notices(case)),
        "papers": list(dict.fromkeys(case.papers)),
        "steps": len(it.script["steps"]),
        "drawings": list(_drawings(it)),
    }


def _name(elements: Mapping[str, Any], element_id: str) -> str:
    element = elements.get(element_id)
    return element.name if element else ""


def _tasks(case: InMemoryCase, roles: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the open tasks, those that several people do side by side once with their number."""
    found = tryout.waits(case, UserTaskWait)
    for element_id in dict.fromkeys(wait.element_id for wait in found):
        same = [wait for wait in found if wait.element_id == element_id]
        yield {**_task(same[0], roles), "count": len(same)}


def _task(wait: UserTaskWait, roles: Mapping[str, str]) -> dict[str, Any]:
    codes = str(wait.extensions.get("roles") or "").split()
    people = PEOPLE if wait.extensions.get("notBy") else PEOPLE[:1]
    slot = str(wait.extensions.get("at") or "")
    personas = [
        {
            "who": f"{code}@{slot}={code}{person}" if slot else f"{code}={code}{person}",
            "words": f"{roles.get(code, code)}{person if len(people) > 1 else ''}",
        }
        for code in codes or [""]
        for person in people
    ]
    return {"id": wait.element_id, "name": wait.name or wait.element_id, "personas": personas}


def _periods(it: Tryout) -> Any:
    """Yield the running periods: name, due instant, and the ladder rungs with whether they have come."""
    law = it.pack.lawpack
    for ledgers in it.case.ledgers:
        for one in ledgers.deadlines:
            if one.is_open:
                found = ledgers.reckoned(one, it.case.now)
                rungs = [(rung.at, rung.label, rung.at <= it.case.now) for rung in found.rungs]
                name = law.catalogue.find(one.code).name
                yield {
                    "code": one.code,
                    "name": name,
                    "due": found.due_at,
                    "paused": one.is_paused,
                    "rungs": rungs,
                }


def _notices(case: InMemoryCase) -> Any:
    """Yield what would have gone out: instant, what, to whom."""
    for at, job in case.jobs:
        to = job.parameters.get("to") or job.parameters.get("systems") or job.parameters.get("system") or ""
        yield at, job.name or job.element_id, "、".join(map(str, to)) if isinstance(to, list) else str(to)


def _drawings(it: Tryout) -> Any:
    """Yield the diagrams that the case has touched, coloured by what was recorded."""
    case, elements = it.case, it.pack.definition.elements
    waiting = {wait.element_id: _("等办理") for wait in tryout.waits(case, UserTaskWait)}
    waiting |= {wait.element_id: _("等消息") for wait in tryout.messages(case)}
    touched = {elements[one].process_id for one in [*case.path, *waiting] if one in elements}
    marks = Marks(done=frozenset(case.path), flows=frozenset(case.flows), now=waiting)
    for file, data in it.pack.files.items():
        shown = [key for key in touched if f'id="{key}"'.encode() in data] if file.endswith(".bpmn") else []
        if shown and elements[shown[0]].type == "process":
            yield (
                elements[shown[0]].name,
                to_svg(data, marks),
                any(elements[w].process_id in shown for w in waiting if w in elements),
            )


@router.post("/{draft_key}/try")
def act(draft_key: str, request: Request, engine: EngineOf, actor: Reader, form: Form) -> Response:
    """Do what the pressed button says: move the clock, deliver a message, take back, begin anew, write down."""

    def work(uow: UnitOfWork) -> str:
        return _act(uow, actor, draft_key, form) or f"/studio/{draft_key}/try"

    try:
        said = "scenario-saved" if form.text("_do") == "save" else ""
        return go(form.once(actor, work), said)
    except (Invalid, Conflict) as refused:
        return _overview(draft_key, request, engine, actor, refused)


def _act(uow: UnitOfWork, actor: Actor, draft_key: str, form: Posted) -> str:
    verb = form.text("_do")
    if verb == "undo":
        tryout.undo(uow, actor, draft_key)
    elif verb == "restart":
        tryout.restart(uow, actor, draft_key)
    elif verb == "save":
        tryout.save_scenario(uow, actor, draft_key, form.text("name"), form.text("title"))
        return f"/studio/{draft_key}"
    elif verb.startswith("message:"):
        tryout.step(uow, actor, draft_key, {"message": verb.partition(":")[2]})
    elif verb.isdigit():
        tryout.advance(uow, actor, draft_key, timedelta(hours=min(int(verb), 24 * 366)))
    return ""
