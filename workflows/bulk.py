"""
One act on many rows: each row in a transaction of its own, and what became of each.

A row that is refused changes nothing and holds up no other. The same order sent twice does each row once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bpmn.errors import Invalid, JingfaError
from tasks.model import Actor
from workflows import idempotency
from workflows.idempotency import Answer
from workflows.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from workflows.engine import Engine

MOST = 200


class TooManyRows(Invalid):
    """一次最多选 200 项。请分批办理。"""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one row."""

    id: str
    is_done: bool
    words: str  #: why not; empty when it was done


def each(
    engine: Engine,
    actor: Actor,
    ids: Iterable[str],
    work: Callable[[UnitOfWork, str], object],
    *,
    key: str = "",
) -> tuple[Outcome, ...]:
    """
    Do *work* for each id.

    Args:
        key: Makes a repeated request recognisable; empty = it is not looked for.

    Raises:
        TooManyRows: more than 200 rows.
    """
    chosen = tuple(dict.fromkeys(ids))
    if len(chosen) > MOST:
        raise TooManyRows
    return tuple(_one(engine, actor, row, work, key) for row in chosen)


def _one(
    engine: Engine, actor: Actor, row: str, work: Callable[[UnitOfWork, str], object], key: str
) -> Outcome:
    try:
        if key:
            name = f"bulk:{key}:{row}"[: idempotency.LONGEST_KEY]
            idempotency.once(
                engine,
                actor,
                name,
                row.encode(),
                lambda uow: work(uow, row),
                answer_of=lambda _: Answer(status=200, body=row),
            )
        else:
            with engine.begin() as uow:
                work(uow, row)
    except JingfaError as refused:
        return Outcome(id=row, is_done=False, words=refused.message)
    return Outcome(id=row, is_done=True, words="")
