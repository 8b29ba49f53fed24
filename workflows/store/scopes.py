"""The one place where a ``Scope`` becomes SQL: which rows an actor may see."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, true

from tasks.model import Scope
from workflows.store import tables as t

#: Parts in a case that let a person see it; a recorded conflict of interest does not.
SEEING_PARTS = ("starter", "assignee", "copied", "grant")


def visible(scope: Scope, column: Any = t.process_instance.c.id) -> ColumnElement[bool]:
    """
    Return the condition that the case named by *column* is in the scope.

    Default deny: an empty scope sees nothing.
    """
    if scope.everything:
        return true()
    conditions = []
    if scope.person_id:
        conditions.append(_takes_part(scope, column))
    if scope.units:
        conditions.append(_touches_units(scope, column))
    return or_(*conditions) if conditions else false()


def _takes_part(scope: Scope, column: Any) -> ColumnElement[bool]:
    part = t.participant.alias()
    mine = and_(
        part.c.instance_id == column, part.c.person_id == scope.person_id, part.c.part.in_(SEEING_PARTS)
    )
    return exists().where(mine)


def _touches_units(scope: Scope, column: Any) -> ColumnElement[bool]:
    # An alias of its own: a query that joins the same table must not swallow this one's FROM.
    unit = t.instance_unit.alias()
    return exists().where(and_(unit.c.instance_id == column, unit.c.unit_id.in_(sorted(scope.units))))
