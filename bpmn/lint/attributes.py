"""Attributes with which the standard changes the meaning of an element and that the engine does not follow."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Catalogue, Diagram, is_true, label
from bpmn.model import Finding
from bpmn.vocabulary import ACTIVITIES, NEUTRAL_IMPLEMENTATIONS
from bpmn.xml import Element, local


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report quantities other than one, compensation handlers and foreign implementations."""
    for element in diagram.nodes:
        if local(element) in ACTIVITIES:
            yield from _quantities(diagram, element)
            yield from _compensation(diagram, element)
            yield from _implementation(diagram, element)


def _quantities(diagram: Diagram, element: Element) -> Iterator[Finding]:
    for name, word in (("startQuantity", "启动所需令牌数"), ("completionQuantity", "完成产生令牌数")):
        if (element.get(name) or "1").strip() != "1":
            yield diagram.error(
                element,
                "token-quantity",
                f"{label(element)}的{word}（{name}）是 {element.get(name)}，引擎只支持 1。",
                "请改为 1，需要多次时用多实例或并行网关。",
            )


def _compensation(diagram: Diagram, element: Element) -> Iterator[Finding]:
    if is_true(element.get("isForCompensation")):
        yield diagram.error(
            element,
            "unsupported-element",
            f"{label(element)}是补偿处理任务，引擎不支持补偿。",
            "请用错误或消息事件引到画明的补救任务。",
        )


def _implementation(diagram: Diagram, element: Element) -> Iterator[Finding]:
    value = (element.get("implementation") or "").strip()
    if value.lower() in NEUTRAL_IMPLEMENTATIONS:
        return
    if local(element) == "userTask":
        yield diagram.warning(
            element,
            "implementation",
            f"{label(element)}指定了实现技术「{value[:80]}」，引擎总是把用户任务交给人办理。",
            "请去掉 implementation。",
        )
    else:
        yield diagram.error(
            element,
            "implementation",
            f"{label(element)}指定了实现技术「{value[:80]}」，引擎没有这种技术。",
            "请去掉 implementation，用 jf:operation 写明作业类型。",
        )
