"""Away means handed over, back means handed back; nobody who must stand aside gets anything on the way."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses

from bpmn.errors import Forbidden
from workflows.engine import Engine
from workflows.errors import AbsenceNotFound
from workflows.work import absence_sheet, absences, user_tasks

ONE = houses.model(
    '<startEvent id="s"/><userTask id="a" name="走访" jf:roles="R02" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>e")
)


@pytest.fixture
def work(engine: Engine) -> tuple[Engine, dict[str, Any], list[str]]:
    """Return an installation whose officer has three cases in hand; the colleague has to stand aside in the last."""
    who = houses.house(engine)
    houses.deploy(engine, ONE)
    cases = [houses.start(engine, who["officer"]).id for _ in range(3)]
    for case in cases:
        task = houses.task_ids(engine, case)["a"]
        with engine.begin() as uow:
            user_tasks.claim(uow, who["officer"], task)
    with engine.begin() as uow:
        user_tasks.comment(uow, who["officer"], cases[0], "答应周五前回访")
        uow.instances.add_participant(cases[2], "colleague", "conflict", uow.now)
    return engine, who, cases


def leave(engine: Engine, actor: Any, *, days: int = 3, **given: Any) -> str:
    """Announce an absence from now on and let the drain move what it moves."""
    with engine.begin() as uow:
        found = absences.announce(
            uow, actor, begins_at=uow.now, ends_at=uow.now + timedelta(days=days), **given
        )
    absences.turn_due(engine)
    return found


def holders(engine: Engine, cases: list[str]) -> list[str | None]:
    """Return who has the task of each case."""
    with engine.begin() as uow:
        return [uow.user_tasks.of_instance(case)[0].assignee_id for case in cases]


def test_nothing_stays_on_whoever_is_away_and_all_of_it_returns(work: Any) -> None:
    """Two tasks to the substitute, the one of the conflict to the pool; after three days all three are back."""
    engine, who, cases = work

    leave(engine, who["officer"], substitute="colleague")
    away = holders(engine, cases)
    houses.move(engine, days=4)
    absences.turn_due(engine)

    assert away == ["colleague", "colleague", None]
    assert holders(engine, cases) == ["officer"] * 3
    with engine.begin() as uow:
        assert uow.absences.open(uow.now)[0]["person_id"] == "officer"
    absences.turn_due(engine)
    with engine.begin() as uow:
        assert uow.absences.open(uow.now) == ()


def test_the_sheet_says_what_is_open_promised_and_due(work: Any) -> None:
    """The substitute reads the two cases that came and the promise; the third is not on their sheet."""
    engine, who, cases = work
    absence = leave(engine, who["officer"], substitute="colleague")

    with engine.begin() as uow:
        theirs = absence_sheet.sheet(uow, who["colleague"], absence)
        own = absence_sheet.sheet(uow, who["officer"], absence)

    assert {line.instance_id for line in theirs.lines} == set(cases[:2])
    assert [line.promises for line in theirs.lines if line.promises] == [("答应周五前回访",)]
    assert {line.why for line in own.lines} == {"substitute", "conflict"}
    with pytest.raises(AbsenceNotFound), engine.begin() as uow:
        absence_sheet.sheet(uow, who["stranger"], absence)


def test_both_are_in_the_audit(work: Any) -> None:
    """Handed over by the one, completed by the other for the one."""
    engine, who, cases = work
    leave(engine, who["officer"], substitute="colleague")

    houses.complete(engine, who["colleague"], cases[0], "a")

    with engine.begin() as uow:
        events = uow.audit.page({"instance_id": cases[0]}, cursor=None, newest=False, limit=50)
    out = next(e for e in events if e["action"] == "absence-out")
    done = next(e for e in events if e["action"] == "complete")
    assert (out["person_id"], out["detail"]["to"]) == ("officer", "colleague")
    assert (done["person_id"], done["detail"]["acting_for"]) == ("colleague", "officer")


def test_a_substitute_who_is_away_too_or_of_another_unit_gets_nothing(work: Any) -> None:
    """Everything goes to the pool then: better there than on nobody's desk."""
    engine, who, cases = work
    leave(engine, who["colleague"])
    leave(engine, who["officer"], substitute="colleague")

    assert holders(engine, cases) == [None, None, None]


def test_a_leader_announces_for_their_staff_and_for_nobody_else_s(work: Any) -> None:
    """Whoever fell ill cannot do it; the head of another office may not."""
    engine, who, cases = work

    with pytest.raises(Forbidden):
        leave(engine, who["head"], person="officer")
    leave(engine, who["leader"], person="officer", substitute="colleague")

    assert holders(engine, cases)[:2] == ["colleague", "colleague"]


def test_an_absence_neither_overlaps_nor_runs_backwards(work: Any) -> None:
    """Two at once, an end before the beginning, oneself as substitute: refused in words."""
    engine, who, _ = work
    leave(engine, who["officer"])

    with pytest.raises(absences.AbsenceOverlaps):
        leave(engine, who["officer"])
    for wrong in ({"days": -1}, {"substitute": "leader"}):
        with pytest.raises(absences.AbsenceInvalid):
            leave(engine, who["leader"], **wrong)
