"""A dispute that reaches another district: a letter in the outbox at any hour, and an answer that finds its case."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import houses
from test_shipped_cadences import drain, ship

from bpmn.deadlines.calendar import ZONE
from tasks.model import SYSTEM
from workflows.correlation import delivery, messages
from workflows.engine import Engine

NIGHT = datetime(2027, 10, 2, 2, 0, tzinfo=ZONE)
LEAD = {"leadUnit": "九龙镇", "leader": "包案领导", "criminal": False, "root": "民事", "courtFiled": False,
        "crossDistrict": "是", "otherDistrict": "姜堰区", "place": "九龙镇"}  # fmt: skip
UNITS = {"station": "station", "justice": "office", "justice-district": "bureau", "police-district": "police", "district": "district"}  # fmt: skip


def major(engine: Engine, no: str) -> str:
    """A dispute of the district whose lead was named in a holiday night."""
    who = houses.house(engine) if no == "ZD-1" else None
    if who:
        ship(engine, "cadence", "major-dispute")
    night = engine.at(NIGHT)
    with night.begin() as uow:
        messages.broadcast(uow, SYSTEM, "S-MAJOR", {"dispatch": {"no": no}, "units": UNITS})
    delivery.deliver_pending(night)
    with night.begin() as uow:
        [case] = [
            row.id for row in uow.instances.running_in_units("major-dispute", ["station"]) if no in row.title
        ]
        actors = {name: houses.people.actor_of(uow, name) for name in ("head", "approver")}
    at = f"{NIGHT:%Y-%m-%dT%H:%M}"
    report = {"reportedAt": at, "reportedTo": "值班室", "summary": "两区村民聚集"}
    houses.complete(night, actors["head"], case, "ReportUp", major=report)
    call = {"calledAt": at, "present": "两局", "agreed": "稳定现场"}
    houses.complete(night, actors["approver"], case, "JointCall", major=call)
    houses.complete(night, actors["approver"], case, "NameLead", major=LEAD)
    drain(night)
    return case


def letters(engine: Engine) -> list[dict]:
    """What lies in the outbox for the other district."""
    files = sorted((engine.settings.data / "outbox").glob("*姜堰区*/*.json"))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def waits_for_reply(engine: Engine, case: str) -> bool:
    """Whether the case still waits for the other district."""
    with engine.begin() as uow:
        return bool(uow.waits.subscriptions("message", "M-CROSS-回复", instance_id=case))


def test_the_letter_lies_in_the_outbox_at_two_in_the_night(engine: Engine) -> None:
    """It says who should lead, how to answer and until when: four hours, whatever the calendar says."""
    major(engine, "ZD-1")

    [letter] = letters(engine)

    assert letter["kind"] == "跨区联处函"
    assert letter["content"]["proposedLead"] == "九龙镇"
    assert letter["content"]["correlationKey"] == "跨区函-ZD-1"
    assert "2027-10-02T06:00" in letter["content"]["replyBy"]


def test_the_answer_reaches_the_case_whose_letter_it_names(engine: Engine) -> None:
    """Two letters are out; the answer to the first leaves the second waiting."""
    first, second = major(engine, "ZD-1"), major(engine, "ZD-2")
    answer = messages.PublishMessage(
        actor=SYSTEM,
        name="M-CROSS-回复",
        correlation_key="跨区函-ZD-1",
        payload={"crossReply": {"answer": "同意", "by": "姜堰值班"}},
    )

    with engine.at(NIGHT).begin() as uow:
        sent = messages.publish(uow, answer)

    assert sent.instance_id == first
    assert (waits_for_reply(engine, first), waits_for_reply(engine, second)) == (False, True)
