"""The sheet as a file: a spreadsheet with all towns, a paper for the meeting. What the page hides, they hide."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from forms.documents import pdf as papers
from forms.documents.paper import Paper
from tasks.model import Actor
from workflows.indicators import use_cases
from workflows.indicators.records import Period
from workflows.indicators.sheet import ALL, Cell, Line
from workflows.indicators.use_cases import Sheet
from workflows.store.unit_of_work import UnitOfWork
from workflows.supervision import sheets
from workflows.trail import audit

HIDDEN_WORDS: Final = "不显示"
LAYOUT: Final = {
    "code": "FIGURES",
    "title": "警法融合统计表",
    "version": "1",
    "number": "{{ span }}",
    "source": [],
    "blocks": [
        {
            "kind": "paragraph",
            "text": "统计范围：{{ scope }}。口径版本 {{ version }}，生成于 {{ at }}。",
            "indent": False,
        },
        {
            "kind": "table",
            "over": "lines",
            "as": "line",
            "columns": [
                {"title": "编号", "text": "{{ line.id }}", "width": 12},
                {"title": "指标", "text": "{{ line.name }}", "width": 26},
                {"title": "数值", "text": "{{ line.value }}", "width": 22},
                {"title": "分子", "text": "{{ line.above }}", "width": 11},
                {"title": "分母", "text": "{{ line.below }}", "width": 11},
                {"title": "计算方法", "text": "{{ line.formula }}", "width": 40},
            ],
        },
        {"kind": "paragraph", "text": "{{ note }}", "small": True, "indent": False},
    ],
}


def xlsx(uow: UnitOfWork, actor: Actor, period: Period) -> bytes:
    """Return the sheet with a pair of columns for each town; the export is in the audit."""
    found = _found(uow, actor, period, "xlsx")
    places = (*found.towns, (ALL, "全部"))
    heading = [
        "编号",
        "指标",
        "计算方法",
        *(f"{name}{what}" for _, name in places for what in ("数值", "分子", "分母")),
    ]
    out = BytesIO()
    with sheets.writing(out, "xlsx", heading, title=period.code) as writer:
        for line in found.lines:
            numbers = [cell for place, _ in places for cell in _triple(line, place)]
            writer.row([line.indicator.id, line.indicator.name, line.indicator.formula, *numbers])
        writer.row([f"口径版本 {found.version}", _note(found)])
    return out.getvalue()


def pdf(uow: UnitOfWork, actor: Actor, period: Period) -> bytes:
    """Return the sheet of everything the reader may count as a PDF/A paper; the export is in the audit."""
    found = _found(uow, actor, period, "pdf")
    data = {
        "span": f"{period.code}（{period.first} 至 {period.last}）",
        "scope": "、".join(name for _, name in found.towns) or "全部",
        "version": found.version,
        "at": f"{found.at:%Y-%m-%d %H:%M}",
        "lines": [_row(line) for line in found.lines],
        "note": _note(found) or "各项数字均可在系统中查到对应案件。",
    }
    return papers.render_pdf(Paper.parse(LAYOUT), data, environment=uow.installation.environment(uow.now))


def _found(uow: UnitOfWork, actor: Actor, period: Period, kind: str) -> Sheet:
    found = use_cases.of_period(uow, actor, period)
    audit.record(uow, actor, "export-figures", detail={"period": period.code, "format": kind})
    return found


def _note(found: Sheet) -> str:
    return "特殊人群少于 5 人的数字，以及可能推算出它的数字，不显示。" if found.protects else ""


def _row(line: Line) -> dict[str, Any]:
    cell, indicator = line.cells[ALL], line.indicator
    value, above, below = (HIDDEN_WORDS if part is None else str(part) for part in _words(line, cell))
    return {
        "id": indicator.id,
        "name": indicator.name,
        "value": value,
        "above": above,
        "below": below if indicator.denominator else "",
        "formula": indicator.formula,
    }


def _words(line: Line, cell: Cell) -> tuple[str | None, int | None, int | None]:
    if cell.is_hidden:
        return None, None, None
    if line.indicator.kind == "count":
        return str(cell.numerator), cell.numerator, 0
    if line.indicator.kind == "days":
        return ("—" if cell.mean is None else f"{cell.mean:.1f} 天"), cell.numerator, 0
    return ("—" if cell.rate is None else f"{cell.rate:.1%}"), cell.numerator, cell.denominator


def _triple(line: Line, place: str) -> tuple[sheets.Cell, ...]:
    cell = line.cells[place]
    if cell.is_hidden:
        return HIDDEN_WORDS, HIDDEN_WORDS, HIDDEN_WORDS
    value = {"count": cell.numerator, "days": cell.mean}.get(line.indicator.kind, cell.rate)
    return value, cell.numerator, cell.denominator
