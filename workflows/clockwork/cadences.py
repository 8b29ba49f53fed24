"""
Processes that start by themselves, once for each unit and period (``jf:each`` on the process).

The timer of the start event answers a context ``{at, period, due, …}`` of the period that follows ``now()``. Exactly once is kept by
the database: the start row is locked while its periods start, and the business key ``process/unit/period`` is unique.
A period missed in an outage starts once when the workers are back, with ``cadence.late`` true.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bpmn import feel
from bpmn.definition import ProcessDefinition, StartEvent
from bpmn.model import Value
from tasks.model import SYSTEM, Organisation, Unit, UnitKind
from workflows import places
from workflows.errors import DuplicateBusinessKey
from workflows.execution.starting import begin, period_key
from workflows.identity import people
from workflows.processes import definitions
from workflows.store.rows import DefinitionRow
from workflows.store.unit_of_work import UnitOfWork

LATE_AFTER = timedelta(hours=1)  #: a start later than this is marked
MOST_PERIODS = 120  #: periods caught up in one round; two years of weeks
KINDS: Mapping[str, UnitKind] = {
    "town": UnitKind.TOWN,
    "village": UnitKind.VILLAGE,
    "station": UnitKind.STATION,
    "justice": UnitKind.JUSTICE,
    "district": UnitKind.DISTRICT,
}


@dataclass(frozen=True, kw_only=True)
class Period:
    """One period of a cadence: when it starts, its label, and what the timer said of it."""

    at: datetime
    label: str
    context: Mapping[str, Value]


def each(model: ProcessDefinition) -> str | None:
    """Return the kind of unit for which the process starts by itself, None for ordinary processes."""
    process = model.elements.get(model.key)
    kind = process.extensions.get("each") if process else None
    return str(kind) if kind else None


def first_due(uow: UnitOfWork, model: ProcessDefinition, start: StartEvent) -> datetime | None:
    """Return when the next period starts; what an older version of the process still owes comes first."""
    owed = uow.packs.start_due(model.key, start.element_id)
    found = following(uow, start.timer or "", uow.now)
    return min((at for at in (owed, found.at if found else None) if at is not None), default=None)


def following(uow: UnitOfWork, timer: str, after: datetime) -> Period | None:
    """Return the first period that starts after an instant; None when the timer names none."""
    environment = uow.installation.environment(after)
    found = feel.evaluate(timer.strip().removeprefix("="), {}, environment=environment)
    at, label = (found.get("at"), found.get("period")) if isinstance(found, dict) else (None, None)
    if not isinstance(at, datetime) or at <= after or not label:
        return None
    return Period(at=at, label=str(label), context={k: v for k, v in found.items() if k != "at"})


def start_due(uow: UnitOfWork, definition: DefinitionRow, start: Mapping[str, Any], timer: str) -> int:
    """Start every period that has come, for every unit; returns how many instances began."""
    model = definitions.load(uow, definition.id)
    tree = people.organisation(uow)
    units = [unit for unit in tree if unit.kind is KINDS.get(each(model) or "")]
    started, after = 0, start["due_at"] - timedelta(microseconds=1)
    for period in _come(uow, timer, after):
        started += sum(_begin(uow, definition, start["element_id"], period, unit, tree) for unit in units)
        after = period.at
    ahead = following(uow, timer, after)
    uow.packs.set_start_due(definition.id, start["element_id"], ahead.at if ahead else None, 1)
    return started


def _come(uow: UnitOfWork, timer: str, after: datetime) -> Iterator[Period]:
    for _ in range(MOST_PERIODS):
        period = following(uow, timer, after)
        if period is None or period.at > uow.now:
            return
        yield period
        after = period.at


def _begin(
    uow: UnitOfWork,
    definition: DefinitionRow,
    element_id: str,
    period: Period,
    unit: Unit,
    tree: Organisation,
) -> bool:
    """Begin one instance; False when the period of this unit has begun already."""
    variables = _variables(uow, period, unit, tree)
    try:
        begin(
            uow,
            definition,
            variables,
            by=SYSTEM,
            business_key=period_key(definition.key, variables),
            start_event=element_id,
        )
    except DuplicateBusinessKey:
        return False
    return True


def _variables(uow: UnitOfWork, period: Period, unit: Unit, tree: Organisation) -> dict[str, Value]:
    late = uow.now > period.at + LATE_AFTER
    due = period.context.get("due")
    return {
        "cadence": {
            **period.context,
            "unit": unit.id,
            "unitName": unit.name,
            "startedFor": period.at,
            "late": late,
            "due": due if isinstance(due, date) else None,
        },
        "units": places.around(tree, unit),
    }
