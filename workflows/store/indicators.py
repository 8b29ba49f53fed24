"""What the indicators read: cases of a period with their variables, first completions, deadlines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from tasks.model import Scope
from tasks.small_cells import SPECIAL_PROCESSES
from workflows.store import tables as t
from workflows.store.repository import Repository, plain
from workflows.store.scopes import visible

WATCHED = timedelta(days=90)  #: how long after its closing a dispute is watched for another dispatch


class Indicators(Repository):
    """Reads of many cases at once; a fixed number of statements a sheet."""

    def cases(
        self, scope: Scope, processes: Iterable[str], begin: datetime, end: datetime
    ) -> tuple[Mapping[str, Any], ...]:
        """Return the visible cases that ran at some time of the period: of these procedures and of all about special persons."""
        c = t.process_instance.c
        columns = (c.id, c.process_key, c.status, c.suspended, c.started_at, c.ended_at, c.variables)
        ran = (c.started_at < end, or_(c.ended_at.is_(None), c.ended_at >= begin))
        query = select(*columns, _units(c.id)).where(
            or_(c.process_key.in_(tuple(processes)), c.process_key.startswith(SPECIAL_PROCESSES)),
            *ran,
            visible(scope),
        )
        return tuple(plain(row) for row in self._rows(query))

    def marks(self, ids: Iterable[str], elements: Iterable[str]) -> tuple[tuple[str, str, datetime], ...]:
        """Return the first completion of each of these elements in each case."""
        c = t.history_event.c
        kinds = ("completed", "caught")
        query = select(c.instance_id, c.element_id, func.min(c.at).label("first"))
        query = query.where(
            c.instance_id.in_(tuple(ids)), c.element_id.in_(tuple(elements)), c.kind.in_(kinds)
        )
        rows = self._rows(query.group_by(c.instance_id, c.element_id))
        return tuple((row.instance_id, row.element_id, row.first) for row in rows)

    def clocks_of(self, ids: Iterable[str]) -> tuple[Mapping[str, Any], ...]:
        """Return the deadlines of these cases."""
        return self._clocks(t.deadline.c.instance_id.in_(tuple(ids)))

    def clocks_due(self, scope: Scope, begin: datetime, end: datetime) -> tuple[Mapping[str, Any], ...]:
        """Return the deadlines of visible cases that come due in the period."""
        c = t.deadline.c
        return self._clocks(c.due_at >= begin, c.due_at < end, visible(scope, c.instance_id))

    def _clocks(self, *where: Any) -> tuple[Mapping[str, Any], ...]:
        d, c = t.deadline.c, t.process_instance.c
        columns = (d.instance_id, d.code, d.klass, d.element_name, d.state, d.due_at, d.stopped_at)
        query = select(*columns, c.process_key, _units(c.id)).join(t.process_instance, c.id == d.instance_id)
        return tuple(plain(row) for row in self._rows(query.where(*where).order_by(d.due_at, d.id)))

    def seen_again(self, ids: Iterable[str], process: str) -> Mapping[str, int]:
        """Return, for closed cases, the days until the next case of the process with one of the same parties began."""
        mine, other = t.instance_party.alias("mine"), t.instance_party.alias("other")
        was, came = t.process_instance.alias("was"), t.process_instance.alias("came")
        days = func.min(func.extract("epoch", came.c.started_at - was.c.ended_at) / 86400)
        query = (
            select(was.c.id, days.label("days"))
            .join(mine, mine.c.instance_id == was.c.id)
            .join(other, (other.c.key_hash == mine.c.key_hash) & (other.c.instance_id != was.c.id))
            .join(came, came.c.id == other.c.instance_id)
            .where(was.c.id.in_(tuple(ids)), came.c.process_key == process)
            .where(came.c.started_at > was.c.ended_at, came.c.started_at <= was.c.ended_at + WATCHED)
        )
        return {row.id: int(row.days) for row in self._rows(query.group_by(was.c.id))}


def _units(case_id: Any) -> Any:
    unit = t.instance_unit.alias()
    return (
        select(func.coalesce(func.array_agg(unit.c.unit_id), []))
        .where(unit.c.instance_id == case_id)
        .correlate(t.process_instance)
        .scalar_subquery()
        .label("units")
    )
