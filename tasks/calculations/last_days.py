"""
The last day of every right a party has after mediation failed, earliest first, for the guidance paper W14.

Which routes are shown is decided by the tables DT-6; here are only the dates.

Legal source: the basis of each deadline in ``deadlines.toml``; ``sources.toml#MFD-188``
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from bpmn.deadlines.calendar import Calendar
from bpmn.deadlines.catalogue import Catalogue
from bpmn.deadlines.reckoning import reckon_from
from tasks.calculations import limitation
from tasks.calculations.limitation import Interruption, Obstacle, Right


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The dates of a case; what is None has no bearing on it."""

    known_on: date | None = None  #: harm and obligor known
    harmed_on: date | None = None
    right: Right = Right.GENERAL
    victim_born_on: date | None = None
    interruptions: tuple[Interruption, ...] = ()
    obstacles: tuple[Obstacle, ...] = field(default=())
    labour_known_on: date | None = None  #: labour claim: arbitration within a year
    agreement_effective_on: date | None = None  #: mediation agreement: judicial confirmation
    enforceable_due_on: date | None = None  #: confirmed or notarised paper: last day of performance
    act_known_on: date | None = None  #: administrative act
    is_told_of_rights: bool = True
    review_decided_on: date | None = None  #: review decision received, or its period expired


@dataclass(frozen=True, kw_only=True)
class LastDay:
    """A right and when it ends; ``last_day`` None: no limitation or held by an open procedure."""

    right: str
    last_day: date | None
    unrolled: date | None
    provisional: bool
    explanation: tuple[str, ...]
    sources: tuple[str, ...]
    code: str = ""  #: catalogue entry, where there is one


def last_days(facts: Facts, catalogue: Catalogue, calendar: Calendar) -> tuple[LastDay, ...]:
    """
    Return every last day, the earliest first, rights without one at the end.

    Raises:
        LimitationInvalid: dates contradict each other.
    """
    found = [*_limitation(facts, calendar), *_deadlines(facts, catalogue, calendar)]
    return tuple(sorted(found, key=lambda item: (item.last_day is None, item.last_day or date.max)))


def _limitation(facts: Facts, calendar: Calendar) -> Iterator[LastDay]:
    if facts.known_on is None:
        return
    given = limitation.Parameters(
        known_on=facts.known_on,
        right=facts.right,
        harmed_on=facts.harmed_on,
        victim_born_on=facts.victim_born_on,
        interruptions=facts.interruptions,
        obstacles=facts.obstacles,
    )
    result = limitation.calculate(given, calendar)
    yield LastDay(
        right="民事诉讼时效",
        last_day=result.last_day,
        unrolled=result.unrolled,
        provisional=result.provisional,
        explanation=result.explanation,
        sources=result.sources,
    )


def _deadlines(facts: Facts, catalogue: Catalogue, calendar: Calendar) -> Iterator[LastDay]:
    told = "" if facts.is_told_of_rights else "n"
    wanted = (
        ("D-136", facts.labour_known_on),
        ("D-122", facts.agreement_effective_on),
        ("D-125", facts.enforceable_due_on),
        (f"D-201{told}", facts.act_known_on),
        (f"D-212{told}", facts.act_known_on),
        ("D-211", facts.review_decided_on),
    )
    for code, start in wanted:
        if start is not None:
            yield _of(code, start, catalogue, calendar)


def _of(code: str, start: date, catalogue: Catalogue, calendar: Calendar) -> LastDay:
    rule = catalogue.find(code)
    reckoning = reckon_from(rule, start, calendar)
    return LastDay(
        right=rule.name,
        last_day=reckoning.statutory_last_day,
        unrolled=reckoning.unrolled,
        provisional=reckoning.provisional,
        explanation=reckoning.explanation,
        sources=tuple(source.id for source in reckoning.sources),
        code=code,
    )
