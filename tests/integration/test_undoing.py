"""Taking a step back: 撤回 and 退回 in sequences, parallel branches, subprocesses and repetitions."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses

from tasks.errors import WithdrawTooLate
from tasks.model import SYSTEM, Actor
from workflows.clockwork import jobs
from workflows.engine import Engine
from workflows.execution import history
from workflows.inbox import notices
from workflows.timing import deadlines
from workflows.work import user_tasks

OFFICER = 'jf:roles="R02" jf:at="station"'
LEADER = 'jf:roles="R04" jf:at="station"'
PAIR = houses.model(
    f'<startEvent id="s"/><userTask id="a" name="登记" {OFFICER} jf:deadline="D-110"/><userTask id="b" name="审批" {LEADER}/>'
    '<endEvent id="e"/>' + houses.flows("s>a", "a>b", "b>e")
)
BRANCHES = houses.model(
    '<startEvent id="s"/><parallelGateway id="g"/>'
    f'<userTask id="a" name="甲" {OFFICER}/><userTask id="a2" name="甲二" {LEADER}/>'
    f'<userTask id="b" name="乙" {OFFICER}/><userTask id="b2" name="乙二" {LEADER}/><endEvent id="e"/><endEvent id="f"/>'
    + houses.flows("s>g", "g>a", "g>b", "a>a2", "b>b2", "a2>e", "b2>f")
)
WITH_JOB = houses.model(
    f'<startEvent id="s"/><userTask id="a" name="登记" {OFFICER}/><serviceTask id="j" name="归档" jf:operation="archive-case"/>'
    f'<userTask id="b" name="审批" {LEADER}/><endEvent id="e"/>' + houses.flows("s>a", "a>j", "j>b", "b>e")
)
WITH_MESSAGE = houses.model(
    f'<startEvent id="s"/><userTask id="a" name="登记" {OFFICER}/><intermediateThrowEvent id="m"><messageEventDefinition messageRef="x"/></intermediateThrowEvent>'
    f'<userTask id="b" name="审批" {LEADER}/><endEvent id="e"/>' + houses.flows("s>a", "a>m", "m>b", "b>e"),
    more='<message id="x" name="M-SENT"/>',
)
INSIDE = houses.model(
    f'<startEvent id="s"/><subProcess id="sub"><startEvent id="ps"/><userTask id="a" name="里面" {OFFICER}/><endEvent id="pe"/>'
    + houses.flows("ps>a", "a>pe")
    + f'</subProcess><userTask id="b" name="外面" {LEADER}/><endEvent id="e"/>'
    + houses.flows("s>sub", "sub>b", "b>e")
)
MANY = houses.model(
    f'<startEvent id="s"/><userTask id="a" name="逐方" {OFFICER}><multiInstanceLoopCharacteristics jf:collection="=[1,2]" jf:element="n"/></userTask>'
    f'<userTask id="b" name="汇总" {LEADER}/><endEvent id="e"/>' + houses.flows("s>a", "a>b", "b>e")
)


def begun(engine: Engine, model: bytes, **variables: object) -> tuple[dict[str, Actor], str]:
    """Return the people and a fresh case."""
    who = houses.house(engine)
    houses.deploy(engine, model)
    return who, houses.start(engine, who["officer"], **variables).id


def back(engine: Engine, actor: Actor, task_id: str, how: str = "return") -> None:
    """Send back or take back."""
    act = user_tasks.return_task if how == "return" else user_tasks.withdraw
    with engine.begin() as uow:
        act(uow, actor, task_id, reason="材料不全")


def test_returning_opens_the_step_before_for_whoever_did_it_and_says_why(engine: Engine) -> None:
    """
    The task is theirs again, the reason is in their inbox and in the case's history, the data of the step is gone.
    """
    who, case = begun(engine, PAIR)
    houses.complete(engine, who["officer"], case, "a", note="x")

    back(engine, who["leader"], houses.task_ids(engine, case)["b"])

    with engine.begin() as uow:
        (task,) = uow.user_tasks.of_instance(case)
        row = uow.instances.get(case)
        subjects = [notice.subject for notice in notices.inbox(uow, who["officer"]).items]
        kinds = [line.kind for line in history.of_instance(uow, SYSTEM, case)]
    assert (task.element_id, task.assignee_id) == ("a", "officer")
    assert row is not None and "note" not in row.variables
    assert "退回重办：登记" in subjects and "returned" in kinds


def test_a_deadline_goes_on_with_its_ledger_after_a_return(engine: Engine) -> None:
    """
    The extension that was entered before the step still counts.
    """
    who, case = begun(engine, PAIR)
    with engine.begin() as uow:
        (first,) = deadlines.of_instance(uow, who["head"], case)
        extended = deadlines.extend(uow, who["head"], first.id, reason="各方同意")
    houses.complete(engine, who["officer"], case, "a")

    back(engine, who["leader"], houses.task_ids(engine, case)["b"])

    with engine.begin() as uow:
        (again,) = deadlines.of_instance(uow, who["head"], case, running_only=True)
    assert again.due_at == extended.due_at


def test_the_preview_says_what_is_cancelled_kept_and_counts_again(engine: Engine) -> None:
    """
    Shown before anything is done; nothing changes by looking.
    """
    who, case = begun(engine, BRANCHES)
    houses.complete(engine, who["officer"], case, "a")
    with engine.begin() as uow:
        seen = user_tasks.preview(uow, who["leader"], houses.task_ids(engine, case)["a2"], "return")

    assert (seen.reopened, seen.cancelled, seen.kept) == (("甲",), ("甲二",), ("乙",))
    assert set(houses.task_ids(engine, case)) == {"a2", "b"}


def test_a_return_does_not_undo_the_step_of_another_branch(engine: Engine) -> None:
    """
    The last step was the other branch's: the refusal names it, and the branch keeps its work.
    """
    who, case = begun(engine, BRANCHES)
    houses.complete(engine, who["officer"], case, "a")
    houses.complete(engine, who["officer"], case, "b")

    with pytest.raises(WithdrawTooLate, match="乙"):
        back(engine, who["leader"], houses.task_ids(engine, case)["a2"])

    assert set(houses.task_ids(engine, case)) == {"a2", "b2"}


@pytest.mark.parametrize(("model", "words"), [(WITH_JOB, "归档"), (WITH_MESSAGE, "M-SENT")])
def test_what_left_the_house_is_not_called_back(engine: Engine, model: bytes, words: str) -> None:
    """
    After a job or a message the refusal names it, for 退回 and 撤回 alike.
    """
    who, case = begun(engine, model)
    done = houses.task_ids(engine, case)["a"]
    houses.complete(engine, who["officer"], case, "a")
    jobs.run_due(engine)

    with pytest.raises(WithdrawTooLate, match=words):
        back(engine, who["leader"], houses.task_ids(engine, case)["b"])
    with pytest.raises(WithdrawTooLate, match=words):
        back(engine, who["officer"], done, "withdraw")


def test_a_job_that_has_not_run_is_taken_back_with_the_step(engine: Engine) -> None:
    """
    The worker finds nothing to do any more.
    """
    who, case = begun(engine, WITH_JOB)
    done = houses.task_ids(engine, case)["a"]
    houses.complete(engine, who["officer"], case, "a")

    back(engine, who["officer"], done, "withdraw")

    assert jobs.run_due(engine) == 0
    assert set(houses.task_ids(engine, case)) == {"a"}


def test_returning_into_a_subprocess_opens_it_again(engine: Engine) -> None:
    """
    The subprocess was over; its task is open again and can be completed.
    """
    who, case = begun(engine, INSIDE)
    houses.complete(engine, who["officer"], case, "a")

    back(engine, who["leader"], houses.task_ids(engine, case)["b"])
    houses.complete(engine, who["officer"], case, "a")

    assert set(houses.task_ids(engine, case)) == {"b"}


def test_one_instance_of_a_repetition_is_taken_back_alone(engine: Engine) -> None:
    """
    The other instance stays open in the pool; it cannot be returned, for nothing stands before it.
    """
    who, case = begun(engine, MANY)
    with engine.begin() as uow:
        first, second = (task.id for task in uow.user_tasks.of_instance(case))
        command = user_tasks.CompleteUserTask(user_task_id=first, actor=who["officer"])
        user_tasks.complete(uow, command)
    with pytest.raises(WithdrawTooLate):
        back(engine, who["colleague"], second)

    back(engine, who["officer"], first, "withdraw")

    with engine.begin() as uow:
        held = sorted(str(task.assignee_id) for task in uow.user_tasks.of_instance(case))
    assert held == ["None", "officer"]


def test_a_claimed_next_task_is_not_taken_away(engine: Engine) -> None:
    """
    撤回 is for a next step nobody has begun; the refusal names it.
    """
    who, case = begun(engine, PAIR)
    done = houses.task_ids(engine, case)["a"]
    houses.complete(engine, who["officer"], case, "a")
    with engine.begin() as uow:
        user_tasks.claim(uow, who["leader"], houses.task_ids(engine, case)["b"])

    with pytest.raises(WithdrawTooLate, match="审批"):
        back(engine, who["officer"], done, "withdraw")
