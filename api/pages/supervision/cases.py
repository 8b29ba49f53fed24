"""The list of cases, for supervisors with filters and numbers."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.auth import EngineOf, SignedIn
from api.i18n import gettext as _
from api.pages.frame import Form, Posted, go, listed, show
from api.templating import due
from bpmn.model import InstanceState
from tasks import matrix
from tasks.model import Actor
from workflows.demonstration import clocks
from workflows.identity import people
from workflows.model import Counts, DefinitionView, InstanceSummary
from workflows.processes import deployed
from workflows.store.unit_of_work import UnitOfWork
from workflows.supervision import case_list, exports, reports
from workflows.supervision.case_list import CaseQuery

router = APIRouter(include_in_schema=False)

#: Roles that read cases at all; others see counts (R15), or nothing of a case.
READERS = tuple(f"R{number:02d}" for number in (*range(1, 15), 16, 17, 21, 22))
SUPERVISORS = ("R04", "R05", "R06", "R13", "R14", "R15")


def asked(request: Request) -> CaseQuery:
    """Read the filters of the address; older addresses said ``q``, ``overdue`` and ``element``."""
    given = dict(request.query_params)
    older = {"text": given.get("q", ""), "step": given.get("element", "")}
    late = {"late": "late"} if given.get("overdue") else {}
    return case_list.read({"state": "active", **{k: v for k, v in older.items() if v}, **late, **given})


Asked = Annotated[CaseQuery, Depends(asked)]


def address(query: CaseQuery, path: str = "/cases", **more: str) -> str:
    """Return the address of a page with the same filters."""
    given = case_list.written(query)
    return f"{path}?" + urlencode({**given, "state": given.get("state", ""), **more})


@router.get("/cases")
def list_cases(
    request: Request, engine: EngineOf, actor: SignedIn, query: Asked, after: str = ""
) -> Response:
    """List the cases that the person may see, with filters, the searches they keep and, for supervisors, numbers."""
    is_supervisor = actor.has(*SUPERVISORS)
    with engine.begin() as uow:
        found = case_list.page(uow, actor, query, cursor=after or None)
        now = clocks.now(uow)
        counts = reports.counts(uow, actor) if is_supervisor else None
        choices = _choices(uow, actor, query)
        context = {
            "supervisor": is_supervisor,
            "blind": not actor.has(*READERS) and not found.items,
            "counts": counts,
            "by_process": _by_process(counts, choices["processes"]) if counts else (),
            "rows": [listed_row(case, now) for case in found.items],
            "may_act": actor.has(*matrix.SUPERVISORS),
            "f": query,
            "given": case_list.written(query),
            "filtered": query != CaseQuery(state="active", sort=query.sort),
            "risks": [("", _("全部")), *((r, r) for r in ("红", "橙", "黄", "蓝"))],
            "searches": [(name, address(kept)) for name, kept in case_list.saved(uow, actor)],
            "exports": exports.mine(uow, actor) if is_supervisor else (),
            "more": address(query, after=found.next_cursor) if found.next_cursor else "",
            **choices,
        }
        return show(request, uow, actor, "supervision/cases.html", context, active="cases")


def _by_process(counts: Counts, processes: Iterable[DefinitionView]) -> list[tuple[str, str, str]]:
    """Return (process name, open cases in words, address of their list), the most first."""
    names = {process.key: process.name for process in processes}
    shown = sorted(counts.by_process, key=lambda pair: (pair[1] is None, -(pair[1] or 0), pair[0]))
    return [
        (
            names.get(key, key),
            _("少于5") if count is None else str(count),
            address(CaseQuery(state="active", process=key)),
        )
        for key, count in shown
    ]


def _choices(uow: UnitOfWork, actor: Actor, query: CaseQuery) -> dict[str, Any]:
    """Return what the filters offer."""
    return {
        "states": _states(),
        "processes": deployed.list_definitions(uow, actor),
        "units": _units(uow, actor),
        "steps": case_list.steps(uow, actor, query.process),
        "handlers": case_list.handlers(uow, actor),
        "lates": [
            ("", _("全部")),
            ("late", _("已逾期")),
            ("soon", _("24 小时内到期")),
            ("days", _("三天内到期")),
            ("later", _("三天以后到期")),
            ("none", _("没有期限")),
        ],
        "sorts": [("new", _("新发起的在前")), ("due", _("快到期的在前")), ("old", _("早发起的在前"))],
    }


@router.post("/cases/searches")
def save_search(actor: SignedIn, form: Form) -> Response:
    """Keep the filters of the open page under a name."""

    def work(uow: UnitOfWork) -> str:
        query = _posted(form)
        case_list.save(uow, actor, form.text("name"), query)
        return address(query)

    return go(form.once(actor, work), "search")


@router.post("/cases/searches/forget")
def forget_search(actor: SignedIn, form: Form) -> Response:
    """Drop a search that the person kept."""

    def work(uow: UnitOfWork) -> str:
        case_list.forget(uow, actor, form.text("name"))
        return address(_posted(form))

    return go(form.once(actor, work), "forgotten")


def _posted(form: Posted) -> CaseQuery:
    return case_list.read({name: form.text(f"f.{name}") for name in case_list.NAMES})


def listed_row(case: InstanceSummary, now: Any) -> dict[str, Any]:
    """Return a case as lists of cases show it."""
    if case.status is InstanceState.ACTIVE:
        left = due(case.due_at, now)
        where = (
            _("到了：%(steps)s") % {"steps": listed(case.waiting_for)}
            if case.waiting_for
            else case.process_name
        )
    else:
        left = {"words": state_words(case.status, case.suspended), "level": "plain"}
        where = case.process_name
    return {"case": case, "due": left, "where": where, "who": listed(case.holders)}


def state_words(status: InstanceState, suspended: bool) -> str:
    """Say where a case stands."""
    if suspended:
        return _("已暂停")
    words = {
        InstanceState.ACTIVE: _("在办"),
        InstanceState.COMPLETED: _("已办结"),
        InstanceState.TERMINATED: _("已终止"),
    }
    return words[status]


def _states() -> list[tuple[str, str]]:
    return [
        ("active", _("在办")),
        ("suspended", _("已暂停")),
        ("completed", _("已办结")),
        ("terminated", _("已终止")),
        ("all", _("全部")),
    ]


def _units(uow: UnitOfWork, actor: Actor) -> list[dict[str, str]]:
    """The units within reach as the organisation stands: each below the one it belongs to."""
    tree = people.organisation(uow)
    reached = {u for unit in actor.units for u in tree.below(unit)}
    ranked = sorted(reached, key=lambda unit: [tree.name(above) for above in reversed(tree.above(unit))])
    return [
        {"id": unit, "name": "\u3000" * _depth(tree.above(unit), reached) + tree.name(unit)}
        for unit in ranked
    ]


def _depth(above: Iterable[str], reached: Container[str]) -> int:
    return max(0, sum(unit in reached for unit in above) - 1)
