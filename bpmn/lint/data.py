"""Data objects and associations: what the drawing promises to carry, the engine can find."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Catalogue, Diagram, children, is_bpmn, label
from bpmn.model import Finding
from bpmn.xml import Element, local, text_of

_ASSOCIATIONS: Final = ("dataInputAssociation", "dataOutputAssociation")
_DATA: Final = frozenset(
    {
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "dataStore",
        "dataInput",
        "dataOutput",
        "inputDataItem",
        "outputDataItem",
        "property",
    }
)


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report data associations whose ends are missing or are no data."""
    for element in diagram.elements:
        if is_bpmn(element, *_ASSOCIATIONS):
            for end in children(element, "sourceRef", "targetRef"):
                yield from _end(diagram, element, text_of(end))
        elif is_bpmn(element, "dataStoreReference"):
            yield from _store(diagram, element)


def _end(diagram: Diagram, association: Element, value: str) -> Iterator[Finding]:
    owner = association.getparent()
    shown = association if owner is None else owner
    target = diagram.by_id.get(value.rpartition(":")[2])
    if value and target is None:
        yield diagram.error(
            shown,
            "dangling-reference",
            f"{label(shown)}的数据关联指向不存在的 {value[:80]}。",
            "请删去该数据关联，或重新连到数据对象。",
        )
    elif target is not None and local(target) not in _DATA and target is not owner:
        yield diagram.error(
            shown,
            "wrong-reference",
            f"{label(shown)}的数据关联连着{label(target)}，它不是数据。",
            "请连到数据对象。",
        )


def _store(diagram: Diagram, element: Element) -> Iterator[Finding]:
    yield diagram.warning(
        element,
        "data-store",
        f"{label(element)}只作说明，引擎不读写外部数据存储。",
        "需要读写外部数据时请用服务任务。",
    )
