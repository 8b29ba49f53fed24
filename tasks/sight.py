"""
Who can see and do what with one case, and why: the answers of ``tasks/rules.py``, taken apart for people to read.

Nothing is decided here. ``of`` asks the rules that decide at every door and says which of them let somebody in or keep
them out; the matrix test walks all doors and compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from tasks import disclosure, matrix, rules
from tasks.model import Actor, CaseFacts, UserTask

Why = Literal["starter", "assignee", "copied", "grant", "supervisor", "pool"]
Barrier = Literal["conflict", "sealed", "keeper"]
May = Literal["see", "clear", "papers", "work", "supervise"]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """One reason to see the case."""

    why: Why
    role: str = ""  #: the role that counts, e.g. ``R04``; empty for a part in the case
    unit_id: str = ""  #: where it is held


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What one person can see and do, and why or why not."""

    person_id: str
    name: str
    grounds: tuple[Ground, ...]
    barriers: tuple[Barrier, ...]
    may: tuple[May, ...]  #: empty = the case does not exist for this person
    tasks: tuple[str, ...] = ()  #: names of open tasks that this person may work on

    @property
    def sees(self) -> bool:
        """Tell whether the person may know of the case."""
        return "see" in self.may

    @property
    def is_kept_out(self) -> bool:
        """Tell whether the person would see the case, were there no barrier."""
        return bool(self.grounds) and bool(self.barriers)


def of(
    actor: Actor, facts: CaseFacts, tasks: Iterable[UserTask], parts: Mapping[str, frozenset[str]]
) -> Sight:
    """
    Return what the actor can see and do.

    Args:
        tasks: The open tasks of the case, knowing its units.

        parts: Person id -> parts in the case (``starter``, ``assignee``, ``copied``, ``grant``).
    """
    tasks = tuple(tasks)
    may = tuple(_may(actor, facts, tasks))
    return Sight(
        person_id=actor.person_id,
        name=actor.name,
        grounds=(*_by_part(actor, facts, parts), *_by_role(actor, facts), *_by_pool(actor, facts, tasks)),
        barriers=tuple(_barriers(actor, facts)),
        may=may,
        tasks=tuple(
            task.name
            for task in tasks
            if may and not {"claim", "complete"}.isdisjoint(rules.actions_on(task, actor, facts))
        ),
    )


def _may(actor: Actor, facts: CaseFacts, tasks: tuple[UserTask, ...]) -> Iterable[May]:
    if not rules.may_open_case(actor, facts, tasks):
        return
    yield "see"
    if disclosure.may_see_clear(actor, facts):
        yield "clear"
    if disclosure.may_see_papers(actor, facts):
        yield "papers"
    if any(not {"claim", "complete"}.isdisjoint(rules.actions_on(task, actor, facts)) for task in tasks):
        yield "work"
    if rules.supervises(actor, facts.units):
        yield "supervise"


def _barriers(actor: Actor, facts: CaseFacts) -> Iterable[Barrier]:
    if actor.person_id in facts.conflicts:
        yield "conflict"
    if facts.sealed and actor.person_id not in facts.grants:
        yield "sealed"
    if rules.sees_no_cases(actor):
        yield "keeper"


def _by_part(actor: Actor, facts: CaseFacts, parts: Mapping[str, frozenset[str]]) -> Iterable[Ground]:
    if actor.person_id in facts.participants:
        known: tuple[Why, ...] = ("starter", "assignee", "copied", "grant")
        mine = parts.get(actor.person_id, frozenset())
        yield from (Ground(why=part) for part in known if part in mine)


def _by_role(actor: Actor, facts: CaseFacts) -> Iterable[Ground]:
    for role, unit in sorted(actor.roles):
        reached = actor.covers.get(unit, frozenset({unit}))
        if role in matrix.SUPERVISORS and not reached.isdisjoint(facts.units):
            yield Ground(why="supervisor", role=role, unit_id=unit)


def _by_pool(actor: Actor, facts: CaseFacts, tasks: tuple[UserTask, ...]) -> Iterable[Ground]:
    pools = frozenset[str]().union(
        *(rules.pools_of(task) for task in tasks if rules.opens_by(task, actor, facts))
    )
    for role, unit in sorted(actor.roles):
        if not pools.isdisjoint({f"{role}@{unit}", f"{role}@*"}):
            yield Ground(why="pool", role=role, unit_id=unit)
    if any(actor.person_id == task.owner_id for task in tasks):
        yield Ground(why="assignee")
