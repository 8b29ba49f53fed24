"""One act on many rows: choose, confirm with a reason, and read what became of each row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.auth import Allow, EngineOf
from api.i18n import gettext as _
from api.pages import act_form
from api.pages.act_form import Field
from api.pages.frame import Form, Posted, show
from api.pages.law import role_names
from api.words import due_words
from bpmn.errors import Invalid
from forms.locale import N_
from tasks.model import Actor, UserTask
from workflows import bulk, cases
from workflows.bulk import Outcome
from workflows.demonstration import clocks
from workflows.engine import Engine
from workflows.errors import InstanceNotFound
from workflows.execution import instances
from workflows.identity import people
from workflows.store.unit_of_work import UnitOfWork
from workflows.work import user_tasks, workload

router = APIRouter(include_in_schema=False)
Supervisor = Annotated[Actor, Depends(Allow("R04", "R06", "R13", "R14"))]
Work = Callable[[UnitOfWork, str], object]
ACTS: Final = {"suspend": N_("暂停"), "resume": N_("恢复"), "cancel": N_("终止")}


@router.get("/cases/bulk")
def choose(
    request: Request,
    engine: EngineOf,
    actor: Supervisor,
    case: Annotated[list[str], Query()] = [],  # noqa: B006
) -> Response:
    """Show the chosen cases and ask what to do with them, and why."""
    return _choose(request, engine, actor, case)


def _choose(
    request: Request,
    engine: Engine,
    actor: Actor,
    chosen: Sequence[str],
    *,
    form: Posted | None = None,
    problem: str = "",
) -> Response:
    with engine.begin() as uow:
        rows = [row for case in chosen[: bulk.MOST] if (row := _case_row(uow, actor, case))]
        options = tuple((name, _(label), "") for name, label in ACTS.items())
        act = Field(name="act", label=_("做什么"), kind="choice", options=options)
        context = {
            "title": _("对选中的案件"),
            "rows": rows,
            "fields": (act, act_form.reason()),
            "given": _given(form, ("act", "reason")),
            "problem": problem,
            "button": _("确认办理"),
            "back": "/cases",
            "name": "case",
            "hidden": {},
        }
        status = 422 if problem else 200
        return show(request, uow, actor, "supervision/bulk.html", context, active="cases", status=status)


def _case_row(uow: UnitOfWork, actor: Actor, case_id: str) -> dict[str, str] | None:
    try:
        row = cases.visible(uow, actor, case_id)
    except InstanceNotFound:
        return None
    return {"id": row.id, "title": row.title, "words": row.business_key, "link": f"/cases/{row.id}"}


def _given(form: Posted | None, names: Sequence[str]) -> dict[str, str]:
    return {name: form.text(name) if form else "" for name in names}


@router.post("/cases/bulk")
def act(request: Request, engine: EngineOf, actor: Supervisor, form: Form) -> Response:
    """Act on each case by itself and report row by row."""
    chosen, reason, name = _chosen(form, "case"), form.text("reason")[:2000], form.text("act")
    if problem := _missing(chosen, name in ACTS, reason):
        return _choose(request, engine, actor, chosen, form=form, problem=problem)
    works: dict[str, Work] = {
        "suspend": lambda uow, case: instances.suspend(uow, actor, case, reason=reason),
        "resume": lambda uow, case: instances.resume(uow, actor, case, reason=reason),
        "cancel": lambda uow, case: instances.cancel(uow, actor, case, reason=reason),
    }
    found = bulk.each(engine, actor, chosen, works[name], key=form.text("_once"))
    with engine.begin() as uow:
        rows = {case: _case_row(uow, actor, case) for case in chosen}
        return _report(request, uow, actor, found, rows, back="/cases")


def _chosen(form: Posted, name: str) -> list[str]:
    return [str(value)[:64] for key, value in form.form.multi_items() if key == name]


def _missing(chosen: Sequence[str], is_named: bool, reason: str) -> str:
    if not chosen:
        return _("请至少选中一项。")
    if not is_named:
        return _("请选择要做什么。")
    return "" if reason else _("请写明理由。")


def _report(
    request: Request,
    uow: UnitOfWork,
    actor: Actor,
    found: Sequence[Outcome],
    rows: dict[str, dict[str, str] | None],
    *,
    back: str,
) -> Response:
    lines = [
        {
            "row": rows.get(o.id) or {"title": "", "words": o.id, "link": ""},
            "done": o.is_done,
            "words": _("已办") if o.is_done else _(o.words),
        }
        for o in found
    ]
    done = sum(o.is_done for o in found)
    context = {"lines": lines, "done": done, "refused": len(found) - done, "back": back}
    return show(request, uow, actor, "supervision/bulk_report.html", context, active="cases")


# -- handing many tasks to one person ----------------------------------------------------------------------------------


@router.get("/workload")
def load(request: Request, engine: EngineOf, actor: Supervisor, holder: str = "") -> Response:
    """Show who has how much; for one person the tasks, and to whom they could go."""
    return _load(request, engine, actor, holder[:200])


def _load(
    request: Request,
    engine: Engine,
    actor: Actor,
    holder: str,
    *,
    form: Posted | None = None,
    problem: str = "",
) -> Response:
    with engine.begin() as uow:
        everybody = workload.holders(uow, actor)
        tasks = workload.in_hand(uow, actor, holder) if holder else ()
        now = clocks.now(uow)
        context = {
            "everybody": everybody,
            "holder": next((load for load in everybody if load.person_id == holder), None),
            "rows": [_task_row(task, now) for task in tasks],
            "fields": (_receiver(uow, tasks, holder), act_form.reason()),
            "given": _given(form, ("to", "reason")),
            "chosen": _chosen(form, "task") if form else [task.id for task in tasks],
            "problem": problem,
        }
        status = 422 if problem else 200
        return show(request, uow, actor, "supervision/workload.html", context, active="cases", status=status)


def _task_row(task: UserTask, now: Any) -> dict[str, str]:
    words = " · ".join(part for part in (task.title, due_words(task.due_at, now)) if part)
    return {"id": task.id, "title": task.name, "words": words, "link": f"/cases/{task.instance_id}"}


def _receiver(uow: UnitOfWork, tasks: tuple[UserTask, ...], holder: str) -> Field:
    tree, names = people.organisation(uow), role_names()

    def words(person: Any) -> str:
        return "；".join(f"{tree.name(unit)} {names.get(role, role)}" for role, unit in sorted(person.roles))

    options = act_form.people_options(workload.receivers(uow, tasks, but=holder), words)
    empty = _("没有可以接办的人员。请联系系统管理员核对岗位。")
    return Field(name="to", label=_("交给谁"), kind="choice", options=options, empty=empty)


@router.post("/workload")
def reassign(request: Request, engine: EngineOf, actor: Supervisor, form: Form) -> Response:
    """Hand each chosen task on by itself and report row by row."""
    holder, to, reason = form.text("holder"), form.text("to"), form.text("reason")[:2000]
    chosen = _chosen(form, "task")
    problem = _missing(chosen, bool(to), reason)
    if problem:
        return _load(request, engine, actor, holder, form=form, problem=problem)
    with engine.begin() as uow:
        now = clocks.now(uow)
        rows: dict[str, dict[str, str] | None] = {
            task.id: _task_row(task, now) for task in workload.in_hand(uow, actor, holder)
        }

    def work(uow: UnitOfWork, task: str) -> object:
        if task not in rows:
            raise Invalid("这项任务已不在他手上，没有转办。")
        return user_tasks.transfer(uow, actor, task, to=to, reason=reason)

    found = bulk.each(engine, actor, chosen, work, key=form.text("_once"))
    with engine.begin() as uow:
        return _report(request, uow, actor, found, rows, back=f"/workload?holder={holder}")
