"""AT-12 through FEEL: what timer start events of the cadences see in 2026."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bpmn import feel
from bpmn.deadlines import china
from bpmn.deadlines.cadence_functions import cadence_functions
from bpmn.deadlines.calendar import ZONE

FEEL = feel.Environment(functions=cadence_functions(china()))


def year_of(name: str) -> list[dict]:
    """Every occurrence that starts in 2026, each found from the one before."""
    found, after = [], datetime(2025, 12, 31, 23, 0, tzinfo=ZONE)
    while True:
        one = feel.evaluate(f"{name}(after)", {"after": after}, environment=FEEL)
        if one["at"].year > 2026:
            return found
        found.append(one)
        after = one["at"]


def test_weeks_of_2026() -> None:
    """One week has no working day; rest Fridays move to the working day before, the first one into 2025."""
    weeks = {one["period"]: one for one in year_of("next weekly exchange")}

    assert (len(weeks), "2026-W01" in weeks) == (52, False)
    assert weeks["2026-W08"] | {"at": None, "name": None} == {
        "at": None, "period": "2026-W08", "due": None, "name": None, "note": "NO_WORKDAY", "provisional": False,
    }  # fmt: skip
    assert [weeks[f"2026-W{n:02}"]["due"] for n in (9, 18, 39, 40)] == [
        date(2026, 2, 27), date(2026, 4, 30), date(2026, 9, 24), date(2026, 9, 30),
    ]  # fmt: skip


def test_month_end_reviews_of_2026() -> None:
    """Held on the last working day; the list freezes two working days before."""
    reviews = year_of("next month end review")

    assert [one["due"].day for one in reviews] == [30, 28, 31, 30, 29, 30, 31, 31, 30, 30, 30, 31]
    assert reviews[1]["at"] == datetime(2026, 2, 26, 9, 0, tzinfo=ZONE)


def test_analyses_open_on_the_twentieth_or_the_next_working_day() -> None:
    """In June the 20th lies in the Dragon Boat holiday; 20 September is an adjusted working Sunday."""
    days = [one["at"].date() for one in year_of("next monthly analysis")]

    assert (days[5], days[8], len(days)) == (date(2026, 6, 22), date(2026, 9, 20), 12)


def test_quarters_and_sharing_of_2026() -> None:
    """Four meetings by the last working day; the sharing names the month it is about."""
    quarters = [(one["period"], one["due"]) for one in year_of("next quarterly meeting")]
    sharings = {one["period"]: one["due"] for one in year_of("next monthly sharing")}

    assert quarters == [("2026-Q1", date(2026, 3, 31)), ("2026-Q2", date(2026, 6, 30)),
                        ("2026-Q3", date(2026, 9, 30)), ("2026-Q4", date(2026, 12, 31))]  # fmt: skip
    assert (sharings["2026-09"], len(sharings)) == (date(2026, 10, 13), 12)


def test_patrols_start_on_the_working_day_before_each_holiday() -> None:
    """The National Day patrol opens on 30 September and closes on 8 October."""
    patrols = {one["period"]: one for one in year_of("next holiday patrol")}

    assert patrols["2026-09-30"]["due"] == date(2026, 10, 8)


def test_collisions_are_told_a_month_ahead() -> None:
    """In August the plan of September warns of the 30th."""
    warnings = feel.evaluate('cadence collisions(date("2026-08-20"))', {}, environment=FEEL)

    assert any("2026-09-30" in one and "4项" in one for one in warnings)


@pytest.mark.parametrize("odd", ["null", '"x"', "1", 'date("0999-01-01")'])
def test_unfit_arguments_are_null(odd: str) -> None:
    """Nothing but a day or an instant has a next period."""
    assert feel.evaluate(f"next weekly exchange({odd})", {}, environment=FEEL) is None


def test_a_period_follows_itself_never() -> None:
    """From the instant of a start the next one is at least a day away."""
    first = feel.evaluate('next weekly exchange(date("2026-09-21"))', {}, environment=FEEL)
    second = feel.evaluate("next weekly exchange(at)", {"at": first["at"]}, environment=FEEL)

    assert second["at"] - first["at"] > timedelta(days=1)
