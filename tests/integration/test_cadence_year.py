"""Two months of 2026 on the virtual clock, with every shipped cadence and the four pilots; the whole year is ``bench/cadence_year.py``."""

from __future__ import annotations

from datetime import date, datetime

from bench import cadence_year
from bpmn.deadlines.calendar import ZONE
from workflows import worker
from workflows.engine import Engine


def test_september_and_october_start_each_cadence_once(engine: Engine) -> None:
    """Mid-Autumn, National Day, the working Sunday and the collision of 30 September: none missed, none double, to the day."""
    first, last = date(2026, 9, 1), date(2026, 10, 31)
    cadence_year.deploy(engine, at=datetime(2026, 8, 31, 20, 0, tzinfo=ZONE))

    for instant in cadence_year.instants(first, last):
        worker.drain(engine.at(instant))

    found = cadence_year.started(engine.settings.database_url or "")
    due = {
        process: {str(day): units for day in days if first <= day <= last}
        for process, (units, days) in cadence_year.expected().items()
    }
    assert found == due
    assert {process for process, days in due.items() if "2026-09-30" in days} == {
        "weekly-exchange",
        "holiday-patrol",
    }
    assert "2026-09-28" in due["month-end-review"]
