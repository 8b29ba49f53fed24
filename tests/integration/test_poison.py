"""One damaged case, message or notice: it is set aside or said, and keeps nothing else from its work."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import houses
import pytest

from bpmn.model import InstanceState
from tasks.model import SYSTEM
from workflows import worker
from workflows.correlation import messages
from workflows.engine import Engine
from workflows.execution import instances
from workflows.store.sealing import Keyring

JOB = '<startEvent id="s"/><serviceTask id="j" jf:operation="send-notice"/><endEvent id="e"/>' + houses.flows(
    "s>j", "j>e"
)
TIMER = (
    '<startEvent id="s"/><intermediateCatchEvent id="w"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
    '</timerEventDefinition></intermediateCatchEvent><endEvent id="e"/>' + houses.flows("s>w", "w>e")
)
SIGNAL = (
    '<startEvent id="s"/><intermediateCatchEvent id="w"><signalEventDefinition signalRef="S"/>'
    '</intermediateCatchEvent><endEvent id="e"/>' + houses.flows("s>w", "w>e")
)
#: What may become of a row on a bad disk: the sealed bytes changed, or something else stands there.
DAMAGES = {
    "changed": "set_byte(state, length(state) - 1, get_byte(state, length(state) - 1) # 1)",
    "replaced": r"'\x7b7d'::bytea",
}
KINDS = {"job": JOB, "timer": TIMER, "signal": SIGNAL}


def damage(engine: Engine, case: str, column: str, value: str) -> None:
    """Write something else into a column of a case's row."""
    with engine.begin() as uow:
        uow._connection.exec_driver_sql(f"UPDATE process_instance SET {column} = {value} WHERE id = '{case}'")


def state_of(engine: Engine, case: str) -> InstanceState:
    """Return the state of a case."""
    with engine.begin() as uow:
        return instances.get(uow, SYSTEM, case).status


def rounds(engine: Engine) -> None:
    """Let a worker do a few rounds, as its loop does."""
    for _ in range(3):
        worker.round_once(engine)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", DAMAGES)
def test_a_damaged_case_keeps_no_other_waiting(engine: Engine, kind: str, how: str) -> None:
    """
    A case whose state cannot be read stands before a sound one: the sound one goes on, whatever they wait for.
    """
    who = houses.house(engine)
    houses.deploy(engine, houses.model(KINDS[kind], more='<signal id="S" name="ring"/>'))
    ill, sound = (houses.start(engine, who["officer"]).id for _ in range(2))
    damage(engine, ill, "state", DAMAGES[how])
    if kind == "signal":
        with engine.begin() as uow:
            messages.broadcast(uow, SYSTEM, "ring", {})
    houses.move(engine, hours=2)

    rounds(engine)

    assert state_of(engine, sound) is InstanceState.COMPLETED
    with engine.begin() as uow:
        status, incidents = uow._connection.exec_driver_sql(
            f"SELECT status, (SELECT count(*) FROM incident WHERE instance_id = p.id) FROM process_instance p WHERE id = '{ill}'"
        ).one()
    assert (status, incidents) == ("active", 0 if kind == "signal" else 1)


def test_damaged_job_parameters_become_an_incident_and_keep_no_job_waiting(engine: Engine) -> None:
    """
    The parameters of the first job cannot be decrypted: it is set aside with a sentence, the second is done.
    """
    who = houses.house(engine)
    houses.deploy(engine, houses.model(JOB))
    ill, sound = (houses.start(engine, who["officer"]).id for _ in range(2))
    with engine.begin() as uow:
        uow._connection.exec_driver_sql(
            f"UPDATE job SET parameters = to_jsonb(overlay(parameters #>> '{{}}' placing 'AAAA' from 60)) "
            f"WHERE instance_id = '{ill}'"
        )

    rounds(engine)

    with engine.begin() as uow:
        found = uow.incidents.open_of([ill, sound])
    assert [(one["instance_id"], one["code"]) for one in found] == [(ill, "content-changed")]
    assert "备份" in found[0]["message"]
    assert state_of(engine, sound) is InstanceState.COMPLETED


def test_a_worker_without_a_new_key_leaves_the_work_to_one_that_has_it(engine: Engine) -> None:
    """
    A worker that was not restarted after a rotation makes no incident of what it cannot read; another one fires it.
    """
    who = houses.house(engine)
    houses.deploy(engine, houses.model(TIMER))
    old = (engine.settings.data / "keys" / "data.keys").read_text().strip()
    rotated = Engine.from_settings(replace(engine.settings, keys=f"{Keyring.fresh()} {old}"))
    case = houses.start(rotated, who["officer"]).id
    houses.move(engine, hours=2)

    rounds(engine)
    rounds(rotated)

    rotated.close()
    with engine.begin() as uow:
        status = uow._connection.exec_driver_sql("SELECT status FROM process_instance").scalar_one()
        assert (status, uow.incidents.open_of([case])) == ("completed", ())
