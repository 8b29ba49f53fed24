"""Extending and pausing a deadline as the catalogue allows: who, how often, on which grounds."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses

from bpmn.deadlines.errors import LedgerInvalid
from tasks.model import Actor
from workflows.engine import Engine
from workflows.meanwhile import ActedMeanwhile
from workflows.timing import deadlines
from workflows.timing.deadlines import NoGround


def clock(engine: Engine, who: dict[str, Actor], code: str) -> tuple[str, str]:
    """Start a case with a deadline; returns the ids of case and deadline."""
    body = f'<startEvent id="s"/><userTask id="a" jf:roles="R02" jf:at="station" jf:deadline="{code}"/><endEvent id="e"/>'
    houses.deploy(engine, houses.model(body + houses.flows("s>a", "a>e")))
    case = houses.start(engine, who["officer"]).id
    with engine.begin() as uow:
        return case, deadlines.of_instance(uow, who["leader"], case)[0].id


@pytest.mark.parametrize(
    ("code", "ground"), [("D-105", ""), ("D-105", "鉴定"), ("D-111", ""), ("D-111", "领导要求")]
)
def test_a_statutory_clock_is_held_on_a_named_ground_only(engine: Engine, code: str, ground: str) -> None:
    """LOCK without a legal ground is refused, whatever the reason says."""
    who = houses.house(engine)
    _, deadline = clock(engine, who, code)

    with pytest.raises(NoGround), engine.begin() as uow:
        deadlines.pause(uow, who["leader"], deadline, reason="工作需要", ground=ground)


def test_a_named_ground_holds_it(engine: Engine) -> None:
    """An appraisal stops the clock of a mediation, and the ledger says so."""
    who = houses.house(engine)
    _, deadline = clock(engine, who, "D-111")

    with engine.begin() as uow:
        held = deadlines.pause(uow, who["leader"], deadline, reason="委托鉴定书 3 号", ground="鉴定")

    assert held.state == "paused" and held.ledger[-1]["reason"] == "鉴定：委托鉴定书 3 号"


def test_a_second_extension_is_refused_where_the_rule_allows_one(engine: Engine) -> None:
    """D-110 may be extended once."""
    who = houses.house(engine)
    _, deadline = clock(engine, who, "D-110")
    with engine.begin() as uow:
        deadlines.extend(uow, who["leader"], deadline, reason="双方同意")

    with pytest.raises(LedgerInvalid, match="次数已经用完"), engine.begin() as uow:
        deadlines.extend(uow, who["head"], deadline, reason="再延")


def test_of_two_supervisors_one_extends(engine: Engine) -> None:
    """The second one's page is old: the sentence says who extended."""
    who = houses.house(engine)
    case, deadline = clock(engine, who, "D-115")
    with engine.begin() as uow:
        row = uow.instances.get(case)
    assert row is not None
    with engine.begin() as uow:
        deadlines.extend(uow, who["leader"], deadline, reason="批准", revision=row.revision)

    with pytest.raises(ActedMeanwhile, match="leader某已于.*延长了期限"), engine.begin() as uow:
        deadlines.extend(uow, who["head"], deadline, reason="批准", revision=row.revision)
