"""Court fees and the small-claims line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bpmn.deadlines import lawpack
from tasks.calculations.court_fees import ClaimKind, CourtFeeInvalid, Parameters, calculate, small_claims
from tasks.calculations.parameters import ParameterMissing

SETS = lawpack.load().parameter_sets
TODAY = date(2026, 10, 9)


def fee(kind, claim="0", *, is_halved=False):
    """Lowest fee as text."""
    given = Parameters(kind=ClaimKind(kind), on=TODAY, claim=Decimal(claim), is_halved=is_halved)
    return str(calculate(given, SETS).lowest)


@pytest.mark.parametrize(
    ("claim", "expected"),
    [("0", "50.00"), ("10000", "50.00"), ("38000", "750.00"), ("100000", "2300.00"), ("200000", "4300.00"),
     ("500000", "8800.00"), ("1000000", "13800.00")],
)  # fmt: skip
def test_property_fee_climbs_by_steps(claim, expected):
    """
    Each step of the table is applied to its own part; AT-02 has 750 for 38 000.
    """
    assert fee("property", claim) == expected


def test_payment_order_is_a_third():
    """
    AT-02: a payment order over 38 000 costs 250.
    """
    assert fee("payment-order", "38000") == "250.00"


def test_fixed_fees():
    """
    AT-15: a labour suit costs 10, judicial confirmation nothing, an administrative suit 50.
    """
    assert (fee("labour"), fee("judicial-confirmation"), fee("administrative")) == ("10.00", "0.00", "50.00")


def test_mediated_suit_costs_half():
    """
    Mediation, withdrawal and summary procedure halve the fee.
    """
    assert fee("property", "38000", is_halved=True) == "375.00"


def test_personality_harm_has_a_margin():
    """
    100 to 500, plus one percent between 50 000 and 100 000 and half a percent above.
    """
    given = Parameters(kind=ClaimKind.PERSONALITY, on=TODAY, claim=Decimal(120000))

    result = calculate(given, SETS)

    assert (result.lowest, result.highest) == (Decimal("700.00"), Decimal("1100.00"))


def test_rate_nobody_entered_is_refused():
    """
    Above one million the table has not been read, so nothing is guessed.
    """
    with pytest.raises(ParameterMissing, match="1,000,000元以上"):
        fee("property", "1000000.01")


def test_negative_claim_is_refused():
    """
    A claim below zero is refused.
    """
    with pytest.raises(CourtFeeInvalid):
        fee("property", "-1")


@pytest.mark.parametrize(
    ("on", "limit"), [(date(2026, 1, 4), 64610), (date(2026, 1, 3), 60862), (date(2023, 5, 1), 51811)]
)
def test_small_claims_line_goes_by_the_date(on, limit):
    """
    The line of the day of filing applies.
    """
    answer = small_claims(Decimal(limit), on, SETS)

    assert answer.applies and answer.limit == limit
    assert small_claims(Decimal(limit) + 1, on, SETS).by_agreement
