"""Use cases of the case list: filters, sorting, searches that a person keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal

from bpmn.deadlines.calendar import ZONE
from bpmn.errors import Invalid
from bpmn.model import InstanceState
from tasks import rules
from tasks.model import Actor
from workflows import cursors, views
from workflows.identity import people
from workflows.model import InstanceSummary, Page
from workflows.store.case_list import NEVER, CaseLine
from workflows.store.unit_of_work import UnitOfWork

Lateness = Literal["", "late", "soon", "days", "later", "none"]
Sort = Literal["new", "old", "due"]
#: How far ahead each word reaches, from the one before it.
REACH: Final = {"late": timedelta(0), "soon": timedelta(days=1), "days": timedelta(days=3)}
MOST_SEARCHES: Final = 20


@dataclass(frozen=True, kw_only=True)
class CaseQuery:
    """What to look for; every given condition must hold."""

    text: str = ""  #: in title or business key
    state: str = ""  #: ``active``, ``suspended``, ``completed``, ``terminated``; empty = all
    process: str = ""
    unit: str = ""  #: this unit or one below it
    step: str = ""  #: element id of an open task
    handler: str = ""  #: person id; ``-`` = not yet taken by anybody
    late: Lateness = ""
    risk: str = ""
    begun_from: date | None = None
    begun_to: date | None = None
    sort: Sort = "new"


NAMES: Final = tuple(field.name for field in fields(CaseQuery))


def page(
    uow: UnitOfWork, actor: Actor, query: CaseQuery, *, cursor: str | None = None, limit: int = 30
) -> Page[InstanceSummary]:
    """List the cases that the actor may see."""
    found = lines(uow, actor, query, after=cursors.read(cursor), limit=max(1, min(limit, 200)))
    last = found[-1] if len(found) == limit else None
    following = cursors.write(*key_of(last, query.sort)) if last else None
    return Page(items=views.summaries(uow, found), next_cursor=following)


def lines(
    uow: UnitOfWork, actor: Actor, query: CaseQuery, *, after: tuple[datetime, str] | None, limit: int
) -> tuple[CaseLine, ...]:
    """Return the next lines after a sort key."""
    filters = _filters(uow, query)
    return uow.case_list.slice(rules.scope_of(actor), filters, order=query.sort, after=after, limit=limit)


def count(uow: UnitOfWork, actor: Actor, query: CaseQuery, *, most: int) -> int:
    """Count what the list holds, up to *most*."""
    return uow.case_list.count(rules.scope_of(actor), _filters(uow, query), most=most)


def key_of(line: CaseLine, sort: Sort) -> tuple[datetime, str]:
    """Return what the next slice goes on after."""
    return (line.due_at or NEVER) if sort == "due" else line.started_at, line.id


def handlers(uow: UnitOfWork, actor: Actor) -> tuple[tuple[str, str, int], ...]:
    """Return who has tasks of the actor's cases in hand: id, name, how many."""
    found = uow.case_list.handlers(rules.scope_of(actor))
    names = uow.people.names(person for person, _ in found)
    return tuple((person, names.get(person, person), n) for person, n in found)


def steps(uow: UnitOfWork, actor: Actor, process: str) -> tuple[tuple[str, str], ...]:
    """Return the steps at which the actor's cases have open tasks: element id and name."""
    found = uow.statistics.by_element(rules.scope_of(actor), process or None)
    return tuple(dict.fromkeys((element, name) for element, name, _ in found))


def _filters(uow: UnitOfWork, query: CaseQuery) -> dict[str, Any]:
    known = {state.value for state in InstanceState}
    status = "active" if query.state == "suspended" else query.state if query.state in known else None
    return {
        "text": query.text or None,
        "status": status,
        "suspended": True if query.state == "suspended" else None,
        "process_key": query.process or None,
        "units": people.organisation(uow).below(query.unit) if query.unit else None,
        "element_id": query.step or None,
        "handler": query.handler or None,
        "risk": query.risk or None,
        **_begun(query),
        **_due(query.late, uow.now),
    }


def _begun(query: CaseQuery) -> dict[str, datetime | None]:
    first, last = query.begun_from, query.begun_to
    return {
        "started_after": datetime.combine(first, time.min, ZONE) if first else None,
        "started_before": datetime.combine(last + timedelta(days=1), time.min, ZONE) if last else None,
    }


def _due(late: Lateness, now: datetime) -> dict[str, Any]:
    if late == "none":
        return {"without_deadline": True}
    if late == "later":
        return {"due_from": now + REACH["days"]}
    if late not in REACH:
        return {}
    from_ = {"soon": now, "days": now}.get(late)
    return {"due_from": from_, "due_until": now + REACH[late]}


# -- as text: addresses, saved searches, exports ------------------------------------------------------------------------


def read(given: Mapping[str, str]) -> CaseQuery:
    """
    Read a query from texts; what is not understood is left out.

    >>> read({"state": "active", "begun_from": "gestern", "sort": "sideways"})
    CaseQuery(text='', state='active', process='', unit='', step='', handler='', late='', risk='', begun_from=None, begun_to=None, sort='new')
    """
    texts = {
        name: given.get(name, "").strip()[:200]
        for name in ("text", "state", "process", "unit", "step", "handler", "risk")
    }
    late, sort = given.get("late", ""), given.get("sort", "")
    return CaseQuery(
        **texts,
        late=late if late in ("late", "soon", "days", "later", "none") else "",  # type: ignore[arg-type]
        sort=sort if sort in ("new", "old", "due") else "new",  # type: ignore[arg-type]
        begun_from=_day(given.get("begun_from", "")),
        begun_to=_day(given.get("begun_to", "")),
    )


def written(query: CaseQuery) -> dict[str, str]:
    """
    Return a query as texts, what is not asked for left out.

    >>> written(CaseQuery(state="active", begun_from=date(2026, 11, 1)))
    {'state': 'active', 'begun_from': '2026-11-01'}
    """
    given = {field.name: getattr(query, field.name) for field in fields(query)}
    return {
        name: str(value)
        for name, value in given.items()
        if value and value != ("new" if name == "sort" else None)
    }


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in range(1900, 9000) else None


# -- searches that a person keeps --------------------------------------------------------------------------------------


def save(uow: UnitOfWork, actor: Actor, name: str, query: CaseQuery) -> None:
    """
    Keep a query under a name; an older one of that name gives way.

    Raises:
        Invalid: no name, or twenty are kept already.
    """
    name = name.strip()
    if not 0 < len(name) <= 30:
        raise Invalid("请给查找条件起 1 到 30 个字的名称。")
    kept = {found for found, _ in saved(uow, actor)}
    if name not in kept and len(kept) >= MOST_SEARCHES:
        raise Invalid(f"最多保存 {MOST_SEARCHES} 组查找条件。请先删除不用的。")
    uow.searches.put(actor.person_id, name, written(query), uow.now)


def saved(uow: UnitOfWork, actor: Actor) -> tuple[tuple[str, CaseQuery], ...]:
    """Return the actor's searches by name."""
    return tuple((row["name"], read(row["filters"])) for row in uow.searches.of_person(actor.person_id))


def forget(uow: UnitOfWork, actor: Actor, name: str) -> None:
    """Drop a search of the actor."""
    uow.searches.drop(actor.person_id, name)
