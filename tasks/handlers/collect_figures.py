"""
``collect-figures``: the data pack of a meeting or exchange, from what really happened in a unit and a period.

Counts only: no name, no number of a person, no text of a case. Counts of special persons below five are suppressed.

Legal source: ``sources.toml#PIPL``, ``sources.toml#POLICY``
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from bpmn.model import Json, Value
from tasks.handlers import reading
from tasks.model import Job
from tasks.outcomes import Completed, Outcome
from tasks.ports import Ports

SMALLEST_CELL = 5  #: counts of special persons below this are not shown
SPECIAL = "handover-"
COUNTS = ("started", "completed", "open", "overdue")


def handle(parameters: Mapping[str, Value], job: Job, ports: Ports) -> Outcome:
    """
    Return ``figures`` {from, to, rows}, ``carried`` (items of earlier periods that are not done) and ``persons``.

    Args:
        parameters: ``unit`` id; ``days`` to look back; ``from`` names of processes whose open items are carried over;
            ``raised`` names of processes whose running cases bring items; ``persons`` true for the need-to-know list of
            special persons in care (reference, grade and visit facts; no name).

        job: The job.

        ports: Where counts come from.
    """
    unit = reading.text(parameters, "unit")
    until = ports.now().date()
    since = until - timedelta(days=_days(parameters))
    rows = [suppressed(row) for row in ports.counts(unit, since, until)]
    carried = [*ports.carried(unit, reading.texts(parameters, "from"))]
    carried += ports.raised(unit, reading.texts(parameters, "raised"), since)
    persons = ports.persons_in_care(unit) if parameters.get("persons") is True else []
    return Completed(
        {
            "figures": _figures(rows, since, until),
            "carried": carried,
            "persons": list(persons),
        }
    )


def suppressed(row: Mapping[str, Json]) -> dict[str, Json]:
    """
    Return a row whose small counts of special persons are null.

    >>> suppressed({"code": "handover-released", "started": 2, "open": 7})
    {'code': 'handover-released', 'started': None, 'open': 7, 'suppressed': True}
    """
    if not str(row.get("code")).startswith(SPECIAL):
        return dict(row)
    kept = {name: _shown(name, value) for name, value in row.items()}
    return {**kept, "suppressed": any(kept[name] != row[name] for name in row)}


def _shown(name: str, value: Json) -> Json:
    small = name in COUNTS and isinstance(value, int) and 0 < value < SMALLEST_CELL
    return None if small else value


def _figures(rows: Sequence[Mapping[str, Json]], since: date, until: date) -> dict[str, Value]:
    return {"from": since, "to": until, "rows": [dict(row) for row in rows]}


def _days(parameters: Mapping[str, Value]) -> int:
    given = parameters.get("days")
    return int(given) if isinstance(given, int | Decimal) else 7
