"""The figures as data: the sheet of a month or week, and the cases behind each of its numbers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query

from api.auth import Allow, EngineOf
from api.json_reading import StrictRoute
from api.openapi import faults
from api.schemas import Body
from tasks.model import Actor
from workflows.indicators import use_cases
from workflows.indicators.records import Period, month_of, period
from workflows.indicators.sheet import Cell, Line
from workflows.indicators.use_cases import Sheet
from workflows.model import InstanceSummary
from workflows.store.unit_of_work import UnitOfWork

router = APIRouter(route_class=StrictRoute, prefix="/v2/indicators", tags=["supervision"])
Watcher = Annotated[Actor, Depends(Allow("R04", "R06", "R13", "R14", "R15"))]
SPAN: Final = r"^20[0-9]{2}-(W?[0-9]{2})$"
Span = Annotated[str | None, Query(pattern=SPAN, description="月 2026-11 或周 2026-W47；不填为本月")]


class CellBody(Body):
    """One indicator in one place; all numbers are null where they are hidden from the reader."""

    town_id: str  #: empty = all towns together
    hidden: bool
    numerator: int | None
    denominator: int | None
    rate: float | None
    mean: float | None
    p50: float | None
    p90: float | None

    @classmethod
    def of(cls, town: str, cell: Cell) -> CellBody:
        """Return the body of a cell."""
        return cls(
            town_id=town,
            hidden=cell.is_hidden,
            numerator=cell.numerator,
            denominator=cell.denominator,
            rate=cell.rate,
            mean=cell.mean,
            p50=cell.percentile(50),
            p90=cell.percentile(90),
        )


class IndicatorBody(Body):
    """One indicator with its formula, for each town and for all."""

    indicator_id: str
    name: str
    formula: str
    note: str
    kind: str
    cells: list[CellBody]

    @classmethod
    def of(cls, line: Line) -> IndicatorBody:
        """Return the body of a line."""
        one = line.indicator
        cells = [CellBody.of(town, cell) for town, cell in line.cells.items()]
        return cls(
            indicator_id=one.id, name=one.name, formula=one.formula, note=one.note, kind=one.kind, cells=cells
        )


class TownBody(Body):
    """A town of the sheet."""

    town_id: str
    name: str


class SheetBody(Body):
    """The sheet of a period as its reader may see it."""

    span: str
    first: date
    last: date
    version: str
    generated_at: datetime
    opens_cases: bool
    towns: list[TownBody]
    items: list[IndicatorBody]

    @classmethod
    def of(cls, sheet: Sheet) -> SheetBody:
        """Return the body of a sheet."""
        return cls(
            span=sheet.period.code,
            first=sheet.period.first,
            last=sheet.period.last,
            version=sheet.version,
            generated_at=sheet.at,
            opens_cases=sheet.lists,
            towns=[TownBody(town_id=town, name=name) for town, name in sheet.towns],
            items=[IndicatorBody.of(line) for line in sheet.lines],
        )


class CountedBody(Body):
    """One thing that was counted: its case, and what of it in words."""

    process_instance_key: str
    business_key: str | None
    title: str
    words: str

    @classmethod
    def of(cls, words: str, case: InstanceSummary) -> CountedBody:
        """Return the body of a counted thing."""
        return cls(
            process_instance_key=case.id, business_key=case.business_key, title=case.title, words=words
        )


class CountedList(Body):
    """What is behind a number: ``total`` is the number; further pages by ``nextCursor``."""

    total: int
    items: list[CountedBody]
    next_cursor: str | None


@router.get("", response_model=SheetBody, responses=faults(422))
def get_indicators(actor: Watcher, engine: EngineOf, span: Span = None) -> Any:
    """Return every indicator of a period."""
    with engine.begin() as uow:
        return SheetBody.of(use_cases.of_period(uow, actor, _period(uow, span)))


@router.get("/{indicator_id}/cases", response_model=CountedList, responses=faults(404, 422))
def list_indicator_cases(
    indicator_id: str,
    actor: Watcher,
    engine: EngineOf,
    span: Span = None,
    town_id: str = "",
    part: Literal["numerator", "denominator"] = "numerator",
    cursor: Annotated[str, Query(pattern=r"^[0-9]{0,7}$")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Any:
    """List what is behind a number, as many things as the number says."""
    skip = int(cursor or 0)
    with engine.begin() as uow:
        found = use_cases.items_of(uow, actor, _period(uow, span), indicator_id, part, town_id)
    shown = found[skip : skip + limit]
    return CountedList(
        total=len(found),
        items=[CountedBody.of(item.words, case) for item, case in shown],
        next_cursor=str(skip + limit) if skip + limit < len(found) else None,
    )


def _period(uow: UnitOfWork, span: str | None) -> Period:
    return period(span) if span else month_of(use_cases.local_day(uow.now))
