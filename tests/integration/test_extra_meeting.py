"""A major dispute lets the leading-group office call an extra meeting, with its title in words and its period."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import houses
from test_shipped_cadences import drain, ship

from tasks.model import SYSTEM
from workflows.correlation import delivery, messages
from workflows.engine import Engine

UNITS = {"district": "district", "justice-district": "justice-bureau", "police-district": "police"}


def arise(engine: Engine, no: str) -> str:
    """Let a major dispute arise; returns the case in which the office decides."""
    content = {"dispatch": {"no": no}, "units": UNITS, "major": {"persons": 20}}
    with engine.begin() as uow:
        messages.broadcast(uow, SYSTEM, "S-MAJOR", content)
    delivery.deliver_pending(engine)
    with engine.begin() as uow:
        [row] = [r for r in uow.instances.running_in_units("extra-meeting", ["district"]) if no in r.title]
    return row.id


def called(engine: Engine, *numbers: str) -> list[tuple[str, list[str]]]:
    """Decide on a meeting for each dispute; returns title and periods of the meetings that run."""
    who = houses.house(engine)
    ship(engine, "cadence", "quarterly-meeting")
    for case in [arise(engine, no) for no in numbers]:
        houses.complete(
            engine, who["group"], case, "DecideExtra", extra={"decision": "召开", "reason": "涉及两个镇"}
        )
        delivery.deliver_pending(engine)
    drain(engine)
    with engine.begin() as uow:
        rows = uow.instances.running_in_units("quarterly-meeting", ["district"])
        return [(row.title, [one.code for one in uow.deadlines.of_instance(row.id)]) for row in rows]


def test_an_extra_meeting_has_its_title_and_its_period(engine: Engine) -> None:
    """Words instead of a key, and the clock D-405 from the first moment."""
    [(title, periods)] = called(engine, "JJD-1")

    assert title.startswith("领导小组临时联席会 区领导小组")
    assert periods == ["D-405"]


def test_two_major_disputes_of_a_day_share_one_extra_meeting(engine: Engine) -> None:
    """The second call of the same day opens nothing: the dispute comes up in the meeting that is called already."""
    assert len(called(engine, "JJD-1", "JJD-2")) == 1
