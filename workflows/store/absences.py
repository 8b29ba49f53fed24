"""Rows of absences: who is away when, who stands in, and which tasks moved for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from workflows.store import tables as t
from workflows.store.repository import Repository

Row = Mapping[str, Any]


class Absences(Repository):
    """``absence`` and ``absence_task``."""

    def add(self, **values: Any) -> None:
        """Insert an absence."""
        self._insert(t.absence, [values])

    def get(self, absence_id: str) -> Row | None:
        """Return and lock one absence."""
        query = select(t.absence).where(t.absence.c.id == absence_id).with_for_update()
        row = self._connection.execute(query).one_or_none()
        return None if row is None else row._asdict()

    def change(self, absence_id: str, **values: Any) -> None:
        """Write columns of an absence."""
        self._write(update(t.absence).where(t.absence.c.id == absence_id).values(values))

    def of_person(self, person_id: str, *, limit: int = 20) -> tuple[Row, ...]:
        """Return the absences that a person takes or stands in for, the latest first."""
        c = t.absence.c
        query = select(t.absence).where(or_(c.person_id == person_id, c.substitute_id == person_id))
        return tuple(row._asdict() for row in self._rows(query.order_by(c.begins_at.desc()).limit(limit)))

    def running(self, person_id: str, now: datetime) -> Row | None:
        """Return the absence that a person is in."""
        c = t.absence.c
        query = select(t.absence).where(
            c.person_id == person_id, c.begins_at <= now, c.ends_at > now, c.ended_at.is_(None)
        )
        row = self._connection.execute(query.order_by(c.begins_at).limit(1)).one_or_none()
        return None if row is None else row._asdict()

    def overlapping(self, person_id: str, first: datetime, last: datetime) -> bool:
        """Tell whether a person has announced an absence that touches the time."""
        c = t.absence.c
        where = (c.person_id == person_id, c.begins_at < last, c.ends_at > first, c.ended_at.is_(None))
        return self._connection.execute(select(c.id).where(*where).limit(1)).one_or_none() is not None

    def open(self, now: datetime) -> tuple[Row, ...]:
        """Return the absences that have begun by the clock and are not closed, the first to begin first."""
        c = t.absence.c
        query = select(t.absence).where(c.ended_at.is_(None), c.begins_at <= now).order_by(c.begins_at)
        return tuple(row._asdict() for row in self._rows(query))

    def absent(self, now: datetime) -> frozenset[str]:
        """Return the ids of everybody who is away."""
        c = t.absence.c
        query = select(c.person_id).where(c.begins_at <= now, c.ends_at > now, c.ended_at.is_(None))
        return frozenset(row.person_id for row in self._rows(query))

    def add_task(self, **values: Any) -> None:
        """Note that a task moved for an absence; once more is no news."""
        self._write(upsert(t.absence_task).values(values).on_conflict_do_nothing())

    def tasks(self, absence_id: str) -> tuple[Row, ...]:
        """Return the tasks that moved for an absence."""
        query = select(t.absence_task).where(t.absence_task.c.absence_id == absence_id)
        return tuple(row._asdict() for row in self._rows(query.order_by(t.absence_task.c.user_task_id)))

    def task_returned(self, absence_id: str, user_task_id: str, at: datetime) -> None:
        """Note that a task went back to whoever had been away."""
        c = t.absence_task.c
        self._write(
            update(t.absence_task)
            .where(c.absence_id == absence_id, c.user_task_id == user_task_id)
            .values(returned_at=at)
        )
