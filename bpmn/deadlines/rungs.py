"""
Escalation ladders: at which instants a running deadline speaks up, and to whom.

Percent rungs count the unrolled length. A rung that falls on a rest day moves to the working day
before, except on urgent ladders and in red cases. Rungs before the start are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bpmn.deadlines import periods
from bpmn.deadlines.calendar import ONE_DAY, ZONE, Calendar
from bpmn.deadlines.counting import add_working_days, is_paused, open_spans
from bpmn.deadlines.ledger import Ledger
from bpmn.deadlines.periods import Span
from bpmn.deadlines.rules import Direction, Ladder, Rule, RungRule, Unit

FULL = 100


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One instant of a ladder."""

    percent: int | None  #: None for rungs counted in working days from the last day
    at: datetime  #: aware, Asia/Shanghai
    label: str
    actions: tuple[str, ...]


def climb(
    rule: Rule, ledger: Ledger, span: Span, calendar: Calendar, *, is_red: bool = False
) -> tuple[Rung, ...]:
    """Return the rungs of *rule* in order of time; none after a stop."""
    if rule.ladder is None:
        return ()
    moves = rule.ladder.moves_off_rest_days and not is_red
    found = [_rung(step, rule, span, calendar, moves) for step in _steps(rule.ladder, rule)]
    kept = [rung for rung in found if rung is not None and _is_wanted(rung, rule, ledger, span)]
    return tuple(sorted(kept, key=lambda rung: rung.at))


def _steps(ladder: Ladder, rule: Rule) -> list[RungRule]:
    steps = [step for step in ladder.rungs if not (step.moments_only and rule.unit.is_days)]
    if rule.length:
        return steps
    # What is due at once has no halfway: only the alarms are left.
    return [step for step in steps if step.percent is None or step.percent >= FULL]


def _is_wanted(rung: Rung, rule: Rule, ledger: Ledger, span: Span) -> bool:
    if ledger.stopped_at is not None and rung.at > ledger.stopped_at:
        return False
    return rule.direction is not Direction.FORWARD or rung.at >= span.start or rung.percent is not None


def _rung(step: RungRule, rule: Rule, span: Span, calendar: Calendar, moves: bool) -> Rung | None:
    at = _instant(step, rule, span, calendar, moves)
    if at is None:
        return None
    return Rung(percent=step.percent, at=at, label=step.label, actions=step.actions)


def _instant(step: RungRule, rule: Rule, span: Span, calendar: Calendar, moves: bool) -> datetime | None:
    if step.after_expiry:
        return span.due_at + timedelta(seconds=1)
    if step.working_days_before is not None:
        return _at_hour(calendar.previous_working_day(span.last_day, step.working_days_before), step)
    if step.working_days_after is not None:
        return _at_hour(calendar.next_working_day(span.last_day, step.working_days_after), step)
    return _percent_instant(step, rule, span, calendar, moves)


def _percent_instant(
    step: RungRule, rule: Rule, span: Span, calendar: Calendar, moves: bool
) -> datetime | None:
    percent = step.percent or 0
    if rule.unit.is_days and percent > FULL:
        return _at_hour(calendar.next_working_day(span.last_day), step)
    if not rule.unit.is_days:
        return _moment_at_percent(percent, rule, span, calendar)
    if percent != FULL and rule.direction is not Direction.FORWARD:
        return None
    day = span.last_day if percent == FULL else _day_at_percent(percent, rule, span, calendar)
    day = calendar.roll_back(day) if moves and not step.is_red else day
    if rule.direction is not Direction.FORWARD:
        return _at_hour(day, step)
    return max(_at_hour(day, step), span.start)


def share(rule: Rule, span: Span, calendar: Calendar, percent: int) -> datetime:
    """Return the instant at which *percent* of the unrolled length is over, rest days kept."""
    step = RungRule(percent=percent, label="", actions=())
    return _percent_instant(step, rule, span, calendar, moves=False) or span.due_at


def _at_hour(day: date, step: RungRule) -> datetime:
    return datetime.combine(day, time(step.hour), ZONE)


def _moment_at_percent(percent: int, rule: Rule, span: Span, calendar: Calendar) -> datetime:
    if percent == FULL:
        return span.due_at
    length = _counted(rule, span, calendar) * percent / FULL
    return periods.moment(rule, span.counts_from, length, calendar, span.pauses)


def _counted(rule: Rule, span: Span, calendar: Calendar) -> timedelta:
    """Return the net length: time between begin and end without pauses, office time for working hours."""
    if rule.unit is Unit.WORKING_HOURS:
        return _office_time(span, calendar)
    begin = span.counts_from
    paused = sum((max(last - max(first, begin), timedelta()) for first, last in span.pauses), timedelta())
    return span.due_at - begin - paused


def _office_time(span: Span, calendar: Calendar) -> timedelta:
    total, day = timedelta(), span.counts_from.date()
    while day <= span.due_at.date():
        for opens, closes in open_spans(day, span.counts_from, calendar, span.pauses):
            total += max(min(closes, span.due_at) - opens, timedelta())
        day += ONE_DAY
    return total


def _day_at_percent(percent: int, rule: Rule, span: Span, calendar: Calendar) -> date:
    start, pauses = span.start.date(), periods.day_pauses(span.pauses)
    if rule.unit is Unit.WORKING_DAYS:
        length = _working_length(start, span.unrolled, calendar, pauses)
        return add_working_days(start, max(1, length * percent // FULL), calendar, pauses)
    length = (span.unrolled - start).days - sum((last - first).days for first, last in pauses)
    return _add_running_days(start, max(1, length * percent // FULL), pauses)


def _working_length(start: date, end: date, calendar: Calendar, pauses: tuple[tuple[date, date], ...]) -> int:
    days = (start + timedelta(days=i + 1) for i in range((end - start).days))
    return sum(calendar.is_working_day(day) and not is_paused(day, pauses) for day in days)


def _add_running_days(start: date, days: int, pauses: tuple[tuple[date, date], ...]) -> date:
    day = start if pauses else start + timedelta(days=days)
    while pauses and days > 0:
        day += ONE_DAY
        days -= not is_paused(day, pauses)
    return day
