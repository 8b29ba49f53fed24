"""
Figures by kind of what really happened in a unit: the liaisons of the three offices and the two bureaus start from them.

They are counts; a count of special persons below five is left out unless the readers may see it (``docs/permissions.md``).

Legal source: ``sources.toml#SEED``, ``sources.toml#PIPL``
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, Final

from bpmn.model import Json
from tasks import small_cells
from tasks.model import Scope
from workflows.indicators import counting, figures
from workflows.indicators.records import CaseRecord, Period
from workflows.processes import sharing
from workflows.store.unit_of_work import UnitOfWork

SUIT: Final = "litigation-response"
ACCEPTED: Final = ("AcceptCase", "AcceptCourtCase")
OVER: Final = ("SignAgreement", "WriteGuidance")  #: after these nobody mediates any more
LOST: Final = ("NotReported", "Lost")
CONSULTED: Final = ("AssistOnLaw",)
WRITTEN: Final = ("ReviewAgreement", "WriteGuidance", "ConfirmCompensation")
MARKS: Final = (*counting.DELIVERED, *ACCEPTED, *OVER, *LOST, *CONSULTED, *WRITTEN)

Holds = Callable[[CaseRecord], Any]


def of_unit(uow: UnitOfWork, unit: str, since: date, until: date, *, exact: bool = False) -> dict[str, Json]:
    """
    Count what a unit's cases did from the first to the last of two days.

    Args:
        uow: Open unit of work; nothing is written.
        unit: A town, an office or the district.
        since: First day.
        until: Last day.
        exact: Small counts of special persons stay: every reader works with these people.

    Returns:
        Name -> count; ``byType`` is ``[{type, name, count}]``, ``byGrid`` ``[{grid, count}]``, most first; ``byCategory``
        is ``[{category, name, count}]`` of special persons in care; a hidden count
        is null.
    """
    span = Period(kind="week", code="", first=since, last=until)
    cases = _cases(uow, unit, span)
    disputes = [case for case in cases if case.process == counting.DISPUTE]
    new = [case for case in disputes if span.holds(case.started_at)]
    told: dict[str, Json] = {
        "dispatches": len(new),
        "byType": _by_type(uow, new),
        "byGrid": _by_grid(new),
        "repeatCallers": _count(new, lambda c: int(c.at("dispatch.repeat90") or 0) > 0),
        "red": _red(uow, unit),
        "awaiting": _count(_open(disputes), _awaits_mediation),
        "referred": _did(disputes, span, *counting.DELIVERED),
        "agreed": _count(
            disputes, lambda c: counting.is_agreed(c) and span.holds(c.at("mediation.endedAt") or c.ended_at)
        ),
        "openMediations": _count(_open(disputes), _is_mediated),
        "overdue": _overdue(uow, unit, span),
        "consults": _did(disputes, span, *CONSULTED),
        "drafts": sum(_did(disputes, span, element) for element in WRITTEN),
        "suits": _count([c for c in cases if c.process == SUIT], lambda c: span.holds(c.started_at)),
    }
    return told | _special(uow, cases, span, exact=exact)


def _special(uow: UnitOfWork, cases: Iterable[CaseRecord], span: Period, *, exact: bool) -> dict[str, Json]:
    """Count persons in care by category: a category is a deployed pack that uses the skeleton."""
    care = [case for case in cases if small_cells.is_special(case.process)]
    running = _open(care)
    counts = Counter(dict.fromkeys(sharing.users_of(uow, sharing.SKELETON), 0))
    counts.update(case.process for case in running)
    # The total of the kinds is told beside them, so it is hidden with any of them.
    hides = not exact and any(map(_is_small, counts.values()))
    lost = _did(care, span, *LOST)
    return {
        "byCategory": [
            {
                "category": key,
                "name": figures.name_of(uow, key).removesuffix("交接"),
                "count": None if not exact and _is_small(n) else n,
            }
            for key, n in sorted(counts.items())
        ],
        "special": None if hides or (not exact and _is_small(len(running))) else len(running),
        "lost": None if not exact and _is_small(lost) else lost,
    }


def _is_small(count: int) -> bool:
    return 0 < count < small_cells.SMALLEST


def _cases(uow: UnitOfWork, unit: str, span: Period) -> list[CaseRecord]:
    scope = Scope(person_id="", units=frozenset({unit}))
    rows = uow.indicators.cases(scope, (counting.DISPUTE, SUIT), span.begin, max(span.end, uow.now))
    marks: dict[str, dict[str, datetime]] = {row["id"]: {} for row in rows}
    for case_id, element, at in uow.indicators.marks(marks, MARKS):
        marks[case_id][element] = at
    return [CaseRecord.of(row, marks[row["id"]]) for row in rows]


def _open(cases: Iterable[CaseRecord]) -> list[CaseRecord]:
    return [case for case in cases if case.status == "active"]


def _count(cases: Iterable[CaseRecord], holds: Holds) -> int:
    return sum(1 for case in cases if holds(case))


def _did(cases: Iterable[CaseRecord], span: Period, *elements: str) -> int:
    return sum(1 for case in cases if (at := case.did(*elements)) is not None and span.holds(at))


def _is_mediated(case: CaseRecord) -> bool:
    return case.did(*ACCEPTED) is not None and case.did(*OVER) is None


def _awaits_mediation(case: CaseRecord) -> bool:
    return case.at("triage.channel") == "Z-M" and case.did(*ACCEPTED) is None


def _overdue(uow: UnitOfWork, unit: str, span: Period) -> int:
    rows = uow.statistics.of_unit(unit, span.begin, span.end, uow.now)
    return sum(int(row["overdue"]) for row in rows if row["code"] == counting.DISPUTE)


def _red(uow: UnitOfWork, unit: str) -> int:
    """Open disputes whose grade a person confirmed as red or orange."""
    grades = uow.statistics.by("risk", Scope(person_id="", units=frozenset({unit})), counting.DISPUTE)
    return sum(n for grade, n in grades if grade in ("红", "橙"))


def _by_type(uow: UnitOfWork, cases: Iterable[CaseRecord]) -> list[Json]:
    names = uow.installation.law.code_lists["dispute-types"]
    counted = Counter(str(case.at("dispute.type") or "99") for case in cases)
    return [
        {"type": code, "name": found.name if (found := names.find(code)) else code, "count": n}
        for code, n in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    ]


def _by_grid(cases: Iterable[CaseRecord]) -> list[Json]:
    """The heat map: where disputes came from; cases without a grid are told as such."""
    counted = Counter(
        str(case.at("dispatch.gridCode") or case.at("dispatch.villageCode") or "未定位") for case in cases
    )
    return [
        {"grid": grid, "count": n} for grid, n in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    ]
