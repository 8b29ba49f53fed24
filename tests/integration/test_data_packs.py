"""The figures that liaisons and bureaus start from are counted from what really happened."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import houses
from test_shipped_cadences import drain, hand_over, ship

from tasks.model import Actor
from workflows import values
from workflows.clockwork import timers
from workflows.engine import Engine
from workflows.indicators import happened

DISPUTE = houses.model(
    '<startEvent id="s"/><userTask id="a" jf:roles="R02" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>e"),
    key="dispute-referral",
)


def dispute(engine: Engine, actor: Actor, kind: str) -> None:
    """A dispute of a kind begins in the town."""
    units = {"station": "station", "town": "town"}
    houses.start(engine, actor, key="dispute-referral", dispute={"type": kind}, units=units)


def counted(engine: Engine, *, exact: bool = False) -> dict:
    """What happened in the town this week."""
    with engine.begin() as uow:
        today = uow.now.date()
        return happened.of_unit(uow, "town", today - timedelta(days=7), today, exact=exact)


def test_disputes_are_counted_by_type(engine: Engine) -> None:
    """Two noises and a leak: three dispatches, most first, with the names of the code list."""
    who = houses.house(engine)
    houses.deploy(engine, DISPUTE)
    for kind in ("0201", "0202", "0201"):
        dispute(engine, who["officer"], kind)

    told = counted(engine)

    assert told["dispatches"] == 3
    assert told["byType"] == [
        {"type": "0201", "name": "噪音", "count": 2},
        {"type": "0202", "name": "漏水", "count": 1},
    ]


def test_few_special_persons_are_told_to_those_who_work_with_them_only(engine: Engine) -> None:
    """One person in corrections: the liaison sees no number, the bureaus see 1."""
    houses.house(engine)
    ship(engine, "grading", "handover", "handover-corrections")
    hand_over(engine, "JJ-1")

    hidden, exact = counted(engine), counted(engine, exact=True)

    [category] = hidden["byCategory"]
    assert (category, hidden["special"]) == (
        {"category": "handover-corrections", "name": "社区矫正对象", "count": None},
        None,
    )
    assert (exact["byCategory"][0]["count"], exact["special"]) == (1, 1)


def test_the_weekly_exchange_begins_with_the_figures(engine: Engine) -> None:
    """The police liaison's task already shows how many dispatches there were."""
    who = houses.house(engine)
    houses.deploy(engine, DISPUTE)
    dispute(engine, who["officer"], "0201")
    ship(engine, "cadence", "weekly-exchange")
    with engine.begin() as uow:
        due = uow.packs.start_due("weekly-exchange", "Opens")

    timers.fire_due_starts(engine.at(due))
    drain(engine.at(due))

    with engine.begin() as uow:
        week = uow.instances.latest_with_key("weekly-exchange", "weekly-exchange/town/%")
    assert values.decode(week.variables)["police"]["dispatches"] == 1
