"""The list of cases as people filter and sort it: light rows, without the sealed state that a list never shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, literal, select, tuple_

from bpmn.model import InstanceState
from tasks.model import Scope
from workflows.store import tables as t
from workflows.store.case_filters import narrowed
from workflows.store.repository import Repository
from workflows.store.scopes import visible

NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)  #: sorts cases without a deadline last
OPEN: Final = ("created", "claimed")
COLUMNS: Final = tuple(
    c for c in t.process_instance.c if c.name not in ("state", "variables", "history_length", "started_by")
)


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    """A case as lists read it."""

    id: str
    definition_id: str
    process_key: str
    business_key: str
    title: str
    status: InstanceState
    suspended: bool
    revision: int
    started_at: datetime
    ended_at: datetime | None
    parent_id: str | None
    risk: str | None
    level: str | None
    due_at: datetime | None
    due_code: str | None
    units: tuple[str, ...]


class CaseList(Repository):
    """Visible cases by filters, in one of three orders, a slice at a time."""

    def slice(
        self,
        scope: Scope,
        filters: Mapping[str, Any],
        *,
        order: str,
        after: tuple[datetime, str] | None,
        limit: int,
    ) -> tuple[CaseLine, ...]:
        """Return the next lines; *order* is ``new``, ``old`` or ``due``."""
        key, descending = _order(order)
        c, unit = t.process_instance.c, t.instance_unit.c
        units = select(func.array_agg(unit.unit_id)).where(unit.instance_id == c.id)
        columns = (*COLUMNS, units.correlate(t.process_instance).scalar_subquery().label("units"))
        query = narrowed(select(*columns).where(visible(scope)), filters)
        if after is not None:
            query = query.where(_beyond(key, c.id, after, descending=descending))
        ends = (key.desc(), c.id.desc()) if descending else (key, c.id)
        return self._all(query.order_by(*ends).limit(limit), _line)

    def count(self, scope: Scope, filters: Mapping[str, Any], *, most: int) -> int:
        """Count the cases, up to *most*."""
        query = narrowed(select(t.process_instance.c.id).where(visible(scope)), filters)
        return self._count(select(func.count()).select_from(query.limit(most).subquery()))

    def handlers(self, scope: Scope) -> tuple[tuple[str, int], ...]:
        """Return who has tasks of visible cases in hand, and how many."""
        task, case = t.user_task.c, t.process_instance.c
        query = (
            select(task.assignee_id, func.count().label("n"))
            .join(t.process_instance, case.id == task.instance_id)
            .where(task.state == "claimed", task.assignee_id.is_not(None), visible(scope))
        )
        rows = self._rows(query.group_by(task.assignee_id).order_by(func.count().desc()))
        return tuple((str(row.assignee_id), int(row.n)) for row in rows)


def _line(units: list[str] | None, status: str, **columns: Any) -> CaseLine:
    return CaseLine(units=tuple(dict.fromkeys(units or ())), status=InstanceState(status), **columns)


def _order(order: str) -> tuple[ColumnElement[Any], bool]:
    c = t.process_instance.c
    if order == "due":
        return func.coalesce(c.due_at, literal(NEVER)), False
    return c.started_at, order != "old"


def _beyond(
    key: ColumnElement[Any], id_: ColumnElement[Any], after: tuple[datetime, str], *, descending: bool
) -> ColumnElement[bool]:
    # A comparison of rows, unlike its spelling with OR, goes on where the index left off.
    here, there = tuple_(key, id_), tuple_(literal(after[0]), literal(after[1]))
    return here < there if descending else here > there
