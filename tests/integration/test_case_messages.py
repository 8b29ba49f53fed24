"""Messages that people enter by hand while a case waits for them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses

from bpmn.errors import Forbidden
from tasks.model import Actor
from workflows.correlation import case_messages, messages
from workflows.engine import Engine
from workflows.errors import InstanceNotFound, NoSuchMessage

MESSAGES = '<message id="m" name="M-DECIDED"/><message id="n" name="M-OTHER"/>'
MODEL = houses.model(
    '<startEvent id="s"/><parallelGateway id="g"/><userTask id="a" jf:roles="R02" jf:at="station"/>'
    '<receiveTask id="first" messageRef="m"/><receiveTask id="second" messageRef="m"/><receiveTask id="other" messageRef="n"/>'
    '<parallelGateway id="j"/><endEvent id="e"/>'
    + houses.flows(
        "s>g", "g>a", "g>first", "g>second", "g>other", "a>j", "first>j", "second>j", "other>j", "j>e"
    ),
    more=MESSAGES,
)
FORM = {
    "type": "default",
    "id": "decided",
    "schemaVersion": 18,
    "components": [{"type": "textfield", "key": "decision", "label": "决定", "validate": {"required": True}}],
}
PACK = """
[[message]]
name = "M-DECIDED"
title = "登记决定"
form = "decided"
roles = ["R02", "R04"]
[[message]]
name = "M-OTHER"
title = "登记其他"
form = "decided"
roles = ["R02"]
at = ["elsewhere"]
"""
FILES = {"pack.toml": PACK.encode(), "forms/decided.json": json.dumps(FORM).encode()}


def waiting(engine: Engine, who: dict[str, Actor]) -> str:
    """Return a case of the officer's that waits for the messages."""
    houses.deploy(engine, MODEL, **FILES)
    return houses.start(engine, who["officer"]).id


def offered(engine: Engine, actor: Actor, case: str) -> list[str]:
    """Return the ids of what is offered."""
    with engine.begin() as uow:
        return [message.id for message in case_messages.offered(uow, actor, case)]


def enter(engine: Engine, actor: Actor, case: str, message: str, **values: object) -> None:
    """Enter a message."""
    with engine.begin() as uow:
        command = case_messages.EnterMessage(
            actor=actor, instance_id=case, message_id=message, submission=values
        )
        case_messages.enter(uow, command)


def test_a_message_is_offered_to_its_roles_at_its_elements(engine: Engine) -> None:
    """
    What waits at another element, or for another role, is not offered.
    """
    who = houses.house(engine)
    case = waiting(engine, who)

    assert offered(engine, who["officer"], case) == ["m-decided-1"]
    assert offered(engine, who["head"], case) == []
    with pytest.raises(InstanceNotFound):
        offered(engine, who["stranger"], case)


def test_a_message_reaches_every_open_wait_of_its_case_and_no_other_case(engine: Engine) -> None:
    """
    Both waits go on; the case beside it waits as before; entering it again is refused in words.
    """
    who = houses.house(engine)
    case = waiting(engine, who)
    beside = houses.start(engine, who["officer"]).id

    enter(engine, who["leader"], case, "m-decided-1", decision="罚款")

    assert offered(engine, who["officer"], case) == []
    assert offered(engine, who["officer"], beside) == ["m-decided-1"]
    with pytest.raises(NoSuchMessage):
        enter(engine, who["officer"], case, "m-decided-1", decision="罚款")


def test_the_form_of_a_message_is_checked_and_becomes_data_of_the_case(engine: Engine) -> None:
    """
    A missing answer is refused and changes nothing; a good one stands in the case.
    """
    from forms.errors import SubmissionInvalid

    who = houses.house(engine)
    case = waiting(engine, who)
    with pytest.raises(SubmissionInvalid):
        enter(engine, who["officer"], case, "m-decided-1", decision="")
    assert offered(engine, who["officer"], case) == ["m-decided-1"]

    enter(engine, who["officer"], case, "m-decided-1", decision="罚款")

    with engine.begin() as uow:
        row = uow.instances.get(case)
    assert row is not None and row.variables["decision"] == "罚款"


def published(engine: Engine, actor: Actor, case: str) -> str:
    """Send the decision as a program would, by name and key; returns what became of it."""
    with engine.begin() as uow:
        key = uow.instances.get(case).business_key
        command = messages.PublishMessage(
            actor=actor, name="M-DECIDED", correlation_key=key, payload={"decision": "处罚"}
        )
        return messages.publish(uow, command).state


def test_a_message_of_certain_roles_is_theirs_by_every_door(engine: Engine) -> None:
    """
    Who knows of the case but holds none of the roles cannot publish it past the form either; who holds one can.
    """
    who = houses.house(engine)
    case = waiting(engine, who)

    with pytest.raises(Forbidden, match="登记决定"):
        published(engine, who["head"], case)

    assert published(engine, who["officer"], case) == "delivered"


def test_a_signal_to_every_case_is_for_supervisors(engine: Engine) -> None:
    """
    A mediator ends no patrols of the district by a signal; a station leader may.
    """
    who = houses.house(engine)

    with engine.begin() as uow, pytest.raises(Forbidden):
        messages.broadcast(uow, who["mediator"], "S-HOLIDAY-OFF", {})
    with engine.begin() as uow:
        assert messages.broadcast(uow, who["leader"], "S-HOLIDAY-OFF", {}) == 0
