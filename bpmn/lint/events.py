"""Events: which kinds of trigger may stand where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import (
    Catalogue,
    Diagram,
    child,
    children,
    event_definitions,
    is_bpmn,
    is_event_subprocess,
    is_true,
    label,
    scope_of,
)
from bpmn.model import Finding
from bpmn.vocabulary import EVENTS, SUBPROCESSES, chinese
from bpmn.xml import Element, local

_WAITING: Final = {
    "messageEventDefinition",
    "timerEventDefinition",
    "signalEventDefinition",
    "conditionalEventDefinition",
}
ALLOWED: Final = {
    "startEvent": _WAITING,
    "event-subprocess": _WAITING | {"errorEventDefinition", "escalationEventDefinition"},
    "subprocess": set[str](),
    "intermediateCatchEvent": _WAITING | {"linkEventDefinition"},
    "intermediateThrowEvent": {
        "messageEventDefinition", "signalEventDefinition", "escalationEventDefinition", "linkEventDefinition"
    },
    "boundaryEvent": _WAITING | {"errorEventDefinition", "escalationEventDefinition"},
    "endEvent": {
        "messageEventDefinition", "signalEventDefinition", "escalationEventDefinition", "errorEventDefinition",
        "terminateEventDefinition",
    },
}  # fmt: skip
_REFUSED_ELSEWHERE: Final = {"cancelEventDefinition", "compensateEventDefinition"}


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report triggers that the standard or the engine does not have at an event, and events with several or none."""
    for event in diagram.nodes:
        if local(event) in EVENTS:
            yield from _event(diagram, event)


def _event(diagram: Diagram, event: Element) -> Iterator[Finding]:
    definitions = event_definitions(event) + _referenced(diagram, event)
    if len(definitions) > 1:
        yield from _several(diagram, event, definitions)
    if not definitions and local(event) in ("intermediateCatchEvent", "boundaryEvent"):
        yield diagram.error(
            event,
            "missing-trigger",
            f"{label(event)}没有说明等待什么。",
            "请选择消息、定时、信号、条件等类型。",
        )
    for definition in definitions:
        yield from _placed(diagram, event, definition)


def _several(diagram: Diagram, event: Element, definitions: list[Element]) -> Iterator[Finding]:
    if any(local(one) == "linkEventDefinition" for one in definitions):
        yield diagram.error(
            event,
            "several-triggers",
            f"{label(event)}除了链接还有别的触发条件。",
            "请把链接单独画成一个事件。",
        )
    behind_gateway = any(
        (source := diagram.source(flow)) is not None and is_bpmn(source, "eventBasedGateway")
        for flow in diagram.incoming(event)
    )
    if is_true(event.get("parallelMultiple")) and (
        not is_bpmn(event, "intermediateCatchEvent") or behind_gateway
    ):
        yield diagram.error(
            event,
            "parallel-multiple",
            f"{label(event)}要求几个事件都发生，引擎在这里不支持。",
            "请用并行网关分开等待，或改画成流程中的中间事件。",
        )


def _referenced(diagram: Diagram, event: Element) -> list[Element]:
    targets = [
        diagram.by_id.get((one.text or "").strip().rpartition(":")[2])
        for one in children(event, "eventDefinitionRef")
    ]
    return [one for one in targets if one is not None]


def _placed(diagram: Diagram, event: Element, definition: Element) -> Iterator[Finding]:
    kind = local(definition)
    place = _place(event)
    if kind == "errorEventDefinition" and not is_true(event.get("isInterrupting"), default=True):
        yield diagram.error(
            event,
            "error-must-interrupt",
            f"{label(event)}：错误事件必须中断流程。",
            "请改为中断型，或改用升级事件。",
        )
    if kind == "conditionalEventDefinition" and child(definition, "condition") is None:
        yield diagram.error(event, "empty-expression", f"{label(event)}没有写触发条件。", "请填写条件。")
    if kind in ALLOWED[place] or kind in _REFUSED_ELSEWHERE:
        return
    where = {"event-subprocess": "事件子流程的开始事件", "subprocess": "普通子流程的开始事件"}.get(
        place, chinese(place)
    )
    yield diagram.error(
        event,
        "misplaced-trigger",
        f"{label(event)}：{where}不能是{chinese(kind)}。",
        "请按 BPMN 2.0 换成允许的类型，或改用其他事件。",
    )


def _place(event: Element) -> str:
    if local(event) != "startEvent":
        return local(event)
    scope = scope_of(event)
    if is_event_subprocess(scope):
        return "event-subprocess"
    return "subprocess" if local(scope) in SUBPROCESSES else "startEvent"
