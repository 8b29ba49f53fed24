"""Deadlines of running cases: ledger, pause, explanation, timers that follow, rungs that fire once."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import houses

from tasks.model import SYSTEM, Actor
from workflows.clockwork import timers
from workflows.engine import Engine
from workflows.execution import history
from workflows.inbox import notices
from workflows.model import DeadlineView
from workflows.timing import deadlines
from workflows.work import user_tasks

CLOCK = houses.model(
    '<startEvent id="s"/><userTask id="a" name="调解" jf:roles="R07" jf:at="room" jf:deadline="D-110"/>'
    '<boundaryEvent id="t" attachedToRef="a"><timerEventDefinition><timeDate>=deadline("D-110")</timeDate></timerEventDefinition></boundaryEvent>'
    '<endEvent id="e"/><endEvent id="late"/>' + houses.flows("s>a", "a>e", "t>late")
)
PAUSED = houses.model(
    '<startEvent id="s"/><parallelGateway id="g"/><userTask id="a" jf:roles="R07" jf:at="room" jf:deadline="D-110"/>'
    '<userTask id="b" name="鉴定" jf:roles="R02" jf:at="station" jf:pauses="D-110"/><endEvent id="e"/><endEvent id="f"/>'
    + houses.flows("s>g", "g>a", "g>b", "a>e", "b>f")
)


def only_deadline(engine: Engine, actor: Actor, instance_id: str) -> DeadlineView:
    """Return the one deadline of a case."""
    with engine.begin() as uow:
        (found,) = deadlines.of_instance(uow, actor, instance_id)
    return found


def test_a_task_is_due_when_its_deadline_is_and_the_deadline_explains_itself(engine: Engine) -> None:
    """
    The work list, the case and the ledger show the same instant, with its counting in words.
    """
    who = houses.house(engine)
    houses.deploy(engine, CLOCK)
    case = houses.start(engine, who["officer"])

    found = only_deadline(engine, who["head"], case.id)
    with engine.begin() as uow:
        (task,) = user_tasks.my_tasks(uow, who["mediator"]).items

    assert (found.code, found.state, found.due_at) == ("D-110", "running", task.due_at)
    assert found.explanation and [event["kind"] for event in found.ledger] == ["start"]


def test_an_extension_moves_the_timer_that_follows_the_deadline(engine: Engine) -> None:
    """
    After an extension the boundary timer fires at the new instant, not at the old one.
    """
    who = houses.house(engine)
    houses.deploy(engine, CLOCK)
    case = houses.start(engine, who["officer"])
    before = only_deadline(engine, who["head"], case.id)
    with engine.begin() as uow:
        after = deadlines.extend(uow, who["head"], before.id, reason="各方同意")

    houses.move(engine, days=40)

    assert after.due_at > before.due_at
    assert timers.fire_due_timers(engine) == 0
    houses.move(engine, days=40)
    assert timers.fire_due_timers(engine) == 1


def test_a_pause_lasts_as_long_as_the_activity_that_pauses(engine: Engine) -> None:
    """
    The deadline stands still during an appraisal and ends later by that span.
    """
    who = houses.house(engine)
    houses.deploy(engine, PAUSED)
    case = houses.start(engine, who["officer"])
    assert only_deadline(engine, who["head"], case.id).state == "paused"
    houses.move(engine, days=10)

    houses.complete(engine, who["officer"], case.id, "b")

    found = only_deadline(engine, who["head"], case.id)
    assert found.state == "running"
    assert [event["kind"] for event in found.ledger] == ["start", "pause", "resume"]
    assert (found.due_at - found.started_at).days >= 39


def test_missed_rungs_of_an_outage_tell_everybody_once(engine: Engine) -> None:
    """
    Two months without a worker: one notice a person, one line of history, nothing twice.
    """
    who = houses.house(engine)
    houses.deploy(engine, CLOCK)
    case = houses.start(engine, who["officer"])
    with engine.begin() as uow:
        user_tasks.claim(uow, who["mediator"], houses.task_ids(engine, case.id)["a"])
    houses.move(engine, days=60)

    fired = timers.fire_due_rungs(engine)
    again = timers.fire_due_rungs(engine)

    with engine.begin() as uow:
        inbox = notices.inbox(uow, who["mediator"]).items
        told = [event for event in history.of_instance(uow, SYSTEM, case.id) if event.kind == "rung"]
    assert (fired, again, len(told)) == (1, 0, 1)
    assert [notice.kind for notice in inbox] == ["overdue"]


SHARED = houses.model(
    '<startEvent id="s"/><parallelGateway id="g"/><userTask id="a" jf:roles="R07" jf:at="room" jf:deadline="D-111"/>'
    '<boundaryEvent id="half" attachedToRef="a" cancelActivity="false"><timerEventDefinition><timeDate>=deadline share(term, 50)</timeDate></timerEventDefinition></boundaryEvent>'
    '<boundaryEvent id="late" attachedToRef="a"><timerEventDefinition><timeDate>=deadline("D-111")</timeDate></timerEventDefinition></boundaryEvent>'
    '<userTask id="b" jf:roles="R02" jf:at="station" jf:pauses="D-111"/>'
    '<userTask id="c" jf:roles="R07" jf:at="room" jf:extends="D-110 D-111" jf:extendsWhen="=agreed" jf:extendsBy="=days"/>'
    '<endEvent id="e"/><endEvent id="f"/><endEvent id="h"/><endEvent id="l"/><endEvent id="x"/>'
    + houses.flows("s>g", "g>a", "g>b", "g>c", "a>e", "b>f", "c>x", "half>h", "late>l")
)


def test_a_paused_deadline_fires_no_timer_and_its_timers_move_when_it_goes_on(engine: Engine) -> None:
    """
    Forty days of appraisal: neither the half-time reminder nor the end comes; both come by the ledger afterwards.
    """
    who = houses.house(engine)
    houses.deploy(engine, SHARED)
    case = houses.start(engine, who["officer"], term="D-111")
    houses.move(engine, days=40)
    assert timers.fire_due_timers(engine) == 0

    houses.complete(engine, who["officer"], case.id, "b")

    houses.move(engine, days=14)
    assert timers.fire_due_timers(engine) == 0
    houses.move(engine, days=2)
    assert timers.fire_due_timers(engine) == 1
    houses.move(engine, days=20)
    assert timers.fire_due_timers(engine) == 1


def test_an_extension_is_as_long_as_the_form_says(engine: Engine) -> None:
    """
    Twelve days agreed are twelve days in the ledger of the deadline that runs, and in its half.
    """
    who = houses.house(engine)
    houses.deploy(engine, SHARED)
    case = houses.start(engine, who["officer"], term="D-111")
    houses.complete(engine, who["officer"], case.id, "b")
    before = only_deadline(engine, who["head"], case.id)

    houses.complete(engine, who["mediator"], case.id, "c", agreed=True, days=12)

    after = only_deadline(engine, who["head"], case.id)
    assert after.unrolled is not None and before.unrolled is not None
    assert (after.unrolled - before.unrolled).days == 12
    assert [event["amount"] for event in after.ledger if event["kind"] == "extend"] == [12]


def test_a_refused_extension_changes_nothing(engine: Engine) -> None:
    """
    Not agreed: the ledger has its start and nothing else.
    """
    who = houses.house(engine)
    houses.deploy(engine, SHARED)
    case = houses.start(engine, who["officer"], term="D-111")
    houses.complete(engine, who["officer"], case.id, "b")

    houses.complete(engine, who["mediator"], case.id, "c", agreed=False)

    assert "extend" not in [e["kind"] for e in only_deadline(engine, who["head"], case.id).ledger]
