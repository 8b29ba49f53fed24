"""Danger at the scene: whoever presses the button can rely on it that the police have been told, wherever the case stands."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import houses
import pytest

from tasks.model import Actor
from workflows.correlation import danger
from workflows.engine import Engine
from workflows.errors import NobodyOnDuty
from workflows.inbox import notices

pytestmark = pytest.mark.postgres

PARTY, OTHER = (
    {"name": "甲某", "idNo": "990000198001019017"},
    {"name": "乙某", "idNo": "990000198506159023"},
)


@pytest.fixture
def who(engine: Engine) -> Iterator[dict[str, Actor]]:
    """Yield the people of a house with a model whose one task waits for no signal."""
    people = houses.house(engine)
    houses.deploy(engine, houses.model(
        '<startEvent id="s"/><userTask id="a" name="登记履行" jf:roles="R02" jf:at="station"/><endEvent id="e"/>'
        + houses.flows("s>a", "a>e")
    ))  # fmt: skip
    yield people


def heard(engine: Engine, actor: Actor) -> dict[str, str]:
    """What lies in somebody's inbox: subject -> link."""
    with engine.begin() as uow:
        return {notice.subject: notice.link or "" for notice in notices.inbox(uow, actor).items}


def test_the_station_is_told_wherever_the_case_stands(engine: Engine, who: dict[str, Any]) -> None:
    """Its officers and its leader hear of it, although no diagram waits for the signal; the reporter and others do not."""
    case = houses.start(engine, who["officer"], parties=[PARTY])
    with engine.begin() as uow:
        told = danger.report(uow, who["officer"], case.id)

    expected = {"现场有危险，请立即处置": f"/cases/{case.id}"}
    assert told == 2
    assert heard(engine, who["colleague"]) == heard(engine, who["leader"]) == expected
    assert not heard(engine, who["officer"]) and not heard(engine, who["stranger"])


def test_other_cases_of_the_same_people_are_warned(engine: Engine, who: dict[str, Any]) -> None:
    """Whoever works on a running case of one of the parties is told which of their own cases it is."""
    here = houses.start(engine, who["officer"], parties=[PARTY, OTHER])
    there = houses.start(engine, who["colleague"], parties=[OTHER])
    houses.start(engine, who["colleague"], parties=[{"name": "丙某", "idNo": "990000196311209036"}])
    with engine.begin() as uow:
        danger.report(uow, who["officer"], here.id)

    assert list(heard(engine, who["leader"]).values()).count(f"/cases/{there.id}") == 1
    assert len(heard(engine, who["leader"])) == 2


def test_who_can_tell_nobody_says_so(engine: Engine, who: dict[str, Any]) -> None:
    """No account at the station and none at a desk above it: call 110, the page does not claim that the police know."""
    case = houses.start(engine, who["officer"], parties=[PARTY])
    with engine.begin() as uow:
        for name in ("officer", "colleague", "leader"):
            uow.people.revoke(name, "R04" if name == "leader" else "R02", "station")
        uow.people.revoke("second-approver", "R14", "police")

    with engine.begin() as uow, pytest.raises(NobodyOnDuty):
        danger.report(uow, who["officer"], case.id)


def test_a_meeting_has_no_scene() -> None:
    """The button stands where there are people, not at the month's meeting."""
    assert danger.has_a_scene({"parties": []}) and not danger.has_a_scene({"cadence": {"period": "2026-11"}})
