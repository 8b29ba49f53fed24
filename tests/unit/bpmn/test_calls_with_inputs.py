"""Calls that hand in chosen data: what the called process reads has to be among it."""

from __future__ import annotations

from bpmn import parser
from bpmn.diagram import Catalogue
from bpmn.knowledge import FieldFact, Knowledge
from bpmn.model import Finding

FORM = (FieldFact(path=("risk",), type="text"), FieldFact(path=("kind",), type="text"))
CATALOGUE = Catalogue(
    forms=frozenset({"f"}),
    form_fields={"f": frozenset({"risk", "kind"})},
    knowledge=Knowledge(forms={"f": FORM}),
)
MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:jf="urn:jingfa:bpmn:1" id="d" targetNamespace="t">
<process id="p" isExecutable="true"><startEvent id="s" jf:form="f"/>
<callActivity id="c" name="办理" calledElement="q"><extensionElements>{}</extensionElements></callActivity><endEvent id="e"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="c"/><sequenceFlow id="f2" sourceRef="c" targetRef="e"/></process>
<process id="q" isExecutable="true"><startEvent id="qs"/><exclusiveGateway id="g" default="low"/><endEvent id="x"/><endEvent id="y"/>
<sequenceFlow id="q1" sourceRef="qs" targetRef="g"/><sequenceFlow id="low" sourceRef="g" targetRef="y"/>
<sequenceFlow id="high" sourceRef="g" targetRef="x"><conditionExpression>=risk = "高"</conditionExpression></sequenceFlow></process>
</definitions>"""


def found(inputs: str) -> list[Finding]:
    """Return the findings about the call with these inputs."""
    return list(parser.check({"m.bpmn": MODEL.format(inputs).encode()}, catalogue=CATALOGUE))


def test_a_call_without_an_input_that_is_read_is_named_with_its_way() -> None:
    """The finding stands at the call, and its way ends where the called process reads."""
    hits = [
        one for one in found('<jf:input target="kind" source="=kind"/>') if one.code == "call-without-input"
    ]

    assert [(one.element_id, one.witness) for one in hits] == [("c", ("s", "c", "high"))]
    assert "risk" in hits[0].message


def test_a_call_that_hands_in_what_is_read_raises_no_alarm() -> None:
    """What an input brings counts as set in the called process; without inputs everything goes in."""
    assert found('<jf:input target="risk" source="=risk"/>') == []
    assert found("") == []
