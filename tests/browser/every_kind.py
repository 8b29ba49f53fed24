"""One model with every kind of element that the engine runs, on one screen, for walks through the diagram editor."""

from __future__ import annotations

TASKS = (
    "task",
    "userTask",
    "manualTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "scriptTask",
    "businessRuleTask",
    "callActivity",
)
GATEWAYS = ("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway")
EVENTS = {
    "startEvent": ("", "message", "timer", "signal", "conditional"),
    "endEvent": ("", "message", "signal", "error", "escalation", "terminate"),
    "intermediateCatchEvent": ("message", "timer", "signal", "conditional", "link"),
    "intermediateThrowEvent": ("", "message", "signal", "escalation", "link"),
}
BOUNDARY = ("message", "timer", "signal", "conditional", "error", "escalation")
COLUMNS, WIDE, HIGH = 10, 105, 88
NAMES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:jf="urn:jingfa:bpmn:1"'
)


def model() -> str:
    """Return the model; ids are the kinds, e.g. ``endEvent-error``."""
    body, shapes = [], []
    for index, (element_id, xml, size) in enumerate(_elements()):
        x, y = 60 + index % COLUMNS * WIDE, 40 + index // COLUMNS * HIGH
        body.append(xml)
        shapes.append(_shape(element_id, x, y, *size))
    body += [_boundary(kind) for kind in BOUNDARY]
    shapes += [_shape(f"boundaryEvent-{kind}", 54 + n * 105, 462, 36, 36) for n, kind in enumerate(BOUNDARY)]
    flow = '<sequenceFlow id="flow" sourceRef="exclusiveGateway" targetRef="inclusiveGateway"><conditionExpression>=a = 1</conditionExpression></sequenceFlow>'
    other = '<sequenceFlow id="other" sourceRef="exclusiveGateway" targetRef="parallelGateway"/>'
    edges = [_edge("flow", 52, 104), _edge("other", 60, 209)]
    return (
        f'<definitions {NAMES} targetNamespace="urn:x"><process id="p" isExecutable="true">{"".join(body)}{flow}{other}</process>'
        f'<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="pl" bpmnElement="p">{"".join(shapes)}{"".join(edges)}'
        "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"
    )


def ids() -> list[str]:
    """Return every id to choose, the flow included."""
    return [
        *(element_id for element_id, _, _ in _elements()),
        *(f"boundaryEvent-{kind}" for kind in BOUNDARY),
        "flow",
    ]


def _elements() -> list[tuple[str, str, tuple[int, int]]]:
    found = [(kind, f'<{kind} id="{kind}" name="{kind}"/>', (80, 60)) for kind in TASKS]
    loop = '<userTask id="loop" jf:deadline="D-106"><multiInstanceLoopCharacteristics/></userTask>'
    found += [("loop", loop, (80, 60)), ("subProcess", '<subProcess id="subProcess"/>', (90, 70))]
    found += [(kind, f'<{kind} id="{kind}"/>', (50, 50)) for kind in GATEWAYS]
    for place, kinds in EVENTS.items():
        found += [
            (_id(place, kind), f'<{place} id="{_id(place, kind)}">{_definition(kind)}</{place}>', (36, 36))
            for kind in kinds
        ]
    found.append(("note", '<textAnnotation id="note"><text>x</text></textAnnotation>', (80, 30)))
    found.append(
        ("object", '<dataObjectReference id="object" dataObjectRef="o"/><dataObject id="o"/>', (36, 50))
    )
    found += [(f"host-{kind}", f'<task id="host-{kind}"/>', (80, 60)) for kind in BOUNDARY]
    return found


def _id(place: str, kind: str) -> str:
    return f"{place}-{kind}" if kind else place


def _definition(kind: str) -> str:
    return f"<{kind}EventDefinition/>" if kind else ""


def _boundary(kind: str) -> str:
    return f'<boundaryEvent id="boundaryEvent-{kind}" attachedToRef="host-{kind}"><{kind}EventDefinition/></boundaryEvent>'


def _shape(element_id: str, x: int, y: int, width: int, height: int) -> str:
    return (
        f'<bpmndi:BPMNShape id="{element_id}_di" bpmnElement="{element_id}">'
        f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/></bpmndi:BPMNShape>'
    )


def _edge(element_id: str, fall: int, run: int) -> str:
    return (
        f'<bpmndi:BPMNEdge id="{element_id}_di" bpmnElement="{element_id}"><di:waypoint x="215" y="{128 + fall}"/>'
        f'<di:waypoint x="{215 + run}" y="{128 + fall}"/></bpmndi:BPMNEdge>'
    )
