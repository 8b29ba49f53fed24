"""From canonical trees to the outline that other layers read: elements, flows and start events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpmn.definition import Element as Outlined
from bpmn.definition import SequenceFlow, StartEvent, StartKind
from bpmn.diagram import (
    Diagram,
    child,
    children,
    event_definitions,
    is_bpmn,
    is_instantiating,
    reference,
    scope_of,
)
from bpmn.vocabulary import FLOW_NODES, JF
from bpmn.xml import Element, local, text_of

_KINDS: dict[str, StartKind] = {
    "messageEventDefinition": "message",
    "timerEventDefinition": "timer",
    "signalEventDefinition": "signal",
    "conditionalEventDefinition": "conditional",
}


def elements(diagrams: Sequence[Diagram]) -> dict[str, Outlined]:
    """Return processes, lanes and flow nodes by id, in document order over all files."""
    return {one.id: one for diagram in diagrams for one in _elements(diagram)}


def _elements(diagram: Diagram) -> Iterator[Outlined]:
    for element in diagram.elements:
        if local(element) in FLOW_NODES or is_bpmn(element, "process", "lane"):
            yield _outlined(diagram, element)


def _outlined(diagram: Diagram, element: Element) -> Outlined:
    process = element if is_bpmn(element, "process") else diagram.process_of(element)
    parent = next((one for one in element.iterancestors() if local(one) in ("process", "subProcess")), None)
    return Outlined(
        id=element.get("id") or "",
        name=" ".join((element.get("name") or "").split()),
        type=local(element),
        process_id="" if process is None else process.get("id") or "",
        parent_id=None if parent is None else parent.get("id"),
        lane=_lane(diagram, element),
        documentation=text_of(child(element, "documentation")),
        extensions=jf_attributes(element),
        attached_to=element.get("attachedToRef"),
    )


def _lane(diagram: Diagram, element: Element) -> str | None:
    """The lane of an element, or of the nearest subprocess around it that a lane lists."""
    found = diagram.lane_of(element)
    parents = (one for one in element.iterancestors() if local(one) == "subProcess")
    return found or next((lane for one in parents if (lane := diagram.lane_of(one))), None)


def jf_attributes(element: Element) -> dict[str, str]:
    """Return our attributes of *element* by local name."""
    prefix = f"{{{JF}}}"
    return {
        str(key)[len(prefix) :]: str(value)
        for key, value in element.attrib.items()
        if str(key).startswith(prefix)
    }


def flows(diagrams: Sequence[Diagram]) -> dict[str, SequenceFlow]:
    """Return sequence flows by id, in document order over all files."""
    return {one.get("id") or "": _flow(diagram, one) for diagram in diagrams for one in diagram.flows}


def _flow(diagram: Diagram, flow: Element) -> SequenceFlow:
    source, process = diagram.source(flow), diagram.process_of(flow)
    return SequenceFlow(
        id=flow.get("id") or "",
        source=flow.get("sourceRef") or "",
        target=flow.get("targetRef") or "",
        name=" ".join((flow.get("name") or "").split()),
        condition=text_of(child(flow, "conditionExpression")) or None,
        is_default=source is not None and source.get("default") == flow.get("id"),
        process_id="" if process is None else process.get("id") or "",
    )


def starts(diagrams: Sequence[Diagram]) -> tuple[StartEvent, ...]:
    """Return everything that starts a process, one entry for each trigger, in document order."""
    return tuple(
        start
        for diagram in diagrams
        for node in diagram.nodes
        if is_bpmn(scope_of(node), "process") and _starts(diagram, node)
        for start in _triggers(diagram, node)
    )


def _starts(diagram: Diagram, node: Element) -> bool:
    """Whether *node* is a start event, or a receive task or event that instantiates its process."""
    behind = (diagram.source(flow) for flow in diagram.incoming(node))
    return (
        is_bpmn(node, "startEvent")
        or (is_bpmn(node, "receiveTask") and is_instantiating(node))
        or any(one is not None and is_instantiating(one) for one in behind)
    )


def _triggers(diagram: Diagram, node: Element) -> list[StartEvent]:
    definitions: list[Element | None] = [*_definitions(diagram, node)]
    return [_start(diagram, node, one) for one in definitions or [None]]


def _start(diagram: Diagram, node: Element, definition: Element | None) -> StartEvent:
    if is_bpmn(node, "receiveTask"):
        kind: StartKind = "message"
        definition = node
    else:
        kind = "none" if definition is None else _KINDS.get(local(definition), "none")
    timer = (
        None
        if definition is None
        else next(iter(children(definition, "timeDate", "timeDuration", "timeCycle")), None)
    )
    return StartEvent(
        element_id=node.get("id") or "",
        kind=kind,
        event_name=None if definition is None else _name(diagram, definition),
        timer=text_of(timer) or None,
        process_id=scope_of(node).get("id") or "",
    )


def _definitions(diagram: Diagram, event: Element) -> list[Element]:
    targets = [diagram.by_id.get(reference(text_of(one))) for one in children(event, "eventDefinitionRef")]
    return event_definitions(event) + [one for one in targets if one is not None]


def _name(diagram: Diagram, definition: Element) -> str | None:
    if local(definition) == "conditionalEventDefinition":
        return text_of(child(definition, "condition")) or None
    target = diagram.by_id.get(reference(definition.get("messageRef") or definition.get("signalRef")))
    return None if target is None else target.get("name")


def key_of(diagrams: Sequence[Diagram], process_id: str | None) -> str:
    """
    Return the id of the process that starts when nobody names another.

    The wanted one if it exists; else the first that is executable and that no other process calls; else the first
    with a start event; empty where there is none.
    """
    processes = [one for diagram in diagrams for one in diagram.processes]
    if process_id is not None:
        return next((process_id for one in processes if one.get("id") == process_id), "")
    called = {
        reference(call.get("calledElement"))
        for one in diagrams
        for call in one.nodes
        if is_bpmn(call, "callActivity")
    }
    ranked = sorted(processes, key=lambda one: _rank(one, called))
    return ranked[0].get("id") or "" if ranked else ""


def _rank(process: Element, called: set[str]) -> tuple[bool, bool, bool]:
    is_executable = process.get("isExecutable") in ("true", "1")
    return (child(process, "startEvent") is None, not is_executable, process.get("id") in called)
