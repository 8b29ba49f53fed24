"""Use cases of working-day calendars: the packaged years plus the years that staff import."""

from __future__ import annotations

from datetime import date

from bpmn.deadlines import Calendar
from bpmn.deadlines.calendar import YearTable
from bpmn.errors import Forbidden
from bpmn.model import Json
from tasks import rules
from tasks.model import Actor
from workflows.store.unit_of_work import UnitOfWork


def loaded(uow: UnitOfWork) -> Calendar:
    """Return the law pack's calendar with every imported year."""
    calendar = uow.installation.law.calendar
    for year, days in sorted(uow.settings.calendar_years().items()):
        calendar = calendar.with_year(year, _table(days))
    return calendar


def import_year(uow: UnitOfWork, actor: Actor, year: int, table: YearTable) -> Calendar:
    """
    Add or replace a year; provisional deadlines are recomputed by ``deadlines.recompute_provisional``.

    Raises:
        Forbidden: policy staff (R18) and administrators (R20) only.
        CalendarInvalid: the table contradicts itself.
    """
    if not rules.is_system(actor) and not actor.has("R18", "R20"):
        raise Forbidden
    calendar = loaded(uow).with_year(year, table)
    uow.settings.put_calendar_year(year, _json(table), uow.now)
    return calendar


def _table(days: Json) -> YearTable:
    def read(group: dict[str, str]) -> dict[date, str]:
        return {date.fromisoformat(day): name for day, name in group.items()}

    return YearTable(rest=read(days["rest"]), work=read(days["work"]), source=days["source"])


def _json(table: YearTable) -> Json:
    return {
        "rest": {day.isoformat(): name for day, name in table.rest.items()},
        "work": {day.isoformat(): name for day, name in table.work.items()},
        "source": table.source,
    }
