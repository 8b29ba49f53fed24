"""
The next date of each cadence, as FEEL functions for timer start events.

Every function answers ``{at, period, due, name, note, provisional}``: the instant at which the process of the period
starts, strictly after *from*; a label that names the period for ever; and the day by which the work is due. A week
without a working day is there, too, with the note ``NO_WORKDAY`` and no due day.

Legal source: ``sources.toml#SEED`` (how often), ``sources.toml#POLICY`` (on which day)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import count, islice
from typing import Any

from bpmn.deadlines import cadence
from bpmn.deadlines.cadence import FRIDAY, Occurrence
from bpmn.deadlines.calendar import ZONE, Calendar
from bpmn.deadlines.counting import add_months

OPENS = time(9, 0)
WEEK = timedelta(days=7)
QUARTER_PREPARATION = 10  #: working days before the meeting at which the agenda is collected (policy)
MOST_PERIODS = 200  #: looked at before giving up; four years of weeks

Found = Iterator[tuple[date, str, Occurrence]]


def cadence_functions(calendar: Calendar) -> Mapping[str, Callable[..., Any]]:
    """
    Return the FEEL functions by name.

    ``next weekly exchange(from)``, ``next monthly analysis(from)``, ``next month end review(from)``,
    ``next quarterly meeting(from)``, ``next monthly sharing(from)``, ``next holiday patrol(from)``, and
    ``cadence collisions(day)``: warnings about the month after *day*.
    """
    functions: dict[str, Callable[..., Any]] = {
        name: _next(periods, calendar) for name, periods in PERIODS.items()
    }
    return {**functions, "cadence collisions": lambda day: _collisions(day, calendar)}


def _next(periods: Callable[[date, Calendar], Found], calendar: Calendar) -> Callable[[object], Any]:
    def following(start: object) -> dict[str, Any] | None:
        after = _moment(start)
        if after is None:
            return None
        for day, label, found in islice(periods(after.date(), calendar), MOST_PERIODS):
            at = datetime.combine(day, OPENS, ZONE)
            if at > after:
                return _context(at, label, found)
        return None

    return following


def _context(at: datetime, label: str, found: Occurrence) -> dict[str, Any]:
    return {
        "at": at,
        "period": label,
        "due": found.due_on,
        "name": found.name,
        "note": found.note or None,
        "provisional": found.provisional,
    }


def _weeks(day: date, calendar: Calendar) -> Found:
    monday = day - timedelta(days=day.weekday()) - WEEK
    for number in count():
        start = monday + WEEK * number
        year, week, _ = start.isocalendar()
        found = cadence.weekly(start, calendar)
        yield found.opens_on or start + timedelta(days=FRIDAY), f"{year}-W{week:02}", found


def _months(day: date) -> Iterator[date]:
    first = add_months(day.replace(day=1), -1)
    return (add_months(first, number) for number in count())


def _analyses(day: date, calendar: Calendar) -> Found:
    for month in _months(day):
        found = cadence.monthly_analysis(month.year, month.month, calendar)
        yield found.opens_on or month, f"{month:%Y-%m}", found


def _reviews(day: date, calendar: Calendar) -> Found:
    for month in _months(day):
        found = cadence.month_end_review(month.year, month.month, calendar)
        yield found.opens_on or month, f"{month:%Y-%m}", found


def _sharings(day: date, calendar: Calendar) -> Found:
    for month in _months(add_months(day.replace(day=1), -1)):
        found = cadence.monthly_sharing(month.year, month.month, calendar)
        yield found.opens_on or month, f"{month:%Y-%m}", found


def _quarters(day: date, calendar: Calendar) -> Found:
    for month in _months(day):
        if month.month in cadence.QUARTER_ENDS:
            quarter = month.month // 3
            found = cadence.quarterly_meeting(month.year, quarter, calendar)
            due = found.due_on or month
            yield calendar.previous_working_day(due, QUARTER_PREPARATION), f"{month.year}-Q{quarter}", found


def _patrols(day: date, calendar: Calendar) -> Found:
    for year in count(day.year - 1):
        for found in cadence.holiday_patrols(year, calendar):
            opens = found.opens_on or day
            yield opens, f"{opens:%Y-%m-%d}", found


def _collisions(day: object, calendar: Calendar) -> list[str] | None:
    moment = _moment(day)
    if moment is None:
        return None
    month = add_months(moment.date().replace(day=1), 1)
    return [one.message for one in cadence.collisions(cadence.month_plan(month.year, month.month, calendar))]


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        found = value.astimezone(ZONE) if value.tzinfo is not None else value.replace(tzinfo=ZONE)
    elif isinstance(value, date):
        found = datetime.combine(value, time(), ZONE)
    else:
        return None
    return found if 2000 < found.year < 2200 else None  # noqa: PLR2004


PERIODS: Mapping[str, Callable[[date, Calendar], Found]] = {
    "next weekly exchange": _weeks,
    "next monthly analysis": _analyses,
    "next month end review": _reviews,
    "next quarterly meeting": _quarters,
    "next monthly sharing": _sharings,
    "next holiday patrol": _patrols,
}
