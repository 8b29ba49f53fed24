"""What really happened in a unit: counts, unfinished items and references, for the data packs of the cadences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from bpmn.deadlines.calendar import ZONE
from bpmn.model import Json
from workflows import values
from workflows.store.unit_of_work import UnitOfWork

DONE = frozenset({"完成", "销号"})
CARE = "handover-"


def counts(uow: UnitOfWork, unit: str, since: date, until: date) -> tuple[dict[str, Json], ...]:
    """Return started, completed, open and overdue cases by process from the first to the last of two days."""
    first = datetime.combine(since, time.min, ZONE)
    last = datetime.combine(until, time.max, ZONE)
    return uow.statistics.of_unit(unit, first, last, uow.now)


def carried(
    uow: UnitOfWork, unit: str, processes: Sequence[str], *, but: str | None = None
) -> tuple[dict[str, Json], ...]:
    """Return the items that the unit's latest instance of each process left undone, with the process they come from."""
    found: list[dict[str, Json]] = []
    for process in processes:
        row = uow.instances.latest_with_key(process, f"{process}/{unit}/%", but=but)
        items = values.to_json(values.decode(row.variables).get("items") or []) if row else []
        found += [{**item, "source": process} for item in items if _is_open(item)]
    return tuple(found)


def persons_in_care(uow: UnitOfWork, unit: str) -> tuple[dict[str, Json], ...]:
    """Return business key and category of running hand-overs; names stay in their files."""
    rows = uow.instances.running_in_unit(f"{CARE}%", unit)
    return tuple({"ref": key, "category": process} for key, process in rows)


def _is_open(item: object) -> bool:
    return isinstance(item, Mapping) and item.get("status") not in DONE
