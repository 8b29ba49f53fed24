"""Numbers without gaps, and the packs of review and litigation on a real store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import bpmn
from tasks.model import Actor
from workflows import preparing
from workflows.engine import Engine
from workflows.execution import instances

LIBRARY = Path(bpmn.__file__).parent / "library"


def test_numbers_have_no_gap_however_many_take_them(engine: Engine) -> None:
    """Jobs at the same time get different numbers, and a repeated job its own again."""

    def take(job: str) -> int:
        with engine.begin() as uow:
            return uow.settings.take_number("联席", 2026, job)

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(take, [f"job-{n}" for n in range(8)]))

    assert sorted(taken) == list(range(1, 9))
    assert take("job-3") == taken[3]


def test_each_year_begins_with_one(engine: Engine) -> None:
    """A new year is a new series."""
    with engine.begin() as uow:
        uow.settings.take_number("联席", 2026, "old")

        assert uow.settings.take_number("联席", 2027, "new") == 1


@pytest.mark.parametrize("key", ["review-clock", "joint-meeting", "litigation-response"])
def test_the_packs_are_deployed_to_a_real_store(engine: Engine, key: str) -> None:
    """Nothing of a pack is refused by the deployment that staff use."""
    preparing.deploy(engine, LIBRARY / key)

    with engine.begin() as uow:
        assert uow.packs.latest(key) is not None


@pytest.mark.parametrize(
    ("role", "keys"),
    [("R16", {"review-clock"}), ("R13", {"review-clock", "handover-released"}), ("R07", set())],
)
def test_people_are_offered_what_their_role_starts(engine: Engine, role: str, keys: set[str]) -> None:
    """A start event with a form names who starts; parts that packs share are offered to nobody."""
    for key in ("grading", "handover", "handover-released", "review-clock"):
        preparing.deploy(engine, LIBRARY / key)
    actor = Actor(person_id="p", account="p", name="p", roles=frozenset({(role, "hailing")}))

    with engine.begin() as uow:
        offered = {process.key for process in instances.startable(uow, actor)}

    assert offered == keys
