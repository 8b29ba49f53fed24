"""Promises that hold for every deadline of the catalogue."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bpmn.deadlines import LedgerEvent, LedgerEventKind, Rule, Unit, lawpack, reckon
from bpmn.deadlines.calendar import ZONE
from bpmn.deadlines.rules import Direction, Kind

PACK = lawpack.load()
PERIODS = [rule for rule in PACK.catalogue if rule.kind is Kind.PERIOD]
FORWARD = [rule for rule in PERIODS if rule.direction is Direction.FORWARD]
BACKWARD = [rule for rule in PERIODS if rule.direction is not Direction.FORWARD]
PAUSABLE = [rule for rule in FORWARD if rule.may_pause and rule.length > 0]
CALENDAR_DAYS = [rule for rule in PAUSABLE if rule.unit is Unit.CALENDAR_DAYS]
STARTS = st.datetimes(datetime(2024, 1, 1), datetime(2029, 12, 31)).map(lambda at: at.replace(tzinfo=ZONE))
QUICK = settings(max_examples=150, deadline=None, derandomize=True)


def start(at: datetime) -> LedgerEvent:
    """A start event."""
    return LedgerEvent(kind=LedgerEventKind.START, at=at)


def due(rule: Rule, *events: LedgerEvent) -> datetime:
    """The due instant by the shipped calendar."""
    return reckon(rule, events, PACK.calendar).due_at


@QUICK
@given(st.sampled_from(PERIODS), STARTS, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_later_start_is_never_due_earlier(rule, at, later):
    """
    Starting later never gives an earlier due date.
    """
    assert due(rule, start(at)) <= due(rule, start(at + later))


@QUICK
@given(st.sampled_from(PERIODS), STARTS)
def test_reckoning_again_gives_the_same(rule, at):
    """
    A reckoning depends on nothing but rule, ledger and calendar.
    """
    assert reckon(rule, [start(at)], PACK.calendar) == reckon(rule, [start(at)], PACK.calendar)


@QUICK
@given(st.sampled_from(FORWARD), STARTS)
def test_dates_stand_in_order(rule, at):
    """
    Internal target, unrolled day and last day stand in this order; a rolled last day is worked.
    """
    reckoning = reckon(rule, [start(at)], PACK.calendar)

    assert reckoning.internal_target <= reckoning.unrolled <= reckoning.statutory_last_day
    assert not rule.roll or PACK.calendar.is_working_day(reckoning.statutory_last_day)
    assert all(rung.at >= at for rung in reckoning.rungs)


@QUICK
@given(st.sampled_from(BACKWARD), STARTS)
def test_backward_counts_end_before_the_event_on_a_working_day(rule, at):
    """
    What must be done before an event is due on a working day before it.
    """
    reckoning = reckon(rule, [start(at)], PACK.calendar)

    assert reckoning.statutory_last_day < at.date()
    assert PACK.calendar.is_working_day(reckoning.statutory_last_day)


@QUICK
@given(
    st.sampled_from(PAUSABLE), STARTS, st.integers(0, 3600), st.timedeltas(timedelta(0), timedelta(days=60))
)
def test_pause_never_shortens(rule, at, seconds, span):
    """
    A pause never makes a deadline fall earlier.
    """
    begins = at + timedelta(seconds=min(seconds, 60))
    pause = LedgerEvent(kind=LedgerEventKind.PAUSE, at=begins)
    resume = LedgerEvent(kind=LedgerEventKind.RESUME, at=begins + span)

    assert due(rule, start(at), pause, resume) >= due(rule, start(at))


@QUICK
@given(st.sampled_from(CALENDAR_DAYS), STARTS, st.integers(0, 90))
def test_day_pause_moves_the_unrolled_day_by_its_span(rule, at, days):
    """
    Paused calendar days are added one by one.
    """
    pause = LedgerEvent(kind=LedgerEventKind.PAUSE, at=at)
    resume = LedgerEvent(kind=LedgerEventKind.RESUME, at=at + timedelta(days=days))
    plain = reckon(rule, [start(at)], PACK.calendar)

    held = reckon(rule, [start(at), pause, resume], PACK.calendar)

    assert held.unrolled - plain.unrolled == timedelta(days=days)
