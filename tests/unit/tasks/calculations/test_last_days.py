"""Every last day of the guidance paper, the earliest first."""

from __future__ import annotations

from datetime import date

from bpmn.deadlines import lawpack
from tasks.calculations.last_days import Facts, last_days

PACK = lawpack.load()


def days(facts):
    """Code (or name) and last day of each right."""
    found = last_days(facts, PACK.catalogue, PACK.calendar)
    return [(item.code or item.right, item.last_day) for item in found]


def test_earliest_right_comes_first():
    """
    Labour arbitration ends long before the general limitation.
    """
    facts = Facts(known_on=date(2025, 12, 1), labour_known_on=date(2025, 12, 1))

    assert days(facts) == [("D-136", date(2026, 12, 1)), ("民事诉讼时效", date(2028, 12, 1))]


def test_agreement_offers_confirmation():
    """
    AT-02: confirmation can be asked for until 8 October.
    """
    assert days(Facts(agreement_effective_on=date(2026, 9, 7))) == [("D-122", date(2026, 10, 8))]


def test_administrative_act_offers_review_and_suit():
    """
    Sixty days for review, six months for the suit; a year each when nobody told the citizen.
    """
    told = days(Facts(act_known_on=date(2026, 9, 1)))
    untold = days(Facts(act_known_on=date(2026, 9, 1), is_told_of_rights=False))

    assert told == [("D-201", date(2026, 11, 2)), ("D-212", date(2027, 3, 1))]
    assert {code for code, _ in untold} == {"D-201n", "D-212n"}
