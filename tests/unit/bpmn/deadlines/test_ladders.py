"""Which rungs a running deadline has, and when."""

from __future__ import annotations

from datetime import date


def days(reckoning):
    """Dates of the rungs by percent, the others in order under their date."""
    return [(rung.percent, rung.at.date().isoformat()) for rung in reckoning.rungs]


def test_statutory_ladder_counts_working_days_back(reckoned):
    """
    L-S warns three and one working days before the last day, on it, and right after it.
    """
    assert days(reckoned("D-205", "2026-10-21")) == [
        (50, "2026-10-28"),
        (None, "2026-10-30"),
        (None, "2026-11-03"),
        (100, "2026-11-04"),
        (None, "2026-11-05"),
    ]


def test_hours_ladder_runs_through_the_night(reckoned):
    """
    L-A counts percent of the hours and does not move off rest days.
    """
    rungs = {rung.percent: rung.at.isoformat() for rung in reckoned("D-421", "2026-10-02 10:00").rungs}

    assert rungs[50] == "2026-10-02T22:00:00+08:00"
    assert rungs[150] == "2026-10-03T22:00:00+08:00"


def test_red_case_is_reminded_on_rest_days(reckoned):
    """
    In a red case the 80 % reminder stays on the National Day.
    """
    rungs = {rung.percent: rung.at.date() for rung in reckoned("D-122", "2026-09-07", is_red=True).rungs}

    assert rungs[80] == date(2026, 10, 1)


def test_overdue_policy_deadline_climbs_to_the_leading_group(reckoned):
    """
    L-B goes on one and three working days after the last day.
    """
    assert days(reckoned("D-110", "2026-09-18"))[-2:] == [(None, "2026-10-20"), (None, "2026-10-22")]


def test_short_statutory_deadline_has_no_rung_before_its_start(reckoned):
    """
    Three working days before the end of three working days lies before the start and is left out.
    """
    reckoning = reckoned("D-108", "2026-11-23 10:00")

    assert min(rung.at for rung in reckoning.rungs).date() == date(2026, 11, 24)


def test_paused_days_move_the_rungs(reckoned):
    """
    A rung that a pause put off comes later by the pause.
    """
    rungs = {
        rung.percent: rung.at.date()
        for rung in reckoned("D-115", "2026-08-31", "2026-09-05 pause", "2026-09-19 resume").rungs
    }

    assert rungs[50] == date(2026, 9, 29)


def test_duty_at_once_has_only_the_alarms(reckoned):
    """
    What is due at once is not reminded of halfway.
    """
    assert [rung.percent for rung in reckoned("D-130", "2026-11-02 10:00").rungs] == [100, None]


def test_one_day_is_reminded_of_on_that_day(reckoned):
    """
    Half of one working day is that day, not the moment of the start.
    """
    assert {day for _, day in days(reckoned("D-126", "2026-11-05 14:30"))[:3]} == {"2026-11-06"}
