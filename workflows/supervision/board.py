"""
Use cases of the board: how many cases wait at each element, and which.

A number and the list behind it come from the same tokens by the same function, so they cannot differ. Supervisors count
and open the cases of their units; the leading-group office (R15) counts only, and small numbers stay hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal

from bpmn.deadlines.calendar import ZONE
from bpmn.definition import Element
from bpmn.errors import Forbidden
from tasks import matrix
from tasks.model import Actor, Scope
from tasks.small_cells import SMALLEST
from workflows import views
from workflows.identity import people
from workflows.model import InstanceSummary
from workflows.processes import definitions, diagrams
from workflows.store.tokens import Token
from workflows.store.unit_of_work import UnitOfWork
from workflows.supervision import reports

Level = Literal["", "late", "soon"]
SOON: Final = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class View:
    """What one reader sees: whose cases of which version, narrowed by unit and by the day they began."""

    definition_id: str
    units: frozenset[str]  #: a case belongs when it touches one of them; empty = none
    inside: frozenset[str] | None = None  #: and one of these, when given
    begun_from: date | None = None  #: first day, local time
    begun_to: date | None = None  #: last day, local time
    lists: bool = True  #: may open the cases behind the numbers
    person_id: str = ""  #: who looks; cases that a conflict or a seal keeps from them are not there

    def holds(self, token: Token) -> bool:
        """Tell whether the token's case is in the view."""
        begun = token.started_at.astimezone(ZONE).date()
        return (
            not self.units.isdisjoint(token.units)
            and token.is_open_to(self.person_id)
            and (self.inside is None or not self.inside.isdisjoint(token.units))
            and (self.begun_from is None or begun >= self.begun_from)
            and (self.begun_to is None or begun <= self.begun_to)
        )


@dataclass(frozen=True, kw_only=True)
class Count:
    """The cases at one element. ``None`` = too few to be shown to this reader."""

    cases: int | None
    late: int | None = 0
    soon: int | None = 0
    waiting: timedelta | None = None  #: mean time since they got there; None when not recorded


HIDDEN: Final = Count(cases=None, late=None, soon=None)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Behind which number to look; nothing given = behind the total."""

    element_id: str | None = None
    process_id: str | None = None
    level: Level = ""

    def holds(self, element: Element) -> bool:
        """Tell whether the element is at the place."""
        return self.element_id in (None, element.id) and self.process_id in (None, element.process_id)


@dataclass(frozen=True, kw_only=True)
class Board:
    """The numbers of one view at one instant."""

    at: datetime
    elements: Mapping[str, Count]  #: element id -> count; elements without a case are left out
    diagrams: Mapping[str, Count]  #: process id -> cases with a token in it
    total: Count


def view(
    uow: UnitOfWork,
    actor: Actor,
    definition_id: str,
    *,
    unit_id: str | None = None,
    begun_from: date | None = None,
    begun_to: date | None = None,
) -> View:
    """
    Return what the actor may count, narrowed.

    Raises:
        Forbidden: the actor is neither a supervisor nor the leading-group office.
        DefinitionNotFound: no such version.
    """
    found = definitions.row(uow, definition_id).id
    reach = actor.reach(*matrix.SUPERVISORS)
    if reach:
        inside = people.organisation(uow).below(unit_id) if unit_id else None
        return View(
            definition_id=found,
            units=reach,
            inside=inside,
            begun_from=begun_from,
            begun_to=begun_to,
            person_id=actor.person_id,
        )
    if not actor.has("R15"):
        raise Forbidden("看板供派出所、司法所和区级主管使用。您的案件在“案件”和“我的任务”中。")
    # No filters here: two narrow numbers subtracted would give away what is hidden.
    return View(definition_id=found, units=reports.counting_scope(uow, actor).units, lists=False)


def count(uow: UnitOfWork, seen: View) -> Board:
    """Return the numbers of a view now."""
    tokens = uow.tokens.of([seen.definition_id])
    return counted(tokens, seen, diagrams.of(uow, seen.definition_id), uow.now)


def counted(tokens: Iterable[Token], seen: View, drawn: diagrams.Drawn, now: datetime) -> Board:
    """Count the tokens of a view; pure."""
    by_element: dict[str, list[Token]] = {}
    by_diagram: dict[str, list[Token]] = {}
    everything: list[Token] = []
    for token in _placed(tokens, seen, drawn):
        by_element.setdefault(token.element_id, []).append(token)
        by_diagram.setdefault(drawn.elements[token.element_id].process_id, []).append(token)
        everything.append(token)
    board = Board(
        at=now,
        elements={element: _count(group, now) for element, group in by_element.items()},
        diagrams={process: _count(group, now) for process, group in by_diagram.items()},
        total=_count(everything, now),
    )
    return board if seen.lists else _discreet(board, drawn)


def _discreet(board: Board, drawn: diagrams.Drawn) -> Board:
    """Hide numbers below five, and every sum that would give a hidden one away."""
    elements = {element: _hidden(count) for element, count in board.elements.items()}
    shy = {drawn.elements[e].process_id for e, count in elements.items() if count.cases is None}
    for element in elements:
        if not shy.isdisjoint(drawn.reach.get(element, ())):
            elements[element] = HIDDEN
    sums = {p: HIDDEN if p in shy else _hidden(count) for p, count in board.diagrams.items()}
    return Board(at=board.at, elements=elements, diagrams=sums, total=HIDDEN if shy else _hidden(board.total))


def cases_at(
    uow: UnitOfWork, seen: View, place: Place, *, skip: int = 0, limit: int = 50
) -> tuple[int, tuple[InstanceSummary, ...]]:
    """
    Return how many cases are behind a number and a slice of them, the most urgent first.

    Raises:
        Forbidden: the reader may only count.
    """
    if not seen.lists:
        raise Forbidden("您的角色只看数字，不看具体案件。")
    tokens = uow.tokens.of([seen.definition_id])
    chosen = listed(tokens, seen, diagrams.of(uow, seen.definition_id), place, uow.now)
    wanted = chosen[skip : skip + limit]
    rows = uow.instances.by_ids(wanted, Scope(person_id=seen.person_id, units=seen.units))
    found = {case.id: case for case in views.summaries(uow, rows)}
    return len(chosen), tuple(found[case] for case in wanted if case in found)


def listed(
    tokens: Iterable[Token], seen: View, drawn: diagrams.Drawn, place: Place, now: datetime
) -> tuple[str, ...]:
    """Return the ids of the cases behind a number, the most urgent first; pure."""
    groups: dict[str, list[Token]] = {}
    for token in _placed(tokens, seen, drawn):
        if place.holds(drawn.elements[token.element_id]):
            groups.setdefault(token.instance_id, []).append(token)
    chosen = [case for case, group in groups.items() if not place.level or _level(group, now) == place.level]
    far = now + timedelta(days=36500)
    return tuple(sorted(chosen, key=lambda case: (min(t.due_at or far for t in groups[case]), case)))


def _placed(tokens: Iterable[Token], seen: View, drawn: diagrams.Drawn) -> Iterable[Token]:
    """
    Yield the view's tokens that stand on a drawn element; armed boundary and start events hold none.

    A step that calls a process is as late as what is due inside it.
    """
    kept = [t for t in tokens if t.definition_id == seen.definition_id and seen.holds(t)]
    inside: dict[str, dict[str, datetime | None]] = {}
    for token in kept:
        element = drawn.elements.get(token.element_id)
        if element and element.type != "callActivity":
            here = inside.setdefault(token.instance_id, {})
            here[element.process_id] = _sooner(here.get(element.process_id), token.due_at)
    for token in kept:
        element = drawn.elements.get(token.element_id)
        if element is None or element.type in ("boundaryEvent", "startEvent"):
            continue
        if element.type != "callActivity":
            yield token
            continue
        # A step that was taken back leaves its entry in the record: the case must really be in the called process.
        reached = inside.get(token.instance_id, {}).keys() & drawn.reach.get(token.element_id, frozenset())
        if reached:
            dues = [inside[token.instance_id][process] for process in reached]
            yield replace(token, due_at=min((due for due in dues if due is not None), default=None))


def _sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)


def _count(tokens: list[Token], now: datetime) -> Count:
    groups: dict[str, list[Token]] = {}
    for token in tokens:
        groups.setdefault(token.instance_id, []).append(token)
    levels = [_level(group, now) for group in groups.values()]
    since = [now - token.since for token in tokens if token.since is not None]
    mean = sum(since, timedelta()) / len(since) if since else None
    return Count(cases=len(groups), late=levels.count("late"), soon=levels.count("soon"), waiting=mean)


def _hidden(found: Count) -> Count:
    """Hide a number below five, and one whose complement is."""
    cases, late, soon = found.cases or 0, found.late or 0, found.soon or 0
    if cases < SMALLEST:
        return HIDDEN
    seen = (n if n == 0 or SMALLEST <= n <= cases - SMALLEST else None for n in (late, soon))
    return Count(cases=cases, late=next(seen), soon=next(seen), waiting=found.waiting)


def _level(tokens: Iterable[Token], now: datetime) -> Level:
    due = min((token.due_at for token in tokens if token.due_at is not None), default=None)
    if due is None:
        return ""
    return "late" if due <= now else "soon" if due - now <= SOON else ""


def day(text: str) -> date | None:
    """
    Read a day of the address; None when it is none.

    >>> day("2026-11-23"), day("gestern")
    (datetime.date(2026, 11, 23), None)
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
