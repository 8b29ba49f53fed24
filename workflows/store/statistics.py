"""Counts for boards: numbers only, no names of parties."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from tasks.model import Scope
from workflows.store import tables as t
from workflows.store.repository import Repository
from workflows.store.scopes import visible


class Statistics(Repository):
    """Aggregates over visible cases."""

    def totals(self, scope: Scope, now: datetime, process_key: str | None) -> Mapping[str, int]:
        """Return ``open``, ``overdue``, ``due_soon`` and ``completed_30_days``."""
        c = t.process_instance.c
        is_open = c.status == "active"
        columns = (
            func.count().filter(is_open).label("open"),
            func.count().filter(is_open, c.due_at < now).label("overdue"),
            func.count().filter(is_open, c.due_at.between(now, now + timedelta(days=3))).label("due_soon"),
            func.count()
            .filter(c.status == "completed", c.ended_at >= now - timedelta(days=30))
            .label("completed_30_days"),
        )
        return self._connection.execute(self._of(scope, process_key, *columns)).one()._asdict()

    def by(self, column: str, scope: Scope, process_key: str | None) -> tuple[tuple[str, int], ...]:
        """Count open cases by ``process_key``, ``risk`` or ``level``."""
        c = t.process_instance.c
        query = self._of(scope, process_key, c[column], func.count().label("n")).where(
            c.status == "active", c[column].is_not(None)
        )
        rows = self._rows(query.group_by(c[column]).order_by(func.count().desc()))
        return tuple((str(row[0]), int(row.n)) for row in rows)

    def by_unit(
        self, scope: Scope, now: datetime, process_key: str | None, slots: tuple[str, ...]
    ) -> tuple[tuple[str, int, int], ...]:
        """Count open and overdue cases by the unit in one of the slots."""
        c, u = t.process_instance.c, t.instance_unit
        overdue = func.count().filter(c.due_at < now).label("overdue")
        query = self._of(scope, process_key, u.c.unit_id, func.count().label("n"), overdue)
        query = query.join(u, u.c.instance_id == c.id).where(c.status == "active", u.c.slot.in_(slots))
        rows = self._rows(query.group_by(u.c.unit_id).order_by(func.count().desc()))
        return tuple((row.unit_id, int(row.n), int(row.overdue)) for row in rows)

    def of_unit(
        self, unit: str, first: datetime, last: datetime, now: datetime
    ) -> tuple[dict[str, Any], ...]:
        """Count the cases of a unit by process: started and completed in a time, open and overdue now."""
        c, u = t.process_instance.c, t.instance_unit.c
        mine = select(u.instance_id).where(u.unit_id == unit)
        columns = (
            func.count().filter(c.started_at.between(first, last)).label("started"),
            func.count().filter(c.status == "completed", c.ended_at.between(first, last)).label("completed"),
            func.count().filter(c.status == "active").label("open"),
            func.count().filter(c.status == "active", c.due_at < now).label("overdue"),
        )
        query = select(c.process_key.label("code"), *columns).where(c.id.in_(mine)).group_by(c.process_key)
        return tuple(row._asdict() for row in self._rows(query.order_by(c.process_key)))

    def by_element(self, scope: Scope, process_key: str | None) -> tuple[tuple[str, str, int], ...]:
        """Count open tasks by element."""
        task = t.user_task
        query = self._of(scope, process_key, task.c.element_id, task.c.name, func.count().label("n"))
        query = query.join(task, task.c.instance_id == t.process_instance.c.id)
        query = query.where(task.c.state.in_(("created", "claimed"))).group_by(task.c.element_id, task.c.name)
        return tuple(
            (row.element_id, row.name, int(row.n)) for row in self._rows(query.order_by(func.count().desc()))
        )

    def _of(self, scope: Scope, process_key: str | None, *columns: Any) -> Any:
        query = select(*columns).select_from(t.process_instance).where(visible(scope))
        return query if process_key is None else query.where(t.process_instance.c.process_key == process_key)

    def queues(self) -> Mapping[str, int]:
        """Count what waits for the machines: ready jobs, pending messages, open incidents, due timers (``/metrics``)."""
        columns = (
            select(func.count())
            .select_from(t.job)
            .where(t.job.c.state.in_(("ready", "leased")))
            .scalar_subquery()
            .label("jobs"),
            select(func.count())
            .select_from(t.message)
            .where(t.message.c.state == "pending")
            .scalar_subquery()
            .label("messages"),
            select(func.count())
            .select_from(t.incident)
            .where(t.incident.c.resolved_at.is_(None))
            .scalar_subquery()
            .label("incidents"),
            select(func.count())
            .select_from(t.timer)
            .where(t.timer.c.due_at <= func.now())
            .scalar_subquery()
            .label("timers"),
        )
        return self._connection.execute(select(*columns)).one()._asdict()
