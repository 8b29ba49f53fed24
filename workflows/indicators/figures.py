"""What really happened in a unit: counts, unfinished items and references, for the data packs of the cadences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from bpmn import interpreter
from bpmn.deadlines.calendar import ZONE
from bpmn.model import Json
from tasks.model import UnitKind
from workflows import values
from workflows.identity import people
from workflows.processes import definitions
from workflows.store.rows import InstanceRow
from workflows.store.unit_of_work import UnitOfWork

DONE = frozenset({"完成", "销号", "已转办", "不办"})
CARE = "handover-"
#: Facts about the care of a person that reviews and patrols need; no name, no number, no free text.
FACTS = ("grade", "everyDays", "next", "endsOn", "visits", "refused", "absences", "absentDays")
GRADE_FACTS = ("violence", "repeat", "warned", "noSupport", "unrepentant", "mentalIllness", "goodMonths", "imported", "dangerLevel")  # fmt: skip
MONTH_DAYS = Decimal("30.4")


def counts(uow: UnitOfWork, unit: str, since: date, until: date) -> tuple[dict[str, Json], ...]:
    """Return started, completed, open and overdue cases by process, with its name, from the first to the last of two days."""
    first = datetime.combine(since, time.min, ZONE)
    last = datetime.combine(until, time.max, ZONE)
    rows = uow.statistics.of_unit(unit, first, last, uow.now)
    return tuple({**row, "name": name_of(uow, str(row["code"]))} for row in rows)


def name_of(uow: UnitOfWork, process: str) -> str:
    """Return a procedure's name: papers and meetings read words, not its key."""
    row = uow.packs.latest(process)
    return row.name or process if row else process


def carried(
    uow: UnitOfWork, unit: str, processes: Sequence[str], *, but: str | None = None
) -> tuple[dict[str, Json], ...]:
    """
    Return the items that the latest instance of each process left undone, with the process they come from.

    A district carries what its towns left undone, too.
    """
    found: list[dict[str, Json]] = []
    for process in processes:
        for area in (unit, *_towns_below(uow, unit)):
            row = uow.instances.latest_with_key(process, f"{process}/{area}/%", but=but)
            found += _open_items(row) if row else []
    return tuple(found)


def raised(
    uow: UnitOfWork, unit: str, processes: Sequence[str], since: datetime
) -> tuple[dict[str, Json], ...]:
    """Return the undone items of cases that run in the unit, or ended after an instant, with the case's key."""
    rows = [row for process in processes for row in uow.instances.recent_in_units(process, [unit], since)]
    return tuple({**item, "ref": row.business_key} for row in rows for item in _open_items(row))


def persons_in_care(uow: UnitOfWork, unit: str) -> tuple[dict[str, Json], ...]:
    """Return reference, category, grade and visit facts of running hand-overs; names stay in their files."""
    rows = uow.instances.running_in_units(f"{CARE}%", [unit])
    return tuple(_facts(row, _known(uow, row), uow.now.date()) for row in rows)


def _known(uow: UnitOfWork, row: InstanceRow) -> dict[str, Any]:
    """Care runs in a called process, whose variables are not those of the case while it runs."""
    inside = interpreter.known(definitions.load(uow, row.definition_id), row.state)
    return {**values.decode(row.variables), **inside}


def _facts(row: InstanceRow, known: Mapping[str, Any], today: date) -> dict[str, Json]:
    care, grade, person = (_context(known.get(name)) for name in ("care", "grade", "person"))
    facts = {name: care.get(name) for name in FACTS}
    graded = {name: grade.get(name) for name in GRADE_FACTS} | {"monthsIn": _months_in(care, today)}
    told: dict[str, Json] = {
        "ref": row.business_key,
        "category": row.process_key,
        "categoryName": person.get("category") or _context(known.get("profile")).get("category"),
        "minor": person.get("minor"),
        "counted": _context(known.get("profile")).get("counted"),
        "grades": _context(known.get("profile")).get("grades"),
        "alerts": known.get("alerts"),
        **facts,
        "facts": graded,
    }
    return {name: values.to_json(value) for name, value in told.items()}


def _months_in(care: Mapping[str, Any], today: date) -> int | None:
    since = care.get("from")
    return int((today - since).days / MONTH_DAYS) if isinstance(since, date) else None


def _context(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _towns_below(uow: UnitOfWork, unit: str) -> list[str]:
    tree = people.organisation(uow)
    return [
        one.id for one in tree if one.kind is UnitKind.TOWN and unit in tree.above(one.id) and one.id != unit
    ]


def _open_items(row: InstanceRow) -> list[dict[str, Json]]:
    items = values.to_json(values.decode(row.variables).get("items") or [])
    return [{**item, "source": row.process_key} for item in items if _is_open(item)]


def _is_open(item: object) -> bool:
    return isinstance(item, Mapping) and item.get("status") not in DONE
