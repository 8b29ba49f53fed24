"""Event definitions resolved into triggers."""

from __future__ import annotations

from typing import Literal

from lxml import etree

from bpmn.lowering import xml
from bpmn.lowering.model import Trigger

_DEFINITIONS = {
    "messageEventDefinition": "message",
    "timerEventDefinition": "timer",
    "signalEventDefinition": "signal",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation",
    "conditionalEventDefinition": "conditional",
    "terminateEventDefinition": "terminate",
    "linkEventDefinition": "link",
}
_TIMERS: tuple[tuple[str, Literal["duration", "date", "cycle"]], ...] = (
    ("timeDuration", "duration"),
    ("timeDate", "date"),
    ("timeCycle", "cycle"),
)


def trigger_of(element: etree._Element, declared: xml.Declarations) -> Trigger:
    """Return what an event (or, by its ``messageRef``, a send or receive task) throws or waits for."""
    if xml.local(element) == "receiveTask":
        return _message(element, declared, element)
    if xml.local(element) == "sendTask":
        return _message(element, declared, element) if element.get("messageRef") else Trigger()
    return next(iter(triggers_of(element, declared)), Trigger())


def triggers_of(element: etree._Element, declared: xml.Declarations) -> tuple[Trigger, ...]:
    """Return all triggers of an event, in document order, those it refers to last."""
    found = list(xml.children(element, *_DEFINITIONS))
    for one in xml.children(element, "eventDefinitionRef"):
        target = declared.roots.get(xml.reference(xml.text(one)))
        found += [] if target is None or xml.local(target) not in _DEFINITIONS else [target]
    return tuple(_READERS.get(_DEFINITIONS[xml.local(one)], _plain)(one, declared, element) for one in found)


def _plain(definition: etree._Element, declared: xml.Declarations, event: etree._Element) -> Trigger:
    return Trigger(kind=_DEFINITIONS[xml.local(definition)])  # type: ignore[arg-type]


def _message(definition: etree._Element, declared: xml.Declarations, event: etree._Element) -> Trigger:
    name, root = _named(definition, "messageRef", declared, event)
    key = xml.jf(event, "correlationKey") or (xml.jf(root, "correlationKey") if root is not None else "")
    return Trigger(kind="message", name=name, correlation_key=xml.plain(key) or None)


def _signal(definition: etree._Element, declared: xml.Declarations, event: etree._Element) -> Trigger:
    return Trigger(kind="signal", name=_named(definition, "signalRef", declared, event)[0])


def _named(
    definition: etree._Element, attribute: str, declared: xml.Declarations, event: etree._Element
) -> tuple[str, etree._Element | None]:
    """Return the name behind a reference; an event without one is known by its own name or id."""
    target = xml.reference(definition.get(attribute))
    root = declared.roots.get(target)
    if root is None:
        return target or str(event.get("name") or event.get("id")), None
    return str(root.get("name") or target), root


def _error(definition: etree._Element, declared: xml.Declarations, event: etree._Element) -> Trigger:
    return Trigger(kind="error", code=_code(definition, "errorRef", "errorCode", declared))


def _escalation(definition: etree._Element, declared: xml.Declarations, event: etree._Element) -> Trigger:
    return Trigger(kind="escalation", code=_code(definition, "escalationRef", "escalationCode", declared))


def _code(definition: etree._Element, attribute: str, code: str, declared: xml.Declarations) -> str | None:
    target = xml.reference(definition.get(attribute))
    root = declared.roots.get(target)
    return str(root.get(code) or target) if root is not None else target or None


def _timer(definition: etree._Element, declared: xml.Declarations, event: etree._Element) -> Trigger:
    for name, kind in _TIMERS:
        source = xml.child(definition, name)
        if source is not None:
            return Trigger(kind="timer", timer=kind, expression=xml.plain(xml.text(source)))
    return Trigger(kind="timer", timer="duration")


def _conditional(definition: etree._Element, declared: xml.Declarations, event: etree._Element) -> Trigger:
    return Trigger(kind="conditional", expression=xml.expression(xml.child(definition, "condition")) or "")


def _link(definition: etree._Element, declared: xml.Declarations, event: etree._Element) -> Trigger:
    return Trigger(kind="link", name=str(definition.get("name") or event.get("name") or event.get("id")))


_READERS = {
    "message": _message,
    "signal": _signal,
    "error": _error,
    "escalation": _escalation,
    "timer": _timer,
    "conditional": _conditional,
    "link": _link,
}
