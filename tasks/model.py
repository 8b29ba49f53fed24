"""
The words of work: people and units, user tasks and jobs, and the states they may be in.

Values are frozen; states are data (``TRANSITIONS``). No rule lives here (``tasks/rules.py``) and no database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from bpmn.model import Json, Value


class UnitKind(StrEnum):
    """What a unit of the organisation is."""

    CITY = "city"
    DISTRICT = "district"
    POLICE_DISTRICT = "police-district"  #: 公安分局
    JUSTICE_DISTRICT = "justice-district"  #: 区司法局
    LEADING_GROUP = "leading-group"  #: 领导小组办公室
    TOWN = "town"
    VILLAGE = "village"
    GRID = "grid"
    STATION = "station"  #: 派出所
    JUSTICE = "justice"  #: 司法所
    LEGAL = "legal"  #: 基层法律服务所
    ROOM = "room"  #: 公安司法联合调解室
    CENTRE = "centre"  #: 综治中心
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One body of the organisation tree."""

    id: str
    kind: UnitKind
    name: str
    parent: str | None  #: id of the unit that leads it
    area: str | None = None  #: id of the town or village it serves; None = its parent's
    pilot: bool = False


class Organisation:
    """
    The organisation tree.

    >>> town = Unit(id="t", kind=UnitKind.TOWN, name="镇", parent=None)
    >>> village = Unit(id="v", kind=UnitKind.VILLAGE, name="村", parent="t")
    >>> sorted(Organisation([town, village]).below("t"))
    ['t', 'v']
    """

    def __init__(self, units: Iterator[Unit] | list[Unit] | tuple[Unit, ...]) -> None:
        self._units = {unit.id: unit for unit in units}
        self._children: dict[str, list[str]] = {}
        for unit in self._units.values():
            if unit.parent is not None:
                self._children.setdefault(unit.parent, []).append(unit.id)

    def __iter__(self) -> Iterator[Unit]:
        return iter(self._units.values())

    def __contains__(self, unit_id: object) -> bool:
        return unit_id in self._units

    def get(self, unit_id: str) -> Unit | None:
        """Return the unit, or None."""
        return self._units.get(unit_id)

    def name(self, unit_id: str | None) -> str:
        """Return the unit's name; an empty text when it is unknown."""
        unit = self._units.get(unit_id or "")
        return unit.name if unit else ""

    def children(self, unit_id: str) -> tuple[str, ...]:
        """Return ids of the units led directly."""
        return tuple(self._children.get(unit_id, ()))

    def below(self, unit_id: str) -> frozenset[str]:
        """Return the ids of the unit and of everything under it."""
        found, open_ = set[str](), [unit_id]
        while open_:
            here = open_.pop()
            if here not in found:
                found.add(here)
                open_.extend(self._children.get(here, ()))
        return frozenset(found)

    def above(self, unit_id: str) -> tuple[str, ...]:
        """Return the ids from the unit up to the root, the unit first."""
        chain: list[str] = []
        here: str | None = unit_id
        while here is not None and here in self._units and here not in chain:
            chain.append(here)
            here = self._units[here].parent
        return tuple(chain)

    def serving(self, area: str, kind: UnitKind) -> Unit | None:
        """Return the unit of a kind that serves a town or village (or one above it)."""
        for place in self.above(area):
            for unit in self._units.values():
                if unit.kind is kind and place in (unit.area, unit.id):
                    return unit
        return None


@dataclass(frozen=True, kw_only=True)
class Actor:
    """
    Who asks. ``roles`` are pairs (role code, unit id), e.g. ``("R02", "station-chengdong")``.

    ``covers`` maps a unit id to every unit under it, so that pure rules need no organisation tree.
    """

    person_id: str
    name: str
    account: str = ""
    roles: frozenset[tuple[str, str]] = frozenset()
    covers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    client: str = ""  #: address of the device, for the audit
    acting_for: str | None = None  #: person id while standing in for somebody (代理)

    @property
    def role_codes(self) -> frozenset[str]:
        """Role codes in any unit."""
        return frozenset(role for role, _ in self.roles)

    @property
    def units(self) -> frozenset[str]:
        """Units in which the actor holds a role."""
        return frozenset(unit for _, unit in self.roles)

    def has(self, *roles: str) -> bool:
        """Tell whether the actor holds one of the roles in any unit."""
        return not self.role_codes.isdisjoint(roles)

    def reach(self, *roles: str) -> frozenset[str]:
        """Return the units, those below included, in which the actor holds one of the roles."""
        held = (unit for role, unit in self.roles if role in roles)
        return frozenset(reached for unit in held for reached in self.covers.get(unit, frozenset({unit})))


#: The system itself: timers, jobs, imports.
SYSTEM = Actor(person_id="system", name="系统", account="system", roles=frozenset({("SYSTEM", "")}))


@dataclass(frozen=True, kw_only=True)
class Person:
    """A member of staff."""

    id: str
    account: str
    name: str
    active: bool = True
    locale: str = "zh"
    phone: str | None = None
    qualification: str | None = None
    roles: frozenset[tuple[str, str]] = frozenset()
    absent_until: datetime | None = None
    substitute_id: str | None = None


class UserTaskState(StrEnum):
    """Where a user task stands."""

    CREATED = "created"  #: in the pool of its candidates
    CLAIMED = "claimed"  #: one person works on it
    COMPLETED = "completed"
    CANCELLED = "cancelled"


TRANSITIONS: Mapping[UserTaskState, frozenset[UserTaskState]] = MappingProxyType(
    {
        UserTaskState.CREATED: frozenset(
            {UserTaskState.CLAIMED, UserTaskState.COMPLETED, UserTaskState.CANCELLED}
        ),
        UserTaskState.CLAIMED: frozenset(
            {UserTaskState.CREATED, UserTaskState.CLAIMED, UserTaskState.COMPLETED, UserTaskState.CANCELLED}
        ),
        UserTaskState.COMPLETED: frozenset(),
        UserTaskState.CANCELLED: frozenset(),
    }
)


@dataclass(frozen=True, kw_only=True)
class UserTask:
    """One visit to a user task, as the index of wait states knows it."""

    id: str
    instance_id: str
    activity_id: str
    element_id: str
    name: str
    lane: str | None = None
    state: UserTaskState = UserTaskState.CREATED
    roles: tuple[str, ...] = ()  #: candidate role codes
    unit_id: str | None = None  #: unit in which the role must be held; None = any unit of the case
    case_units: frozenset[str] = frozenset()  #: units of the case, used when ``unit_id`` is None
    assignee_id: str | None = None
    owner_id: str | None = None  #: who delegated it and gets it back (委派)
    form_key: str | None = None
    papers: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    source: tuple[str, ...] = ()  #: ids of the law pack's sources
    priority: int = 50
    created_at: datetime | None = None
    due_at: datetime | None = None
    completed_at: datetime | None = None
    completed_by: str | None = None
    title: str = ""  #: title of the case
    business_key: str | None = None
    process_key: str = ""
    reminders: int = 0
    extensions: Mapping[str, Json] = field(default_factory=dict)
    actions: tuple[str, ...] = ()  #: what the asking actor may do, e.g. ``claim``, ``complete``

    @property
    def is_open(self) -> bool:
        """True while somebody may still work on it."""
        return bool(TRANSITIONS[self.state])

    @property
    def is_approval(self) -> bool:
        """True when completing it approves or signs (``jf:approval`` or ``jf:signs``)."""
        return bool(self.signs) or self.extensions.get("approval") in (True, "true")


class JobState(StrEnum):
    """Where a job stands."""

    READY = "ready"
    LEASED = "leased"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"  #: retries exhausted; an incident is open


@dataclass(frozen=True, kw_only=True)
class Job:
    """A service task that waits for its handler. ``id`` is the idempotency key for the outside."""

    id: str
    instance_id: str
    activity_id: str
    element_id: str
    operation: str  #: handler name, e.g. ``send-notice``
    parameters: Mapping[str, Value] = field(default_factory=dict)  #: as evaluated in the diagram
    state: JobState = JobState.READY
    attempts: int = 0  #: finished tries; 0 before the first
    leased_until: datetime | None = None  #: aware UTC; None while nobody works on it
    business_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """What the rules need to know of a case, without its data."""

    instance_id: str
    units: frozenset[str] = frozenset()
    participants: frozenset[str] = frozenset()  #: person ids that work or worked on it
    assignees: frozenset[str] = frozenset()  #: those of them who had one of its tasks
    conflicts: frozenset[str] = frozenset()  #: person ids with a recorded conflict of interest
    grants: frozenset[str] = frozenset()  #: person ids with a named grant (minors, sealed)
    sealed: bool = False
    completed_by: Mapping[str, str] = field(default_factory=dict)  #: element id -> person who did it last


@dataclass(frozen=True, kw_only=True)
class Scope:
    """
    Which cases an actor may see; ``workflows/store/scopes.py`` alone turns it into SQL.

    A case is visible when the person takes part in it or one of its units is in ``units``.
    """

    person_id: str
    units: frozenset[str] = frozenset()
    masked: bool = True  #: names and numbers are masked in what is shown
    candidate_keys: frozenset[str] = frozenset()  #: ``role@unit`` pools whose tasks are visible
    everything: bool = False  #: the system itself
