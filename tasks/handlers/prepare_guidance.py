"""``prepare-guidance``: routes, last days and costs for the guidance paper W14."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bpmn.model import Value
from tasks.calculations import court_fees, last_days
from tasks.calculations.court_fees import ClaimKind
from tasks.calculations.limitation import Cause, Interruption, LimitationInvalid
from tasks.calculations.parameters import ParameterMissing
from tasks.handlers import reading
from tasks.model import Job
from tasks.outcomes import Completed, Outcome
from tasks.ports import Ports

NOT_CHECKED = "待核"


def handle(parameters: Mapping[str, Value], job: Job, ports: Ports) -> Outcome:
    """Return ``prepared``: routes with last days, limitation, court, procedure and legal aid; what is unknown says so."""
    dispute, routing = reading.context(parameters, "dispute"), reading.context(parameters, "routing")
    days = _last_days(parameters, dispute, ports)
    prepared = {
        "routes": _routes(parameters, routing, days),
        "limitation": _limitation(days, dispute),
        "court": routing.get("court")
        or {"rule": NOT_CHECKED, "where": "被告住所地基层人民法院", "basis": "MSSS-22"},
        "procedure": _procedure(dispute, ports),
        "aid": routing.get("aid") or {"eligible": "可能", "meansTest": "需要", "basis": "FYF-31"},
    }
    return Completed({"prepared": prepared})


def _last_days(
    parameters: Mapping[str, Value], dispute: Mapping[str, Any], ports: Ports
) -> tuple[last_days.LastDay, ...]:
    agreement = reading.context(parameters, "agreement")
    facts = last_days.Facts(
        known_on=_day(dispute.get("knownDate")),
        harmed_on=_day(dispute.get("harmDate")),
        interruptions=_interruptions(parameters),
        agreement_effective_on=_day(agreement.get("effectiveAt")),
    )
    try:
        return last_days.last_days(facts, ports.law().catalogue, ports.calendar())
    except LimitationInvalid:
        # Dates that contradict each other give no date: the mediator sees an empty line, not a wrong one.
        return ()


def _interruptions(parameters: Mapping[str, Value]) -> tuple[Interruption, ...]:
    """Mediation interrupts limitation; it runs anew when mediation ended."""
    began = _day(reading.context(parameters, "acceptance").get("applicationAt"))
    ended = _day(parameters.get("endedAt"))
    if began is None or (ended is not None and ended < began):
        return ()
    return (Interruption(on=began, cause=Cause.MEDIATION, ended_on=ended),)


def _routes(
    parameters: Mapping[str, Value], routing: Mapping[str, Any], days: tuple[last_days.LastDay, ...]
) -> list[dict[str, Value]]:
    named = reading.rows(routing, "routes") or reading.rows(parameters, "routing")
    by_right = {day.right: day for day in days}
    dated = [
        {
            "route": day.right,
            "agency": "",
            "lastDay": day.last_day,
            "basis": "、".join(day.sources),
            "note": day.explanation[-1] if day.explanation else "",
        }
        for day in days
    ]
    shown = [{**row, "lastDay": row.get("lastDay") or _dated(by_right, row)} for row in named]
    return shown or dated


def _dated(by_right: Mapping[str, last_days.LastDay], row: Mapping[str, Any]) -> date | None:
    found = by_right.get(str(row.get("route")))
    return found.last_day if found else None


def _limitation(days: tuple[last_days.LastDay, ...], dispute: Mapping[str, Any]) -> dict[str, Value]:
    found = next((day for day in days if "时效" in day.right), None)
    if found is None:
        return {
            "right": "诉讼时效",
            "from": _day(dispute.get("knownDate")),
            "lastDay": None,
            "note": NOT_CHECKED,
        }
    note = "".join(found.explanation)
    return {
        "right": found.right,
        "from": _day(dispute.get("knownDate")),
        "lastDay": found.last_day,
        "note": note,
    }


def _procedure(dispute: Mapping[str, Any], ports: Ports) -> dict[str, Value]:
    claim = dispute.get("amount")
    if not isinstance(claim, Decimal | int) or isinstance(claim, bool):
        return {
            "kind": "普通程序或简易程序",
            "fee": None,
            "note": "没有填写涉案金额，诉讼费未测算。",
            "basis": "SSFY-13",
        }
    given = court_fees.Parameters(kind=ClaimKind.PROPERTY, on=ports.now().date(), claim=Decimal(claim))
    try:
        fee = court_fees.calculate(given, ports.law().parameter_sets)
    except (ParameterMissing, court_fees.CourtFeeInvalid) as fault:
        return {"kind": "普通程序或简易程序", "fee": None, "note": fault.message, "basis": "SSFY-13"}
    return {"kind": "普通程序或简易程序", "fee": fee.highest, "note": fee.formula, "basis": fee.source}


def _day(value: Value) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None
