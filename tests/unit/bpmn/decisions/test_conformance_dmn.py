"""What DMN 1.5 says of types, imports, services, boxed expressions and decisions without logic, in own words."""

from __future__ import annotations

import pytest

from bpmn import feel
from bpmn.decisions import load
from tests.builders import dmn


def value(*elements: str, decision: str = "d", context: dict[str, object] | None = None) -> object:
    """Return the JSON of a decision's value."""
    outcome = load(dmn.definitions(*elements)).evaluate(decision, context or {})
    return feel.to_json(next(iter(outcome.values.values())))


def item(name: str, inner: str, *, many: bool = False) -> str:
    """Return an item definition."""
    collection = ' isCollection="true"' if many else ""
    return f'<itemDefinition name="{name}"{collection}>{inner}</itemDefinition>'


AGE = item("tAge", f"<typeRef>number</typeRef>{dmn.text('allowedValues', '[0..150]')}")
AGES = item("tAges", f"<typeRef>number</typeRef>{dmn.text('allowedValues', '[0..150]')}", many=True)
FEW = item("tFew", f"<typeRef>number</typeRef>{dmn.text('typeConstraint', 'count(?) < 3')}", many=True)
PARTY = item(
    "tParty",
    '<itemComponent name="full name"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="age"><typeRef>tAge</typeRef></itemComponent>',
)
SUM = item(
    "tText", '<functionItem outputTypeRef="string"><parameters name="n" typeRef="number"/></functionItem>'
)
TYPES = AGE + AGES + FEW + PARTY + SUM


@pytest.mark.parametrize(
    ("type_ref", "expression", "expected"),
    [
        ("tAge", "30", 30),
        ("tAge", "151", None),
        ("tAge", "[30]", 30),
        ("tAges", "30", [30]),
        ("tAges", "[30, 151]", None),
        ("tFew", "[1, 2]", [1, 2]),
        ("tFew", "[1, 2, 3]", None),
        ("tParty", '{full name: "李", age: 3}', {"full name": "李", "age": 3}),
        ("tParty", '{full name: "李", age: 3, extra: 1}', {"full name": "李", "age": 3, "extra": 1}),
        ("tParty", '{full name: "李"}', None),
        ("tParty", '{full name: "李", age: 200}', None),
        ("date and time", 'date("2026-01-02")', "2026-01-02T00:00:00Z"),
        ("string", "1", None),
        ("number", "null", None),
        ("tUnknown", "1", 1),
    ],
)
def test_value_meets_its_declared_type(type_ref: str, expression: str, expected: object) -> None:
    """A value conforms, is converted, or becomes null (10.3.2.9)."""
    assert value(TYPES, dmn.decision(dmn.literal(expression), type_ref=type_ref)) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("3 instance of tAge", True),
        ('"3" instance of tAge', False),
        ("[1, 2] instance of tAges", True),
        ('{full name: "李", age: 3} instance of tParty', True),
        ("{age: 3} instance of tParty", False),
        ("[{age: 3}] instance of list<tParty>", False),
    ],
)
def test_instance_of_knows_item_definitions(expression: str, expected: object) -> None:
    """``instance of`` asks for the types that the model defines."""
    assert value(TYPES, dmn.decision(dmn.literal(expression))) is expected


def test_caller_may_leave_out_what_nobody_knows_yet() -> None:
    """A structure given as input data lacks a component: the component is null, the rest stays."""
    decision = dmn.decision(dmn.literal("party.full name"), requires="i:party")

    assert value(TYPES, dmn.data("party", "tParty"), decision, context={"party": {"full name": "李"}}) == "李"


def test_decision_without_logic_is_null_and_told() -> None:
    """A decision that only stands for one taken by people loads, is null, and is a warning."""
    model = load(dmn.definitions('<decision id="d" name="d"><variable name="d"/></decision>'))

    assert model.evaluate("d", {}).values == {"d": None}
    assert [finding.code for finding in model.check()] == ["no-logic"]


def test_result_of_a_service_meets_its_function_type() -> None:
    """A service whose type is a function returns what that function returns, or null."""
    service = (
        '<decisionService id="s" name="s"><variable name="s" typeRef="tText"/>'
        '<outputDecision href="#d"/></decisionService>'
    )

    assert value(TYPES, dmn.decision(dmn.literal("1")), service, decision="s") is None


def test_service_takes_input_decisions_as_given() -> None:
    """What the caller gives for an input decision stands in for the decision itself."""
    inner = dmn.decision(dmn.literal('"own"'), name="inner")
    outer = dmn.decision(dmn.literal('"got " + inner'), name="outer", requires="d:inner")
    service = '<decisionService id="s" name="s"><outputDecision href="#outer"/><inputDecision href="#inner"/></decisionService>'

    assert value(inner, outer, service, decision="s", context={"inner": "given"}) == "got given"


@pytest.mark.parametrize(
    "box",
    [
        "<conditional><if>{text}</if><then>{one}</then><else>{one}</else></conditional>",
        "<filter><in>{one}</in><match>{text}</match></filter>",
        '<some iteratorVariable="i"><in>{one}</in><satisfies>{text}</satisfies></some>',
        '<every iteratorVariable="i"><in>{one}</in><satisfies>{text}</satisfies></every>',
    ],
)
def test_condition_that_is_no_truth_value(box: str) -> None:
    """A boxed condition that gives a text makes the whole null."""
    logic = box.format(text=dmn.literal('"yes"'), one=dmn.literal("1"))

    assert value(dmn.decision(logic)) is None


@pytest.mark.parametrize("constant", ['@"2024-02-30"', "{a: 1, a: 2}"])
def test_impossible_constant_costs_one_decision(constant: str) -> None:
    """A constant that cannot be makes its decision null and is told; the rest of the model runs."""
    model = load(
        dmn.definitions(dmn.decision(dmn.literal(constant)), dmn.decision(dmn.literal("1"), name="e"))
    )

    assert feel.to_json(model.evaluate(None, {}).values) == {"d": None, "e": 1}
    assert [finding.code for finding in model.check()] == ["feel-syntax"]


def imported(namespace: str, name: str) -> str:
    """Return an import."""
    return f'<import importType="{dmn.NAMESPACE}" namespace="{namespace}" name="{name}"/>'


@pytest.mark.parametrize(
    ("name", "expression"), [("lib", "lib.f(2)"), ("", "f(2)"), ("my lib", "my lib.f(2)")]
)
def test_knowledge_of_an_import(name: str, expression: str) -> None:
    """Imported knowledge is called under the import's name, or without one where it has none (DMN 1.4)."""
    library = dmn.definitions(dmn.knowledge("f", ["n"], dmn.literal("n * 10")), namespace="urn:lib").encode()
    decision = dmn.decision(dmn.literal(expression), requires="k:urn:lib#f")
    users = dmn.definitions(imported("urn:lib", name), decision)

    outcome = load(users, imports={"other.dmn": users.encode(), "lib.dmn": library}).evaluate("d", {})

    assert feel.to_json(outcome.values) == {"d": 20}


@pytest.mark.parametrize("name", ["月-收入", "a+b", "Teacher's mark", "full name"])
def test_component_names_with_signs(name: str) -> None:
    """Components of a declared structure may hold blanks and operators."""
    type_ = item("tP", f'<itemComponent name="{name}"><typeRef>number</typeRef></itemComponent>')
    decision = dmn.decision(dmn.literal(f"p.{name} * 2"), requires="i:p")

    assert value(type_, dmn.data("p", "tP"), decision, context={"p": {name: 4}}) == 8
