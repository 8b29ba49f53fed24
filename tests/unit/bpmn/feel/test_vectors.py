"""Every vector of ``tests/golden/feel`` holds."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from bpmn import feel
from bpmn.feel.comparison import equal
from bpmn.feel.environment import Run

_spec = importlib.util.spec_from_file_location("feel_vectors", Path(__file__).with_name("vectors.py"))
assert _spec and _spec.loader
vectors = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(vectors)


def same(left: feel.Value, right: feel.Value) -> bool:
    """Say whether two values are equal and of one type."""
    return feel.type_name(left) == feel.type_name(right) and equal(left, right, Run(vectors.MONDAY)) is True


@pytest.mark.parametrize("vector", [*vectors.load("language.yaml"), *vectors.load("functions.yaml")], ids=str)
def test_expression_gives_what_the_standard_says(vector):
    """
    An expression of the standard has the value that the standard gives it, or is refused as the standard refuses it.
    """
    if vector.expected == "!":
        with pytest.raises(feel.FeelSyntaxError):
            feel.evaluate(vector.expression, {})
        return
    expected = feel.evaluate(vector.expected, {}, environment=vectors.MONDAY)

    value = feel.evaluate(vector.expression, {}, environment=vectors.MONDAY)

    assert same(value, expected), f"{vector.expression} gave {value!r}, not {expected!r}"


@pytest.mark.parametrize("vector", vectors.load("unary.yaml"), ids=str)
def test_unary_test_gives_what_the_standard_says(vector):
    """
    A decision table cell accepts, refuses or cannot say, as the standard has it.
    """
    if vector.expected == "!":
        with pytest.raises(feel.FeelSyntaxError):
            feel.compile_unary_tests(vector.expression)
        return
    value = feel.evaluate(vector.value, {})

    answer = feel.unary_test(vector.expression, value, {}, environment=vectors.MONDAY)

    assert answer is feel.evaluate(vector.expected, {})
