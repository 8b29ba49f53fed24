"""Diagrams as SVG: coloured by record, harmless whatever the model says."""

from __future__ import annotations

from api.diagrams import Marks, to_svg

MODEL = """<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"
 xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:dd="http://www.omg.org/spec/DD/20100524/DI">
<process id="p"><userTask id="t" name="{name}"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/></process>
<di:BPMNDiagram><di:BPMNPlane bpmnElement="p">
<di:BPMNShape bpmnElement="t"><dc:Bounds x="100" y="80" width="100" height="80"/></di:BPMNShape>
<di:BPMNEdge bpmnElement="f"><dd:waypoint x="50" y="120"/><dd:waypoint x="100" y="120"/></di:BPMNEdge>
</di:BPMNPlane></di:BPMNDiagram></definitions>"""


def test_the_waiting_element_carries_words_beside_its_colour() -> None:
    """Late is said, not only painted."""
    svg = to_svg(MODEL.format(name="调解").encode(), Marks(now={"t": "已逾期 2 天"}, late=frozenset({"t"})))

    assert 'class="b-late"' in svg
    assert "已逾期 2 天" in svg


def test_taken_flows_are_marked() -> None:
    """Only what was recorded is coloured."""
    svg = to_svg(MODEL.format(name="调解").encode(), Marks(flows=frozenset({"f"})))

    assert "b-flow b-done" in svg


def test_names_are_text_never_markup() -> None:
    """A label from a hostile model is escaped."""
    svg = to_svg(MODEL.format(name="&lt;script&gt;alert(1)&lt;/script&gt;").encode())

    assert "<script" not in svg
    assert "&lt;" in svg


def test_no_inline_style_is_needed() -> None:
    """The strict policy of the pages holds for the picture too."""
    assert "style=" not in to_svg(MODEL.format(name="调解").encode())


def test_broken_or_empty_models_draw_nothing() -> None:
    """No diagram is an empty text."""
    assert to_svg(b"<x") == ""
    assert to_svg(b"<definitions/>") == ""
