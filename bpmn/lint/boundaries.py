"""Boundary events: attached to an activity of the same scope, leading somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import (
    Catalogue,
    Diagram,
    event_definitions,
    is_bpmn,
    is_event_subprocess,
    is_true,
    label,
    scope_of,
)
from bpmn.model import Finding
from bpmn.vocabulary import ACTIVITIES
from bpmn.xml import Element, local


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report boundary events without host, without way out, or not interrupting where BPMN says they must."""
    for event in diagram.nodes:
        if is_bpmn(event, "boundaryEvent"):
            yield from _host(diagram, event)
            yield from _effect(diagram, event)


def _host(diagram: Diagram, event: Element) -> Iterator[Finding]:
    host = diagram.by_id.get(event.get("attachedToRef") or "")
    if not event.get("attachedToRef"):
        yield diagram.error(
            event, "unattached", f"{label(event)}没有依附的活动。", "请把它放到活动的边框上。"
        )
    elif host is not None and local(host) in ACTIVITIES and scope_of(host) is not scope_of(event):
        yield diagram.error(
            event,
            "attached-elsewhere",
            f"{label(event)}与它依附的{label(host)}不在同一层。",
            "请重新放到活动的边框上。",
        )
    elif host is not None and is_event_subprocess(host):
        yield diagram.error(
            event,
            "attached-to-event-subprocess",
            f"{label(event)}依附在事件子流程上。",
            "请改为在事件子流程里面处理。",
        )
    if not diagram.outgoing(event) and "compensateEventDefinition" not in _kinds(event):
        yield diagram.warning(
            event,
            "boundary-without-flow",
            f"{label(event)}没有去路，触发后这一支即结束。",
            "建议连到处理任务或结束事件。",
        )


def _kinds(event: Element) -> set[str]:
    return {local(one) for one in event_definitions(event)}


def _effect(diagram: Diagram, event: Element) -> Iterator[Finding]:
    kinds = _kinds(event)
    if "errorEventDefinition" in kinds and not is_true(event.get("cancelActivity"), default=True):
        yield diagram.error(
            event,
            "error-must-interrupt",
            f"{label(event)}：错误边界事件必须中断活动。",
            "请改为中断型，或改用升级事件。",
        )
