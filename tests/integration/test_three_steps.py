"""A model of three steps, end to end: start, work, history, audit."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses

from bpmn.model import InstanceState
from tasks.errors import NotACandidate, NotYourTask, UserTaskAlreadyClaimed, UserTaskClosed
from workflows.engine import Engine
from workflows.errors import InstanceNotFound, StaleRevision, UserTaskNotFound
from workflows.execution import history, instances
from workflows.trail import audit, audit_proof
from workflows.work import user_tasks

THREE = houses.model(
    '<startEvent id="s"/><userTask id="a" name="登记" jf:roles="R02" jf:at="station" jf:source="RMTJ-17"/>'
    '<userTask id="b" name="审批" jf:roles="R04" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>b", "b>e")
)


def test_a_case_runs_through_two_people_to_its_end(engine: Engine) -> None:
    """
    Two people complete their tasks and the case ends, one revision a step.
    """
    who = houses.house(engine)
    houses.deploy(engine, THREE)
    case = houses.start(engine, who["officer"])

    houses.complete(engine, who["officer"], case.id, "a", opinion="同意")
    done = houses.complete(engine, who["leader"], case.id, "b")

    assert (done.status, done.revision) == (InstanceState.COMPLETED, 3)
    assert done.variables["opinion"] == "同意"


def test_history_names_who_did_what_with_the_legal_source(engine: Engine) -> None:
    """
    The history names the person and the article of a step.
    """
    who = houses.house(engine)
    houses.deploy(engine, THREE)
    case = houses.start(engine, who["officer"])
    houses.complete(engine, who["officer"], case.id, "a")

    with engine.begin() as uow:
        told = history.of_instance(uow, who["leader"], case.id)
        path = history.path(uow, who["leader"], case.id)

    step = next(event for event in told if event.element_id == "a" and event.kind == "completed")
    assert (step.by, step.sources) == ("officer某", ("RMTJ-17",))
    assert (path.flows, path.active) == (("s_a", "a_b"), ("b",))


def test_a_double_submit_completes_once(engine: Engine) -> None:
    """
    The second submit of the same task is told that it is closed.
    """
    who = houses.house(engine)
    houses.deploy(engine, THREE)
    case = houses.start(engine, who["officer"])
    task_id = houses.task_ids(engine, case.id)["a"]
    command = user_tasks.CompleteUserTask(user_task_id=task_id, actor=who["officer"])
    with engine.begin() as uow:
        user_tasks.complete(uow, command)

    with pytest.raises(UserTaskClosed), engine.begin() as uow:
        user_tasks.complete(uow, command)


def test_a_stale_page_is_refused_and_nothing_is_written(engine: Engine) -> None:
    """
    A submit made on an older revision changes nothing.
    """
    who = houses.house(engine)
    houses.deploy(engine, THREE)
    case = houses.start(engine, who["officer"])
    task_id = houses.task_ids(engine, case.id)["a"]

    with pytest.raises(StaleRevision), engine.begin() as uow:
        user_tasks.complete(
            uow, user_tasks.CompleteUserTask(user_task_id=task_id, actor=who["officer"], expected_revision=0)
        )

    assert "a" in houses.task_ids(engine, case.id)


def test_only_candidates_of_the_unit_may_work_on_a_task(engine: Engine) -> None:
    """
    The same role in another station neither sees the task nor the case.
    """
    who = houses.house(engine)
    houses.deploy(engine, THREE)
    case = houses.start(engine, who["officer"])
    task_id = houses.task_ids(engine, case.id)["a"]

    with pytest.raises(UserTaskNotFound), engine.begin() as uow:
        user_tasks.claim(uow, who["stranger"], task_id)
    with pytest.raises(InstanceNotFound), engine.begin() as uow:
        instances.get(uow, who["stranger"], case.id)
    with pytest.raises(NotACandidate), engine.begin() as uow:
        user_tasks.claim(uow, who["leader"], task_id)


def test_a_claimed_task_belongs_to_one_person(engine: Engine) -> None:
    """
    Who comes second can neither claim nor complete.
    """
    who = houses.house(engine)
    houses.deploy(engine, THREE)
    case = houses.start(engine, who["officer"])
    task_id = houses.task_ids(engine, case.id)["a"]
    with engine.begin() as uow:
        user_tasks.claim(uow, who["officer"], task_id)
        user_tasks.copy(uow, who["officer"], task_id, to=(who["colleague"].person_id,))

    with pytest.raises(UserTaskAlreadyClaimed), engine.begin() as uow:
        user_tasks.claim(uow, who["colleague"], task_id)
    with pytest.raises(NotYourTask), engine.begin() as uow:
        user_tasks.complete(uow, user_tasks.CompleteUserTask(user_task_id=task_id, actor=who["colleague"]))


def test_lists_show_what_is_mine_and_what_lies_in_my_pool(engine: Engine) -> None:
    """
    A claimed task moves from the pool of all to the list of one.
    """
    who = houses.house(engine)
    houses.deploy(engine, THREE)
    first, second = houses.start(engine, who["officer"]), houses.start(engine, who["officer"])
    with engine.begin() as uow:
        user_tasks.claim(uow, who["officer"], houses.task_ids(engine, first.id)["a"])

    with engine.begin() as uow:
        mine = user_tasks.my_tasks(uow, who["officer"], which="mine").items
        pool = user_tasks.my_tasks(uow, who["colleague"]).items
        counts = user_tasks.count_my_tasks(uow, who["officer"])

    assert [task.instance_id for task in mine] == [first.id]
    assert [task.instance_id for task in pool] == [second.id]
    assert counts == {"mine": 1, "pool": 1, "overdue": 0}


def test_every_step_is_chained_in_the_audit(engine: Engine) -> None:
    """
    Start and completion are in the case's chain, and the proof holds.
    """
    who = houses.house(engine)
    houses.deploy(engine, THREE)
    case = houses.start(engine, who["officer"])
    houses.complete(engine, who["officer"], case.id, "a")

    with engine.begin() as uow:
        proof = audit_proof.verify(uow)
        events = audit.of_instance(uow, who["auditor"], case.id).items

    assert proof.ok
    assert [event.action for event in events] == ["start", "complete"]


def test_a_task_that_names_no_role_is_found_by_those_who_take_part_in_its_case(engine: Engine) -> None:
    """
    A model from elsewhere without roles: who started the case finds the work in their list, nobody else does.
    """
    who = houses.house(engine)
    houses.deploy(
        engine,
        houses.model('<startEvent id="s"/><userTask id="a"/><endEvent id="e"/>' + houses.flows("s>a", "a>e")),
    )
    case = houses.start(engine, who["officer"])

    with engine.begin() as uow:
        found = [user_tasks.my_tasks(uow, who[one]).items for one in ("officer", "leader")]

    assert [[task.instance_id for task in tasks] for tasks in found] == [[case.id], []]
