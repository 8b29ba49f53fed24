"""Numbers of meetings: one series a year, written as offices do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tasks.errors import HandlerFailed
from tasks.handlers import next_number
from tasks.outcomes import Completed


class Counting:
    """The two ports that the handler asks."""

    def now(self) -> datetime:
        """Return a fixed instant."""
        return datetime(2026, 10, 20, 9, tzinfo=UTC)

    def next_number(self, series: str, year: int) -> int:
        """Return a fixed number for the series of the year."""
        return {("联席", 2026): 7}[series, year]


def test_a_number_carries_series_year_and_brackets() -> None:
    """A number is written 联席〔年〕号."""
    outcome = next_number.handle({"series": "联席"}, None, Counting())  # type: ignore[arg-type]

    assert isinstance(outcome, Completed)
    assert outcome.variables["number"]["text"] == "联席〔2026〕7号"


def test_a_number_without_series_is_refused() -> None:
    """A model that names no series is told so."""
    with pytest.raises(HandlerFailed, match="series"):
        next_number.handle({}, None, Counting())  # type: ignore[arg-type]
