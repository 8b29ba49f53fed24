"""A period that stands still from an instant that a person recorded: from that instant, not from when it was recorded."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses

from bpmn.deadlines.calendar import ZONE
from workflows.engine import Engine

MODEL = houses.model(
    '<startEvent id="s"/><userTask id="a" jf:roles="R02" jf:at="station"/>'
    '<userTask id="b" jf:roles="R02" jf:at="station" jf:pauses="D-207" jf:deadlineFrom="=agreed"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>b", "b>e"),
    attributes='jf:starters="R02" jf:deadline="D-207"',
)


@pytest.mark.parametrize(
    ("days", "kept"), [(-1, 1), (-9, 0), (3, 0)], ids=["yesterday", "before it began", "in future"]
)
def test_a_hold_begins_when_it_was_agreed(engine: Engine, days: int, kept: int) -> None:
    """Recorded a day later it counts from the day before; never from before the period began, never from a day to come."""
    who = houses.house(engine)
    houses.deploy(engine, MODEL)
    case = houses.start(engine, who["officer"]).id
    houses.move(engine, days=2)
    now = engine.now().astimezone(ZONE)
    houses.complete(engine, who["officer"], case, "a", agreed=(now + timedelta(days=days)).isoformat())

    with engine.begin() as uow:
        [row] = uow.deadlines.of_instance(case)
        held = [event.at for event in uow.deadlines.ledger(row.id) if event.kind == "pause"]

    bounds = {1: now - timedelta(days=1), 0: row.started_at if days < 0 else now}
    assert [abs(at - bounds[kept]) < timedelta(minutes=5) for at in held] == [True]
