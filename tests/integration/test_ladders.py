"""Escalation ladders: who is told, which tasks they make, and what a statutory breach holds up."""

from __future__ import annotations

import sys
from datetime import date, datetime, time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses

from bpmn.deadlines.calendar import ZONE
from tasks.model import SYSTEM, Actor, UserTask
from workflows.clockwork import jobs, timers
from workflows.engine import Engine
from workflows.execution import history, instances, ladder_tasks
from workflows.inbox import notices
from workflows.settings import CLOCK_OFFSET
from workflows.work import user_tasks

URGENT = houses.model(
    '<startEvent id="s"/><userTask id="a" name="审批移送" jf:roles="R02" jf:at="station" jf:deadline="D-103"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>e")
)
STATUTORY = houses.model(
    '<startEvent id="s"/><userTask id="a" name="调解" jf:roles="R07" jf:at="room" jf:deadline="D-111"/>'
    '<serviceTask id="z" jf:operation="archive-case"/><endEvent id="e"/>' + houses.flows("s>a", "a>z", "z>e")
)


def ladder(engine: Engine, case: str) -> list[UserTask]:
    """Return the open tasks that ladders made."""
    with engine.begin() as uow:
        return [t for t in uow.user_tasks.of_instance(case) if ladder_tasks.is_one(t.activity_id)]


def subjects(engine: Engine, actor: Actor) -> list[str]:
    """Return what stands in an inbox."""
    with engine.begin() as uow:
        return [notice.subject for notice in notices.inbox(uow, actor).items]


def late(engine: Engine, model: bytes, **by: float) -> tuple[dict[str, Actor], str]:
    """Return the people and a case whose deadline has passed, its rungs fired."""
    who = houses.house(engine)
    houses.deploy(engine, model)
    case = houses.start(engine, who["officer"]).id
    houses.move(engine, **by)
    timers.fire_due_rungs(engine)
    return who, case


def test_a_late_urgent_task_goes_back_to_its_pool_and_the_heads_get_a_task(engine: Engine) -> None:
    """
    L-A at 100 %: the claim is undone, the pool is told, 重新派单 lies in the heads' pool.
    """
    who = houses.house(engine)
    houses.deploy(engine, URGENT)
    case = houses.start(engine, who["officer"]).id
    with engine.begin() as uow:
        user_tasks.claim(uow, who["officer"], houses.task_ids(engine, case)["a"])
    houses.move(engine, hours=80)

    timers.fire_due_rungs(engine)

    with engine.begin() as uow:
        found = {t.name for t in user_tasks.my_tasks(uow, who["leader"], which="pool").items}
        pool = [t.element_id for t in user_tasks.my_tasks(uow, who["colleague"], which="pool").items]
    assert pool == ["a"]
    assert any("重新派单" in name for name in found)
    assert any("超时重新派单" in subject for subject in subjects(engine, who["colleague"]))


def test_a_ladder_task_closes_with_its_deadline(engine: Engine) -> None:
    """
    The late work is done: nobody needs to reassign it any more.
    """
    who, case = late(engine, URGENT, hours=80)
    assert len(ladder(engine, case)) == 1

    houses.complete(engine, who["officer"], case, "a")

    assert ladder(engine, case) == []


def test_a_statutory_breach_is_recorded_and_holds_the_archive_until_it_is_explained(engine: Engine) -> None:
    """
    L-S: the case is not archived and not cancelled without reason and remedy; with them it goes on by itself.
    """
    who, case = late(engine, STATUTORY, days=60)
    houses.complete(engine, who["mediator"], case, "a")
    jobs.run_due(engine)
    assert [t.element_id for t in ladder(engine, case)] == ["ladder-remedy"]
    with pytest.raises(ladder_tasks.BreachNotExplained), engine.begin() as uow:
        instances.cancel(uow, who["leader"], case, reason="撤案")

    said = {"reason": "当事人住院，无法到场", "remedy": "当日补开调解会，并向双方说明"}
    houses.complete(engine, who["head"], case, "ladder-remedy", breach=said)
    jobs.run_due(engine)

    with engine.begin() as uow:
        row = uow.instances.get(case)
        lines = history.of_instance(uow, SYSTEM, case)
    assert row is not None and row.status == "completed"
    assert [line.detail["records"] for line in lines if line.kind == "rung"] == [["statutory-breach"]]
    assert [line.detail["written"]["breach"] for line in lines if line.kind == "ladder"] == [said]


def test_reason_and_remedy_must_be_written(engine: Engine) -> None:
    """
    An empty explanation is refused, field by field.
    """
    from forms.errors import SubmissionInvalid

    who, case = late(engine, STATUTORY, days=60)

    with pytest.raises(SubmissionInvalid) as refused:
        houses.complete(engine, who["head"], case, "ladder-remedy", breach={"reason": ""})

    assert [p.path for p in refused.value.problems] == ["breach.reason", "breach.remedy"]


def test_who_only_answers_for_a_case_is_told_its_number_and_no_more(engine: Engine) -> None:
    """
    The leading-group office (counts only) gets no link and no title; the head gets both.
    """
    who, case = late(engine, STATUTORY, days=60)

    with engine.begin() as uow:
        (far,) = notices.inbox(uow, who["group"]).items
        near = notices.inbox(uow, who["head"]).items
    assert far.link is None
    assert far.instance_id is None
    assert [str(notice.link).split("#deadline-")[0] for notice in near] == [f"/cases/{case}"]


def test_a_clock_set_back_tells_nobody_twice(engine: Engine) -> None:
    """
    Forward, back, forward again: rungs that fired stay fired, their tasks are made once.
    """
    who, case = late(engine, STATUTORY, days=60)
    told = len(subjects(engine, who["head"]))
    with engine.begin() as uow:
        uow.settings.put(CLOCK_OFFSET, 0)

    for days in (30, 31, 1):
        houses.move(engine, days=days)
        timers.fire_due_rungs(engine)

    assert len(subjects(engine, who["head"])) == told
    assert len(ladder(engine, case)) == 1


WEEKLY = houses.model(
    '<startEvent id="s"/><userTask id="a" name="提交" jf:roles="R02" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>e"),
    attributes='jf:starters="R02" jf:deadline="D-401" jf:deadlineFrom="=date(due)"',
)


def week(engine: Engine, actor: Actor, number: int, due: date) -> str:
    """A period of a cadence that is due on a day; returns the case."""
    houses.start(engine, actor, business_key=f"p/town/2026-W{number}", due=due.isoformat())
    with engine.begin() as uow:
        return uow.instances.by_business_key("p", f"p/town/2026-W{number}")


def test_a_cadence_is_due_for_every_task_of_it_and_told_as_missed_the_next_working_day(
    engine: Engine,
) -> None:
    """
    L-C: the task shows the period's due day; nothing is said on the day, at ten of the next working day the office hears of it.
    """
    who = houses.house(engine)
    houses.deploy(engine, WEEKLY)
    with engine.begin() as uow:
        calendar, today = uow.installation.calendar, uow.now.astimezone(ZONE).date()
    due = calendar.roll_forward(today)
    case = week(engine, who["officer"], 1, due)
    with engine.begin() as uow:
        [task] = uow.user_tasks.of_instance(case)
    timers.fire_due_rungs(engine)
    before = subjects(engine, who["group"])

    missed = datetime.combine(calendar.next_working_day(due), time(10, 1), ZONE)
    timers.fire_due_rungs(engine.at(missed))

    assert task.due_at is not None and task.due_at.astimezone(ZONE).date() == due
    assert before == []
    assert any("每周联络交换" in subject for subject in subjects(engine, who["group"]))


def test_two_missed_periods_running_are_told_to_the_leading_group_office(engine: Engine) -> None:
    """
    L-C, later: the second miss after a miss is a notice of its own, with the numbers of both periods.
    """
    who = houses.house(engine)
    houses.deploy(engine, WEEKLY)
    with engine.begin() as uow:
        calendar, today = uow.installation.calendar, uow.now.astimezone(ZONE).date()
    first, second = calendar.roll_forward(today), calendar.next_working_day(calendar.roll_forward(today), 5)
    week(engine, who["officer"], 1, first)
    timers.fire_due_rungs(engine.at(datetime.combine(calendar.next_working_day(first), time(10, 1), ZONE)))
    once = [subject for subject in subjects(engine, who["group"]) if "连续两次" in subject]

    week(engine, who["officer"], 2, second)
    timers.fire_due_rungs(engine.at(datetime.combine(calendar.next_working_day(second), time(10, 1), ZONE)))

    assert once == []
    assert [s for s in subjects(engine, who["group"]) if "连续两次" in s] == [
        "连续两次没有按期：每周联络交换（D-401）"
    ]
