"""The one place where a ``Scope`` becomes SQL: which rows an actor may see."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    and_,
    exists,
    false,
    func,
    or_,
    select,
    true,
    union,
)

from tasks.model import Scope
from workflows.store import tables as t

#: Parts in a case that let a person see it; a recorded conflict of interest does not.
SEEING_PARTS = ("starter", "assignee", "copied", "grant")
#: Aliases of their own: a query that joins the same table must not swallow the FROM of these conditions. Made once:
#: making one costs more time than the query that it stands in.
_TASK, _PART, _UNIT = (
    t.user_task.alias("any_task"),
    t.participant.alias("part"),
    t.instance_unit.alias("unit"),
)
_SEALED, _GRANT = t.sealed_case.alias("sealed"), t.named_grant.alias("named")


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
    if not conditions:
        return false()
    return and_(or_(*conditions), ~_stands_aside(scope, column), _unsealed(scope, column))


def _stands_aside(scope: Scope, column: Any) -> ColumnElement[bool]:
    part = _PART.c
    mine = (part.instance_id == column, part.person_id == scope.person_id, part.part == "conflict")
    return exists().where(and_(*mine))


def _unsealed(scope: Scope, column: Any) -> ColumnElement[bool]:
    """A sealed case is there only for whom a running grant names."""
    return or_(~exists().where(_SEALED.c.instance_id == column), _named(scope.person_id, column))


def _named(person_id: str | BindParameter[str], column: Any) -> ColumnElement[bool]:
    grant = _GRANT.c
    named = (grant.instance_id == column, grant.person_id == person_id, grant.expires_at > func.now())
    return exists().where(and_(*named))


@lru_cache(maxsize=1024)
def shut_out(person_id: str) -> CompoundSelect[Any]:
    """Select the ids of tasks that a person may not know of although they lie in their pools: sealed, or in conflict."""
    task, part = _TASK.c, _PART.c
    closed = select(task.id).join(_SEALED, _SEALED.c.instance_id == task.instance_id)
    aside = select(task.id).join(_PART, part.instance_id == task.instance_id)
    return union(
        closed.where(~_named(person_id, task.instance_id)),
        aside.where(part.person_id == person_id, part.part == "conflict"),
    )


def shut_out_cases(person_id: str | BindParameter[str]) -> CompoundSelect[Any]:
    """Select the ids of cases that a person may not know of: sealed without a grant of theirs, or in conflict."""
    sealed, part = t.sealed_case.alias(), t.participant.alias()
    return union(
        select(sealed.c.instance_id).where(~_named(person_id, sealed.c.instance_id)),
        select(part.c.instance_id).where(part.c.person_id == person_id, part.c.part == "conflict"),
    )


def _takes_part(scope: Scope, column: Any) -> ColumnElement[bool]:
    part = _PART.c
    mine = (part.instance_id == column, part.person_id == scope.person_id, part.part.in_(SEEING_PARTS))
    return exists().where(and_(*mine))


def _touches_units(scope: Scope, column: Any) -> ColumnElement[bool]:
    unit = _UNIT.c
    return exists().where(and_(unit.instance_id == column, unit.unit_id.in_(sorted(scope.units))))
