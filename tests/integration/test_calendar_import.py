"""A year's holidays arrive: provisional dates are reckoned again, and the right people hear of it."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses

from bpmn.deadlines.calendar import YearTable
from bpmn.errors import Forbidden
from workflows.engine import Engine
from workflows.inbox import notices
from workflows.timing import deadlines

FAR = houses.model(
    '<startEvent id="s"/><userTask id="a" name="调解" jf:roles="R07" jf:at="room" jf:deadline="D-110" jf:deadlineFrom="=begin"/>'
    '<endEvent id="e"/>' + houses.flows("s>a", "a>e")
)


def test_an_imported_year_moves_provisional_deadlines_and_tells_their_owners(engine: Engine) -> None:
    """
    The last day becomes a holiday: the deadline ends later, is provisional no more, the mediator and the editor know.
    """
    who = houses.house(engine)
    houses.deploy(engine, FAR)
    case = houses.start(engine, who["officer"], begin="2031-03-03T09:00:00+08:00")
    with engine.begin() as uow:
        (before,) = deadlines.of_instance(uow, who["head"], case.id)
    assert before.provisional and before.statutory_last_day is not None
    table = YearTable(rest={before.statutory_last_day: "节日"}, work={}, source="测试")

    with engine.begin() as uow:
        moved = deadlines.import_calendar(uow, who["editor"], 2031, table)

    with engine.begin() as uow:
        (after,) = deadlines.of_instance(uow, who["head"], case.id)
        told = [n.kind for p in ("mediator", "editor") for n in notices.inbox(uow, who[p]).items]
    assert (moved, after.provisional, told) == (1, False, ["calendar", "calendar"])
    assert after.due_at > before.due_at


def test_only_policy_staff_import_a_calendar(engine: Engine) -> None:
    """
    A mediator may not.
    """
    who = houses.house(engine)

    with pytest.raises(Forbidden), engine.begin() as uow:
        table = YearTable(rest={date(2031, 1, 1): "元旦"}, work={}, source="测试")
        deadlines.import_calendar(uow, who["mediator"], 2031, table)
