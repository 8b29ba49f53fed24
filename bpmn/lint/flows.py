"""Sequence flows: both ends, inside one process or subprocess, and never into a start or out of an end."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Catalogue, Diagram, is_bpmn, is_event_subprocess, is_true, label, scope_of
from bpmn.model import Finding
from bpmn.vocabulary import FLOW_NODES
from bpmn.xml import Element, local

_REDRAW = "请重新连线。"


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report flows that cannot carry a token as drawn."""
    for flow in diagram.flows:
        for attribute, word in (("sourceRef", "起点"), ("targetRef", "终点")):
            if not flow.get(attribute):
                yield diagram.error(flow, "open-flow", f"{label(flow)}没有{word}。", _REDRAW)
        source, target = diagram.source(flow), diagram.target(flow)
        if source is not None and target is not None and {local(source), local(target)} <= FLOW_NODES:
            yield from _ends(diagram, flow, source, target)
        if not is_true(flow.get("isImmediate"), default=True):
            process = diagram.process_of(flow)
            is_executable = process is not None and is_true(process.get("isExecutable"))
            yield (diagram.error if is_executable else diagram.warning)(
                flow,
                "not-immediate",
                f"{label(flow)}设为非即时流转，引擎总是立即流转。",
                "请去掉 isImmediate。",
            )
    yield from _listed(diagram)


def _ends(diagram: Diagram, flow: Element, source: Element, target: Element) -> Iterator[Finding]:
    if scope_of(source) is not scope_of(target) or scope_of(flow) is not scope_of(source):
        yield diagram.error(
            flow,
            "flow-crosses-border",
            f"{label(flow)}从{label(source)}跨出或跨入子流程（或泳池）到{label(target)}。",
            "顺序流只能连同一流程或子流程内的元素；跨泳池请用消息流，跨子流程请连到子流程本身或用边界事件。",
        )
    if is_bpmn(target, "startEvent"):
        yield diagram.error(
            flow, "flow-into-start", f"{label(flow)}连入{label(target)}，开始事件不能有来路。", _REDRAW
        )
    if is_bpmn(target, "boundaryEvent"):
        yield diagram.error(
            flow, "flow-into-boundary", f"{label(flow)}连入{label(target)}，边界事件不能有来路。", _REDRAW
        )
    if is_bpmn(source, "endEvent"):
        yield diagram.error(
            flow,
            "flow-out-of-end",
            f"{label(flow)}从{label(source)}连出，结束事件不能有去路。",
            "请改用中间事件或重新连线。",
        )
    for node in (source, target):
        if is_event_subprocess(node):
            yield diagram.error(
                flow,
                "flow-at-event-subprocess",
                f"{label(flow)}连接事件子流程{label(node)}，它只由事件启动。",
                "请删去连线，或取消「事件触发」。",
            )


def _listed(diagram: Diagram) -> Iterator[Finding]:
    """``incoming`` and ``outgoing`` repeat what the flows say; where they contradict, nobody knows what was meant."""
    for node in diagram.nodes:
        for name, attribute in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
            for entry in node.findall(f"{{*}}{name}"):
                flow = diagram.by_id.get((entry.text or "").strip().rpartition(":")[2])
                if (
                    flow is not None
                    and is_bpmn(flow, "sequenceFlow")
                    and flow.get(attribute) != node.get("id")
                ):
                    yield diagram.error(
                        node,
                        "contradicting-flow",
                        f"{label(node)}把{label(flow)}列为自己的{'来路' if name == 'incoming' else '去路'}，但它连着别处。",
                        "请在建模工具中重新连线后导出。",
                    )
