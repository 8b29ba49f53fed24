"""What ``check`` tells of names and types, though the model runs."""

from __future__ import annotations

import pytest

from bpmn.decisions import load
from tests.builders import dmn


def codes(*elements: str) -> list[str]:
    """Return the codes of what a check tells."""
    return [finding.code for finding in load(dmn.definitions(*elements)).check()]


X = dmn.data("x", "number")


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ((X, dmn.decision(dmn.literal("x + 1"), requires="i:x")), []),
        ((X, dmn.decision(dmn.literal("x + 1"))), ["name-not-required"]),
        ((dmn.decision(dmn.literal("y + 1")),), ["name-not-required"]),
        ((dmn.decision(dmn.literal("for i in [1] return i")),), []),
        ((dmn.decision(dmn.literal('deadline("D-1")')),), []),
        ((dmn.decision(dmn.literal("sort([1], abs)")),), []),
        ((X, dmn.decision(dmn.literal('x = "a"'), requires="i:x")), ["feel-type"]),
        ((dmn.decision(dmn.literal("abs(1, 2)")),), ["feel-type"]),
        ((X, dmn.decision(dmn.table(['"a" -> 1'], default="0"), requires="i:x")), ["cell-type"]),
        ((dmn.decision(dmn.table(["- -> 1"], output_type="string", inputs=("1",))),), ["output-type"]),
        ((dmn.decision(dmn.table(["- -> 3"], allowed="1, 3", inputs=("1",))),), ["unreachable-output"]),
        (
            (dmn.decision(dmn.table(["- -> 4"], allowed="4, 5", default="6", inputs=("1",))),),
            ["output-not-allowed", "unreachable-output"],
        ),
        (
            (dmn.data("x"), dmn.decision(dmn.table(["1 -> 1", '"a" -> 2'], default="0"), requires="i:x")),
            ["mixed-column"],
        ),
    ],
)
def test_check_tells_what_cannot_be_meant(elements: tuple[str, ...], expected: list[str]) -> None:
    """Names out of reach, impossible comparisons, cells and outputs that do not fit are told; sound logic is not."""
    assert codes(*elements) == expected


def test_entries_of_items_are_no_unknown_names() -> None:
    """Inside a boxed filter every entry of the items is a name."""
    logic = f"<filter><in>{dmn.literal('[{a: 1}]')}</in><match>{dmn.literal('a > 0')}</match></filter>"

    assert codes(dmn.decision(logic)) == []
