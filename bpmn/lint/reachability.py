"""Every element can be reached from a start, and from every element something can still end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bpmn.diagram import (
    Catalogue,
    Diagram,
    children,
    is_bpmn,
    is_event_subprocess,
    is_instantiating,
    is_true,
    label,
)
from bpmn.model import Finding
from bpmn.vocabulary import FLOW_NODES
from bpmn.xml import Element, local


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report unreachable elements, and loops that nothing leaves."""
    for scope in diagram.scopes:
        nodes = [one for one in children(scope) if local(one) in FLOW_NODES]
        begins = diagram.beginnings(scope)
        if not begins:
            continue
        begins += [one for one in nodes if is_event_subprocess(one) or is_instantiating(one)]
        reached = reachable(diagram, begins)
        yield from _unreached(diagram, nodes, reached)
        yield from _trapped(diagram, [one for one in nodes if one in reached])


def reachable(diagram: Diagram, begins: Iterable[Element]) -> set[Element]:
    """Return the nodes that flows, boundary events and links lead to from *begins*, themselves included."""
    found, pending = set(begins), list(begins)
    while pending:
        for one in diagram.successors(pending.pop()):
            if one not in found:
                found.add(one)
                pending.append(one)
    return found


def _unreached(diagram: Diagram, nodes: list[Element], reached: set[Element]) -> Iterator[Finding]:
    for node in nodes:
        if node not in reached and not _is_judged_elsewhere(node):
            yield diagram.error(
                node, "unreachable", f"从开始事件走不到{label(node)}。", "请把它连入流程，或删去它。"
            )


def _is_judged_elsewhere(node: Element) -> bool:
    """Compensation handlers and loose boundary events are refused by their own rules."""
    return is_true(node.get("isForCompensation")) or (
        is_bpmn(node, "boundaryEvent") and not node.get("attachedToRef")
    )


def _trapped(diagram: Diagram, nodes: list[Element]) -> Iterator[Finding]:
    """Nodes from which no end can be reached: a loop without exit."""
    before: dict[Element, list[Element]] = {}
    for node in nodes:
        for one in diagram.successors(node):
            before.setdefault(one, []).append(node)
    found = {one for one in nodes if not diagram.successors(one)}
    pending = list(found)
    while pending:
        for one in before.get(pending.pop(), []):
            if one not in found:
                found.add(one)
                pending.append(one)
    trapped = [one for one in nodes if one not in found]
    if trapped and found:
        yield diagram.warning(
            trapped[0],
            "endless-loop",
            f"进入{label(trapped[0])}后再也走不到结束。",
            "请为循环加一个能走出去的分支。",
            witness=[str(one.get("id")) for one in trapped[:50]],
        )
