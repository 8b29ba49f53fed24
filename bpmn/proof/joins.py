"""Parallel joins that wait for ever: two of their ways in can never both be taken by one case."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from bpmn.diagram import Diagram, is_bpmn, is_true, label, scope_of
from bpmn.model import Finding
from bpmn.proof.network import Network
from bpmn.xml import Element


def check(network: Network) -> Iterator[Finding]:
    """Report parallel joins behind a choice: no split lies before two of their ways in."""
    for process in network.judged():
        for node in process.nodes:
            if is_bpmn(node, "parallelGateway") and len(process.diagram.incoming(node)) > 1:
                pair = _exclusive_pair(process.diagram, node)
                if pair:
                    a, b = (label(one) for one in pair)
                    yield process.diagram.warning(
                        node,
                        "dead-join",
                        f"{label(node)}要等{a}和{b}都走到，但前面是二选一，两条永远不会都走到：案件会停在这里。",
                        "请改用排他网关汇合，或在前面用并行网关分开。",
                        witness=network.witness(process, node),
                    )


def _exclusive_pair(diagram: Diagram, join: Element) -> tuple[Element, Element] | None:
    """Return two ways in that no split can feed together, None where all pairs can be fed."""
    ways = diagram.incoming(join)
    before = {way: _before(diagram, way, join) for way in ways}
    splits = [one for one in diagram.nodes if scope_of(one) is scope_of(join)]
    branches = [_branches(diagram, one) for one in splits]
    for a, b in combinations(ways, 2):
        fed = (
            any(x is not y and x in before[a] and y in before[b] for x in out for y in out)
            for out in branches
            if len(out) > 1
        )
        if not any(fed):
            return a, b
    return None


def _branches(diagram: Diagram, node: Element) -> list[Element]:
    """The flows that may carry tokens side by side after *node*; nothing where only one is taken."""
    beside = [
        flow
        for event in diagram.attached(node)
        if not is_true(event.get("cancelActivity"), default=True)
        for flow in diagram.outgoing(event)
    ]
    if is_bpmn(node, "exclusiveGateway", "eventBasedGateway"):
        return []
    return [*diagram.outgoing(node), *beside]


def _before(diagram: Diagram, way: Element, join: Element) -> set[Element]:
    """The flows from which *way* can be reached without passing the join, itself included."""
    found, pending = {way}, [way]
    while pending:
        source = diagram.source(pending.pop())
        if source is None or source is join:
            continue
        hosts = [source]
        if is_bpmn(source, "boundaryEvent"):
            host = diagram.by_id.get(source.get("attachedToRef") or "")
            hosts += [host] if host is not None else []
        for flow in (one for host in hosts for one in diagram.incoming(host)):
            if flow not in found:
                found.add(flow)
                pending.append(flow)
    return found
