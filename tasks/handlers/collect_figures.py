"""
``collect-figures``: the data pack of a meeting or exchange, from what really happened in a unit and a period.

Counts only: no name, no number of a person, no text of a case. Counts of special persons below five are suppressed.

Legal source: ``sources.toml#PIPL``, ``sources.toml#POLICY``
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bpmn.model import Value
from tasks import small_cells
from tasks.handlers import reading
from tasks.model import Job
from tasks.outcomes import Completed, Outcome
from tasks.ports import Ports

COUNTS = ("started", "completed", "open", "overdue")


def handle(parameters: Mapping[str, Value], job: Job, ports: Ports) -> Outcome:
    """
    Return ``figures`` {from, to, rows}, ``counted`` (by kind), ``carried`` (items of earlier periods not done) and ``persons``.

    Args:
        parameters: ``unit`` id; ``days`` to look back; ``from`` names of processes whose open items are carried over;
            ``raised`` names of processes whose running cases bring items; ``persons`` true for the need-to-know list of
            special persons in care (reference, grade and visit facts; no name); ``month`` true for the calendar month
            before instead of ``days``; ``exact`` true where every reader works with special persons.

        job: The job.

        ports: Where counts come from.
    """
    unit = reading.text(parameters, "unit")
    since, until = _span(parameters, ports.now().date())
    rows = small_cells.suppress_columns(ports.counts(unit, since, until), COUNTS)
    carried = [*ports.carried(unit, reading.texts(parameters, "from"))]
    carried += ports.raised(unit, reading.texts(parameters, "raised"), since)
    persons = ports.persons_in_care(unit) if parameters.get("persons") is True else []
    return Completed(
        {
            "figures": _figures(rows, since, until),
            "counted": dict(ports.happened(unit, since, until, exact=parameters.get("exact") is True)),
            "carried": carried,
            "persons": list(persons),
        }
    )


def _figures(rows: Sequence[Mapping[str, Any]], since: date, until: date) -> dict[str, Value]:
    return {"from": since, "to": until, "rows": [dict(row) for row in rows]}


def _span(parameters: Mapping[str, Value], today: date) -> tuple[date, date]:
    if parameters.get("month") is not True:
        return today - timedelta(days=_days(parameters)), today
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _days(parameters: Mapping[str, Value]) -> int:
    given = parameters.get("days")
    return int(given) if isinstance(given, int | Decimal) else 7
