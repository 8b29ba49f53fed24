"""Deadlines and working days in FEEL."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from bpmn.deadlines import feel_functions
from bpmn.deadlines.calendar import ZONE


@pytest.fixture
def functions(pack):
    """The functions as models see them."""
    now = datetime(2026, 9, 18, 16, 40, tzinfo=ZONE)
    return feel_functions(pack.catalogue, pack.calendar, now=now)


def test_deadline_counts_from_now_or_from_a_given_day(functions):
    """
    ``deadline`` answers with the last second in time.
    """
    assert functions["deadline"]("D-110").date() == date(2026, 10, 19)
    assert functions["deadline"]("D-122", date(2026, 9, 7)).isoformat() == "2026-10-08T23:59:59+08:00"
    assert functions["last day"]("D-110") == date(2026, 10, 19)


def test_working_day_functions(functions):
    """
    Working days are added and counted over the National Day.
    """
    assert functions["working days between"](date(2026, 9, 30), date(2026, 10, 10)) == Decimal(3)
    assert functions["add working days"](date(2026, 9, 30), Decimal(1)) == date(2026, 10, 8)
    assert functions["add working days"](date(2026, 10, 8), Decimal(-1)) == date(2026, 9, 30)
    assert functions["is working day"](date(2026, 9, 20)) is True


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("deadline", ("D-999",)),
        ("deadline", ("D-116",)),
        ("deadline", (None, None)),
        ("deadline", ("D-110", "soon")),
        ("add working days", (date(2026, 1, 1), Decimal("1.5"))),
        ("add working days", (date(2026, 1, 1), Decimal("1e30"))),
        ("add working days", (date(2026, 1, 1), Decimal("NaN"))),
        ("working days between", (date(1, 1, 1), date(9999, 12, 31))),
        ("is working day", (None,)),
    ],
)
def test_unfit_arguments_give_null(functions, name, arguments):
    """
    A model's mistake gives null, never an exception or an endless count.
    """
    assert functions[name](*arguments) is None
