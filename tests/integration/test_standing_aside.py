"""Whoever has to stand aside in a case, or is not named for a sealed one, meets it nowhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses

from workflows.engine import Engine
from workflows.execution import instances
from workflows.inbox import announcing, notices
from workflows.privacy import sealing
from workflows.supervision import board, reports
from workflows.work import user_tasks

ONE = houses.model(
    '<startEvent id="s"/><userTask id="a" name="走访" jf:roles="R02 R04" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>e")
)
PARTY = {"name": "诸葛测试人", "idNo": "990000199001010015", "phone": "13900001234"}


def meets(engine: Engine, person: Any, other: str) -> dict[str, int]:
    """Return how often a person meets cases in each place where one could turn up."""
    with engine.begin() as uow:
        seen = board.view(uow, person, "p:1")
        tokens = uow.tokens.of(["p:1"])
        return {
            "search": len(instances.search(uow, person, instances.InstanceQuery(text="JJ-")).items),
            "board": board.count(uow, seen).total.cases or 0,
            "board list": len(board.cases_at(uow, seen, board.Place())[1]),
            "stream": len({t.instance_id for t in tokens if seen.holds(t)}),
            "tasks": len(user_tasks.my_tasks(uow, person).items),
            "badge": user_tasks.count_my_tasks(uow, person)["pool"],
            "inbox": len(notices.inbox(uow, person).items),
            "unread": notices.count_unread(uow, person),
            "reports": reports.counts(uow, person).open or 0,
            "related": len(instances.related(uow, person, other)),
        }


@pytest.fixture
def two(engine: Engine) -> tuple[Engine, dict[str, Any], str, str]:
    """Return an installation with two cases of one person, and a notice of each to the leader."""
    who = houses.house(engine)
    houses.deploy(engine, ONE)
    first, other = (
        houses.start(engine, who["officer"], business_key=f"JJ-{n}", parties=[PARTY]).id for n in (1, 2)
    )
    with engine.begin() as uow:
        for case in (first, other):
            announcing.put(uow, ["leader"], kind="x", subject="提醒", instance_id=case)
    return engine, who, first, other


def test_a_recorded_conflict_takes_the_case_out_of_everything(two: Any) -> None:
    """Two before, one after, in lists, counts, board, stream, inbox and reports; the other leader's numbers stay."""
    engine, who, first, other = two
    before = meets(engine, who["leader"], other)
    task = houses.task_ids(engine, first)["a"]

    with engine.begin() as uow:
        user_tasks.record_conflict(uow, who["leader"], task, reason="当事人是我表弟")

    assert set(before.values()) == {1, 2} and before["related"] == 1
    after = meets(engine, who["leader"], other)
    assert after == {**dict.fromkeys(before, 1), "related": 0}


def test_a_sealed_case_is_nowhere_without_a_grant(two: Any) -> None:
    """The sealer has a grant; without it the leader meets one case only, and no new notice of it arrives."""
    engine, who, first, other = two
    with engine.begin() as uow:
        sealing.seal(uow, who["leader"], first, reason="未成年人")
    granted = meets(engine, who["leader"], other)
    with engine.begin() as uow:
        uow.grants.drop(first, "leader")
        told = announcing.put(uow, ["leader", "officer"], kind="x", subject="提醒", instance_id=first)

    assert granted["search"] == granted["board"] == granted["inbox"] == granted["badge"] == 2
    assert told == 0
    assert meets(engine, who["leader"], other) == {**dict.fromkeys(granted, 1), "related": 0, "reports": 1}


def test_a_search_says_the_same_of_a_sealed_person_and_of_nobody(two: Any) -> None:
    """By name, number or case number: an empty page, in the same statements, as for somebody who is not there."""
    engine, who, first, _ = two
    with engine.begin() as uow:
        sealing.seal(uow, who["leader"], first, reason="未成年人")
    asked: dict[str, list[str]] = {}
    with engine.begin() as uow:
        for text in ("JJ-1", "JJ-9"):
            with statements(uow) as asked[text]:
                assert instances.search(uow, who["head"], instances.InstanceQuery(text=text)).items == ()

    assert asked["JJ-1"] == asked["JJ-9"] != []


class statements:  # noqa: N801 - reads as a word
    """Gather the statements that a unit of work sends."""

    def __init__(self, uow: Any) -> None:
        self.connection, self.sent = uow._connection, []

    def __enter__(self) -> list[str]:
        from sqlalchemy import event

        event.listen(self.connection, "before_cursor_execute", self._note)
        return self.sent

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self.sent.append(statement)

    def __exit__(self, *_fault: Any) -> None:
        from sqlalchemy import event

        event.remove(self.connection, "before_cursor_execute", self._note)
