"""The draining loop: woken by work, stopped by a signal, alive without a database."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import houses

from bpmn.model import InstanceState
from tasks.model import SYSTEM
from workflows import worker
from workflows.clockwork import timers
from workflows.engine import Engine
from workflows.execution import instances

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
