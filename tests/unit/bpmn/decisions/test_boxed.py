"""Boxed expressions, business knowledge, services, imports and types (DMN 1.5, clauses 7 and 10.2)."""

from __future__ import annotations

import pytest

from bpmn import feel
from bpmn.decisions import DecisionModel, Outcome, load
from bpmn.feel import Value
from tests.builders import dmn


def value(logic: str, *others: str, requires: str = "", type_ref: str = "", **context: object) -> Value:
    return outcome(logic, *others, requires=requires, type_ref=type_ref, **context).values["d"]


def outcome(logic: str, *others: str, requires: str = "", type_ref: str = "", **context: object) -> Outcome:
    model = load(dmn.definitions(*others, dmn.decision(logic, requires=requires, type_ref=type_ref)))
    return model.evaluate("d", context)


ENTRY = '<contextEntry><variable name="{0}"/>{1}</contextEntry>'
DOUBLE = dmn.knowledge("double it", ["n"], dmn.literal("n * 2"))


def test_context_lines_see_those_above() -> None:
    """A line of a boxed context may use the lines above it."""
    lines = ENTRY.format("a b", dmn.literal("x + 1")) + ENTRY.format("c", dmn.literal("a b * 2"))

    assert value(f"<context>{lines}</context>", x=1) == {"a b": 2, "c": 4}


def test_context_with_a_result_line() -> None:
    """A last line without a name is the value of the whole context."""
    lines = ENTRY.format("a", dmn.literal("1")) + f"<contextEntry>{dmn.literal('a + 1')}</contextEntry>"

    assert value(f"<context>{lines}</context>") == 2


def test_list_and_relation() -> None:
    """A boxed list is a list, a relation a list of contexts."""
    cells = dmn.literal("1") + dmn.literal('"x"')
    relation = f'<relation><column name="n"/><column name="s"/><row>{cells}</row></relation>'

    assert value(f"<list>{dmn.literal('1')}{relation}</list>") == [1, [{"n": 1, "s": "x"}]]


def test_invocation_binds_by_name() -> None:
    """An invocation calls business knowledge with parameters by name."""
    binding = f'<binding><parameter name="n"/>{dmn.literal("x + 1")}</binding>'

    knowledge = DOUBLE.replace('id="double it"', 'id="k1"')

    assert (
        value(
            f"<invocation>{dmn.literal('double it')}{binding}</invocation>", knowledge, requires="k:k1", x=2
        )
        == 6
    )


def test_knowledge_is_called_from_feel() -> None:
    """A literal expression may call the knowledge that its decision requires, by a name with spaces."""
    knowledge = DOUBLE.replace('id="double it"', 'id="k1"')

    assert value(dmn.literal("double it(n: 4) + double it(1)"), knowledge, requires="k:k1") == 10


def test_knowledge_may_call_itself() -> None:
    """A business knowledge model may be recursive; endless recursion is null with a reason."""
    factorial = dmn.knowledge("f", ["n"], dmn.literal("if n <= 1 then 1 else n * f(n - 1)"))
    endless = dmn.knowledge("g", ["n"], dmn.literal("g(n)"))

    assert value(dmn.literal("f(5)"), factorial, requires="k:f") == 120
    assert outcome(dmn.literal("g(5)"), endless, requires="k:g").reasons


def test_boxed_conditional_filter_and_loops() -> None:
    """The boxed expressions of DMN 1.4 run like their FEEL twins."""
    numbers = dmn.literal("[1, 2, 3]")
    filtered = f"<filter><in>{numbers}</in><match>{dmn.literal('item > 1')}</match></filter>"
    loop = f'<for iteratorVariable="i"><in>{filtered}</in><return>{dmn.literal("i * 10")}</return></for>'
    some = f'<some iteratorVariable="i"><in>{loop}</in><satisfies>{dmn.literal("i = 30")}</satisfies></some>'
    chosen = (
        f"<conditional><if>{some}</if><then>{loop}</then><else>{dmn.literal('null')}</else></conditional>"
    )

    assert value(chosen) == [20, 30]


def test_decisions_require_decisions() -> None:
    """A decision sees the results of those that it requires, each evaluated once."""
    base = dmn.decision(dmn.literal("x + 1"), name="base")

    assert value(dmn.literal("base * 2"), base, requires="d:base", x=3) == 8


def test_long_chains_of_decisions() -> None:
    """A thousand decisions in a row are no deeper than one."""
    chain = [dmn.decision(dmn.literal("1"), name="d0")]
    chain += [
        dmn.decision(dmn.literal(f"d{n - 1} + 1"), name=f"d{n}", requires=f"d:d{n - 1}")
        for n in range(1, 1000)
    ]

    assert load(dmn.definitions(*chain)).evaluate("d999", {}).values == {"d999": 1000}


def service_model() -> DecisionModel:
    service = (
        '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#out"/>'
        '<inputDecision href="#base"/><inputData href="#x"/></decisionService>'
    )
    base = dmn.decision(dmn.literal("100"), name="base")
    out = dmn.decision(dmn.literal("base + x"), name="out", requires="d:base i:x")
    caller = dmn.decision(dmn.literal("s(1, 2)"), name="caller", requires="k:s")
    return load(dmn.definitions(dmn.data("x", "number"), base, out, service, caller))


def test_service_is_a_function_of_its_inputs() -> None:
    """A decision service takes its input data, then its input decisions, instead of evaluating them."""
    assert service_model().evaluate("caller", {}).values == {"caller": 3}


def test_service_by_name() -> None:
    """A decision service can be asked for like a decision."""
    assert service_model().evaluate("s", {"x": 5, "base": 1}).values == {"s": 6}
    assert service_model().evaluate("s", {"x": 5}).values == {"s": None}


def test_imported_decisions_are_seen_under_the_name_of_the_import() -> None:
    """What another file defines is used as ``import.name``."""
    other = dmn.definitions(dmn.decision(dmn.literal("41"), name="answer"), namespace="urn:other")
    link = f'<import namespace="urn:other" name="lib" importType="{dmn.NAMESPACE}"/>'
    main = dmn.definitions(link, dmn.decision(dmn.literal("lib.answer + 1"), requires="d:urn:other#answer"))

    assert load(main, imports={"other.dmn": other.encode()}).evaluate("d", {}).values == {"d": 42}


PERSON = (
    '<itemDefinition name="tAge"><typeRef>number</typeRef><allowedValues><text>[0..130]</text></allowedValues>'
    '</itemDefinition><itemDefinition name="tPerson"><itemComponent name="birth year"><typeRef>number</typeRef>'
    '</itemComponent><itemComponent name="age"><typeRef>tAge</typeRef></itemComponent></itemDefinition>'
    '<itemDefinition name="tPeople" isCollection="true"><typeRef>tPerson</typeRef></itemDefinition>'
)


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ([{"birth year": 1980, "age": 46}], [1980]),
        ({"birth year": 1980, "age": 46}, [1980]),
        ([{"age": 200}], None),
    ],
)
def test_item_definitions_check_and_convert(people: object, expected: object) -> None:
    """Input is checked against its item definition; a single value stands for a list of one."""
    logic = dmn.literal("people.birth year")

    assert value(logic, PERSON, dmn.data("people", "tPeople"), requires="i:people", people=people) == expected


@pytest.mark.parametrize(
    ("text", "type_ref", "expected"),
    [('"x"', "number", None), ("[5]", "number", 5), ("5", "tNumbers", [5]), ('"x"', "string", "x")],
)
def test_result_meets_the_type_of_the_decision(text: str, type_ref: str, expected: object) -> None:
    """A decision's value conforms to its variable's type, by implicit conversion, or is null."""
    numbers = '<itemDefinition name="tNumbers" isCollection="true"><typeRef>number</typeRef></itemDefinition>'

    assert value(dmn.literal(text), numbers, type_ref=type_ref) == expected


def test_numbers_are_exact() -> None:
    """0.1 + 0.2 is 0.3."""
    assert feel.to_json(value(dmn.literal("x + 0.2"), x=0.1)) == 0.3
