"""Gaps, overlaps, dead and masked rules, unreachable outputs: each with an example input."""

from __future__ import annotations

import pytest

from bpmn.decisions import load
from bpmn.model import Finding
from tests.builders import dmn


def found(*rules: str, **options: object) -> list[Finding]:
    logic = dmn.table(list(rules), **options)  # type: ignore[arg-type]
    names = ("x", "y", "limit")
    decision = dmn.decision(logic, requires=" ".join(f"i:{name}" for name in names))
    return list(load(dmn.definitions(*(dmn.data(name) for name in names), decision)).check())


@pytest.mark.parametrize(
    ("rules", "options", "code", "example"),
    [
        (["< 10 -> 1", "> 10 -> 2"], {}, "table-gap", "x = 10"),
        (["<= 10 -> 1", ">= 10 -> 2"], {}, "table-overlap", "x = 10"),
        (["< 5 -> 1", "[7..3] -> 2", ">= 5 -> 3"], {"policy": "FIRST"}, "dead-rule", "规则 2"),
        (["< 5 -> 1", "< 3 -> 2", "- -> 3"], {"policy": "FIRST"}, "masked-rule", "规则 2"),
        (["- -> 1"], {"allowed": "1, 2"}, "unreachable-output", "的值 2"),
        (['"红" -> 1'], {"input_values": '"红","蓝"'}, "table-gap", '"蓝"'),
        (["true -> 1"], {}, "table-gap", "False"),
        (['< date("2026-01-01") -> 1'], {}, "table-gap", "2026-01-01"),
    ],
)
def test_fault_is_found_with_its_example(
    rules: list[str], options: dict[str, str], code: str, example: str
) -> None:
    """Each fault is told with the input, or the rule, that shows it."""
    findings = {finding.code: finding for finding in found(*rules, **options)}

    assert example.lower() in findings[code].message.lower()


@pytest.mark.parametrize(
    ("rules", "options"),
    [
        (["< 10 -> 1", ">= 10 -> 2"], {}),
        (["< 10 -> 1"], {"default": "0"}),
        (["< 10 -> 1"], {"policy": "COLLECT"}),
        (["< limit -> 1"], {}),
        (['"红" -> 1', '"蓝" -> 2'], {"input_values": '"红","蓝"'}),
        (['"a" | true -> 1', '"a" | false -> 2', 'not("a") | - -> 3'], {"inputs": ("x", "y")}),
    ],
)
def test_clean_table_has_no_findings(rules: list[str], options: dict[str, object]) -> None:
    """A complete table, one with a default, a list policy and cells on other data raise no alarm."""
    assert found(*rules, **options) == []
