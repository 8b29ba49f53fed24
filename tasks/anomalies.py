"""
What the data-protection officer looks into: looks at clear data that are unusual. A pure function over the audit.

Nobody is accused by a list: each line says what was seen, and the officer asks. Staff's home addresses are not held, so a
relative is known by name, telephone or a recorded conflict of interest, not by address.

Legal source: ``sources.toml#PIPL-51``, ``sources.toml#PIPL-54``
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final, Literal

Kind = Literal["after-hours", "many-people", "own-relation", "export", "many-refusals"]
DAY_BEGINS, DAY_ENDS = time(7, 0), time(21, 0)  #: local; looks outside are listed
MOST_PEOPLE: Final = 30  #: people a day
MOST_REFUSALS: Final = 10  #: refused attempts a day
RELATED_KEYS = ("guardian", "agent", "relationName")


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look at clear data, as the audit tells it."""

    person_id: str
    at: datetime  #: local
    action: str  #: ``view-clear``, ``export-…``, ``denied``
    case: str = ""  #: number of the case
    people: int = 0  #: how many people it showed
    relation: str = ""  #: ``self``, ``named``, ``conflict``; empty = none known


@dataclass(frozen=True, kw_only=True)
class Anomaly:
    """One thing to ask about."""

    kind: Kind
    person_id: str
    day: date
    count: int
    cases: tuple[str, ...] = ()


def found(looks: Iterable[Look]) -> tuple[Anomaly, ...]:
    """
    Return what is unusual, by day and person.

    >>> night = Look(person_id="p", at=datetime(2026, 11, 23, 23, 5), action="view-clear", case="A", people=1)
    >>> [(a.kind, a.count, a.cases) for a in found([night])]
    [('after-hours', 1, ('A',))]
    """
    by_kind: dict[tuple[Kind, str, date], list[Look]] = {}
    people = Counter[tuple[str, date]]()
    refused = Counter[tuple[str, date]]()
    for look in looks:
        day = look.at.date()
        if look.action == "denied":
            refused[look.person_id, day] += 1
            continue
        people[look.person_id, day] += look.people
        for kind in _kinds(look):
            by_kind.setdefault((kind, look.person_id, day), []).append(look)
    listed = [_anomaly(*key, looks_) for key, looks_ in by_kind.items()]
    listed += _beyond("many-people", people, MOST_PEOPLE)
    listed += _beyond("many-refusals", refused, MOST_REFUSALS)
    return tuple(sorted(listed, key=lambda one: (one.day, one.kind, one.person_id), reverse=True))


def _kinds(look: Look) -> Iterable[Kind]:
    if look.action.startswith("export"):
        yield "export"
        return
    if not DAY_BEGINS <= look.at.time() < DAY_ENDS:
        yield "after-hours"
    if look.relation:
        yield "own-relation"


def _anomaly(kind: Kind, person_id: str, day: date, looks: list[Look]) -> Anomaly:
    cases = tuple(dict.fromkeys(look.case for look in looks if look.case))
    return Anomaly(kind=kind, person_id=person_id, day=day, count=len(looks), cases=cases)


def _beyond(kind: Kind, counted: Counter[tuple[str, date]], most: int) -> list[Anomaly]:
    over = ((person, day, count) for (person, day), count in counted.items() if count > most)
    return [Anomaly(kind=kind, person_id=person, day=day, count=count) for person, day, count in over]


def relation(name: str, phone: str | None, persons: Iterable[Mapping[str, Any]]) -> str:
    """
    Tell how somebody of the staff seems to be related to people of a case; empty when nothing says so.

    >>> relation("王明", "13800000012", [{"name": "李四", "guardian": "王明"}]), relation("王明", None, [{"name": "王明"}])
    ('named', 'self')
    """
    for person in persons:
        if person.get("name") == name or (phone and person.get("phone") == phone):
            return "self"
        if any(person.get(key) == name for key in RELATED_KEYS):
            return "named"
    return ""
