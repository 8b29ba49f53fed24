"""Ids: present, unique, and usable as names inside the engine."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Catalogue, Diagram, label
from bpmn.model import Finding
from bpmn.vocabulary import FLOW_NODES, SCOPES
from bpmn.xml import local

MAX_LENGTH = 200  #: characters of an id


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report ids that occur twice, are too long or hold characters that the engine keeps for itself."""
    seen: set[str] = set()
    for element in diagram.elements:
        identifier = element.get("id")
        if identifier is None:
            continue
        if identifier in seen:
            yield diagram.error(
                element,
                "duplicate-id",
                f"{label(element)}的标识 {identifier} 重复。",
                "请给每个元素不同的标识（id）。",
            )
        seen.add(identifier)
        if local(element) in FLOW_NODES | SCOPES and (
            len(identifier) > MAX_LENGTH or set(identifier) & set("/ \t\n#")
        ):
            yield diagram.error(
                element,
                "bad-id",
                f"{label(element)}的标识 {identifier[:40]} 过长，或含有空格、斜线、井号。",
                "请改用字母、数字、下划线、连字符组成的标识。",
            )
