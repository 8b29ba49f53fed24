"""Rows of deadlines: the result of the last reckoning, the ledger it came from, and the rungs to fire."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from workflows.store import tables as t
from workflows.store.repository import Record, Repository
from workflows.store.rows import DeadlineRow, DueRow, LedgerRow, RungRow
from workflows.store.statements import Prepared

_DEADLINE, _EVENT, _RUNG = t.deadline.c, t.deadline_event.c, t.rung.c
_OF_CASE = (
    select(t.deadline)
    .where(_DEADLINE.instance_id == bindparam("id"))
    .order_by(_DEADLINE.due_at, _DEADLINE.id)
)
OF_CASE = Prepared(_OF_CASE)
OPEN_OF_CASE = Prepared(_OF_CASE.where(text("state <> 'stopped'")))
SAVE = Prepared(
    update(t.deadline)
    .where(_DEADLINE.id == bindparam("id_"))
    .values({c.name: bindparam(c.name) for c in _DEADLINE if c.name != "id"})
)
LEDGER_COLUMNS = tuple(c for c in _EVENT if c.name not in {"deadline_id", "seq"})
LEDGER = Prepared(select(*LEDGER_COLUMNS).where(_EVENT.deadline_id == bindparam("id")).order_by(_EVENT.seq))
_LAST = select(func.coalesce(func.max(_EVENT.seq), 0)).where(_EVENT.deadline_id == bindparam("deadline_id"))
APPEND = Prepared(
    insert(t.deadline_event).values(
        {
            "seq": _LAST.scalar_subquery() + 1,
            **{c.name: bindparam(c.name) for c in _EVENT if c.name != "seq"},
        }
    )
)
PUT_RUNG = Prepared(
    upsert(t.rung)
    .values({c.name: bindparam(c.name) for c in _RUNG})
    .on_conflict_do_nothing(index_elements=["deadline_id", "step"])
)
DROP_OPEN_RUNGS = Prepared(
    delete(t.rung).where(_RUNG.deadline_id == bindparam("id"), _RUNG.fired_at.is_(None))
)


class Deadlines(Repository):
    """``deadline``, ``deadline_event`` (append-only) and ``rung``."""

    def add(self, row: DeadlineRow) -> None:
        """Insert a deadline."""
        self._insert(t.deadline, [vars(row)])

    def save(self, row: DeadlineRow) -> None:
        """Write what a reckoning changed."""
        SAVE.later(self._connection, id_=row.id, **{k: v for k, v in vars(row).items() if k != "id"})

    def get(self, deadline_id: str) -> DeadlineRow | None:
        """Return one deadline."""
        return self._one(select(t.deadline).where(t.deadline.c.id == deadline_id), DeadlineRow)

    def of_instance(self, instance_id: str, *, open_only: bool = False) -> tuple[DeadlineRow, ...]:
        """Return the deadlines of a case, the nearest first."""
        return self._fetch(OPEN_OF_CASE if open_only else OF_CASE, DeadlineRow, id=instance_id)

    def provisional(self) -> tuple[DeadlineRow, ...]:
        """Return running deadlines whose date rests on a calendar that was not loaded."""
        c = t.deadline.c
        return self._all(
            select(t.deadline).where(c.provisional, c.state != "stopped").order_by(c.id), DeadlineRow
        )

    def running(self, code: str) -> tuple[DeadlineRow, ...]:
        """Return the open deadlines of a code."""
        c = t.deadline.c
        return self._all(
            select(t.deadline).where(c.code == code, c.state != "stopped").order_by(c.id), DeadlineRow
        )

    def append(self, deadline_id: str, event: LedgerRow) -> None:
        """Append an event to the ledger."""
        APPEND.later(self._connection, deadline_id=deadline_id, **vars(event))

    def ledger(self, deadline_id: str) -> tuple[LedgerRow, ...]:
        """Return the ledger, in order of entry."""
        return self._fetch(LEDGER, LedgerRow, id=deadline_id)

    def ledgers(self, deadline_ids: Iterable[str]) -> dict[str, tuple[LedgerRow, ...]]:
        """Return the ledgers of several deadlines by their ids, each in order of entry."""
        c = t.deadline_event.c
        columns = [column for column in c if column.name != "seq"]
        rows = self._rows(select(*columns).where(c.deadline_id.in_(tuple(deadline_ids))).order_by(c.seq))
        return _grouped((row._asdict() for row in rows), lambda _, columns: LedgerRow(**columns))

    def put_rungs(self, deadline_id: str, rungs: Iterable[RungRow]) -> None:
        """Replace the rungs that have not fired; fired ones stay fired."""
        self.drop_open_rungs(deadline_id)
        for rung in rungs:
            PUT_RUNG.later(self._connection, **vars(rung))

    def rungs(self, deadline_id: str) -> tuple[RungRow, ...]:
        """Return the rungs in order."""
        query = select(t.rung).where(t.rung.c.deadline_id == deadline_id)
        return self._all(query.order_by(t.rung.c.due_at, t.rung.c.id), RungRow)

    def ladders(self, deadline_ids: Iterable[str]) -> dict[str, tuple[RungRow, ...]]:
        """Return the rungs of several deadlines by their ids, each in order."""
        c = t.rung.c
        rows = self._rows(
            select(t.rung).where(c.deadline_id.in_(tuple(deadline_ids))).order_by(c.due_at, c.id)
        )
        return _grouped(
            (row._asdict() for row in rows), lambda key, columns: RungRow(deadline_id=key, **columns)
        )

    def due_rungs(
        self, now: datetime, *, after: tuple[datetime, str] | None = None, limit: int = 200
    ) -> tuple[DueRow, ...]:
        """List rungs to fire, the oldest first, without locking."""
        c = t.rung.c
        query = (
            select(c.id, t.deadline.c.instance_id, c.due_at)
            .join(t.deadline, t.deadline.c.id == c.deadline_id)
            .where(c.due_at <= now, c.fired_at.is_(None), t.deadline.c.state == "running")
        )
        if after is not None:
            query = query.where(or_(c.due_at > after[0], (c.due_at == after[0]) & (c.id > after[1])))
        return self._all(query.order_by(c.due_at, c.id).limit(limit), DueRow)

    def rung(self, rung_id: str) -> RungRow | None:
        """Return one rung."""
        return self._one(select(t.rung).where(t.rung.c.id == rung_id), RungRow)

    def fire(self, rung_ids: Iterable[str], at: datetime) -> None:
        """Record that rungs fired."""
        self._write(update(t.rung).where(t.rung.c.id.in_(tuple(rung_ids))).values(fired_at=at))

    def drop_open_rungs(self, deadline_id: str) -> None:
        """Forget what has not fired of a stopped deadline."""
        DROP_OPEN_RUNGS.later(self._connection, id=deadline_id)


def _grouped(
    rows: Iterable[dict[str, Any]], make: Callable[[str, dict[str, Any]], Record]
) -> dict[str, tuple[Record, ...]]:
    """Group rows by the deadline they belong to, in their order."""
    found: dict[str, tuple[Record, ...]] = {}
    for columns in rows:
        key = columns.pop("deadline_id")
        found[key] = (*found.get(key, ()), make(key, columns))
    return found
