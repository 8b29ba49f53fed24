"""The list of cases, for supervisors with filters and numbers."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf, SignedIn
from api.i18n import gettext as _
from api.pages.frame import listed, show
from api.templating import due
from bpmn.model import InstanceState
from tasks.model import Actor
from workflows import clocks, deployments, instances, people, reports
from workflows.model import InstanceSummary
from workflows.store.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)

#: Roles that read cases at all; others see counts (R15), or nothing of a case.
READERS = tuple(f"R{number:02d}" for number in (*range(1, 15), 16, 17, 21, 22))
SUPERVISORS = ("R04", "R05", "R06", "R13", "R14", "R15")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the list is narrowed to; texts as the address has them."""

    q: str = ""
    state: str = "active"
    process: str = ""
    unit: str = ""
    risk: str = ""
    overdue: bool = False
    element: str = ""

    @property
    def is_narrowed(self) -> bool:
        """True when anything beyond "open cases" is asked for."""
        return self != Filters()

    def query(self) -> instances.InstanceQuery:
        """Return the use case's query."""
        known = {s.value for s in InstanceState}
        return instances.InstanceQuery(
            text=self.q or None,
            status=InstanceState(self.state) if self.state in known else None,
            process_key=self.process or None,
            unit_id=self.unit or None,
            risk=self.risk or None,
            overdue=self.overdue,
            element_id=self.element or None,
        )

    def address(self, after: str) -> str:
        """Return the address of the next slice."""
        given = {k: v for k, v in vars(self).items() if v and k != "overdue"}
        return "/cases?" + urlencode({**given, **({"overdue": 1} if self.overdue else {}), "after": after})


@router.get("/cases")
def list_cases(
    request: Request,
    engine: EngineOf,
    actor: SignedIn,
    q: str = "",
    state: str = "active",
    process: str = "",
    unit: str = "",
    risk: str = "",
    overdue: bool = False,
    element: str = "",
    after: str = "",
) -> Response:
    """List the cases that the person may see, the newest first."""
    filters = Filters(
        q=q.strip()[:200],
        state=state,
        process=process,
        unit=unit,
        risk=risk,
        overdue=overdue,
        element=element,
    )
    is_supervisor = actor.has(*SUPERVISORS)
    with engine.begin() as uow:
        found = instances.search(uow, actor, filters.query(), cursor=after or None)
        now = clocks.now(uow)
        context = {
            "supervisor": is_supervisor,
            "blind": not actor.has(*READERS) and not found.items,
            "counts": reports.counts(uow, actor) if is_supervisor else None,
            "rows": [listed_row(case, now) for case in found.items],
            "f": filters,
            "filtered": filters.is_narrowed,
            "states": _states(),
            "risks": [("", _("全部")), *((r, r) for r in ("红", "橙", "黄", "蓝"))],
            "processes": deployments.list_definitions(uow, actor),
            "units": _units(uow, actor),
            "more": filters.address(found.next_cursor) if found.next_cursor else "",
        }
        return show(request, uow, actor, "cases.html", context, active="cases")


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
