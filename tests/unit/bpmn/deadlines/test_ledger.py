"""What a ledger refuses, and how events move a due date."""

from __future__ import annotations

from datetime import datetime

import pytest

from bpmn.deadlines import LedgerEvent, LedgerEventKind, reckon
from bpmn.deadlines.errors import DeadlineNotCountable, DeadlineNotFound, LedgerInvalid

NONSENSE = [
    (["2026-09-02 pause", "2026-09-03 pause"], "已在暂停中"),
    (["2026-09-02 resume"], "没有在暂停中"),
    (["2026-08-01 pause"], "早于起算时间"),
    (["2026-09-02 start"], "已经起算"),
    (["2026-09-02 stop", "2026-09-03 extend"], "已于2026-09-02 00:00终止"),
    (["2026-09-02 stop", "2026-09-03 stop"], "终止"),
    (["2026-10-05 pause"], "届满"),
    (["2026-10-05 extend"], "届满"),
    (["2026-09-02 extend:31"], "1至30日之间"),
    (["2026-09-02 extend:0"], "1至30日之间"),
    (["2026-09-02 extend:-3"], "1至30日之间"),
]


@pytest.mark.parametrize(("events", "sentence"), NONSENSE)
def test_contradictory_events_are_refused_in_words(reckoned, events, sentence):
    """
    Every contradiction names the deadline, the event and what stands against it.
    """
    with pytest.raises(LedgerInvalid, match=sentence) as refusal:
        reckoned("D-115", "2026-08-31", *events)

    assert "D-115" in str(refusal.value)


def test_events_may_come_in_any_order(reckoned):
    """
    The ledger is ordered by time before it is replayed.
    """
    forth = reckoned("D-115", "2026-08-31", "2026-09-05 pause", "2026-09-19 resume", "2026-10-01 extend:5")
    back = reckoned("D-115", "2026-08-31", "2026-10-01 extend:5", "2026-09-19 resume", "2026-09-05 pause")

    assert forth == back


def test_ledger_without_start_is_refused(pack):
    """
    Nothing runs before it was started.
    """
    with pytest.raises(LedgerInvalid, match="还没有起算"):
        reckon(pack.catalogue.find("D-110"), [], pack.calendar)


def test_time_without_offset_is_refused(pack):
    """
    A naive time could mean any place, so it is refused.
    """
    start = LedgerEvent(kind=LedgerEventKind.START, at=datetime(2026, 9, 1))

    with pytest.raises(LedgerInvalid, match="时区"):
        reckon(pack.catalogue.find("D-110"), [start], pack.calendar)


def test_statutory_period_without_extension_cannot_be_extended(reckoned):
    """
    The joint application for confirmation knows no extension and no pause.
    """
    with pytest.raises(LedgerInvalid, match="不得延长"):
        reckoned("D-122", "2026-09-07", "2026-09-10 extend:5")
    with pytest.raises(LedgerInvalid, match="不因任何事由暂停"):
        reckoned("D-122", "2026-09-07", "2026-09-10 pause")


def test_open_extension_needs_its_length(reckoned):
    """
    Where the source names no number, whoever extends must.
    """
    with pytest.raises(LedgerInvalid, match="extend:10"):
        reckoned("D-111", "2026-09-07", "2026-09-10 extend")

    assert reckoned("D-111", "2026-09-07", "2026-09-10 extend:10").unrolled.isoformat() == "2026-10-17"


def test_open_pause_holds_the_clock(reckoned):
    """
    While a deadline is paused its date moves on with the day one looks at it.
    """
    first = reckoned("D-110", "2026-11-02", "2026-11-09 pause", at="2026-11-10")
    later = reckoned("D-110", "2026-11-02", "2026-11-09 pause", at="2026-11-16")

    assert first.state == later.state == "paused"
    assert (later.unrolled - first.unrolled).days == 6


def test_pause_of_hours_moves_the_due_time_by_the_exact_span(reckoned):
    """
    Ninety paused minutes put a two-hour limit off by ninety minutes.
    """
    reckoning = reckoned("D-103", "2026-11-02 10:00", "2026-11-02 11:00 pause", "2026-11-02 12:30 resume")

    assert reckoning.due_at.isoformat() == "2026-11-02T13:30:00+08:00"


def test_pause_in_working_days_gives_back_working_days(reckoned):
    """
    A pause from Friday to Monday takes one working day out of a working-day period.
    """
    reckoning = reckoned("D-218b", "2026-11-02", "2026-11-06 pause", "2026-11-09 resume")

    assert reckoning.statutory_last_day.isoformat() == "2026-11-10"


def test_stopped_deadline_has_no_more_rungs(reckoned):
    """
    After a stop nobody is reminded any more.
    """
    reckoning = reckoned("D-110", "2026-11-02 09:00", "2026-11-05 12:00 stop")

    assert (reckoning.state, reckoning.rungs) == ("stopped", ())


def test_statutory_hours_begin_with_the_next_full_hour(reckoned):
    """
    The start hour of a statutory hour period is not counted; that of a policy limit is.
    """
    assert reckoned("D-105", "2026-11-23 10:20").due_at.isoformat() == "2026-11-24T11:00:00+08:00"
    assert reckoned("D-103", "2026-11-23 10:20").due_at.isoformat() == "2026-11-23T12:20:00+08:00"


def test_deadline_upon_an_event_is_not_counted(reckoned):
    """
    "Before the decision" has no length, and says so.
    """
    with pytest.raises(DeadlineNotCountable, match="处理决定前"):
        reckoned("D-116", "2026-09-01")


def test_unknown_code_is_named(reckoned):
    """
    A wrong number is refused with the number in the sentence.
    """
    with pytest.raises(DeadlineNotFound, match="D-999"):
        reckoned("D-999", "2026-09-01")


def test_work_done_before_its_period_begins_just_ends(reckoned):
    """
    A notice served before the hearing it is counted back from, or a term paid early, stops the deadline.
    """
    served = reckoned("D-206", "2026-10-15 09:30", "2026-10-07 10:00 stop")
    paid = reckoned("D-124b", "2026-12-01", "2026-11-20 10:00 stop")

    assert (served.state, paid.state) == ("stopped", "stopped")
    assert paid.rungs == ()


def test_backward_count_cannot_be_paused(reckoned):
    """
    A date counted back follows its event and nothing else.
    """
    with pytest.raises(LedgerInvalid, match="倒数的期限"):
        reckoned("D-206", "2026-10-15 09:30", "2026-10-15 10:00 pause")


def test_paused_deadline_says_so(reckoned):
    """
    The explanation tells that the dates will move on.
    """
    assert any("暂停中" in line for line in reckoned("D-110", "2026-11-02", "2026-11-09 pause").explanation)


def test_impossible_moment_of_looking_is_refused(reckoned):
    """
    The year 9999 is a slip of the pen, not a reason to fail.
    """
    with pytest.raises(LedgerInvalid, match="年份不合理"):
        reckoned("D-110", "2026-11-02", "2026-11-09 pause", at="9999-12-31")
