"""Gateways and conditional flows: every choice is decidable, every default is a default."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Catalogue, Diagram, child, event_definitions, is_bpmn, is_true, label
from bpmn.model import Finding
from bpmn.vocabulary import ACTIVITIES, CATCH_EVENTS, GATEWAYS, THROW_EVENTS
from bpmn.xml import Element, local, text_of

_DECIDING = ("exclusiveGateway", "inclusiveGateway", "complexGateway")


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report undecidable choices, conditions where none is asked, and defaults that are none."""
    for node in diagram.nodes:
        yield from _default(diagram, node)
        if is_bpmn(node, "exclusiveGateway", "inclusiveGateway"):
            yield from _choices(diagram, node)
        else:
            yield from _unasked(diagram, node)
        if local(node) in GATEWAYS:
            yield from _shape(diagram, node)


def has_condition(flow: Element) -> bool:
    """Whether *flow* carries a condition that is not blank."""
    return bool(text_of(child(flow, "conditionExpression")))


def _default(diagram: Diagram, node: Element) -> Iterator[Finding]:
    default = node.get("default")
    if default is None:
        return
    flow = diagram.by_id.get(default)
    if flow is not None and flow not in diagram.outgoing(node):
        yield diagram.error(
            node,
            "foreign-default",
            f"{label(node)}的默认分支{label(flow)}不是从它连出的。",
            "请重新选择默认分支。",
        )
    elif flow is not None and has_condition(flow):
        yield diagram.error(
            flow,
            "default-with-condition",
            f"{label(flow)}是默认分支，却带有条件。",
            "请去掉条件，或取消默认。",
        )
    if local(node) not in ACTIVITIES and local(node) not in _DECIDING:
        yield diagram.error(
            node, "misplaced-default", f"{label(node)}不做选择，不能有默认分支。", "请去掉默认分支。"
        )


def _choices(diagram: Diagram, gateway: Element) -> Iterator[Finding]:
    flows = diagram.outgoing(gateway)
    bare = [one for one in flows if not has_condition(one) and one.get("id") != gateway.get("default")]
    if len(flows) < 2 or not bare:
        return
    for flow in bare:
        # An inclusive gateway always takes a flow without a condition; an exclusive one could never tell when.
        say = diagram.error if is_bpmn(gateway, "exclusiveGateway") else diagram.warning
        yield say(
            flow,
            "missing-condition",
            f"{label(gateway)}连出的{label(flow)}既没有条件，也不是默认分支。",
            "请填写条件；表示「其余情况」的那一条请设为默认分支。",
        )


def _unasked(diagram: Diagram, node: Element) -> Iterator[Finding]:
    if local(node) in ACTIVITIES or is_bpmn(node, "complexGateway"):
        return
    for flow in diagram.outgoing(node):
        # The standard lets conditions leave activities and deciding gateways only.
        if has_condition(flow) and (local(node) in GATEWAYS or local(node) in CATCH_EVENTS | THROW_EVENTS):
            yield diagram.error(
                flow,
                "condition-not-asked",
                f"{label(node)}连出的{label(flow)}带有条件，但这里不按条件选择。",
                "请去掉条件，或在它后面加一个排他网关。",
            )


def _shape(diagram: Diagram, gateway: Element) -> Iterator[Finding]:
    incoming, outgoing = len(diagram.incoming(gateway)), len(diagram.outgoing(gateway))
    if not outgoing:
        yield diagram.warning(
            gateway,
            "gateway-without-flow",
            f"{label(gateway)}没有去路，走到这里即结束。",
            "建议连到结束事件。",
        )
    direction = gateway.get("gatewayDirection")
    if (direction == "Converging" and outgoing > 1) or (direction == "Diverging" and incoming > 1):
        yield diagram.warning(
            gateway,
            "gateway-direction",
            f"{label(gateway)}标为 {direction}，与连线不符；引擎按连线执行。",
            "请在建模工具中改正方向，或去掉该设置。",
        )
    if is_true(gateway.get("instantiate")) and not _starts_by_messages(diagram, gateway):
        yield diagram.error(
            gateway,
            "instantiating",
            f"{label(gateway)}由事件启动流程，但它有来路，或后面不全是消息、信号。",
            "请改用几个消息开始事件。",
        )


def _starts_by_messages(diagram: Diagram, gateway: Element) -> bool:
    """Whether nothing leads to an instantiating gateway and everything behind it can start a process."""
    kinds = {
        local(definition)
        for flow in diagram.outgoing(gateway)
        if (target := diagram.target(flow)) is not None and not is_bpmn(target, "receiveTask")
        for definition in event_definitions(target) or [target]
    }
    is_first = is_bpmn(gateway, "eventBasedGateway") and not diagram.incoming(gateway)
    return is_first and kinds <= {"messageEventDefinition", "signalEventDefinition"}
