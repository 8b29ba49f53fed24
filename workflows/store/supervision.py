"""Rows of supervision: orders, saved searches, exports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from workflows.store import tables as t
from workflows.store.repository import Repository, plain

Row = Mapping[str, Any]


class Orders(Repository):
    """``supervision_order``: 督办."""

    def add(self, **values: Any) -> None:
        """Insert an order."""
        self._insert(t.supervision_order, [values])

    def lock(self, order_id: str) -> Row | None:
        """Return one order, locked until the unit of work ends."""
        query = select(t.supervision_order).where(t.supervision_order.c.id == order_id).with_for_update()
        return next((plain(row) for row in self._rows(query)), None)

    def get(self, order_id: str) -> Row | None:
        """Return one order."""
        query = select(t.supervision_order).where(t.supervision_order.c.id == order_id)
        return next((plain(row) for row in self._rows(query)), None)

    def change(self, order_id: str, **values: Any) -> None:
        """Record an answer or the end of an order."""
        self._write(update(t.supervision_order).where(t.supervision_order.c.id == order_id).values(values))

    def of_instance(self, instance_id: str) -> tuple[Row, ...]:
        """Return the orders of a case, the newest first."""
        c = t.supervision_order.c
        query = select(t.supervision_order).where(c.instance_id == instance_id).order_by(c.id.desc())
        return tuple(plain(row) for row in self._rows(query))

    def of_person(self, person_id: str, *, limit: int = 200) -> tuple[Row, ...]:
        """Return what a person was told or told others to do and is still open, the most urgent first."""
        c = t.supervision_order.c
        mine = or_(c.to_id == person_id, c.created_by == person_id)
        query = select(t.supervision_order).where(mine, c.closed_at.is_(None)).order_by(c.due_at, c.id)
        return tuple(plain(row) for row in self._rows(query.limit(limit)))


class Searches(Repository):
    """``saved_search``: the filters that a person keeps under a name."""

    def put(self, person_id: str, name: str, filters: Any, at: datetime) -> None:
        """Keep filters under a name; an older search of that name gives way."""
        new = {"filters": filters, "saved_at": at}
        statement = upsert(t.saved_search).values(person_id=person_id, name=name, **new)
        self._run(statement.on_conflict_do_update(index_elements=["person_id", "name"], set_=new))

    def of_person(self, person_id: str) -> tuple[Row, ...]:
        """Return a person's searches by name."""
        c = t.saved_search.c
        query = select(t.saved_search).where(c.person_id == person_id).order_by(c.name)
        return tuple(plain(row) for row in self._rows(query))

    def drop(self, person_id: str, name: str) -> None:
        """Forget a search."""
        c = t.saved_search.c
        self._run(delete(t.saved_search).where(c.person_id == person_id, c.name == name))


class Exports(Repository):
    """``export``: lists written to a file, their content sealed, forgotten after a day."""

    def add(self, **values: Any) -> None:
        """Insert an export that waits for its worker."""
        self._insert(t.export, [values])

    def get(self, export_id: str, *, with_content: bool = False) -> Row | None:
        """Return one export."""
        columns = [c for c in t.export.c if with_content or c.name != "content"]
        query = select(*columns).where(t.export.c.id == export_id)
        return next((plain(row) for row in self._rows(query)), None)

    def of_person(self, person_id: str, *, limit: int = 20) -> tuple[Row, ...]:
        """Return a person's exports without content, the newest first."""
        c = t.export.c
        query = select(*(x for x in c if x.name != "content")).where(c.person_id == person_id)
        return tuple(plain(row) for row in self._rows(query.order_by(c.id.desc()).limit(limit)))

    def lease(self, now: datetime, until: datetime, *, export_id: str | None = None) -> Row | None:
        """Take the oldest export that nobody works on, or the one named."""
        c = t.export.c
        free = or_(c.state == "waiting", (c.state == "running") & (c.leased_until < now))
        named = [] if export_id is None else [c.id == export_id]
        query = select(c.id).where(free, *named).order_by(c.id).limit(1).with_for_update(skip_locked=True)
        found = next(iter(self._rows(query)), None)
        if found is None:
            return None
        self._run(update(t.export).where(c.id == found.id).values(state="running", leased_until=until))
        return self.get(found.id)

    def change(self, export_id: str, **values: Any) -> None:
        """Record how far an export is, or its end."""
        self._write(update(t.export).where(t.export.c.id == export_id).values(values))

    def count_open(self, person_id: str) -> int:
        """Count a person's exports that are not finished."""
        c = t.export.c
        where = (c.person_id == person_id, c.state.in_(("waiting", "running")))
        return self._count(select(func.count()).select_from(t.export).where(*where))

    def drop_before(self, at: datetime) -> int:
        """Forget what has expired, content and all."""
        return self._run(delete(t.export).where(t.export.c.expires_at < at))
