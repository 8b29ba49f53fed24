"""The draining loop: woken by work, stopped by a signal, alive without a database."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import houses
import pytest

from bpmn.model import InstanceState
from tasks.model import SYSTEM
from workflows import worker
from workflows.clockwork import timers
from workflows.demonstration import clocks
from workflows.engine import Engine
from workflows.execution import incidents, instances
from workflows.inbox import notices, sending

NOTICE = houses.model(
    '<startEvent id="s"/><serviceTask id="j" jf:operation="send-notice"/><endEvent id="e"/>'
    + houses.flows("s>j", "j>e")
)


def test_a_worker_is_woken_by_work_and_stops_when_asked(engine: Engine) -> None:
    """
    A case that starts while the worker sleeps is worked on at once.
    """
    who = houses.house(engine)
    houses.deploy(engine, NOTICE)
    stop, idle, worked = threading.Event(), threading.Event(), threading.Event()

    def on_round(done: worker.Drained) -> None:
        (worked if done.jobs else idle).set()

    thread = threading.Thread(target=worker.run, args=(engine, stop), kwargs={"on_round": on_round})
    thread.start()
    assert idle.wait(20)

    case = houses.start(engine, who["officer"])

    assert worked.wait(20)
    stop.set()
    thread.join(20)
    with engine.begin() as uow:
        assert instances.get(uow, SYSTEM, case.id).status is InstanceState.COMPLETED


BY_TIMER = (
    '<startEvent id="s"><timerEventDefinition><timeCycle>R/2026-01-05T09:00:00+08:00/P7D</timeCycle>'
    '</timerEventDefinition></startEvent><userTask id="u" jf:roles="R02" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>u", "u>e")
)


def test_one_broken_timer_start_keeps_no_other_from_starting(engine: Engine) -> None:
    """
    A start event whose row names an element that its model lost is noted; the other process begins.
    """
    houses.house(engine)
    for key in ("broken", "sound"):
        houses.deploy(engine, houses.model(BY_TIMER, key=key))
    with engine.begin() as uow:
        uow._connection.exec_driver_sql(
            "UPDATE definition_start SET element_id = 'lost', due_at = now() - interval '2 hours' "
            "WHERE definition_id LIKE 'broken:%%'"
        )
        uow._connection.exec_driver_sql(
            "UPDATE definition_start SET due_at = now() - interval '1 hour' WHERE definition_id LIKE 'sound:%%'"
        )

    fired = timers.fire_due_starts(engine)

    with engine.begin() as uow:
        begun = uow._connection.exec_driver_sql("SELECT process_key FROM process_instance").scalars().all()
    assert (fired, begun) == (1, ["sound"])


def test_a_stage_that_fails_keeps_the_others_from_nothing(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    While one kind of work raises in every round, a service task behind it is done all the same.
    """
    who = houses.house(engine)
    houses.deploy(engine, NOTICE)
    monkeypatch.setattr(worker, "STAGES", {"timers": _broken, **worker.STAGES} | {"timers": _broken})
    case = houses.start(engine, who["officer"])
    stop = threading.Event()

    worker.run(engine, stop, on_round=lambda done: stop.set() if done.jobs else None)

    with engine.begin() as uow:
        assert instances.get(uow, SYSTEM, case.id).status is InstanceState.COMPLETED


def _broken(_engine: Engine) -> int:
    raise RuntimeError("a bug in one stage")


def test_a_channel_that_is_away_for_hours_gets_its_notices_once_it_is_back(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A refused delivery is tried again after a minute, five, thirty and so on, and is then sent once.
    """
    who = houses.house(engine)
    settings = replace(engine.settings, notice_channels=("json://gateway.example",))
    for holder in (engine, engine.installation):
        monkeypatch.setattr(holder, "settings", settings)
    with engine.begin() as uow:
        notices.notify(uow, (who["officer"].person_id,), kind="task", subject="新任务")
    answers = iter((False, False, True))
    tried: list[int] = []

    for minutes in (1, 0.5, 1, 3, 5, 60):
        with engine.begin() as uow:
            clocks.move(uow, SYSTEM, timedelta(minutes=minutes))
        tried.append(sending.send_due(engine, sender=lambda _address, **_text: next(answers)))

    assert tried == [1, 0, 1, 0, 1, 0]


def test_a_job_that_nobody_handles_is_an_incident_at_once(engine: Engine) -> None:
    """
    Trying again cannot help where no handler exists: the operator hears of it in the same round.
    """
    who = houses.house(engine)
    houses.deploy(
        engine,
        houses.model(
            '<startEvent id="s"/><serviceTask id="j" name="付款" jf:operation="payment"/><endEvent id="e"/>'
            + houses.flows("s>j", "j>e")
        ),
    )
    houses.start(engine, who["officer"])

    worker.drain(engine)

    with engine.begin() as uow:
        (found,) = incidents.search(uow, who["admin"]).items
    assert (found.element_id, "payment" in found.message) == ("j", True)


def test_a_channel_that_hangs_keeps_no_timer_waiting(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    While a web hook holds the line, a case that begins is worked on by the same worker.
    """
    who = houses.house(engine)
    houses.deploy(engine, NOTICE)
    stop, held = threading.Event(), threading.Event()

    def hang(_engine: Engine, **_named: object) -> int:
        held.set()
        stop.wait(60)
        return 0

    monkeypatch.setattr(sending, "send_due", hang)
    done = threading.Event()
    watch = {"on_round": lambda found: done.set() if found.jobs else None}
    thread = threading.Thread(target=worker.run, args=(engine, stop), kwargs=watch)
    thread.start()
    assert held.wait(20)

    houses.start(engine, who["officer"])

    assert done.wait(20)
    stop.set()
    thread.join(20)
