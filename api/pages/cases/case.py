"""One case: what happened, who has it, how many days are left, what to press."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import groupby
from typing import Any

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import OPERATORS, EngineOf, SignedIn
from api.diagrams import Marks, names_of, to_svg
from api.headers import DIAGRAM_CSP
from api.i18n import gettext as _
from api.pages.cases import acts, deadline_acts
from api.pages.frame import Form, go, listed, show
from api.pages.law import coded, deadline_name, dispute_type
from api.pages.paperwork.papers import titles_of
from api.pages.supervision.cases import state_words
from api.pages.supervision.orders import line as order_line
from api.pages.work.tasks import holder_words
from api.templating import due
from api.words import day, moment
from bpmn.errors import Forbidden, Invalid, NotFound
from bpmn.model import InstanceState
from forms.locale import N_
from tasks.model import Actor
from workflows.correlation import case_messages, danger
from workflows.demonstration import clocks
from workflows.execution import history, incidents, instances
from workflows.identity import people
from workflows.model import DeadlineView, HistoryView, ProcessInstance
from workflows.paperwork import attachments, papers
from workflows.processes import deployed
from workflows.store.unit_of_work import UnitOfWork
from workflows.supervision import orders
from workflows.timing import deadlines
from workflows.work import case_tasks, user_tasks

router = APIRouter(include_in_schema=False)

RECENT = 8  #: lines of the history that stand open
#: Units of a case as people name them: who acts first, then the places, the smallest first.
SLOTS = (
    "station",
    "justice",
    "legal",
    "room",
    "village",
    "town",
    "police",
    "police-district",
    "bureau",
    "district",
)
#: Where the pieces of a case usually stand in its variables, with their words.
FACTS = (
    ("dispatch.no", N_("警情编号")),
    ("dispatch.time", N_("报警时间")),
    ("dispatch.addr", N_("地点")),
    ("dispute.type", N_("纠纷类型")),
    ("dispute.summary", N_("简要案情")),
    ("dispute.amount", N_("涉案金额")),
    ("dispute.people", N_("涉及人数")),
    ("dispute.injury", N_("伤情")),
)


@router.get("/cases/{case_id}")
def show_case(case_id: str, request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Show the case; names and numbers are masked unless the role reads them clear."""
    with engine.begin() as uow:
        return _page(request, uow, actor, instances.get(uow, actor, case_id))


def _page(request: Request, uow: UnitOfWork, actor: Actor, case: ProcessInstance) -> Response:
    now = clocks.now(uow)
    tasks = _open_tasks(uow, actor, case, now)
    path = history.path(uow, actor, case.id)
    xml = _diagram(uow, actor, case)
    marks = _marks(path, tasks)
    made = papers.of_instance(uow, actor, case.id)
    offered = case_messages.offered(uow, actor, case.id)
    context = {
        "case": case,
        "case_id": case.id,
        "may_report_danger": not case.ended_at and danger.has_a_scene(case.variables),
        "risk": coded(case.risk, "risks"),
        "level": coded(case.level, "levels"),
        "state": {"words": state_words(case.status, case.suspended), "level": _level(case)},
        "open_tasks": tasks,
        "messages": offered,
        "acts": acts.offered(case, awaits=bool(case_messages.awaited(uow, actor, case.id))),
        "orders": [order_line(view, now) for view in orders.of_instance(uow, actor, case.id)],
        "may_retry": actor.has(*OPERATORS.roles),
        "waiting": _waiting(xml, path.active, tasks),
        "incidents": _incidents(uow, actor, case.id),
        **_deadlines(uow, actor, case, now),
        **_steps(uow, actor, case, tasks),
        "svg": to_svg(xml, marks),
        "has_xml": bool(xml),
        "marks": _marks_json(marks),
        "facts": _facts(uow, case),
        "papers": made,
        "missing_papers": titles_of(_unmade(tasks, {p.code for p in made}))
        + [{"code": code, "title": title} for code, title in papers.offered(uow, actor, case.id)],
        "sign_codes": {code for row in tasks if row["mine"] for code in row["task"].signs},
        "files": attachments.of_instance(uow, actor, case.id),
        "related": instances.related(uow, actor, case.id),
        "comments": user_tasks.comments(uow, actor, case.id),
    }
    response = show(request, uow, actor, "cases/case.html", context, active="cases", keep=True)
    response.headers["Content-Security-Policy"] = DIAGRAM_CSP
    return response


def _open_tasks(uow: UnitOfWork, actor: Actor, case: ProcessInstance, now: datetime) -> list[dict[str, Any]]:
    found = case_tasks.open_in(uow, actor, case.id)
    ids = {t.assignee_id for t in found if t.assignee_id and t.assignee_id != actor.person_id}
    names = {person_id: people.person(uow, actor, person_id).name for person_id in ids}
    return [
        {
            "task": task,
            "due": due(task.due_at, now),
            "holder": holder_words(task, actor, names),
            "mine": not {"claim", "complete"}.isdisjoint(task.actions),
        }
        for task in found
    ]


def _unmade(tasks: list[dict[str, Any]], made: set[str]) -> tuple[str, ...]:
    wanted = (code for row in tasks if row["mine"] for code in row["task"].papers)
    return tuple(dict.fromkeys(code for code in wanted if code not in made))


def _level(case: ProcessInstance) -> str:
    if case.suspended:
        return "soon"
    return {InstanceState.ACTIVE: "", InstanceState.COMPLETED: "ok", InstanceState.TERMINATED: "plain"}[
        case.status
    ]


def _diagram(uow: UnitOfWork, actor: Actor, case: ProcessInstance) -> bytes:
    try:
        return deployed.diagram(uow, actor, case.definition_id)
    except (NotFound, Forbidden):
        return b""


def _marks(path: history.PathView, tasks: list[dict[str, Any]]) -> Marks:
    words: dict[str, str] = dict.fromkeys(path.active, _("等待中"))
    words |= {row["task"].element_id: row["due"]["words"] for row in tasks}
    late = {row["task"].element_id for row in tasks if row["due"]["level"] == "late"}
    # The diagram shows the outermost process: a token in a called process is seen at the activity that called it.
    for element, around in path.enclosing.items():
        words |= dict.fromkeys(around, words[element])
        late |= set(around) if element in late else set()
    return Marks(
        done=frozenset(path.elements),
        flows=frozenset(path.flows),
        now=words,
        late=frozenset(late) | frozenset(path.incidents),
    )


def _marks_json(marks: Marks) -> str:
    now = {element: {"words": words, "late": element in marks.late} for element, words in marks.now.items()}
    return orjson.dumps({"done": sorted(marks.done), "flows": sorted(marks.flows), "now": now}).decode()


def _waiting(xml: bytes, active: tuple[str, ...], tasks: list[dict[str, Any]]) -> list[str]:
    busy = {row["task"].element_id for row in tasks}
    if not xml or not active:
        return []
    names = names_of(xml)
    return [name for element in active if element not in busy and (name := names.get(element))]


def _incidents(uow: UnitOfWork, actor: Actor, case_id: str) -> Any:
    return incidents.search(uow, actor, instance_id=case_id).items


def _deadlines(uow: UnitOfWork, actor: Actor, case: ProcessInstance, now: datetime) -> dict[str, Any]:
    """What still runs, the most urgent first; what is over stands apart."""
    views = deadlines.of_instance(uow, actor, case.id)
    names = uow.people.names(event["recorded_by"] for view in views for event in view.ledger)
    supervised = "cancel" in case.actions and not case.suspended
    catalogue = uow.installation.law.catalogue

    def shown(view: DeadlineView) -> dict[str, Any]:
        rule = catalogue.find(view.code) if supervised and view.code in catalogue else None
        acts = deadline_acts.offered(view, rule)
        return {**_deadline(view, now), "ledger": deadline_acts.ledger(view, names), "acts": acts}

    running = sorted(
        (d for d in views if d.state != "stopped"), key=lambda d: (d.state == "paused", d.due_at)
    )
    return {
        "deadlines": [shown(d) for d in running],
        "stopped": [shown(d) for d in views if d.state == "stopped"],
    }


def _deadline(view: DeadlineView, now: datetime) -> dict[str, Any]:
    stopped = view.state == "stopped"
    left = {"words": _("已停止计时"), "level": "plain"} if stopped else due(view.due_at, now)
    if view.state == "paused":
        left = {"words": _("已中止计时"), "level": "plain"}
    span = (view.due_at - view.started_at).total_seconds()
    used = (now - view.started_at).total_seconds()
    percent = None if stopped or span <= 0 else max(0, min(100, round(100 * used / span)))
    article = view.source.get("title") or view.source.get("name") or view.source.get("article")
    name = deadline_name(view.code, view.name or view.element_name)
    return {
        "view": view,
        "name": name,
        "due": left,
        "percent": percent,
        "words": _dates(view),
        "source": article,
    }


def _dates(view: DeadlineView) -> str:
    parts = [_("%(at)s 起算") % {"at": moment(view.started_at)}]
    if view.statutory_last_day:
        words = _("法定最后一日 %(day)s") if view.klass == "LOCK" else _("最后期限 %(day)s")
        parts.append(words % {"day": day(view.statutory_last_day)})
    if view.internal_target:
        parts.append(_("内部目标 %(day)s") % {"day": day(view.internal_target)})
    if view.provisional:
        parts.append(_("暂定（该年节假日安排尚未发布）"))
    return " · ".join(parts)


def _steps(
    uow: UnitOfWork, actor: Actor, case: ProcessInstance, tasks: list[dict[str, Any]]
) -> dict[str, Any]:
    """What happened, oldest first: the last few lines in sight, the earlier ones folded away."""
    told = (_step(line) for line in history.of_instance(uow, actor, case.id) if line.element_name)
    past = [next(same) for _told, same in groupby(told, key=lambda step: tuple(step.values()))]
    now = [
        {"name": row["task"].name, "kind": "now", "words": _joined(row["holder"], row["due"]["words"])}
        for row in tasks
    ]
    folded = max(0, len(past) - RECENT) if len(past) > RECENT + 2 else 0
    return {"earlier": past[:folded], "steps": past[folded:] + now}


def _step(line: HistoryView) -> dict[str, str]:
    kind = "cancelled" if line.kind == "cancelled" else "done"
    return {
        "name": line.element_name or "",
        "kind": kind,
        "words": _joined(moment(line.at), line.by, _("已取消") if kind == "cancelled" else ""),
    }


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _facts(uow: UnitOfWork, case: ProcessInstance) -> list[dict[str, str]]:
    found = [{"label": _(label), "value": _fact(case.variables, path)} for path, label in FACTS]
    parties = case.variables.get("parties")
    if isinstance(parties, list):
        names = listed(str(p.get("name", "")) for p in parties if isinstance(p, Mapping))
        found.insert(0, {"label": _("当事人"), "value": names})
    tree = people.organisation(uow)
    units = listed(dict.fromkeys(tree.name(case.units[slot]) for slot in sorted(case.units, key=_rank)))
    return [fact for fact in [*found, {"label": _("办理单位"), "value": units}] if fact["value"]]


def _rank(slot: str) -> tuple[int, str]:
    return SLOTS.index(slot) if slot in SLOTS else len(SLOTS), slot


def _fact(variables: Mapping[str, Any], path: str) -> str:
    value = _at(variables, path)
    return _shown(dispute_type(value) if path == "dispute.type" else value)


def _at(tree: Any, path: str) -> Any:
    for part in path.split("."):
        tree = tree.get(part) if isinstance(tree, Mapping) else None
    return tree


def _shown(value: Any) -> str:
    if value is None or isinstance(value, Mapping | list):
        return ""
    return moment(value) if isinstance(value, date | datetime) else str(value)


@router.get("/cases/{case_id}/diagram.xml")
def diagram(case_id: str, engine: EngineOf, actor: SignedIn) -> Response:
    """Return the diagram of the version that the case runs on."""
    with engine.begin() as uow:
        case = instances.get(uow, actor, case_id)
        return Response(_diagram(uow, actor, case), media_type="text/xml; charset=utf-8")


@router.post("/cases/{case_id}/comments")
def comment(case_id: str, actor: SignedIn, form: Form) -> Response:
    """Add a note for those who work on the case."""
    text = form.text("text")
    if not text or len(text) > 2000:
        raise Invalid(_("留言请写 1 到 2000 个字。"))

    def work(uow: UnitOfWork) -> str:
        user_tasks.comment(uow, actor, case_id, text)
        return f"/cases/{case_id}"

    return go(form.once(actor, work), "commented")


@router.post("/cases/{case_id}/danger")
def report_danger(case_id: str, actor: SignedIn, form: Form) -> Response:
    """One tap: tell the police and every running case that shares a party."""

    def work(uow: UnitOfWork) -> str:
        danger.report(uow, actor, case_id)
        return f"/cases/{case_id}"

    return go(form.once(actor, work), "danger")
