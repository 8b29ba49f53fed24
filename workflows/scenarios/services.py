"""
What service tasks answer in a simulated case: the pure operations really, everything outside in words.

A scenario replaces any of it under ``services``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bpmn.deadlines.calendar import ZONE
from bpmn.deadlines.lawpack import LawPack
from bpmn.model import JobWait, Value
from tasks.calculations import case_file, compensation, limitation
from tasks.calculations.limitation import Cause, Interruption
from tasks.calculations.parameters import ParameterMissing
from tasks.handlers import next_number

PARAMETER_MISSING = "E-PARAM-MISSING"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a job gives back: values, or the code of a BPMN error with its reason."""

    values: Mapping[str, Value] = field(default_factory=dict)
    error: str | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What an operation may look at beside its parameters."""

    now: datetime
    lawpack: LawPack
    business_key: str


Operation = Callable[[Mapping[str, Value], Moment], Answer]


def answer(job: JobWait, moment: Moment, replaced: Mapping[str, Any]) -> Answer:
    """Answer a job: as the scenario says for its element or operation, else as the operation does."""
    given = replaced.get(job.element_id, replaced.get(job.operation))
    if isinstance(given, Mapping):
        error = given.get("error")
        return Answer(error=error) if error else Answer(values=given)
    operation = OPERATIONS.get(job.operation)
    return operation(job.parameters, moment) if operation else Answer()


def _no_repeats(_parameters: Mapping[str, Value], _moment: Moment) -> Answer:
    return Answer(values={"repeats": {"repeat30": 0, "repeat90": 0, "related": []}})


def _not_registered(_parameters: Mapping[str, Value], _moment: Moment) -> Answer:
    return Answer(values={"registered": {"count": 0, "numbers": []}})


def _figures(_parameters: Mapping[str, Value], moment: Moment) -> Answer:
    figures = {"from": moment.now.date(), "to": moment.now.date(), "rows": []}
    return Answer(values={"figures": figures, "counted": {}, "carried": [], "persons": []})


def _no_place(_parameters: Mapping[str, Value], _moment: Moment) -> Answer:
    return Answer(values={"place": {}, "specialNames": []})


def _noticed(parameters: Mapping[str, Value], moment: Moment) -> Answer:
    return Answer(values={"notice": {"sentAt": moment.now, "to": parameters.get("to")}})


def _delivered(_parameters: Mapping[str, Value], moment: Moment) -> Answer:
    return Answer(values={"delivered": {"sentAt": moment.now, "no": f"YS-{moment.business_key}"}})


def _notified(_parameters: Mapping[str, Value], moment: Moment) -> Answer:
    return Answer(values={"notified": {"sentAt": moment.now}})


def _numbered(parameters: Mapping[str, Value], moment: Moment) -> Answer:
    series = str(parameters.get("series") or "")
    return Answer(values={"number": next_number.written(series, moment.now.year, 1)})


def _archived(_parameters: Mapping[str, Value], moment: Moment) -> Answer:
    return Answer(values={"archived": {"archiveNo": f"DA-{moment.business_key}", "at": moment.now}})


def _written_back(parameters: Mapping[str, Value], moment: Moment) -> Answer:
    systems = parameters.get("systems") or []
    receipts = [{"system": system, "no": f"HZ-{moment.business_key}"} for system in systems]
    return Answer(values={"writtenBack": {"receipts": receipts}})


def _compensation(parameters: Mapping[str, Value], moment: Moment) -> Answer:
    given = parameters.get("compensation") or {}
    try:
        read = case_file.read_compensation(given, _day(parameters.get("today"), moment))
        result = compensation.complete(compensation.calculate(read, moment.lawpack.parameter_sets))
    except ParameterMissing as missing:
        return Answer(error=PARAMETER_MISSING, reason=missing.message)
    return Answer(values={"calculation": case_file.write_compensation(result)})


def _guidance(parameters: Mapping[str, Value], moment: Moment) -> Answer:
    routing = dict(parameters.get("routing") or {})
    start = parameters.get("endedAt") or moment.now
    told = _limitation(parameters, moment, start) or routing.get("limitation")
    return Answer(values={"prepared": {**routing, "limitation": told}})


def _limitation(
    parameters: Mapping[str, Value], moment: Moment, ended_at: datetime
) -> dict[str, Value] | None:
    known = _read_day((parameters.get("dispute") or {}).get("knownDate"))
    asked = _read_day((parameters.get("acceptance") or {}).get("applicationAt"))
    if known is None:
        return None
    stop = Interruption(on=asked, cause=Cause.MEDIATION, ended_on=ended_at.date()) if asked else None
    given = limitation.Parameters(known_on=known, interruptions=(stop,) if stop else ())
    found = limitation.calculate(given, moment.lawpack.calendar)
    return {
        "lastDay": found.last_day,
        "interruptedOn": asked,
        "restartedOn": ended_at.date() if asked else None,
        "note": "；".join(found.explanation),
    }


def _read_day(value: Value) -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(ZONE).date() if value.tzinfo else value.date()
    if isinstance(value, str):
        return date.fromisoformat(value[:10])
    return value if isinstance(value, date) else None


def _day(value: Value, moment: Moment) -> date:
    return value if isinstance(value, date) and not isinstance(value, datetime) else moment.now.date()


OPERATIONS: Mapping[str, Operation] = {
    "collect-figures": _figures,
    "find-registered": _not_registered,
    "find-repeats": _no_repeats,
    "match-grid": _no_place,
    "send-notice": _noticed,
    "deliver-referral": _delivered,
    "notify-external": _notified,
    "next-number": _numbered,
    "archive-case": _archived,
    "write-back": _written_back,
    "calculate-compensation": _compensation,
    "prepare-guidance": _guidance,
}
