"""
What models may ask of calendars and deadlines in FEEL; each function answers null on unfit arguments.

Legal source: as the deadline asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bpmn.deadlines.cadence_functions import cadence_functions
from bpmn.deadlines.calendar import ZONE, Calendar
from bpmn.deadlines.catalogue import Catalogue
from bpmn.deadlines.errors import DeadlineNotCountable, DeadlineNotFound, LedgerInvalid
from bpmn.deadlines.ledger import LedgerEvent, LedgerEventKind
from bpmn.deadlines.reckoning import reckon_from, share

MOST_PERCENT = 200  #: of a period, for timers that speak up before or after its end
MOST_DAYS = 20_000  #: some 80 years of working days; more is a mistake in the model


def feel_functions(
    catalogue: Catalogue, calendar: Calendar, *, now: datetime | None = None
) -> Mapping[str, Callable[..., Any]]:
    """
    Return the FEEL functions by name.

    ``deadline(code, from?)`` gives the due date and time (last second in time) of a fresh period, counted
    from *now* when ``from`` is missing; ``deadline share(code, percent, from?)`` the instant at which that much of it
    is over; ``last day(code, from?)`` its statutory last day;
    ``working days between(a, b)`` counts after *a* up to *b*; ``add working days(d, n)`` (negative goes back);
    ``is working day(d)``; ``next working day(d)``; ``previous working day(d)``; ``month end working day(d)``;
    and the next dates of the cadences (``cadence_functions``).
    """

    def deadline(code: object, start: object = None) -> datetime | None:
        begin = _moment(start) if start is not None else now
        if not isinstance(code, str) or begin is None:
            return None
        try:
            return reckon_from(catalogue.find(code), begin, calendar).due_at
        except (DeadlineNotFound, DeadlineNotCountable, LedgerInvalid):
            return None

    def deadline_share(code: object, percent: object, start: object = None) -> datetime | None:
        begin, whole = _moment(start) if start is not None else now, _whole(percent)
        if not isinstance(code, str) or begin is None or whole is None or not 0 < whole <= MOST_PERCENT:
            return None
        try:
            events = [LedgerEvent(kind=LedgerEventKind.START, at=begin)]
            return share(catalogue.find(code), events, calendar, whole)
        except (DeadlineNotFound, DeadlineNotCountable, LedgerInvalid):
            return None

    def last_day(code: object, start: object = None) -> date | None:
        due = deadline(code, start)
        return due.date() if due is not None else None

    return {
        "deadline": deadline,
        "deadline share": deadline_share,
        "last day": last_day,
        **_day_functions(calendar),
        **cadence_functions(calendar),
    }


def _day_functions(calendar: Calendar) -> dict[str, Callable[..., Any]]:
    def between(first: object, last: object) -> Decimal | None:
        a, b = _day(first), _day(last)
        if a is None or b is None or abs((b - a).days) > MOST_DAYS:
            return None
        return Decimal(calendar.working_days_between(a, b))

    def add(start: object, days: object) -> date | None:
        day, n = _day(start), _whole(days)
        if day is None or n is None:
            return None
        return calendar.next_working_day(day, n) if n >= 0 else calendar.previous_working_day(day, -n)

    return {
        "working days between": between,
        "add working days": add,
        "is working day": _on_day(calendar.is_working_day),
        "next working day": _on_day(calendar.next_working_day),
        "previous working day": _on_day(calendar.previous_working_day),
        "month end working day": _on_day(lambda day: calendar.roll_back(_month_end(day))),
    }


def _on_day(function: Callable[[date], Any]) -> Callable[[object], Any]:
    def on_day(value: object) -> Any:
        day = _day(value)
        return None if day is None else function(day)

    return on_day


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=ZONE)
    day = _day(value)
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=ZONE)


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        value = value.astimezone(ZONE).date() if value.tzinfo is not None else value.date()
    if isinstance(value, date) and 1900 < value.year < 2300:  # noqa: PLR2004
        return value
    return None


def _whole(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    whole = int(value)
    return whole if value == whole and abs(whole) <= MOST_DAYS else None
