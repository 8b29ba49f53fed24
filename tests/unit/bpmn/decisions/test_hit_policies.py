"""Hit policies, aggregations and defaults of decision tables (DMN 1.5, 8.2.10 and 8.2.11)."""

from __future__ import annotations

import pytest

from bpmn import feel
from bpmn.decisions import Outcome, load
from tests.builders import dmn

LADDER = ['>= 10 -> "low"', '>= 20 -> "mid"', '>= 30 -> "high"']
POINTS = [">= 10 -> 1", ">= 20 -> 2", ">= 30 -> 4"]


def evaluate(logic: str, **context: object) -> Outcome:
    return load(dmn.definitions(dmn.decision(logic))).evaluate("d", context)


@pytest.mark.parametrize(
    ("policy", "x", "expected", "matched"),
    [
        ("UNIQUE", 15, "low", ("r1",)),
        ("FIRST", 35, "low", ("r1",)),
        ("PRIORITY", 35, "high", ("r3",)),
        ("COLLECT", 25, ["low", "mid"], ("r1", "r2")),
        ("RULE ORDER", 25, ["low", "mid"], ("r1", "r2")),
        ("OUTPUT ORDER", 35, ["high", "mid", "low"], ("r3", "r2", "r1")),
    ],
)
def test_policy_picks_its_rules(policy: str, x: int, expected: object, matched: tuple[str, ...]) -> None:
    """Each hit policy gives the outputs, and names the rules, that the standard says."""
    outcome = evaluate(dmn.table(LADDER, policy=policy, allowed='"high","mid","low"'), x=x)

    assert outcome.values["d"] == expected
    assert outcome.matched["d"] == matched


def test_unique_refuses_two_matches() -> None:
    """Two rules that match under UNIQUE give null, and the reason names both."""
    outcome = evaluate(dmn.table(LADDER), x=25)

    assert outcome.values["d"] is None
    assert "规则 1、2 同时命中" in outcome.reasons[0]


@pytest.mark.parametrize(("second", "expected"), [('"a"', "a"), ('"b"', None)])
def test_any_wants_equal_outputs(second: str, expected: object) -> None:
    """ANY gives the common output, and null where the outputs differ."""
    outcome = evaluate(dmn.table(['- -> "a"', f"- -> {second}"], policy="ANY"), x=1)

    assert outcome.values["d"] == expected


@pytest.mark.parametrize(
    ("aggregation", "x", "expected"),
    [("SUM", 35, 7), ("COUNT", 35, 3), ("MIN", 35, 1), ("MAX", 35, 4), ("SUM", 1, None), ("COUNT", 1, 0)],
)
def test_collect_aggregates(aggregation: str, x: int, expected: object) -> None:
    """COLLECT adds, counts or takes the least or greatest of the outputs of all rules that match."""
    outcome = evaluate(dmn.table(POINTS, policy="COLLECT", aggregation=aggregation), x=x)

    assert feel.to_json(outcome.values["d"]) == expected


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("UNIQUE", None), ("FIRST", None), ("ANY", None), ("COLLECT", []), ("RULE ORDER", [])],
)
def test_nothing_matches(policy: str, expected: object) -> None:
    """Without a match and without a default, a single hit is null and a list is empty."""
    assert evaluate(dmn.table(LADDER, policy=policy), x=1).values["d"] == expected


@pytest.mark.parametrize(
    ("policy", "expected"), [("UNIQUE", "none"), ("FIRST", "none"), ("COLLECT", ["none"])]
)
def test_default_output(policy: str, expected: object) -> None:
    """The default output stands where no rule matches."""
    assert evaluate(dmn.table(LADDER, policy=policy, default='"none"'), x=1).values["d"] == expected


def test_compound_output_is_a_context() -> None:
    """Several output columns make a context by their names."""
    outcome = evaluate(dmn.table(['> 1 -> "M" | 5'], outputs=("channel", "days")), x=2)

    assert outcome.values["d"] == {"channel": "M", "days": 5}


def test_priority_of_compound_outputs_goes_from_left() -> None:
    """With several columns, the first decides the priority, then the next."""
    rules = ['- -> "b" | "b"', '- -> "a" | "b"', '- -> "a" | "a"']
    logic = dmn.table(rules, policy="PRIORITY", outputs=("p", "q"), allowed='"a","b"')

    assert evaluate(logic, x=1).matched["d"] == ("r3",)


def test_value_outside_the_allowed_inputs_is_null() -> None:
    """An input that is not among the allowed values gives null and says so."""
    outcome = evaluate(dmn.table(['- -> "a"'], input_values='"红","蓝"'), x="绿")

    assert outcome.values["d"] is None
    assert "不在允许的值之内" in outcome.reasons[0]


def test_output_of_the_wrong_type_is_null() -> None:
    """An output that does not fit its declared type is null, and the rule is named."""
    outcome = evaluate(dmn.table(['- -> "eleven"'], output_type="number"), x=1)

    assert outcome.values["d"] is None
    assert "规则 1" in outcome.reasons[0]


def test_annotations_are_the_explanation() -> None:
    """The rules that matched carry the texts written beside them."""
    assert evaluate(dmn.table(LADDER), x=15).annotations == {"d": (("r1", ("依据1",)),)}


def test_cells_may_read_other_data() -> None:
    """A cell may compare with data outside its column and use ``?``."""
    outcome = evaluate(dmn.table(["> limit -> 1", "? < limit / 2 -> 2"]), x=3, limit=10)

    assert outcome.matched["d"] == ("r2",)


def test_table_without_inputs_always_matches() -> None:
    """A table with no condition columns gives its only rule."""
    rule = '<rule id="r"><outputEntry><text>1</text></outputEntry></rule>'

    assert evaluate(f'<decisionTable id="t"><output/>{rule}</decisionTable>').values["d"] == 1
