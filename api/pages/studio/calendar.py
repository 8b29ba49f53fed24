"""The holidays of a year: by a form of a few rows, or by the file that staff keep."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.auth import Allow, EngineOf
from api.i18n import gettext as _
from api.pages.frame import Form, Posted, go, show
from api.routes.drafts import Reader
from bpmn.deadlines.year_table import parse_year_table
from bpmn.errors import Invalid
from tasks.model import Actor
from workflows.engine import Engine
from workflows.store.unit_of_work import UnitOfWork
from workflows.timing import deadlines

router = APIRouter(prefix="/studio/law", include_in_schema=False)
KEEPERS: Final = Allow("R18", "R20")
Keeper = Annotated[Actor, Depends(KEEPERS)]
ROWS: Final = 14  #: of the form: seven holidays and their adjusted working days
LARGEST: Final = 256 * 1024


@router.get("/calendars")
def calendars_page(request: Request, engine: EngineOf, actor: Reader, year: int | None = None) -> Response:
    """Show the years that are loaded; with ``?year=`` the days of one."""
    return _page(request, engine, actor, year=year)


@router.post("/calendars")
def import_calendar(request: Request, engine: EngineOf, actor: Keeper, form: Form) -> Response:
    """Add or replace a year; provisional deadlines are reckoned again and their owners told."""

    def work(uow: UnitOfWork) -> str:
        year, table = parse_year_table(_text(form), source=form.text("source") or _("人工录入"))
        deadlines.import_calendar(uow, actor, year, table)
        return f"/studio/law/calendars?year={year}"

    try:
        return go(form.once(actor, work), "calendar")
    except Invalid as refused:
        return _page(request, engine, actor, refused=refused, form=form)


def _text(form: Posted) -> str:
    """Return the table as the file has it, or as the rows of the form make it."""
    if form.files:
        content = form.files[0][1].file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise Invalid(_("文件超过 256 KB，不是一年的放假安排。请核对文件。"))
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return content.decode("gb18030", "replace")
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["日期", "类型", "名称"])
    for number in range(ROWS):
        first, last = form.text(f"from{number}"), form.text(f"to{number}")
        if first:
            days = f"{first}~{last}" if last and last != first else first
            writer.writerow([days, form.text(f"kind{number}"), form.text(f"name{number}")[:40]])
    return stream.getvalue()


def _page(
    request: Request,
    engine: Engine,
    actor: Actor,
    *,
    year: int | None = None,
    refused: Invalid | None = None,
    form: Posted | None = None,
) -> Response:
    with engine.begin() as uow:
        years = uow.installation.calendar.years
        table = years.get(year) if year is not None else None
        days = sorted([*(table.rest.items()), *(table.work.items())]) if table else []
        context = {
            "years": [(number, years[number].source) for number in sorted(years, reverse=True)],
            "year": year,
            "table": table,
            "days": [(day, name, _("休") if table and day in table.rest else _("班")) for day, name in days],
            "rows": range(ROWS),
            "may_import": actor.has("R18", "R20"),
            "typed": (lambda name, default="": form.text(name, default) if form else default),
            "problem": _(refused.message) if refused else "",
        }
        status = 422 if refused else 200
        return show(request, uow, actor, "studio/law_calendars.html", context, active="studio", status=status)
