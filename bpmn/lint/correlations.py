"""Correlation keys of collaborations: messages are told apart here by the business key or ``jf:correlationKey``."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Catalogue, Diagram, is_bpmn, label
from bpmn.model import Finding


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report correlation keys: a message that differs in their properties only would be taken all the same."""
    for element in diagram.elements:
        if is_bpmn(element, "correlationKey"):
            yield diagram.warning(
                element,
                "correlation-not-evaluated",
                f"{label(element)}：引擎不从消息内容中取关联属性，只按业务编号或 jf:correlationKey 区分消息。",
                "同时有几个实例等同一消息时，请在接收事件上用 jf:correlationKey 写明关联键。",
            )
