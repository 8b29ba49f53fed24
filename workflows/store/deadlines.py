"""Rows of deadlines: the result of the last reckoning, the ledger it came from, and the rungs to fire."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from workflows.store import tables as t
from workflows.store.repository import Record, Repository
from workflows.store.rows import DeadlineRow, DueRow, LedgerRow, RungRow


class Deadlines(Repository):
    """``deadline``, ``deadline_event`` (append-only) and ``rung``."""

    def add(self, row: DeadlineRow) -> None:
        """Insert a deadline."""
        self._insert(t.deadline, [vars(row)])

    def save(self, row: DeadlineRow) -> None:
        """Write what a reckoning changed."""
        self._write(update(t.deadline).where(t.deadline.c.id == row.id).values(vars(row)))

    def get(self, deadline_id: str) -> DeadlineRow | None:
        """Return one deadline."""
        return self._one(select(t.deadline).where(t.deadline.c.id == deadline_id), DeadlineRow)

    def of_instance(self, instance_id: str, *, open_only: bool = False) -> tuple[DeadlineRow, ...]:
        """Return the deadlines of a case, the nearest first."""
        query = select(t.deadline).where(t.deadline.c.instance_id == instance_id)
        if open_only:
            query = query.where(t.deadline.c.state != "stopped")
        return self._all(query.order_by(t.deadline.c.due_at, t.deadline.c.id), DeadlineRow)

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
        c = t.deadline_event.c
        seq = self._count(select(func.coalesce(func.max(c.seq), 0)).where(c.deadline_id == deadline_id)) + 1
        self._insert(t.deadline_event, [{"deadline_id": deadline_id, "seq": seq, **vars(event)}])

    def ledger(self, deadline_id: str) -> tuple[LedgerRow, ...]:
        """Return the ledger, in order of entry."""
        c = t.deadline_event.c
        columns = [column for column in c if column.name not in {"deadline_id", "seq"}]
        return self._all(select(*columns).where(c.deadline_id == deadline_id).order_by(c.seq), LedgerRow)

    def ledgers(self, deadline_ids: Iterable[str]) -> dict[str, tuple[LedgerRow, ...]]:
        """Return the ledgers of several deadlines by their ids, each in order of entry."""
        c = t.deadline_event.c
        columns = [column for column in c if column.name != "seq"]
        rows = self._rows(select(*columns).where(c.deadline_id.in_(tuple(deadline_ids))).order_by(c.seq))
        return _grouped((row._asdict() for row in rows), lambda _, columns: LedgerRow(**columns))

    def put_rungs(self, deadline_id: str, rungs: Iterable[RungRow]) -> None:
        """Replace the rungs that have not fired; fired ones stay fired."""
        c = t.rung.c
        fired = {
            row.step
            for row in self._rows(select(c.step).where(c.deadline_id == deadline_id, c.fired_at.is_not(None)))
        }
        self._write(delete(t.rung).where(c.deadline_id == deadline_id, c.fired_at.is_(None)))
        self._insert(t.rung, (vars(r) for r in rungs if r.step not in fired))

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
        self._write(delete(t.rung).where(t.rung.c.deadline_id == deadline_id, t.rung.c.fired_at.is_(None)))


def _grouped(
    rows: Iterable[dict[str, Any]], make: Callable[[str, dict[str, Any]], Record]
) -> dict[str, tuple[Record, ...]]:
    """Group rows by the deadline they belong to, in their order."""
    found: dict[str, tuple[Record, ...]] = {}
    for columns in rows:
        key = columns.pop("deadline_id")
        found[key] = (*found.get(key, ()), make(key, columns))
    return found
