"""
Court fees and the small-claims line, as an estimate for the guidance paper W14.

Legal source: ``sources.toml#SSFY-13``, ``#SSFY-14``, ``#SSFY-15``, ``#SSFY-16``, ``#SFQR-11``, ``#JSGY2026``
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from bpmn.deadlines.lawpack_lists import ParameterSet
from bpmn.errors import Invalid
from tasks.calculations.money import cents, percent, spoken
from tasks.calculations.parameters import ParameterMissing, Sets, amount, on_date


class CourtFeeInvalid(Invalid):
    """诉讼费测算的输入有误。请填写不小于0的金额。"""


class ClaimKind(StrEnum):
    """What the claim is about, as far as the fee depends on it."""

    PROPERTY = "property"
    PAYMENT_ORDER = "payment-order"
    PERSONALITY = "personality"
    LABOUR = "labour"
    ADMINISTRATIVE = "administrative"
    JUDICIAL_CONFIRMATION = "judicial-confirmation"


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """``claim`` in yuan; ``is_halved``: mediated, withdrawn or summary procedure."""

    kind: ClaimKind
    on: date
    claim: Decimal = Decimal(0)
    is_halved: bool = False


@dataclass(frozen=True, kw_only=True)
class Result:
    """The fee between ``lowest`` and ``highest`` (equal unless the court has a margin)."""

    lowest: Decimal
    highest: Decimal
    formula: str
    source: str


@dataclass(frozen=True, kw_only=True)
class SmallClaims:
    """Whether a money claim is under the small-claims line on a date."""

    applies: bool  #: final in one instance by law
    by_agreement: bool  #: may be agreed
    limit: Decimal
    limit_by_agreement: Decimal
    source: str


def calculate(given: Parameters, sets: Sets) -> Result:
    """
    Estimate the fee.

    Raises:
        CourtFeeInvalid: negative amount.
        ParameterMissing: the table has no rate for so high a claim, or no table covers the date.
    """
    if not given.claim.is_finite() or given.claim < 0:
        raise CourtFeeInvalid
    table = on_date(sets, "court-fees", given.on)
    result = FEES[given.kind](given, table)
    return _halved(result, table) if given.is_halved else result


def small_claims(claim: Decimal, on: date, sets: Sets) -> SmallClaims:
    """
    Compare a money claim with the line that applies on *on*, the day of filing.

    Raises:
        ParameterMissing: no line is known for that day.
    """
    entry = on_date(sets, "small-claims", on)
    limit, agreed = amount(entry, "limit"), amount(entry, "limit_by_agreement")
    return SmallClaims(
        applies=claim <= limit,
        by_agreement=limit < claim <= agreed,
        limit=limit,
        limit_by_agreement=agreed,
        source=entry.sources[0].id if entry.sources else "",
    )


def _property(given: Parameters, table: ParameterSet) -> Result:
    base, floor = amount(table, "property_base"), amount(table, "property_base_up_to")
    fee, formula = _stepped(given.claim, base, floor, _steps(table, "property_steps"))
    return Result(lowest=cents(fee), highest=cents(fee), formula=formula, source="SSFY-13")


def _steps(table: ParameterSet, key: str) -> list[tuple[Decimal, Decimal]]:
    return [(up_to, rate) for up_to, rate in table.values.get(key, ())]


def _stepped(
    claim: Decimal, fee: Decimal, floor: Decimal, steps: list[tuple[Decimal, Decimal]]
) -> tuple[Decimal, str]:
    parts = [spoken(fee)]
    for up_to, rate in steps:
        if claim <= floor:
            break
        part = min(claim, up_to) - floor
        fee += part * rate
        parts.append(f"{spoken(part)}×{percent(rate)}")
        floor = up_to
    if claim > floor and steps:
        raise ParameterMissing([f"E-PARAM-MISSING(court-fees,{spoken(floor)}元以上的费率)"])
    return fee, "＋".join(parts)


def _payment_order(given: Parameters, table: ParameterSet) -> Result:
    whole = _property(given, table)
    divisor = amount(table, "payment_order_divisor")
    fee = cents(whole.lowest / divisor)
    return Result(lowest=fee, highest=fee, formula=f"（{whole.formula}）÷{spoken(divisor)}", source="SSFY-14")


def _personality(given: Parameters, table: ParameterSet) -> Result:
    lowest, highest = amount(table, "personality_from"), amount(table, "personality_to")
    extra, floor = Decimal(0), Decimal(0)
    for up_to, rate in _steps(table, "personality_steps"):
        extra += max(min(given.claim, up_to) - floor, Decimal(0)) * rate
        floor = up_to
    extra += max(given.claim - floor, Decimal(0)) * amount(table, "personality_above")
    formula = f"{spoken(lowest)}至{spoken(highest)}元" + (f"＋{spoken(extra)}元" if extra else "")
    return Result(
        lowest=cents(lowest + extra), highest=cents(highest + extra), formula=formula, source="SSFY-13"
    )


def _fixed(key: str, source: str) -> Callable[[Parameters, ParameterSet], Result]:
    def fixed(given: Parameters, table: ParameterSet) -> Result:
        fee = cents(amount(table, key))
        return Result(lowest=fee, highest=fee, formula=f"每件{spoken(fee)}元", source=source)

    return fixed


def _halved(result: Result, table: ParameterSet) -> Result:
    rate = amount(table, "half_rate")
    return Result(
        lowest=cents(result.lowest * rate),
        highest=cents(result.highest * rate),
        formula=f"（{result.formula}）减半",
        source="SSFY-15",
    )


FEES: dict[ClaimKind, Callable[[Parameters, ParameterSet], Result]] = {
    ClaimKind.PROPERTY: _property,
    ClaimKind.PAYMENT_ORDER: _payment_order,
    ClaimKind.PERSONALITY: _personality,
    ClaimKind.LABOUR: _fixed("labour", "SSFY-13"),
    ClaimKind.ADMINISTRATIVE: _fixed("administrative", "SSFY-13"),
    ClaimKind.JUDICIAL_CONFIRMATION: _fixed("judicial_confirmation", "SFQR-11"),
}
