"""The files of a pack that holds nothing yet: a start and an end that can be opened and edited."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

_MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
 xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"
 xmlns:jf="urn:jingfa:bpmn:1" id="definitions" targetNamespace="urn:jingfa:packs">
  <process id="{key}" name="{title}" isExecutable="true">
    <startEvent id="Begin" name="开始"><outgoing>Flow1</outgoing></startEvent>
    <endEvent id="Finish" name="结束"><incoming>Flow1</incoming></endEvent>
    <sequenceFlow id="Flow1" sourceRef="Begin" targetRef="Finish"/>
  </process>
  <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="{key}">
    <bpmndi:BPMNShape id="Begin_di" bpmnElement="Begin"><dc:Bounds x="180" y="160" width="36" height="36"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="Finish_di" bpmnElement="Finish"><dc:Bounds x="480" y="160" width="36" height="36"/></bpmndi:BPMNShape>
    <bpmndi:BPMNEdge id="Flow1_di" bpmnElement="Flow1"><di:waypoint x="216" y="178"/><di:waypoint x="480" y="178"/></bpmndi:BPMNEdge>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</definitions>
"""


def files(key: str, title: str) -> Mapping[str, bytes]:
    """Return the first files of the pack *key*."""
    quoted = title.replace("\\", "\\\\").replace('"', '\\"')
    settings = f'key = "{key}"\ntitle = "{_one_line(quoted)}"\n'
    model = _MODEL.format(key=key, title=escape(_one_line(title)))
    return {"pack.toml": settings.encode(), "process.bpmn": model.encode()}


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
