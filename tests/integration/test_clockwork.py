"""Timers, jobs and messages: what happens when no person clicks."""

from __future__ import annotations

import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses

from bpmn.model import InstanceState
from tasks.errors import UserTaskClosed
from tasks.model import SYSTEM
from tasks.outcomes import BpmnError, Completed
from workflows import worker
from workflows.clockwork import jobs, timers
from workflows.correlation import delivery, messages
from workflows.correlation.messages import PublishMessage
from workflows.engine import Engine
from workflows.execution import history, incidents, instances
from workflows.work import user_tasks

BOUNDARY = houses.model(
    '<startEvent id="s"/><userTask id="a" jf:roles="R02" jf:at="station"/>'
    '<boundaryEvent id="t" attachedToRef="a"><timerEventDefinition><timeDuration>PT2H</timeDuration></timerEventDefinition></boundaryEvent>'
    '<userTask id="late" jf:roles="R04" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>e", "t>late", "late>e")
)
SERVICE = houses.model(
    '<startEvent id="s"/><serviceTask id="j" jf:operation="no-such-operation"/>'
    '<boundaryEvent id="t" attachedToRef="j"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>'
    '<boundaryEvent id="x" attachedToRef="j"><errorEventDefinition errorRef="err"/></boundaryEvent>'
    '<userTask id="late"/><userTask id="manual"/><endEvent id="e"/>'
    + houses.flows("s>j", "j>e", "t>late", "x>manual", "late>e", "manual>e"),
    more='<error id="err" errorCode="E-ADAPTER" name="E-ADAPTER"/>',
)
WAITS = houses.model(
    '<startEvent id="s"/><receiveTask id="r" messageRef="m"/><endEvent id="e"/>' + houses.flows("s>r", "r>e"),
    more='<message id="m" name="M-PERFORMED"/>',
)
SIGNAL = houses.model(
    '<startEvent id="s"/><intermediateCatchEvent id="c"><signalEventDefinition signalRef="v"/></intermediateCatchEvent><endEvent id="e"/>'
    + houses.flows("s>c", "c>e"),
    more='<signal id="v" name="S-VIOLENCE"/>',
)


def test_a_timer_cancels_the_task_while_somebody_fills_it_in(engine: Engine) -> None:
    """
    A submit on a task that its boundary timer has just cancelled is told so; the timer's path goes on.
    """
    who = houses.house(engine)
    houses.deploy(engine, BOUNDARY)
    case = houses.start(engine, who["officer"])
    task_id = houses.task_ids(engine, case.id)["a"]
    houses.move(engine, hours=3)
    assert timers.fire_due_timers(engine) == 1

    with pytest.raises(UserTaskClosed), engine.begin() as uow:
        user_tasks.complete(uow, user_tasks.CompleteUserTask(user_task_id=task_id, actor=who["officer"]))

    assert list(houses.task_ids(engine, case.id)) == ["late"]


def test_a_timer_that_is_not_due_does_not_fire(engine: Engine) -> None:
    """
    An hour before its instant a timer stays where it is.
    """
    who = houses.house(engine)
    houses.deploy(engine, BOUNDARY)
    case = houses.start(engine, who["officer"])
    houses.move(engine, hours=1)

    assert timers.fire_due_timers(engine) == 0
    assert list(houses.task_ids(engine, case.id)) == ["a"]


def test_two_workers_fire_each_timer_once(engine: Engine) -> None:
    """
    Two drains at the same time share the timers; none fires twice.
    """
    who = houses.house(engine)
    houses.deploy(engine, BOUNDARY)
    for _ in range(12):
        houses.start(engine, who["officer"])
    houses.move(engine, hours=3)
    fired: list[int] = []
    workers = [
        threading.Thread(target=lambda: fired.append(timers.fire_due_timers(engine))) for _ in range(2)
    ]

    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()

    assert sum(fired) + timers.fire_due_timers(engine) == 12


def test_a_suspended_case_holds_its_timers(engine: Engine) -> None:
    """
    While a case is suspended its timers wait; they fire when it goes on.
    """
    who = houses.house(engine)
    houses.deploy(engine, BOUNDARY)
    case = houses.start(engine, who["officer"])
    with engine.begin() as uow:
        instances.suspend(uow, who["leader"], case.id, reason="核查")
    houses.move(engine, hours=3)
    assert timers.fire_due_timers(engine) == 0

    with engine.begin() as uow:
        instances.resume(uow, who["leader"], case.id)

    assert timers.fire_due_timers(engine) == 1


def test_a_late_job_result_changes_nothing_but_the_history(engine: Engine) -> None:
    """
    A handler that finishes after its boundary timer fired is recorded as ignored.
    """
    who = houses.house(engine)
    houses.deploy(engine, SERVICE)
    case = houses.start(engine, who["officer"])
    ((job, lease),) = jobs.lease(engine)
    houses.move(engine, hours=2)
    timers.fire_due_timers(engine)

    outcome = jobs.record_result(engine, job.id, Completed({"ok": True}), lease=lease)

    with engine.begin() as uow:
        kinds = [event.kind for event in history.of_instance(uow, SYSTEM, case.id, all_kinds=True)]
    assert (outcome, kinds[-1]) == ("ignored", "job-result-ignored")


def test_a_handler_error_follows_its_boundary_event(engine: Engine) -> None:
    """
    A business error of a handler takes the arrow that the diagram draws for it.
    """
    who = houses.house(engine)
    houses.deploy(engine, SERVICE)
    case = houses.start(engine, who["officer"])
    ((job, lease),) = jobs.lease(engine)

    assert jobs.record_result(engine, job.id, BpmnError("E-ADAPTER"), lease=lease) == "thrown"
    assert list(houses.task_ids(engine, case.id)) == ["manual"]


def test_retries_exhausted_become_an_incident_that_can_be_resolved(engine: Engine) -> None:
    """
    An operation that nobody handles fails five times, then waits for the operator, who may try it again.
    """
    who = houses.house(engine)
    houses.deploy(
        engine,
        houses.model(
            '<startEvent id="s"/><serviceTask id="j" jf:operation="no-such"/><endEvent id="e"/>'
            + houses.flows("s>j", "j>e")
        ),
    )
    houses.start(engine, who["officer"])
    for _ in range(5):
        jobs.run_due(engine)
        houses.move(engine, hours=2)

    with engine.begin() as uow:
        (incident,) = incidents.search(uow, who["admin"]).items
        incidents.resolve(uow, who["admin"], incident.id)

    assert (incident.code, incident.title) == ("handler-failed", "")
    assert jobs.run_due(engine) == 1


def test_a_lease_that_ran_out_goes_to_another_worker(engine: Engine) -> None:
    """
    The second worker's result counts, the first one's is ignored.
    """
    who = houses.house(engine)
    houses.deploy(engine, SERVICE)
    case = houses.start(engine, who["officer"])
    ((job, first),) = jobs.lease(engine)
    assert jobs.lease(engine) == ()
    houses.move(engine, minutes=5)
    ((_, second),) = jobs.lease(engine)

    assert jobs.record_result(engine, job.id, Completed(), lease=first) == "ignored"
    assert jobs.record_result(engine, job.id, Completed(), lease=second) == "done"
    with engine.begin() as uow:
        assert instances.get(uow, SYSTEM, case.id).status is InstanceState.COMPLETED


def test_a_message_finds_the_instance_by_its_key(engine: Engine) -> None:
    """
    Of two waiting cases only the one with the key goes on; a repeated delivery is harmless.
    """
    who = houses.house(engine)
    houses.deploy(engine, WAITS)
    first = houses.start(engine, who["officer"], business_key="JJD-1")
    second = houses.start(engine, who["officer"], business_key="JJD-2")
    command = PublishMessage(actor=SYSTEM, name="M-PERFORMED", correlation_key="JJD-2", message_id="x1")

    with engine.begin() as uow:
        done = messages.publish(uow, command)
    with engine.begin() as uow:
        again = messages.publish(uow, command)

    assert (done.state, done.instance_id, again.state) == ("delivered", second.id, "duplicate")
    with engine.begin() as uow:
        assert instances.get(uow, SYSTEM, first.id).status is InstanceState.ACTIVE


def test_a_message_within_its_time_to_live_waits_for_its_case(engine: Engine) -> None:
    """
    A message that comes before the case waits is delivered when it does.
    """
    who = houses.house(engine)
    houses.deploy(engine, WAITS)
    command = PublishMessage(
        actor=SYSTEM, name="M-PERFORMED", correlation_key="JJD-9", time_to_live=timedelta(hours=1)
    )
    with engine.begin() as uow:
        assert messages.publish(uow, command).state == "waiting"

    case = houses.start(engine, who["officer"], business_key="JJD-9")
    delivery.deliver_pending(engine)

    with engine.begin() as uow:
        assert instances.get(uow, SYSTEM, case.id).status is InstanceState.COMPLETED


def test_violence_reaches_cases_that_share_a_party_and_no_other(engine: Engine) -> None:
    """
    S-VIOLENCE interrupts every running case of the same person, whatever it is about.
    """
    who = houses.house(engine)
    houses.deploy(engine, SIGNAL)
    person, other = (
        {"name": "甲某", "idNo": "990000198001019017"},
        {"name": "乙某", "idNo": "990000198506159023"},
    )
    first = houses.start(engine, who["officer"], parties=[person, other])
    second = houses.start(engine, who["officer"], parties=[person])
    third = houses.start(engine, who["officer"], parties=[other | {"idNo": "990000196311209036"}])

    with engine.begin() as uow:
        reached = messages.broadcast(
            uow, who["officer"], "S-VIOLENCE", {"note": "动手"}, instance_id=first.id
        )
    worker.drain(engine)

    with engine.begin() as uow:
        states = [instances.get(uow, SYSTEM, case.id).status for case in (first, second, third)]
    assert (reached, states) == (2, [InstanceState.COMPLETED, InstanceState.COMPLETED, InstanceState.ACTIVE])
