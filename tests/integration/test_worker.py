"""The draining loop: woken by work, stopped by a signal, alive without a database."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import houses

from bpmn.model import InstanceState
from tasks.model import SYSTEM
from workflows import instances, worker
from workflows.engine import Engine

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
