"""The filters of lists of cases, as conditions on a query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Select, exists, or_

from workflows.store import tables as t

OPEN: Final = ("created", "claimed")


def filtered(query: Select[Any], filters: Mapping[str, Any]) -> Select[Any]:
    """Add the conditions of an ``InstanceQuery`` that are given."""
    c = t.process_instance.c
    for name in ("process_key", "definition_id", "status", "risk", "level", "business_key"):
        if filters.get(name) is not None:
            query = query.where(c[name] == filters[name])
    if filters.get("text"):
        pattern = (
            "%" + str(filters["text"]).replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
        )
        query = query.where(or_(c.title.ilike(pattern), c.business_key.ilike(pattern)))
    if filters.get("units"):
        inside = (t.instance_unit.c.instance_id == c.id) & t.instance_unit.c.unit_id.in_(
            tuple(filters["units"])
        )
        query = query.where(exists().where(inside))
    if filters.get("overdue_at"):
        query = query.where(c.status == "active", c.due_at < filters["overdue_at"])
    if filters.get("with_incidents"):
        query = query.where(
            exists().where(t.incident.c.instance_id == c.id, t.incident.c.resolved_at.is_(None))
        )
    if filters.get("element_id"):
        task = t.user_task.c
        open_ = task.state.in_(("created", "claimed"))
        query = query.where(
            exists().where(task.instance_id == c.id, task.element_id == filters["element_id"], open_)
        )
    if filters.get("started_after"):
        query = query.where(c.started_at >= filters["started_after"])
    if filters.get("started_before"):
        query = query.where(c.started_at < filters["started_before"])
    return query


def narrowed(query: Select[Any], filters: Mapping[str, Any]) -> Select[Any]:
    """Add the conditions that only the list of cases knows, too."""
    c = t.process_instance.c
    query = filtered(query, filters)
    if filters.get("suspended") is not None:
        query = query.where(c.suspended == filters["suspended"])
    if filters.get("due_from"):
        query = query.where(c.status == "active", c.due_at >= filters["due_from"])
    if filters.get("due_until"):
        query = query.where(c.status == "active", c.due_at < filters["due_until"])
    if filters.get("without_deadline"):
        query = query.where(c.status == "active", c.due_at.is_(None))
    return _by_handler(query, filters.get("handler"))


def _by_handler(query: Select[Any], handler: str | None) -> Select[Any]:
    """Narrow to cases with a task in somebody's hands; ``-`` = with a task in nobody's."""
    if not handler:
        return query
    task = t.user_task.alias()
    mine = task.c.assignee_id.is_(None) if handler == "-" else task.c.assignee_id == handler
    return query.where(
        exists().where(task.c.instance_id == t.process_instance.c.id, task.c.state.in_(OPEN), mine)
    )
