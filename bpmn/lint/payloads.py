"""What events and tasks send or wait for: messages, signals, errors and escalations have names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Catalogue, Diagram, event_definitions, is_bpmn, is_true, label, reference
from bpmn.model import Finding
from bpmn.vocabulary import EVENTS
from bpmn.xml import Element, local

_REFERENCES: Final = {
    "messageEventDefinition": ("messageRef", "消息"),
    "signalEventDefinition": ("signalRef", "信号"),
    "errorEventDefinition": ("errorRef", "错误"),
    "escalationEventDefinition": ("escalationRef", "升级"),
}
_CODES: Final = {"errorRef": "errorCode", "escalationRef": "escalationCode"}


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report events that do not say which message, signal, error or escalation; and nameless ones."""
    for node in diagram.nodes:
        if local(node) in EVENTS:
            for definition in event_definitions(node):
                yield from _definition(diagram, node, definition)
        elif is_bpmn(node, "receiveTask"):
            yield from _receive(diagram, node)


def _definition(diagram: Diagram, event: Element, definition: Element) -> Iterator[Finding]:
    attribute, word = _REFERENCES.get(local(definition), ("", ""))
    if not attribute:
        return
    value = definition.get(attribute)
    if value is None:
        # A catching error or escalation without reference catches all of them: that is the standard's meaning.
        if attribute not in _CODES or local(event) in ("endEvent", "intermediateThrowEvent"):
            yield _missing(diagram, event, word)
    elif (target := diagram.by_id.get(reference(value))) is not None:
        yield from _named(diagram, event, target, attribute, word)


def _missing(diagram: Diagram, event: Element, word: str) -> Finding:
    return diagram.error(
        event,
        "missing-payload",
        f"{label(event)}没有说明是哪个{word}。",
        f"请为它选择或新建一个有名称的{word}。",
    )


def _named(diagram: Diagram, event: Element, target: Element, attribute: str, word: str) -> Iterator[Finding]:
    if attribute in _CODES:
        if not (target.get(_CODES[attribute]) or "").strip():
            yield diagram.warning(
                event,
                "payload-without-code",
                f"{label(event)}引用的{word}没有代码，引擎以它的标识 {target.get('id')} 为代码。",
                f"请填写{word}代码。",
            )
    elif not (target.get("name") or "").strip():
        yield diagram.error(
            event,
            "nameless-payload",
            f"{label(event)}引用的{word} {target.get('id')} 没有名称，无法据此收发。",
            f"请填写{word}名称。",
        )
    elif "${" in (target.get("name") or "") or (target.get("name") or "").startswith("="):
        yield diagram.error(
            event,
            "dynamic-payload",
            f"{label(event)}的{word}名称「{target.get('name')}」是表达式，引擎只按固定名称收发。",
            f"请写固定的{word}名称，区分对象请用关联键。",
        )


def _receive(diagram: Diagram, task: Element) -> Iterator[Finding]:
    if is_true(task.get("instantiate")) and diagram.incoming(task):
        yield diagram.error(
            task,
            "instantiating",
            f"{label(task)}由消息启动流程，却有来路。",
            "请删去它的来路，或取消 instantiate。",
        )
    message = diagram.by_id.get(reference(task.get("messageRef")))
    if task.get("messageRef") is None:
        yield _missing(diagram, task, "消息")
    elif message is not None and not (message.get("name") or "").strip():
        yield from _named(diagram, task, message, "messageRef", "消息")
