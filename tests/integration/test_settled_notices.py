"""Notices settle themselves: whoever opens the inbox finds what still asks for something, not what was done long ago."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import houses
import pytest

from workflows import worker
from workflows.engine import Engine
from workflows.inbox import announcing, notices, settling

pytestmark = pytest.mark.postgres

TWO = houses.model(
    '<startEvent id="s"/><userTask id="a" name="接收" jf:roles="R02" jf:at="station"/>'
    '<userTask id="b" name="办理" jf:roles="R02" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>b", "b>e")
)


@pytest.fixture
def who(engine: Engine) -> Iterator[dict[str, Any]]:
    """Yield the people of a house with one model of two tasks."""
    people = houses.house(engine)
    houses.deploy(engine, TWO)
    yield people


def tell(
    engine: Engine, instance_id: str, *, kind: str, link: str | None = None, to: str = "colleague"
) -> None:
    """Put a notice of a case into somebody's inbox."""
    with engine.begin() as uow:
        announcing.put(uow, [to], kind=kind, subject=kind, link=link, instance_id=instance_id)


def unread(engine: Engine, who: dict[str, Any], name: str = "colleague") -> list[str]:
    """Let the worker look, then return what somebody has not read."""
    houses.move(engine, minutes=1)
    worker.drain(engine)
    with engine.begin() as uow:
        return [notice.subject for notice in notices.inbox(uow, who[name], unread_only=True).items]


def test_a_notice_is_settled_when_its_task_is_done(engine: Engine, who: dict[str, Any]) -> None:
    """The reminder of a task goes with the task; that of the next one stays."""
    case = houses.start(engine, who["officer"])
    tell(engine, case.id, kind="remind", link=f"/tasks/{houses.task_ids(engine, case.id)['a']}")
    assert unread(engine, who) == ["remind"]

    houses.complete(engine, who["officer"], case.id, "a")
    tell(engine, case.id, kind="task", link=f"/tasks/{houses.task_ids(engine, case.id)['b']}")

    assert unread(engine, who) == ["task"]


def test_the_news_of_a_referral_is_settled_when_somebody_has_received_it(
    engine: Engine, who: dict[str, Any]
) -> None:
    """All of a room are told; one receives, and the others need not open it any more."""
    case = houses.start(engine, who["officer"])
    tell(engine, case.id, kind="referral", link=f"/cases/{case.id}")
    assert unread(engine, who) == ["referral"]

    houses.complete(engine, who["officer"], case.id, "a")

    assert unread(engine, who) == []


def test_what_asks_for_work_ends_with_its_case_and_news_stay_for_a_week(
    engine: Engine, who: dict[str, Any]
) -> None:
    """An overdue warning of a closed case is noise; that the case was closed is what somebody wants to read."""
    case = houses.start(engine, who["officer"])
    for kind in ("overdue", "notice", "copy"):
        tell(engine, case.id, kind=kind, link=f"/cases/{case.id}")
    houses.complete(engine, who["officer"], case.id, "a")
    houses.complete(engine, who["officer"], case.id, "b")

    assert unread(engine, who) == ["copy", "notice"]
    houses.move(engine, days=8)
    assert unread(engine, who) == []


def test_a_settled_notice_is_still_there_and_says_that_nobody_read_it(
    engine: Engine, who: dict[str, Any]
) -> None:
    """Read by a person (已阅) and settled by itself are two things."""
    case = houses.start(engine, who["officer"])
    tell(engine, case.id, kind="overdue", link=f"/cases/{case.id}")
    houses.complete(engine, who["officer"], case.id, "a")
    houses.complete(engine, who["officer"], case.id, "b")
    assert unread(engine, who) == []

    with engine.begin() as uow:
        (found,) = notices.inbox(uow, who["colleague"]).items
        assert notices.count_unread(uow, who["colleague"]) == 0

    assert found.settled_at is not None
    assert found.read_at is None


def test_every_notice_is_looked_at_slice_by_slice(
    engine: Engine, who: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many there are, one look is small; the next one goes on where it ended."""
    monkeypatch.setattr(settling, "SLICE", 2)
    case = houses.start(engine, who["officer"])
    for _ in range(3):
        tell(engine, case.id, kind="overdue", link=f"/cases/{case.id}")
    houses.complete(engine, who["officer"], case.id, "a")
    houses.complete(engine, who["officer"], case.id, "b")

    first = settling.settle_due(engine)
    assert (first, settling.settle_due(engine)) == (2, 0)
    houses.move(engine, minutes=1)

    assert settling.settle_due(engine) == 1
