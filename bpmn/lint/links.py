"""Link events: each thrown one has exactly one partner in the same process or subprocess."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bpmn.diagram import Catalogue, Diagram, is_bpmn, label, link_name, scope_of
from bpmn.model import Finding
from bpmn.xml import Element, local


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report link events without name, without partner, or with several."""
    partners = Counter((scope_of(one), local(one), link_name(one)) for one in diagram.nodes if link_name(one))
    for event in diagram.nodes:
        name = link_name(event)
        if name is None:
            continue
        if not name:
            yield diagram.error(
                event, "nameless-link", f"{label(event)}没有链接名称。", "请填写与另一端相同的名称。"
            )
        elif is_bpmn(event, "intermediateThrowEvent"):
            yield from _throw(diagram, event, name, partners[scope_of(event), "intermediateCatchEvent", name])
        elif is_bpmn(event, "intermediateCatchEvent"):
            yield from _catch(diagram, event, name, partners[scope_of(event), "intermediateThrowEvent", name])


def _throw(diagram: Diagram, event: Element, name: str, found: int) -> Iterator[Finding]:
    if found != 1:
        word = "有不止一个" if found else "没有"
        yield diagram.error(
            event,
            "unpaired-link",
            f"{label(event)}的链接「{name}」在同一层{word}接收端。",
            "请保证同名的接收端有且只有一个。",
        )
    if diagram.outgoing(event):
        yield diagram.error(
            event, "link-with-flow", f"{label(event)}是链接的发出端，不能再有去路。", "请删去它的去路。"
        )


def _catch(diagram: Diagram, event: Element, name: str, found: int) -> Iterator[Finding]:
    if not found:
        yield diagram.error(
            event,
            "unpaired-link",
            f"{label(event)}的链接「{name}」在同一层没有发出端。",
            "请补上同名的发出端，或删去它。",
        )
    if diagram.incoming(event):
        yield diagram.error(
            event, "link-with-flow", f"{label(event)}是链接的接收端，不能有来路。", "请删去它的来路。"
        )
