"""Figures: the monthly and weekly sheet, one indicator by town, and the cases behind each number."""

from __future__ import annotations

from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.auth import Allow, EngineOf
from api.i18n import gettext as _
from api.pages.frame import show
from api.pages.supervision.cases import listed_row
from api.words import moment
from bpmn.errors import NotFound
from tasks.model import Actor
from workflows.demonstration import clocks
from workflows.indicators import printing, use_cases
from workflows.indicators.records import Period, month_of, period, week_of
from workflows.indicators.sheet import ALL, Cell, Line
from workflows.indicators.use_cases import Sheet
from workflows.store.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)
Watcher = Annotated[Actor, Depends(Allow("R04", "R06", "R13", "R14", "R15"))]
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SLICE: Final = 100
FILES: Final = {"xlsx": XLSX, "pdf": "application/pdf"}


@router.get("/figures")
def sheet(request: Request, engine: EngineOf, actor: Watcher, span: str = "", town: str = "") -> Response:
    """Show every indicator of a period, for one town or all."""
    with engine.begin() as uow:
        asked = _period(uow, span)
        found = use_cases.of_period(uow, actor, asked)
        town = town if town in dict(found.towns) else ALL
        context = {
            **_frame(found, town),
            "groups": groups([_line(line, found, town) for line in found.lines]),
            "today": {
                "month": _link("/figures", month_of(_today(uow)), town),
                "week": _link("/figures", week_of(_today(uow)), town),
            },
        }
        return show(request, uow, actor, "supervision/figures.html", context, active="figures")


@router.get("/figures/file.{kind}")
def file(kind: str, engine: EngineOf, actor: Watcher, span: str = "") -> Response:
    """Return the sheet with all towns as a spreadsheet or a paper, with the same numbers hidden as on the page."""
    if kind not in FILES:
        raise NotFound
    with engine.begin() as uow:
        asked = _period(uow, span)
        content = printing.xlsx(uow, actor, asked) if kind == "xlsx" else printing.pdf(uow, actor, asked)
    name = quote(f"figures-{asked.code}.{kind}")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(content, media_type=FILES[kind], headers=headers)


@router.get("/figures/{indicator_id}")
def indicator(
    indicator_id: str, request: Request, engine: EngineOf, actor: Watcher, span: str = ""
) -> Response:
    """Show one indicator by town, as a table and as bars, with its formula."""
    with engine.begin() as uow:
        found = use_cases.of_period(uow, actor, _period(uow, span))
        line = next((line for line in found.lines if line.indicator.id == indicator_id), None)
        if line is None:
            raise use_cases.NoSuchIndicator
        towns = [town for town, _name in found.towns]
        rows = [
            {"town": name, "share": _share(line, town, towns), **_cell(line, found, town)}
            for town, name in found.towns
        ]
        context = {
            **_frame(found, ALL, f"/figures/{indicator_id}"),
            "line": _line(line, found, ALL),
            "rows": rows,
        }
        return show(request, uow, actor, "supervision/figure.html", context, active="figures")


@router.get("/figures/{indicator_id}/cases")
def cases(
    indicator_id: str,
    request: Request,
    engine: EngineOf,
    actor: Watcher,
    span: str = "",
    town: str = "",
    part: str = "numerator",
    skip: int = 0,
) -> Response:
    """List what is behind a number, one line for each thing that was counted."""
    chosen: use_cases.Part = "denominator" if part == "denominator" else "numerator"
    skip = max(0, min(skip, 1_000_000))
    with engine.begin() as uow:
        asked = _period(uow, span)
        found = use_cases.items_of(uow, actor, asked, indicator_id, chosen, town)
        now = clocks.now(uow)
        given = {"town": town, "part": chosen, "skip": str(skip + SLICE)}
        here = _link(f"/figures/{indicator_id}/cases", asked, **given)
        context = {
            "name": _(use_cases.catalogue.BY_ID[indicator_id].name),
            "part": _("分子") if chosen == "numerator" else _("分母"),
            "span": span_words(asked),
            "total": len(found),
            "rows": [{**listed_row(case, now), "words": i.words} for i, case in found[skip : skip + SLICE]],
            "back": _link("/figures", asked, town),
            "more": here if skip + SLICE < len(found) else "",
        }
        return show(request, uow, actor, "supervision/figure_cases.html", context, active="figures")


def _period(uow: UnitOfWork, span: str) -> Period:
    return period(span) if span else month_of(_today(uow))


def _today(uow: UnitOfWork) -> Any:
    return use_cases.local_day(clocks.now(uow))


def _link(path: str, asked: Period, town: str = "", **more: str) -> str:
    given = {"span": asked.code, "town": town, **more}
    return f"{path}?" + urlencode({k: v for k, v in given.items() if v})


def _frame(found: Sheet, town: str, path: str = "/figures") -> dict[str, Any]:
    span = found.period
    return {
        "span": span,
        "span_words": span_words(span),
        "version": found.version,
        "at": moment(found.at),
        "towns": [("", _("全部镇街")), *found.towns],
        "town": town,
        "before": _link(path, span.next(-1), town),
        "after": _link(path, span.next(1), town),
        "files": [
            (label, _link(f"/figures/file.{kind}", span))
            for kind, label in (("xlsx", "Excel"), ("pdf", "PDF"))
        ],
        "protects": found.protects,
        "lists": found.lists,
    }


def span_words(span: Period) -> str:
    """Say which days a period has."""
    kind = _("月报") if span.kind == "month" else _("周报")
    return f"{kind} {span.code}（{span.first.isoformat()} — {span.last.isoformat()}）"


def _line(line: Line, found: Sheet, town: str) -> dict[str, Any]:
    indicator = line.indicator
    return {
        "id": indicator.id,
        "name": _(indicator.name),
        "formula": _(indicator.formula),
        "note": _(indicator.note) if indicator.note else "",
        "kind": indicator.kind,
        "link": _link(f"/figures/{indicator.id}", found.period),
        **_cell(line, found, town),
    }


def _cell(line: Line, found: Sheet, town: str) -> dict[str, Any]:
    cell, indicator = line.cells[town], line.indicator
    given = {"town": town}
    opens = found.lists and not cell.is_hidden
    above = _link(f"/figures/{indicator.id}/cases", found.period, part="numerator", **given)
    below = _link(f"/figures/{indicator.id}/cases", found.period, part="denominator", **given)
    return {
        "value": value_words(cell, indicator.kind),
        "above": _number(cell.numerator, cell),
        "below": _number(cell.denominator, cell) if indicator.denominator else "",
        "above_link": above if opens and cell.numerator else "",
        "below_link": below if opens and cell.denominator else "",
        "rate": cell.rate,
    }


def _number(number: int | None, cell: Cell) -> str:
    return _("不显示") if cell.is_hidden else str(number or 0)


def value_words(cell: Cell, kind: str) -> str:
    """Say what a cell comes to."""
    if cell.is_hidden:
        return _("不显示")
    if kind == "count":
        return str(cell.numerator or 0)
    if kind == "days":
        if not cell.values:
            return "—"
        given = {"mean": cell.mean, "half": cell.percentile(50), "most": cell.percentile(90)}
        return _("平均 %(mean).1f 天，P50 %(half).1f，P90 %(most).1f") % given
    return "—" if cell.rate is None else f"{cell.rate:.1%}"


def _share(line: Line, town: str, towns: list[str]) -> float | None:
    """Return how long the bar of a town is, 0 to 1; None where nothing may or can be drawn."""
    cell = line.cells[town]
    if cell.is_hidden or line.indicator.kind == "rate":
        return cell.rate
    sizes = {place: _size(line.cells[place], line.indicator.kind) for place in towns}
    longest = max(sizes.values(), default=0.0)
    return sizes[town] / longest if longest else None


def _size(cell: Cell, kind: str) -> float:
    return (cell.mean or 0.0) if kind == "days" else float(cell.numerator or 0)


def groups(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lay the lines under headings, by the number of the indicator."""
    found = [
        {"name": name, "lines": [line for line in lines if int(line["id"][1:3]) in numbers]}
        for name, numbers in (
            (_("纠纷化解"), range(1, 13)),
            (_("期限"), range(15, 17)),
            (_("复议和应诉"), range(17, 19)),
            (_("会议和任务"), range(19, 21)),
            (_("特殊人群"), range(21, 23)),
        )
    ]
    return [group for group in found if group["lines"]]
