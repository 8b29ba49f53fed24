"""Large diagrams for the editor."""

from __future__ import annotations


def long_row(count: int) -> str:
    """Return a model of *count* tasks in a row and the flows between them."""
    nodes = ["s", *(f"t{n}" for n in range(count)), "e"]
    flows = list(zip(nodes, nodes[1:], strict=False))
    kinds = {"s": "startEvent", "e": "endEvent"}
    body = "".join(f'<{kinds.get(n, "manualTask")} id="{n}"/>' for n in nodes)
    body += "".join(f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in flows)
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{n}_di" bpmnElement="{n}"><dc:Bounds x="{i * 150}" y="100" '
        f'width="{36 if n in kinds else 100}" height="{36 if n in kinds else 80}"/></bpmndi:BPMNShape>'
        for i, n in enumerate(nodes)
    )
    edges = "".join(
        f'<bpmndi:BPMNEdge id="{a}_{b}_di" bpmnElement="{a}_{b}"><di:waypoint x="{i * 150 + 100}" y="130"/>'
        f'<di:waypoint x="{i * 150 + 150}" y="130"/></bpmndi:BPMNEdge>'
        for i, (a, b) in enumerate(flows)
    )
    names = (
        'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
        'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
    )
    return (
        f'<definitions {names} targetNamespace="urn:x"><process id="dispute-consent" isExecutable="true">{body}</process>'
        f'<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="p" bpmnElement="dispute-consent">{shapes}{edges}'
        "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"
    )
