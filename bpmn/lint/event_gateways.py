"""Event-based gateways: at least two ways, each into an event that can be waited for."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Catalogue, Diagram, event_definitions, is_bpmn, label
from bpmn.model import Finding
from bpmn.xml import Element, local

_AWAITED = {
    "messageEventDefinition",
    "timerEventDefinition",
    "signalEventDefinition",
    "conditionalEventDefinition",
}


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report event gateways whose ways cannot compete."""
    for gateway in diagram.nodes:
        if is_bpmn(gateway, "eventBasedGateway"):
            yield from _gateway(diagram, gateway)


def _gateway(diagram: Diagram, gateway: Element) -> Iterator[Finding]:
    if gateway.get("eventGatewayType") == "Parallel":
        yield diagram.error(
            gateway,
            "parallel-event-gateway",
            f"{label(gateway)}要求所有事件都发生，引擎不支持。",
            "请用并行网关加几个等待事件。",
        )
    targets = [one for flow in diagram.outgoing(gateway) if (one := diagram.target(flow)) is not None]
    if len(targets) < 2:
        yield diagram.error(
            gateway,
            "event-gateway-needs-two",
            f"{label(gateway)}至少要有两条去路。",
            "请补上另一个等待的事件，例如定时。",
        )
    for target in targets:
        yield from _target(diagram, gateway, target)
    kinds = {kind for one in targets for kind in _kinds(one)}
    if {"receiveTask", "messageEventDefinition"} <= kinds:
        yield diagram.error(
            gateway,
            "mixed-event-gateway",
            f"{label(gateway)}后面既有接收任务又有消息事件，BPMN 不允许混用。",
            "请统一用消息事件。",
        )


def _kinds(target: Element) -> set[str]:
    return {local(one) for one in event_definitions(target)} or {local(target)}


def _target(diagram: Diagram, gateway: Element, target: Element) -> Iterator[Finding]:
    if not (
        is_bpmn(target, "receiveTask")
        or (is_bpmn(target, "intermediateCatchEvent") and _kinds(target) <= _AWAITED)
    ):
        yield diagram.error(
            target,
            "event-gateway-target",
            f"{label(gateway)}后面是{label(target)}，只能是等待消息、定时、信号、条件的事件或接收任务。",
            "请换成等待事件。",
        )
    if len(diagram.incoming(target)) > 1:
        yield diagram.error(
            target,
            "event-gateway-target-shared",
            f"{label(target)}除了来自{label(gateway)}还有别的来路。",
            "请为别的来路另画一个事件。",
        )
    if is_bpmn(target, "receiveTask") and diagram.attached(target):
        yield diagram.error(
            target,
            "event-gateway-boundary",
            f"{label(target)}跟在事件网关后面，不能再有边界事件。",
            "请把边界事件改为网关的另一条去路。",
        )
