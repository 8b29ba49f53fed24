"""
Counting periods: pure date arithmetic on a calendar, with days or moments left out.

The start day is never counted. Pauses are given as day stretches ``(from, to]`` for periods of days, so
that the day on which a pause begins still counts and the day on which it ends does not.

Legal source: ``sources.toml#MSSS-85``, ``#MFD-201``, ``#MFD-202``, ``#MFD-203``
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bpmn.deadlines.calendar import ONE_DAY, ZONE, Calendar

DayPause = tuple[date, date]  #: after the first day, up to and including the second
Pause = tuple[datetime, datetime]  #: half-open, aware


def add_months(day: date, months: int) -> date:
    """
    Return the corresponding day *months* later (earlier if negative), or the month's last day.

    Legal source: ``sources.toml#MFD-202``

    >>> add_months(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - ONE_DAY).day))


def add_working_days(day: date, days: int, calendar: Calendar, pauses: Sequence[DayPause] = ()) -> date:
    """
    Return the last day of a period of working days that begins the day after *day*.

    >>> from bpmn.deadlines.calendar import china
    >>> add_working_days(date(2026, 9, 18), 3, china())
    datetime.date(2026, 9, 22)
    """
    while days > 0:
        day += ONE_DAY
        days -= calendar.is_working_day(day) and not is_paused(day, pauses)
    return day


def is_paused(day: date, pauses: Sequence[DayPause]) -> bool:
    """Say whether *day* is left out because of a pause."""
    return any(first < day <= last for first, last in pauses)


def paused_days(pauses: Sequence[DayPause]) -> int:
    """Return how many calendar days the pauses take out."""
    return sum((last - first).days for first, last in pauses)


def add_time(start: datetime, length: timedelta, pauses: Sequence[Pause] = ()) -> datetime:
    """Return *start* plus *length*, prolonged by the exact span of every pause that begins on the way."""
    due = start + length
    for first, last in sorted(pauses):
        if first <= due:
            due += max(last - max(first, start), timedelta())
    return due


def add_working_time(
    start: datetime, length: timedelta, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> datetime:
    """
    Return the instant at which *length* of office time has passed since *start*.

    >>> from bpmn.deadlines.calendar import china
    >>> add_working_time(datetime(2026, 9, 18, 16, 7, tzinfo=ZONE), timedelta(hours=4), china()).isoformat()
    '2026-09-20T11:37:00+08:00'
    """
    day = start.astimezone(ZONE).date()
    while True:
        for opens, closes in open_spans(day, start, calendar, pauses):
            if length <= closes - opens:
                return opens + length
            length -= closes - opens
        day += ONE_DAY


def open_spans(day: date, start: datetime, calendar: Calendar, pauses: Sequence[Pause] = ()) -> list[Pause]:
    """Return the stretches of office time of *day* that lie after *start* and outside the pauses."""
    spans = [(max(opens, start), closes) for opens, closes in calendar.spans_of(day) if closes > start]
    for first, last in pauses:
        spans = [rest for span in spans for rest in _without(span, first, last)]
    return spans


def _without(span: Pause, first: datetime, last: datetime) -> list[Pause]:
    opens, closes = span
    parts = [(opens, min(closes, first)), (max(opens, last), closes)] if first < last else [span]
    return [(a, b) for a, b in parts if a < b]


def days_before_plain(event: date, days: int, calendar: Calendar) -> date:
    """
    Return the *days*-th working day before *event* (T−N of policy).

    >>> from bpmn.deadlines.calendar import china
    >>> days_before_plain(date(2026, 10, 20), 7, china())
    datetime.date(2026, 10, 10)
    """
    return calendar.previous_working_day(event, days)


def days_before_strict(event: date, days: int, calendar: Calendar) -> date:
    """
    Return the latest day with *days* full working days between it and *event*, rest days included.

    >>> from bpmn.deadlines.calendar import china
    >>> days_before_strict(date(2026, 10, 15), 5, china())
    datetime.date(2026, 10, 8)
    """
    return calendar.previous_working_day(event, days) - ONE_DAY


def next_full_hour(at: datetime) -> datetime:
    """Return the end of the hour in which *at* lies: the start hour is not counted."""
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
