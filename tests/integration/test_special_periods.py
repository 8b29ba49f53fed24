"""A special period that the police bureau enters opens the patrols of its towns by itself, once each."""

from __future__ import annotations

import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses
from test_shipped_cadences import drain, ship

from bpmn.deadlines.calendar import ZONE
from bpmn.errors import Forbidden
from forms.errors import SubmissionInvalid
from tasks.model import SYSTEM, Actor, Unit, UnitKind
from workflows.clockwork import timers
from workflows.correlation import case_messages, delivery, messages
from workflows.engine import Engine
from workflows.execution import instances
from workflows.identity import people

PLAN = {
    "leader": "带班领导",
    "villages": [{"name": "梅园社区", "team": "民警和辅警", "due": 5}],
    "lawful": True,
    "roster": True,
}
JIULONG = Unit(id="jiulong", kind=UnitKind.TOWN, name="九龙镇", parent="district")


@pytest.fixture
def who(engine: Engine) -> dict[str, Actor]:
    """Two towns, and the packs of the patrols."""
    found = houses.house(engine)
    with engine.begin() as uow:
        people.put_units(uow, SYSTEM, [JIULONG])
    ship(engine, "cadence", "holiday-patrol")
    return found


def enter(engine: Engine, actor: Actor, begin: date, end: date, *, name: str = "高考") -> str:
    """Enter a period, of the college entrance examination unless named; returns the case."""
    period = {
        "kind": name,
        "name": name,
        "begin": f"{begin}",
        "end": f"{end}",
        "reason": "市局通知",
    }
    with engine.begin() as uow:
        command = instances.StartInstance(
            actor=actor, process_key="special-period", submission={"period": period}
        )
        case = instances.start(uow, command).id
    drain(engine)
    return case


def in_ten_days(engine: Engine) -> tuple[date, date]:
    """First and last day of a period."""
    with engine.begin() as uow:
        first = uow.installation.calendar.roll_forward(uow.now.astimezone(ZONE).date() + timedelta(days=10))
    return first, first + timedelta(days=2)


def patrols(engine: Engine) -> list[str]:
    """Business keys of the patrols that run."""
    return sorted(patrol_ids(engine))


def patrol_ids(engine: Engine) -> dict[str, str]:
    """The patrols that run, business key -> id."""
    with engine.begin() as uow:
        rows = uow.instances.running_in_units("holiday-patrol", ["town", "jiulong"])
        return {row.business_key: row.id for row in rows}


def open_all(engine: Engine, first: date) -> None:
    """Let the clock come to the working day before, two workers beside each other."""
    with engine.begin() as uow:
        day = uow.installation.calendar.previous_working_day(first)
    then = engine.at(datetime.combine(day, time(9, 1), ZONE))
    for _ in range(2):
        timers.fire_due_timers(then)
        delivery.deliver_pending(then)
    drain(then)


def test_the_patrols_begin_the_working_day_before_in_every_chosen_town(engine: Engine, who) -> None:
    """Entered by R14, nobody does anything more: both towns have a patrol with the period's name."""
    first, last = in_ten_days(engine)
    case = enter(engine, who["second-approver"], first, last)
    houses.complete(
        engine, who["second-approver"], case, "ChooseTowns", period={"chosen": ["城东街道", "九龙镇"]}
    )
    before = patrols(engine)

    open_all(engine, first)

    with engine.begin() as uow:
        running = uow.instances.running_in_units("holiday-patrol", ["town", "jiulong"])
        periods = [row.code for one in running for row in uow.deadlines.of_instance(one.id)]
    assert before == []
    assert periods == ["D-406", "D-406"]
    assert [key.split("/")[1] for key in patrols(engine)] == ["jiulong", "town"]
    assert all("高考" in key for key in patrols(engine))


def test_a_period_ended_early_closes_its_patrols_and_no_other(engine: Engine, who) -> None:
    """The bureau ends the examination on its first day: its patrol goes to the closing report, that of the meeting runs on."""
    first, last = in_ten_days(engine)
    exam = enter(engine, who["second-approver"], first, last)
    meeting = enter(engine, who["second-approver"], first, last, name="两会")
    for case in (exam, meeting):
        houses.complete(engine, who["second-approver"], case, "ChooseTowns", period={"chosen": ["城东街道"]})
    open_all(engine, first)
    running = {key.split(" ")[1]: case for key, case in patrol_ids(engine).items()}
    for case in running.values():
        houses.complete(engine, who["officer"], case, "PlanPatrol", patrol=PLAN)

    with engine.begin() as uow:
        [offered] = case_messages.offered(uow, who["second-approver"], exam)
        why = {"ended": {"reason": "考试提前结束"}}
        case_messages.enter(
            uow,
            case_messages.EnterMessage(
                actor=who["second-approver"], instance_id=exam, message_id=offered.id, submission=why
            ),
        )
    for _ in range(2):
        delivery.deliver_pending(engine)

    assert set(houses.task_ids(engine, running["高考"])) == {"ClosePatrol"}
    assert "ClosePatrol" not in houses.task_ids(engine, running["两会"])


def test_a_period_sent_twice_opens_a_patrol_once(engine: Engine, who) -> None:
    """The signal again, by hand: the towns have their patrol already."""
    first, last = in_ten_days(engine)
    case = enter(engine, who["second-approver"], first, last)
    houses.complete(engine, who["second-approver"], case, "ChooseTowns", period={"chosen": ["城东街道"]})
    open_all(engine, first)
    [key] = patrols(engine)
    cadence = {"unit": "town", "period": key.split("/")[2], "unitName": "城东街道"}

    with engine.begin() as uow:
        messages.broadcast(uow, SYSTEM, "S-HOLIDAY-ON", {"cadence": cadence, "units": {"town": "town"}})
    delivery.deliver_pending(engine)

    assert patrols(engine) == [key]


def test_only_the_police_bureau_enters_one(engine: Engine, who) -> None:
    """A station officer may not."""
    first, last = in_ten_days(engine)

    with pytest.raises(Forbidden):
        enter(engine, who["officer"], first, last)


def test_a_period_that_ends_before_it_begins_is_refused(engine: Engine, who) -> None:
    """The form says so in words; nothing is stored."""
    first, last = in_ten_days(engine)

    with pytest.raises(SubmissionInvalid) as refusal:
        enter(engine, who["second-approver"], last, first)

    assert "日期" in refusal.value.problems[0].message


def test_who_entered_it_stands_in_the_audit(engine: Engine, who) -> None:
    """The start of the case is a row of the chain, under the name of the person."""
    case = enter(engine, who["second-approver"], *in_ten_days(engine))

    with engine.begin() as uow:
        rows = uow.audit.page({"instance_id": case}, cursor=None, newest=False, limit=10)

    assert ("start", "second-approver") in {(row["action"], row["person_id"]) for row in rows}
