"""
Where a period ends: the span of a deadline for a given ledger, one way of counting per unit.

Legal source: ``sources.toml#MSSS-85``, ``#XZAJ-35``, ``#MFD-201``, ``#MFD-202``, ``#MFD-203``
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bpmn.deadlines.calendar import ONE_DAY, ZONE, Calendar
from bpmn.deadlines.counting import (
    DayPause,
    Pause,
    add_months,
    add_time,
    add_working_days,
    add_working_time,
    days_before_plain,
    days_before_strict,
    next_full_hour,
    paused_days,
)
from bpmn.deadlines.ledger import Ledger
from bpmn.deadlines.rules import Direction, Rule, Unit

LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True, kw_only=True)
class Span:
    """Begin and end of a period; ``counts_from`` differs from ``start`` when the start hour is left out."""

    start: datetime
    counts_from: datetime
    unrolled: date
    last_day: date
    internal_target: date
    due_at: datetime
    provisional: bool
    pauses: tuple[Pause, ...]


def span(rule: Rule, ledger: Ledger, calendar: Calendar, pauses: Sequence[Pause]) -> Span:
    """Return where *rule* ends for *ledger*, with *pauses* left out."""
    if rule.unit.is_days:
        return _day_span(rule, ledger, calendar, tuple(pauses))
    return _moment_span(rule, ledger, calendar, tuple(pauses))


def day_pauses(pauses: Sequence[Pause]) -> tuple[DayPause, ...]:
    """Return pauses as stretches of days: the first day still counts, the last does not."""
    return tuple((first.date(), last.date()) for first, last in pauses)


def _moment_span(rule: Rule, ledger: Ledger, calendar: Calendar, pauses: tuple[Pause, ...]) -> Span:
    begin = ledger.start if rule.start_hour_counts else next_full_hour(ledger.start)
    due = moment(rule, begin, _length(rule, ledger), calendar, pauses)
    day = due.date()
    uncertain = rule.unit is Unit.WORKING_HOURS and not _loaded(calendar, begin.date(), day)
    return Span(
        start=ledger.start,
        counts_from=begin,
        unrolled=day,
        last_day=day,
        internal_target=day,
        due_at=due,
        provisional=uncertain,
        pauses=pauses,
    )


def _length(rule: Rule, ledger: Ledger) -> timedelta:
    return duration(rule, rule.length + ledger.extended_by)


def duration(rule: Rule, amount: int) -> timedelta:
    """Return *amount* of a minute or hour unit as a duration."""
    return timedelta(minutes=amount) if rule.unit is Unit.MINUTES else timedelta(hours=amount)


def moment(
    rule: Rule, begin: datetime, length: timedelta, calendar: Calendar, pauses: Sequence[Pause]
) -> datetime:
    """Return the instant *length* after *begin*, in office time for working hours."""
    if rule.unit is Unit.WORKING_HOURS:
        return add_working_time(begin, length, calendar, pauses)
    return add_time(begin, length, pauses)


def _day_span(rule: Rule, ledger: Ledger, calendar: Calendar, pauses: tuple[Pause, ...]) -> Span:
    start = ledger.start.date()
    unrolled = _unrolled(rule, ledger, calendar, day_pauses(pauses))
    last = _rolled(rule, unrolled, calendar)
    # A target before the start would ask for work before the case exists.
    target = max(calendar.roll_back(unrolled), min(start, unrolled))
    return Span(
        start=ledger.start,
        counts_from=ledger.start,
        unrolled=unrolled,
        last_day=last,
        internal_target=target if rule.direction is Direction.FORWARD else calendar.roll_back(unrolled),
        due_at=_end_of(last, rule, calendar),
        provisional=_is_provisional(rule, start, unrolled, last, calendar),
        pauses=pauses,
    )


def _unrolled(rule: Rule, ledger: Ledger, calendar: Calendar, pauses: Sequence[DayPause]) -> date:
    start = ledger.start.date()
    if rule.direction is not Direction.FORWARD:
        return _backward(rule, start, calendar)
    same_unit = rule.extension is None or rule.extension.unit is rule.unit
    length = rule.length + (ledger.extended_by if same_unit else 0)
    end = FORWARD[rule.unit](start, length, calendar, pauses)
    if same_unit or rule.extension is None:
        return end
    return FORWARD[rule.extension.unit](end, ledger.extended_by, calendar, ())


Forward = Callable[[date, int, Calendar, Sequence[DayPause]], date]


def _calendar_days(start: date, days: int, calendar: Calendar, pauses: Sequence[DayPause]) -> date:
    return start + timedelta(days=days + paused_days(pauses))


def _working_days(start: date, days: int, calendar: Calendar, pauses: Sequence[DayPause]) -> date:
    return add_working_days(start, days, calendar, pauses)


def _months(start: date, months: int, calendar: Calendar, pauses: Sequence[DayPause]) -> date:
    return add_months(start, months) + timedelta(days=paused_days(pauses))


def _years(start: date, years: int, calendar: Calendar, pauses: Sequence[DayPause]) -> date:
    return _months(start, years * 12, calendar, pauses)


FORWARD: dict[Unit, Forward] = {
    Unit.CALENDAR_DAYS: _calendar_days,
    Unit.WORKING_DAYS: _working_days,
    Unit.MONTHS: _months,
    Unit.YEARS: _years,
}


def _backward(rule: Rule, event: date, calendar: Calendar) -> date:
    if rule.unit is Unit.MONTHS:
        return add_months(event, -rule.length)
    strict = rule.direction is Direction.BACKWARD_STRICT
    if rule.unit is Unit.WORKING_DAYS:
        back = days_before_strict if strict else days_before_plain
        return back(event, rule.length, calendar)
    return event - timedelta(days=rule.length + strict)


def _rolled(rule: Rule, day: date, calendar: Calendar) -> date:
    if rule.direction is Direction.FORWARD:
        return calendar.roll_forward(day) if rule.roll else day
    # Counted back, a rest day moves to the working day before: later would be too late.
    return calendar.roll_back(day)


def _end_of(day: date, rule: Rule, calendar: Calendar) -> datetime:
    spans = calendar.spans_of(day) if rule.until_close_of_business else ()
    return spans[-1][1] if spans else datetime.combine(day, LAST_SECOND, ZONE)


def _is_provisional(rule: Rule, start: date, unrolled: date, last: date, calendar: Calendar) -> bool:
    if rule.unit is Unit.WORKING_DAYS:
        return not _loaded(calendar, start + ONE_DAY, last)
    asks = rule.roll or rule.direction is not Direction.FORWARD
    return asks and not _loaded(calendar, unrolled, last)


def _loaded(calendar: Calendar, first: date, last: date) -> bool:
    years = range(min(first, last).year, max(first, last).year + 1)
    return all(calendar.is_loaded(year) for year in years)
