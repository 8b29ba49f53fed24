"""Message flows: between pools, never inside one."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Catalogue, Diagram, child, children, event_definitions, is_bpmn, label, reference
from bpmn.model import Finding
from bpmn.vocabulary import ACTIVITIES, EVENTS
from bpmn.xml import Element, local


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report message flows with a loose or impossible end, and those inside one pool."""
    for flow in diagram.elements:
        if is_bpmn(flow, "messageFlow"):
            yield from _flow(diagram, flow)


def _flow(diagram: Diagram, flow: Element) -> Iterator[Finding]:
    ends = [diagram.by_id.get(reference(flow.get(name))) for name in ("sourceRef", "targetRef")]
    if not flow.get("sourceRef") or not flow.get("targetRef"):
        yield diagram.error(flow, "open-message-flow", f"{label(flow)}没有连好两端。", "请重新连线。")
        return
    known = [one for one in ends if one is not None]
    for end in known:
        if local(end) not in ACTIVITIES | EVENTS | {"participant"}:
            yield diagram.error(
                flow,
                "message-flow-end",
                f"{label(flow)}连着{label(end)}，消息流只能连泳池、活动和事件。",
                "请重新连线。",
            )
        yield from _event(diagram, flow, end)
    pools = [_pool(diagram, one) for one in known]
    if len(pools) == 2 and pools[0] is not None and pools[0] is pools[1]:
        yield diagram.error(
            flow,
            "message-flow-inside-pool",
            f"{label(flow)}的两端在同一个泳池里。",
            "泳池内请用顺序流；消息流只连不同的泳池。",
        )


def _event(diagram: Diagram, flow: Element, end: Element) -> Iterator[Finding]:
    kinds = {local(one) for one in event_definitions(end)}
    is_plain = (
        local(end) in EVENTS
        and "messageEventDefinition" not in kinds
        and child(end, "eventDefinitionRef") is None
    )
    if is_plain:
        yield diagram.warning(
            end,
            "message-flow-at-plain-event",
            f"{label(flow)}连着{label(end)}，但它不是消息事件，执行时不收发消息。",
            "请把该事件改为消息事件，或删去消息流。",
        )


def _pool(diagram: Diagram, end: Element) -> Element | None:
    if is_bpmn(end, "participant"):
        return diagram.by_id.get(reference(end.get("processRef"))) if end.get("processRef") else end
    process = diagram.process_of(end)
    return process if process is not None and children(process) else None
