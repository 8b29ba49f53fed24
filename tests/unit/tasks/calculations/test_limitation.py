"""AT-14: limitation with interruption, suspension and outer limit."""

from __future__ import annotations

from datetime import date

import pytest

from bpmn.deadlines import lawpack
from tasks.calculations.limitation import (
    Cause,
    Interruption,
    LimitationInvalid,
    Obstacle,
    Parameters,
    Right,
    calculate,
)

CALENDAR = lawpack.load().calendar
KNOWN = date(2023, 9, 26)


def test_three_years_end_after_the_weekend():
    """
    Three years end on a Saturday and roll to Monday.
    """
    result = calculate(Parameters(known_on=KNOWN), CALENDAR)

    assert (result.unrolled, result.last_day) == (date(2026, 9, 26), date(2026, 9, 28))


def test_mediation_interrupts_and_restarts_when_it_ends():
    """
    The application interrupts; the end of the procedure starts three new years.
    """
    mediation = Interruption(on=date(2026, 9, 21), cause=Cause.MEDIATION, ended_on=date(2026, 11, 5))

    result = calculate(Parameters(known_on=KNOWN, interruptions=(mediation,)), CALENDAR)

    assert result.last_day == date(2029, 11, 5)
    assert any(
        "中断于2026-09-21（SXGD 12），自2026-11-05重新计算至2029-11-05" in line for line in result.explanation
    )
    assert "SXGD-12" in result.sources and result.provisional


def test_open_procedure_holds_the_clock():
    """
    While mediation goes on there is no last day.
    """
    mediation = Interruption(on=date(2026, 9, 21), cause=Cause.MEDIATION)

    assert calculate(Parameters(known_on=KNOWN, interruptions=(mediation,)), CALENDAR).last_day is None


def test_interruption_on_the_rolled_last_day_still_counts_and_a_later_one_does_not():
    """
    Monday 28 September is in time, Tuesday is not.
    """

    def demand(day):
        event = Interruption(on=date(2026, 9, day), cause=Cause.DEMAND)
        return calculate(Parameters(known_on=KNOWN, interruptions=(event,)), CALENDAR).unrolled

    assert demand(28) == date(2029, 9, 28)
    assert demand(29) == date(2026, 9, 26)


def test_obstacle_in_the_last_six_months_suspends():
    """
    The period ends six months after the obstacle is gone.
    """
    obstacle = Obstacle(since=date(2026, 8, 1), until=date(2026, 10, 20))

    assert calculate(Parameters(known_on=KNOWN, obstacles=(obstacle,)), CALENDAR).unrolled == date(
        2027, 4, 20
    )


def test_twenty_years_are_the_outer_limit():
    """
    However late it was known, twenty years after the harm it is over.
    """
    result = calculate(Parameters(known_on=date(2025, 1, 10), harmed_on=date(2006, 3, 2)), CALENDAR)

    assert result.last_day == date(2026, 3, 2)


def test_harm_to_a_minor_runs_from_age_eighteen():
    """
    The three years begin on the eighteenth birthday.
    """
    given = Parameters(
        known_on=date(2020, 5, 1), right=Right.MINOR_SEXUAL_HARM, victim_born_on=date(2010, 10, 1)
    )

    assert calculate(given, CALENDAR).unrolled == date(2031, 10, 1)


def test_some_rights_know_no_limitation():
    """
    Maintenance and the like have no last day.
    """
    assert calculate(Parameters(known_on=KNOWN, right=Right.NONE), CALENDAR).last_day is None


def test_procedure_cannot_end_before_it_began():
    """
    Contradicting dates are refused.
    """
    event = Interruption(on=date(2026, 9, 21), cause=Cause.SUIT, ended_on=date(2026, 9, 1))

    with pytest.raises(LimitationInvalid, match="不能早于"):
        calculate(Parameters(known_on=KNOWN, interruptions=(event,)), CALENDAR)
