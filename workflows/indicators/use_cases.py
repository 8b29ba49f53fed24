"""Use cases of the indicators: the sheet of a period for a reader, and the cases behind each of its numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from bpmn.errors import Forbidden, NotFound
from tasks import matrix, rules, small_cells
from tasks.model import Actor, Scope, UnitKind
from workflows import views
from workflows.identity import people
from workflows.indicators import catalogue, sheet
from workflows.indicators.catalogue import Indicator
from workflows.indicators.records import CaseRecord, ClockRecord, Item, Period, World, local_day
from workflows.indicators.sheet import Line
from workflows.model import InstanceSummary
from workflows.store.unit_of_work import UnitOfWork
from workflows.supervision import reports

__all__ = ["NoSuchIndicator", "Part", "Sheet", "catalogue", "items_of", "local_day", "of_period", "reader"]

Part = Literal["numerator", "denominator"]
PROCESSES: Final = (
    catalogue.DISPUTE,
    *catalogue.CADENCES,
    catalogue.REVIEW,
    catalogue.SUIT,
)  #: beside every procedure about special persons


@dataclass(frozen=True, kw_only=True)
class Reader:
    """What one person may see of the figures."""

    scope: Scope
    lists: bool  #: may open the cases behind the numbers
    protects: bool  #: small numbers of special persons are hidden from them


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A sheet as its reader sees it."""

    period: Period
    version: str
    at: datetime
    towns: tuple[tuple[str, str], ...]  #: id and name
    lines: tuple[Line, ...]
    lists: bool
    protects: bool


class NoSuchIndicator(NotFound):
    """没有这项指标。请从统计表打开。"""


def reader(uow: UnitOfWork, actor: Actor) -> Reader:
    """
    Return what the actor may see.

    Raises:
        Forbidden: the actor is neither a supervisor nor the leading-group office.
    """
    if actor.has(*matrix.SUPERVISORS):
        exact = small_cells.sees_exact(actor.role_codes)
        return Reader(scope=rules.scope_of(actor), lists=True, protects=not exact)
    if not actor.has("R15"):
        raise Forbidden("统计表供派出所、司法所、区级主管和领导小组办公室使用。")
    return Reader(scope=reports.counting_scope(uow, actor), lists=False, protects=True)


def of_period(uow: UnitOfWork, actor: Actor, period: Period) -> Sheet:
    """Return the sheet of a period."""
    seen = reader(uow, actor)
    towns = towns_of(uow, seen.scope)
    world = world_of(uow, seen.scope, period)
    lines = sheet.of(world, {town: units for town, (_, units) in towns.items()}, protects=seen.protects)
    if seen.protects and period.kind == "week":
        # Weeks and months overlap: a month less its weeks would tell what a month alone hides.
        lines = tuple(line for line in lines if not line.indicator.is_special)
    return Sheet(
        period=period,
        version=catalogue.VERSION,
        at=uow.now,
        towns=tuple((town, name) for town, (name, _) in towns.items()),
        lines=lines,
        lists=seen.lists,
        protects=seen.protects,
    )


def towns_of(uow: UnitOfWork, scope: Scope) -> dict[str, tuple[str, frozenset[str]]]:
    """Return the towns in which the reader has units: id -> name and the units that lie in it."""
    tree = people.organisation(uow)
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for town in sorted((u for u in tree if u.kind is UnitKind.TOWN), key=lambda u: u.name):
        below = tree.below(town.id)
        served = frozenset(unit.id for unit in tree if unit.area in below)
        inside = below | served
        if scope.everything or not inside.isdisjoint(scope.units):
            found[town.id] = (town.name, inside)
    return found


def items_of(
    uow: UnitOfWork, actor: Actor, period: Period, indicator_id: str, part: Part, town: str
) -> tuple[tuple[Item, InstanceSummary], ...]:
    """
    Return the lines behind a number: as many as the number says.

    Raises:
        NoSuchIndicator: no indicator or town of that name, or the number is hidden from this reader.
        Forbidden: the reader may only count.
    """
    seen = reader(uow, actor)
    if not seen.lists:
        raise Forbidden("您的角色只看数字，不看具体案件。")
    indicator = _indicator(indicator_id)
    found = of_period(uow, actor, period)
    line = next((line for line in found.lines if line.indicator is indicator), None)
    if line is None or town not in line.cells or line.cells[town].is_hidden:
        raise NoSuchIndicator
    count = indicator.numerator if part == "numerator" else indicator.denominator
    if count is None:
        raise NoSuchIndicator
    items = tuple(count(world_of(uow, seen.scope, period)))
    if town:
        items = sheet.inside(items, towns_of(uow, seen.scope)[town][1])
    rows = uow.instances.by_ids({item.case_id for item in items}, seen.scope)
    cases = {case.id: case for case in views.summaries(uow, rows)}
    return tuple((item, cases[item.case_id]) for item in items if item.case_id in cases)


def _indicator(indicator_id: str) -> Indicator:
    if indicator_id not in catalogue.BY_ID:
        raise NoSuchIndicator
    return catalogue.BY_ID[indicator_id]


# -- reading -----------------------------------------------------------------------------------------------------------


def world_of(uow: UnitOfWork, scope: Scope, period: Period) -> World:
    """Read everything that the indicators of a period look at, in five statements."""
    rows = uow.indicators.cases(scope, PROCESSES, period.begin, period.end)
    ids = [row["id"] for row in rows]
    marks: dict[str, dict[str, datetime]] = defaultdict(dict)
    for case_id, element, at in uow.indicators.marks(ids, catalogue.MARKS):
        marks[case_id][element] = at
    clocks: dict[str, list[ClockRecord]] = defaultdict(list)
    names = _names(uow)
    for row in uow.indicators.clocks_of(ids):
        clocks[row["instance_id"]].append(_clock(row, names))
    closed = [row["id"] for row in rows if row["process_key"] == catalogue.DISPUTE and row["ended_at"]]
    again = uow.indicators.seen_again(closed, catalogue.DISPUTE)
    due = uow.indicators.clocks_due(scope, period.begin, period.end)
    return World(
        period=period,
        now=uow.now,
        cases=tuple(
            CaseRecord.of(
                row, marks[row["id"]], clocks=tuple(clocks[row["id"]]), again_days=again.get(row["id"])
            )
            for row in rows
        ),
        clocks=tuple(_clock(row, names) for row in due),
    )


def _names(uow: UnitOfWork) -> Mapping[str, str]:
    return {rule.code: rule.name for rule in uow.installation.law.catalogue}


def _clock(row: Mapping[str, Any], names: Mapping[str, str]) -> ClockRecord:
    return ClockRecord(
        case_id=row["instance_id"],
        process=row["process_key"],
        code=row["code"],
        klass=row["klass"],
        name=names.get(row["code"], row["element_name"]),
        state=row["state"],
        due_at=row["due_at"],
        stopped_at=row["stopped_at"],
        units=frozenset(row["units"]),
    )
