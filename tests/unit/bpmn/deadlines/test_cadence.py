"""AT-12: the recurring dates of 2026."""

from __future__ import annotations

from datetime import date

import pytest

from bpmn.deadlines import cadence, china


@pytest.mark.parametrize(
    ("friday", "due"),
    [
        (date(2026, 10, 2), date(2026, 9, 30)),
        (date(2026, 9, 25), date(2026, 9, 24)),
        (date(2026, 5, 1), date(2026, 4, 30)),
        (date(2026, 10, 9), date(2026, 10, 9)),
    ],
)
def test_weekly_exchange_moves_to_the_last_working_day_of_its_week(friday, due):
    """
    A Friday off moves the exchange to the working day before, within Monday to Friday.
    """
    assert cadence.weekly(friday, china()).due_on == due


def test_week_without_working_day_is_recorded():
    """
    The Spring Festival week is recorded as NO_WORKDAY, and the next exchange is 27 February.
    """
    found = cadence.weekly(date(2026, 2, 18), china())

    assert (found.due_on, found.note) == (None, "NO_WORKDAY")
    assert cadence.next_weekly(date(2026, 2, 18), china()).due_on == date(2026, 2, 27)


def test_month_end_reviews_of_2026():
    """
    The review is held on the last working day, adjusted Saturdays included.
    """
    days = [cadence.month_end_review(2026, month, china()).due_on.day for month in range(1, 13)]

    assert days == [30, 28, 31, 30, 29, 30, 31, 31, 30, 30, 30, 31]


def test_quarter_meetings_of_2026():
    """
    The leading group meets by the last working day of each quarter.
    """
    days = [cadence.quarterly_meeting(2026, quarter, china()).due_on for quarter in range(1, 5)]

    assert days == [date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)]


def test_collision_before_the_national_day_is_warned_of():
    """
    Weekly, month-end, quarterly and holiday plan collide on 30 September.
    """
    collision = cadence.collisions(cadence.month_plan(2026, 9, china()))[-1]

    assert collision.on == date(2026, 9, 30)
    assert {item.code for item in collision.occurrences} == {"D-401", "D-404", "D-405", "D-406"}
    assert "同日有4项工作" in collision.message


def test_bureaus_share_by_the_fifth_working_day():
    """
    The exchange about September waits for the National Day week.
    """
    assert cadence.monthly_sharing(2026, 9, china()).due_on == date(2026, 10, 13)


def test_plan_of_an_unannounced_year_is_provisional():
    """
    Occurrences of 2027 are marked until its holidays are imported.
    """
    assert all(item.provisional for item in cadence.month_plan(2027, 3, china()))
