"""A quick cell answers exactly as FEEL does."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bpmn import feel
from bpmn.decisions.cells import cell

VALUES = [
    None,
    True,
    False,
    Decimal(1),
    Decimal("1.0"),
    Decimal(3),
    Decimal(-5),
    "a",
    "b",
    "1",
    [Decimal(1)],
    {},
]


@pytest.mark.parametrize(
    "text",
    ["1", "-5", '"a"', '"a","b"', 'not("a")', "[1..3]", "(1..3)", "[1..3)", "< 3", ">= 3, 1", "true", "not(1, [3..9])",
     "null", '"a", 1', "[a..3]", "-", "? > 1", '!= "a"'],
)  # fmt: skip
def test_quick_cell_agrees_with_feel(text: str) -> None:
    """For every kind of value the quick answer is the one of the unary tests."""
    tests = feel.compile_unary_tests(text, names=("a",))
    quick = cell(tests)

    for value in VALUES:
        assert quick(value, {"a": Decimal(2)}, None) is (tests.test(value, {"a": Decimal(2)}) is True), value
