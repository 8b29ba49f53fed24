"""How long records are kept, read from the law pack."""

from __future__ import annotations

from datetime import date

import pytest

from bpmn.deadlines import lawpack
from bpmn.deadlines.lawpack_privacy import rule_for


@pytest.mark.parametrize(
    ("process", "variables", "code", "until"),
    [
        ("dispute-referral", {"agreement": {"form": "书面"}}, "K-WRITTEN", date(2034, 5, 6)),
        ("dispute-referral", {}, "K-WRITTEN", date(2034, 5, 6)),
        ("dispute-referral", {"agreement": {"form": "口头"}}, "K-ORAL", date(2029, 5, 6)),
        ("dispute-referral", {"dispute": {"type": "0801"}}, "K-GRAVE", date(2054, 5, 6)),
        ("handover-drug-treatment", {}, "K-SPECIAL", date(2034, 5, 6)),
        ("weekly-exchange", {}, "K-OTHER", date(2029, 5, 6)),
    ],
)
def test_the_longest_rule_that_fits_a_case_holds(
    process: str, variables: dict, code: str, until: date
) -> None:
    """Oral five years, written ten, land thirty; what no rule names five."""
    rule = rule_for(lawpack.load().retention, process, variables)

    assert rule is not None
    assert (rule.code, rule.due_on(date(2024, 5, 6))) == (code, until)


def test_every_field_has_a_purpose_or_is_never_shown() -> None:
    """A field without a purpose is confidential; each names its legal ground and source."""
    fields = lawpack.load().fields.values()

    assert [one.key for one in fields if not one.purposes] == ["concessions"]
    assert all(one.legal_ground and one.sources and one.masked for one in fields)
