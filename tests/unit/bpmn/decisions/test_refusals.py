"""What a deployment refuses, each with the place and a way out."""

from __future__ import annotations

import pytest

from bpmn.decisions import DecisionNotFound, load
from bpmn.errors import DeploymentInvalid
from bpmn.model import Finding
from tests.builders import dmn


def refused(*elements: str) -> list[Finding]:
    with pytest.raises(DeploymentInvalid) as caught:
        load(dmn.definitions(*elements), file="x.dmn")
    return list(caught.value.findings)


@pytest.mark.parametrize(
    ("code", "logic"),
    [
        ("feel-syntax", dmn.literal("1 +")),
        ("hit-policy", dmn.table(["- -> 1"], policy="BEST")),
        ("aggregation", dmn.table(["- -> 1"], policy="COLLECT", aggregation="AVG")),
        (
            "compound-aggregation",
            dmn.table(["- -> 1 | 2"], policy="COLLECT", aggregation="SUM", outputs=("a", "b")),
        ),
        ("no-priority", dmn.table(["- -> 1"], policy="PRIORITY")),
        ("ragged-rule", dmn.table(["- | - -> 1"])),
        ("output-names", dmn.table(["- -> 1 | 2"], outputs=("a", "a"))),
        ("function-kind", '<functionDefinition kind="Java"><context/></functionDefinition>'),
        (
            "expression-language",
            '<literalExpression expressionLanguage="groovy"><text>x</text></literalExpression>',
        ),
    ],
)
def test_refusal_names_the_place(code: str, logic: str) -> None:
    """Logic that cannot run is refused by name, with the decision it stands in."""
    findings = refused(dmn.decision(logic))

    assert code in {finding.code for finding in findings}
    assert all("「d」" in finding.message and finding.remedy for finding in findings)


def test_full_width_punctuation_offers_the_fix() -> None:
    """A table made in a spreadsheet with full-width signs is refused with the corrected text."""
    finding = refused(dmn.decision(dmn.table(["“红”，“橙” -> 1"])))[0]

    assert '"红","橙"' in finding.remedy.replace(" ", "")


def test_cycles_are_refused() -> None:
    """Decisions that require each other are refused with the way round."""
    first = dmn.decision(dmn.literal("b"), name="a", requires="d:b")
    second = dmn.decision(dmn.literal("a"), name="b", requires="d:a")

    assert refused(first, second)[0].code == "cyclic-requirements"


def test_requirement_that_leads_nowhere() -> None:
    """A requirement of an element that is not there is refused."""
    assert refused(dmn.decision(dmn.literal("1"), requires="d:gone"))[0].code == "missing-requirement"


def test_every_finding_at_once() -> None:
    """Two faults in two decisions are told together."""
    first, second = dmn.decision(dmn.literal("1 +"), name="a"), dmn.decision(dmn.literal(")"), name="b")

    assert {finding.element_id for finding in refused(first, second)} == {"a", "b"}


@pytest.mark.parametrize("xml", ["<a/>", "", "<!DOCTYPE d [<!ENTITY x 'y'>]><definitions/>", "<definitions"])
def test_hostile_files(xml: str) -> None:
    """What is no DMN, or has a DOCTYPE, is refused."""
    with pytest.raises(DeploymentInvalid):
        load(xml)


def test_unknown_decision_names_those_there_are() -> None:
    """Asking for a decision that is not there lists those that are."""
    with pytest.raises(DecisionNotFound, match="「d」|：d"):
        load(dmn.definitions(dmn.decision(dmn.literal("1")))).evaluate("e", {})
