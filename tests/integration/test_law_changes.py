"""What follows a change of the law pack: waiting tasks close, every process learns of it, faults do not stop the rest."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses

from tasks.model import Actor
from tasks.studio_rules import SecondPersonNeeded
from workflows import worker
from workflows.engine import Engine
from workflows.studio import law, law_decisions, law_force

pytestmark = pytest.mark.postgres
FORM = Path("bpmn/library/dispute-referral/forms/parameter-entry.json")
WAITING = houses.model(
    '<startEvent id="s"/><userTask id="enter" name="补录赔偿参数" jf:form="parameter-entry" jf:roles="R18"/>'
    '<userTask id="next" name="确认测算单" jf:roles="R02" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>enter", "enter>next", "next>e")
)
FIGURES = {
    "kind": "compensation",
    "name": "江苏2025",
    "region": "江苏",
    "year": 2025,
    "values": {"I": "65000"},
}


def propose(engine: Engine, actor: Actor, **more: Any) -> str:
    """Propose the figures of 2025; returns the change's id."""
    with engine.begin() as uow:
        command = law.Propose(
            actor=actor, section="set", code="JS-2025", fields=FIGURES, reason="统计公报", **more
        )
        return law.propose(uow, command).row.id


def approve(engine: Engine, actor: Actor, change: str) -> None:
    """Approve a change."""
    with engine.begin() as uow:
        law_decisions.approve(uow, actor, change)


def test_figures_in_force_close_the_task_that_waits_for_them(engine: Engine) -> None:
    """The case goes on by itself; the policy editor need not open it."""
    who = houses.house(engine)
    houses.deploy(engine, WAITING, **{"forms/parameter-entry.json": FORM.read_bytes()})
    case = houses.start(engine, who["officer"]).id

    approve(engine, who["approver"], propose(engine, who["editor"]))
    worker.drain_once(engine)

    assert list(houses.task_ids(engine, case)) == ["next"]


def test_the_author_never_approves(engine: Engine) -> None:
    """Not even holding an approver's role."""
    who = houses.house(engine)
    change = propose(engine, who["editor"])
    author = Actor(person_id="editor", name="甲", roles=frozenset({("R18", "bureau"), ("R13", "bureau")}))

    with pytest.raises(SecondPersonNeeded):
        approve(engine, author, change)


def test_a_second_proposal_waits_for_the_first(engine: Engine) -> None:
    """Two people cannot change one entry past each other."""
    who = houses.house(engine)
    propose(engine, who["editor"])

    with pytest.raises(law.ChangeWaits):
        propose(engine, who["other-editor"])


def test_other_processes_learn_of_a_change(engine: Engine) -> None:
    """A second engine on the same database counts by the new figures."""
    who = houses.house(engine)
    other = Engine.from_settings(engine.settings)
    approve(engine, who["approver"], propose(engine, who["editor"]))
    other.installation.look_again()

    with other.begin() as uow:
        known = "JS-2025" in uow.installation.law.parameter_sets
    other.close()

    assert known


def test_a_form_that_refuses_the_figures_stops_nothing(engine: Engine) -> None:
    """The task stays for a person; the change is in force and done with."""
    who = houses.house(engine)
    strict = json.loads(FORM.read_text())
    strict["components"].append(
        {"type": "textfield", "id": "more", "key": "more", "label": "更多", "validate": {"required": True}}
    )
    houses.deploy(engine, WAITING, **{"forms/parameter-entry.json": json.dumps(strict).encode()})
    case = houses.start(engine, who["officer"]).id

    approve(engine, who["approver"], propose(engine, who["editor"]))
    done = law_force.enforce_due(engine), law_force.enforce_due(engine)

    assert (done, list(houses.task_ids(engine, case))) == ((1, 0), ["enter"])
