"""Cadences on the store: once for each unit and period, late ones marked, whatever the workers do."""

from __future__ import annotations

import sys
import threading
from datetime import datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses

from bpmn.deadlines.calendar import ZONE
from tasks.model import SYSTEM, Unit, UnitKind
from workflows import values
from workflows.clockwork import timers
from workflows.engine import Engine
from workflows.identity import people

TOWNS = [Unit(id=f"t{n}", kind=UnitKind.TOWN, name=f"第{n}镇", parent="district") for n in range(1, 4)]
WEEKLY = houses.model(
    '<startEvent id="s"><timerEventDefinition><timeDate>=next weekly exchange(now())</timeDate></timerEventDefinition>'
    '</startEvent><userTask id="a" jf:roles="R12" jf:at="town"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>e"),
    key="weekly",
    attributes='jf:each="town"',
)
FIRST = datetime(2026, 9, 21, 8, 0, tzinfo=ZONE)


def at(*when: int) -> datetime:
    """An instant in China."""
    return datetime(2026, *when, tzinfo=ZONE)


@pytest.fixture
def cadence(engine: Engine) -> Engine:
    """An installation with four towns whose weekly process was deployed on 21 September 2026."""
    houses.house(engine)
    with engine.begin() as uow:
        people.put_units(uow, SYSTEM, TOWNS)
    houses.deploy(engine.at(FIRST), WEEKLY)
    return engine


def started(engine: Engine) -> dict[str, bool]:
    """Business key -> whether it was marked late."""
    with engine.begin() as uow:
        rows = [uow.instances.get(i) for i in _ids(uow)]
        return {row.business_key: values.decode(row.variables)["cadence"]["late"] for row in rows}


def _ids(uow) -> list[str]:
    return [str(row[0]) for row in uow._connection.exec_driver_sql("SELECT id FROM process_instance")]


def test_each_town_starts_once_a_period(cadence: Engine) -> None:
    """On Thursday 24 September at nine four towns begin, and not again the same week."""
    timers.fire_due_starts(cadence.at(at(9, 24, 8, 59)))
    assert started(cadence) == {}

    timers.fire_due_starts(cadence.at(at(9, 24, 9, 1)))
    timers.fire_due_starts(cadence.at(at(9, 25, 9, 0)))

    assert started(cadence) == {f"weekly/{t}/2026-W39": False for t in ("town", "t1", "t2", "t3")}


def test_periods_missed_in_an_outage_start_late_and_once(cadence: Engine) -> None:
    """After three weeks without a worker every period is there, marked late; the one of this hour is not."""
    for _ in range(2):
        timers.fire_due_starts(cadence.at(at(10, 9, 9, 30)))

    found = {key.split("/", 1)[1]: late for key, late in started(cadence).items()}
    assert {label: late for key, late in found.items() for label in [key.split("/")[1]]} == {
        "2026-W39": True,
        "2026-W40": True,
        "2026-W41": False,
    }
    assert len(found) == 12


def test_workers_at_the_same_time_start_nothing_twice(cadence: Engine) -> None:
    """Four workers drain at once; one set of instances comes out."""
    workers = [
        threading.Thread(target=timers.fire_due_starts, args=[cadence.at(at(9, 30, 9, 5))]) for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(started(cadence)) == 8


def test_a_clock_set_back_starts_nothing_twice(cadence: Engine) -> None:
    """The start row looks ahead, and the key of a period is taken."""
    timers.fire_due_starts(cadence.at(at(9, 24, 9, 1)))
    houses.deploy(cadence.at(at(9, 23, 9, 0)), WEEKLY.replace(b'name="\xe6', b'name="x\xe6'))

    timers.fire_due_starts(cadence.at(at(9, 24, 9, 2)))

    assert len(started(cadence)) == 4


def test_a_new_version_still_starts_what_the_old_one_owes(cadence: Engine) -> None:
    """Deployed during an outage, the new version begins the missed week."""
    houses.deploy(cadence.at(at(9, 28, 9, 0)), WEEKLY.replace(b'name="\xe6', b'name="x\xe6'))

    timers.fire_due_starts(cadence.at(at(9, 28, 10, 0)))

    assert set(started(cadence).values()) == {True}
    assert len(started(cadence)) == 4


def test_a_year_of_weeks_has_no_gap_and_no_double(engine: Engine) -> None:
    """2026 day by day: fifty-two exchanges a town, the week without a working day among them."""
    houses.house(engine)
    houses.deploy(engine.at(datetime(2026, 1, 1, 8, 0, tzinfo=ZONE)), WEEKLY)

    for month in range(1, 13):
        for day in (7, 14, 21, 28):
            timers.fire_due_starts(engine.at(at(month, day, 12, 0)))
    timers.fire_due_starts(engine.at(at(12, 31, 12, 0)))

    labels = sorted(key.rsplit("/", 1)[1] for key in started(engine))
    assert labels == [f"2026-W{n:02}" for n in range(2, 54)]


def test_a_new_town_takes_part_from_the_next_period(cadence: Engine) -> None:
    """A town that is entered today needs no program: the next week begins for it, its own units in the slots."""
    timers.fire_due_starts(cadence.at(at(9, 24, 9, 1)))
    with cadence.begin() as uow:
        people.put_units(
            uow,
            SYSTEM,
            [
                Unit(id="new", kind=UnitKind.TOWN, name="新镇", parent="district"),
                Unit(id="new-office", kind=UnitKind.JUSTICE, name="新镇司法所", parent="bureau", area="new"),
            ],
        )

    timers.fire_due_starts(cadence.at(at(9, 30, 9, 1)))

    assert "weekly/new/2026-W40" in started(cadence)
    assert "weekly/new/2026-W39" not in started(cadence)
    with cadence.begin() as uow:
        row = uow.instances.get(uow.instances.by_business_key("weekly", "weekly/new/2026-W40"))
        assert values.decode(row.variables)["units"]["justice"] == "new-office"
