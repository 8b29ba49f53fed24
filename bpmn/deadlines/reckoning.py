"""
Reckoning a deadline: from a rule, its ledger and a calendar to the last day, in one pure function.

Two dates are shown: the statutory last day, and the internal target, the last working day not later
than the day the period would end on without the rest-day rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from bpmn.deadlines import explaining, periods, rungs
from bpmn.deadlines.calendar import FIRST_YEAR, LAST_YEAR, ZONE, Calendar
from bpmn.deadlines.errors import DeadlineNotCountable, LedgerInvalid
from bpmn.deadlines.ledger import Ledger, LedgerEvent, LedgerEventKind, read
from bpmn.deadlines.periods import Span
from bpmn.deadlines.rules import DeadlineClass, Kind, Rule, Source
from bpmn.deadlines.rungs import Rung


@dataclass(frozen=True, kw_only=True)
class Reckoning:
    """A deadline as it stands; ``due_at`` is the last second in which an act is in time."""

    code: str
    klass: DeadlineClass
    statutory_last_day: date
    unrolled: date  #: before the rest-day rule
    internal_target: date
    due_at: datetime  #: aware, Asia/Shanghai
    provisional: bool  #: rests on a year whose holidays are not announced
    rungs: tuple[Rung, ...]
    explanation: tuple[str, ...]  #: Chinese, one line a step
    source: Source | None
    sources: tuple[Source, ...]
    state: str  #: ``running``, ``paused``, ``stopped`` or ``expired`` (as of ``at``)
    verify: bool  #: badge 待核
    calendar_version: str


def reckon(
    rule: Rule,
    events: Iterable[LedgerEvent],
    calendar: Calendar,
    *,
    at: datetime | None = None,
    is_red: bool = False,
) -> Reckoning:
    """
    Reckon *rule* from its ledger.

    Args:
        rule: catalogue entry.
        events: the ledger in any order, see ``ledger.read``.
        calendar: whose version is recorded in the answer.
        at: as of when; an open pause counts up to here and ``expired`` is told from it.
        is_red: a red-risk case, whose reminders do not move off rest days.

    Raises:
        LedgerInvalid: the events contradict each other or the rule, or a time has no offset.
        DeadlineNotCountable: the entry has no length in time (an event, a counter).
    """
    ensure_countable(rule)
    _ensure_moment(at)
    ledger = read(rule, events, lambda r, part: periods.span(r, part, calendar, part.pauses).due_at)
    span = periods.span(rule, ledger, calendar, ledger.pauses_until(at))
    return Reckoning(
        code=rule.code,
        klass=rule.klass,
        statutory_last_day=span.last_day,
        unrolled=span.unrolled,
        internal_target=span.internal_target,
        due_at=span.due_at,
        provisional=span.provisional,
        rungs=rungs.climb(rule, ledger, span, calendar, is_red=is_red),
        explanation=explaining.explain(rule, ledger, span, calendar),
        source=rule.sources[0] if rule.sources else None,
        sources=rule.sources,
        state=_state(ledger, span, at),
        verify=rule.verify,
        calendar_version=calendar.version,
    )


def share(
    rule: Rule,
    events: Iterable[LedgerEvent],
    calendar: Calendar,
    percent: int,
    *,
    at: datetime | None = None,
) -> datetime:
    """
    Return the instant at which *percent* of a period is over; pauses and extensions count.

    Raises:
        LedgerInvalid: the events contradict each other or the rule, or a time has no offset.
        DeadlineNotCountable: the entry has no length in time.
    """
    ensure_countable(rule)
    _ensure_moment(at)
    ledger = read(rule, events, lambda r, part: periods.span(r, part, calendar, part.pauses).due_at)
    return rungs.share(rule, periods.span(rule, ledger, calendar, ledger.pauses_until(at)), calendar, percent)


def reckon_from(rule: Rule, start: datetime | date, calendar: Calendar) -> Reckoning:
    """Reckon *rule* from its start alone; a date means its first moment in China."""
    at = start if isinstance(start, datetime) else datetime.combine(start, time(), ZONE)
    return reckon(rule, [LedgerEvent(kind=LedgerEventKind.START, at=at)], calendar)


def ensure_countable(rule: Rule) -> None:
    """
    Refuse entries that have no length in time.

    Raises:
        DeadlineNotCountable: says how the entry is watched instead.
    """
    # A cadence is counted from the due day of its period, which the calendar gives: there is nothing to add.
    if rule.kind in (Kind.PERIOD, Kind.CADENCE):
        return
    how = {Kind.EVENT: "以事件为准", Kind.COUNTER: "按次数或累计天数掌握"}
    raise DeadlineNotCountable(f"{rule.code}“{rule.name}”{how[rule.kind]}，不按时间推算：{rule.note}")


def _ensure_moment(at: datetime | None) -> None:
    if at is not None and (at.tzinfo is None or not FIRST_YEAR <= at.year <= LAST_YEAR):
        raise LedgerInvalid(f"查看的时间{at.isoformat()}缺少时区或年份不合理，请核对。")


def _state(ledger: Ledger, span: Span, at: datetime | None) -> str:
    if ledger.stopped_at is not None:
        return "stopped"
    if ledger.paused_since is not None:
        return "paused"
    return "expired" if at is not None and at > span.due_at else "running"
