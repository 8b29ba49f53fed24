"""References: every one points to something that exists and is of the right kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Catalogue, Diagram, label, reference
from bpmn.model import Finding
from bpmn.vocabulary import ACTIVITIES, EVENT_DEFINITIONS, FLOW_NODES, chinese
from bpmn.xml import Element, local, text_of

#: attribute -> kinds of element that it may point to
_ATTRIBUTES: Final = {
    "sourceRef": None,
    "targetRef": None,
    "attachedToRef": ACTIVITIES,
    "messageRef": {"message"},
    "signalRef": {"signal"},
    "errorRef": {"error"},
    "escalationRef": {"escalation"},
    "dataObjectRef": {"dataObject"},
    "dataStoreRef": {"dataStore"},
    "processRef": {"process"},
    "default": {"sequenceFlow"},
    "operationRef": {"operation"},
}
_TEXTS: Final = {
    "flowNodeRef": None,
    "incoming": {"sequenceFlow"},
    "outgoing": {"sequenceFlow"},
    "eventDefinitionRef": EVENT_DEFINITIONS,
}
_FLOW_ENDS: Final = ("sourceRef", "targetRef")


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report dangling references and references to the wrong kind of element."""
    for element in diagram.elements:
        for attribute, kinds in _ATTRIBUTES.items():
            if (value := element.get(attribute)) is not None and _applies(element, attribute):
                yield from _resolve(diagram, element, attribute, value, kinds)
        if local(element) in _TEXTS:
            owner = element.getparent()
            yield from _resolve(
                diagram,
                element if owner is None else owner,
                local(element),
                text_of(element),
                _TEXTS[local(element)],
            )


def _applies(element: Element, attribute: str) -> bool:
    # A pool without content may name a process that another tool keeps elsewhere: a black box.
    return not (attribute == "dataStoreRef" or (attribute == "operationRef"))


def _resolve(
    diagram: Diagram, element: Element, attribute: str, value: str, kinds: frozenset[str] | set[str] | None
) -> Iterator[Finding]:
    target = diagram.by_id.get(reference(value)) if value else None
    if target is None:
        yield _dangling(diagram, element, attribute, value)
    elif kinds is not None and local(target) not in kinds:
        wanted = "、".join(sorted(chinese(one) for one in kinds)[:4])
        yield diagram.error(
            element,
            "wrong-reference",
            f"{label(element)}的 {attribute} 指向{label(target)}，应指向{wanted}。",
            "请在建模工具中重新选择。",
        )
    elif local(element) == "sequenceFlow" and attribute in _FLOW_ENDS and local(target) not in FLOW_NODES:
        yield diagram.error(
            element,
            "wrong-reference",
            f"{label(element)}连到{label(target)}，顺序流只能连活动、事件和网关。",
            "请重新连线。",
        )


def _dangling(diagram: Diagram, element: Element, attribute: str, value: str) -> Finding:
    if local(element) == "participant":
        return diagram.warning(
            element,
            "black-box",
            f"{label(element)}指向的流程 {value} 不在文件中，按外部单位看待。",
            "无需处理；如应执行，请一并上传该流程。",
        )
    shown = value.strip() or "（空）"
    return diagram.error(
        element,
        "dangling-reference",
        f"{label(element)}的 {attribute} 指向不存在的 {shown[:80]}。",
        "请补上被指向的元素，或重新选择。",
    )
