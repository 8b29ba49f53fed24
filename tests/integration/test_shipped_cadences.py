"""The shipped hand-over and cadence packs on the store: deployed with what they share, run by the workers."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses

from bpmn.deadlines.calendar import ZONE
from bpmn.errors import DeploymentInvalid
from tasks.errors import FourEyesViolated
from tasks.model import SYSTEM, Unit, UnitKind
from workflows import deployments, values
from workflows.clockwork import jobs, timers
from workflows.correlation import messages
from workflows.engine import Engine
from workflows.identity import people
from workflows.processes import pack_files
from workflows.scenarios import pack as scenario_pack

CORRECTIONS = "M-HANDOVER-CORRECTIONS"
PERSON = {"category": "社区矫正对象", "fullName": "辛某", "idNo": "990000198811129082", "sex": "女", "liveAddr": "城东街道梅园社区",
          "effectiveOn": "2026-09-23", "termEnd": "2027-09-22"}  # fmt: skip
PAPERS = [{"name": "判决书", "kind": "原件", "count": 1, "missing": False}]


def ship(engine: Engine, *names: str) -> None:
    """Deploy packs of the library by name, in order."""
    for name in names:
        files = pack_files.files_of_folder(str(scenario_pack.LIBRARY / name))
        with engine.begin() as uow:
            command = deployments.Deploy(actor=SYSTEM, name=name, files=files, trusted=True)
            deployments.deploy(uow, command)


def hand_over(engine: Engine, no: str) -> str:
    """Send a list and return the case, its jobs done."""
    payload = {"handover": {"no": no}, "person": PERSON, "papers": PAPERS}
    with engine.begin() as uow:
        sent = messages.PublishMessage(actor=SYSTEM, name=CORRECTIONS, correlation_key=no, payload=payload)
        instance_id = messages.publish(uow, sent).instance_id
    drain(engine)
    return instance_id


def drain(engine: Engine) -> None:
    """Do every job."""
    while jobs.run_due(engine):
        pass


def test_a_pack_whose_shared_part_is_missing_is_refused(engine: Engine) -> None:
    """The refusal names the pack that has to come first."""
    with pytest.raises(DeploymentInvalid) as refusal:
        ship(engine, "handover-corrections")

    assert any("handover" in one.message for one in refusal.value.findings)


def test_the_second_list_of_one_person_is_held_up(engine: Engine) -> None:
    """While the first hand-over runs, the second one waits for a decision about the register."""
    houses.house(engine)
    ship(engine, "grading", "handover", "handover-corrections")

    first, second = hand_over(engine, "JJ-1"), hand_over(engine, "JJ-2")

    assert list(houses.task_ids(engine, first)) == ["CheckPapers"]
    assert list(houses.task_ids(engine, second)) == ["DecideRegistered"]


def test_a_week_runs_from_the_timer_to_three_drafts(engine: Engine) -> None:
    """Data are collected and three liaisons have a task; the counts hold no name."""
    houses.house(engine)
    ship(engine, "grading", "handover", "handover-corrections", "cadence", "weekly-exchange")
    hand_over(engine, "JJ-1")
    with engine.begin() as uow:
        due = uow.packs.start_due("weekly-exchange", "Opens")

    timers.fire_due_starts(engine.at(due))
    drain(engine.at(due))

    with engine.begin() as uow:
        instance_id = uow.instances.by_business_key("weekly-exchange", f"weekly-exchange/town/{label(due)}")
        known = values.decode(uow.instances.get(instance_id).variables)
    assert set(houses.task_ids(engine, instance_id)) == {"EditPolice", "EditJustice", "EditLegal"}
    assert "辛某" not in str(known)
    assert known["figures"]["rows"] is not None


def label(at: datetime) -> str:
    """The ISO week of an instant."""
    year, week, _ = at.astimezone(ZONE).isocalendar()
    return f"{year}-W{week:02}"


def test_the_refuser_cannot_decide(engine: Engine) -> None:
    """Who refused a hand-over does not decide on the refusal, whatever roles they have."""
    who = houses.house(engine)
    ship(engine, "grading", "handover", "handover-corrections")
    bureau = Unit(
        id="bureau", kind=UnitKind.JUSTICE_DISTRICT, name="区司法局", parent="district", area="district"
    )
    with engine.begin() as uow:
        people.put_units(uow, SYSTEM, [bureau])
    case = hand_over(engine, "JJ-1")
    with engine.begin() as uow:
        uow.people.grant("head", "R13", "bureau", by="system", at=uow.now)
        head = people.actor_of(uow, "head")
    refusal = {
        "identityChecked": True,
        "answer": "拟不接收",
        "refusal": "居住地不在本辖区，应由邻镇接收",
        "receiptNo": "1",
    }
    houses.complete(engine, who["head"], case, "CheckPapers", handover=refusal, papers=PAPERS)

    with pytest.raises(FourEyesViolated):
        houses.complete(engine, head, case, "DecideRefusal", handover={"decision": "同意退回"})
