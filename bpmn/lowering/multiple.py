"""
Events with several triggers, taken apart into events with one.

A throwing event throws all it has, in order, what ends its scope last. A catching one becomes one hidden branch for
each trigger: behind a hidden event-based gateway where any of them is enough, between a hidden fork and a hidden join
where all must happen. Boundary events and the starts of event subprocesses become one listener for each trigger.
The parts are called ``<event>/<number>``, so that history and waits still name the event that is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bpmn.lowering.model import Flow, Node, Trigger

_LAST = ("error", "terminate")


@dataclass
class Parts:
    """What taking events apart made of the program; ``alias`` maps a part to the event whose flows it sends on."""

    nodes: dict[str, Node]
    flows: list[Flow]
    alias: dict[str, str]


def take_apart(
    nodes: Mapping[str, Node],
    flows: list[Flow],
    triggers: Mapping[str, tuple[Trigger, ...]],
    all_of: set[str],
) -> Parts:
    """
    Return the program without catching events of several triggers.

    Args:
        nodes: All nodes, not yet connected.
        flows: All sequence flows.
        triggers: Event -> its triggers, only events that have several.
        all_of: Events that need all of their triggers (``parallelMultiple``).
    """
    parts = Parts(dict(nodes), flows, {})
    for identity, several in triggers.items():
        node = parts.nodes[identity]
        if node.type in ("endEvent", "intermediateThrowEvent"):
            _throw_all(parts, node, several)
        elif node.type == "boundaryEvent" or _starts_handler(parts, node):
            _listen(parts, node, several)
        elif node.type == "intermediateCatchEvent":
            (_wait_for_all if identity in all_of else _wait_for_any)(parts, node, several)
    return parts


def _starts_handler(parts: Parts, node: Node) -> bool:
    scope = parts.nodes.get(node.parent or "")
    return node.type == "startEvent" and scope is not None and scope.is_event_subprocess


def _throw_all(parts: Parts, node: Node, several: tuple[Trigger, ...]) -> None:
    ordered = sorted(several, key=lambda one: one.kind in _LAST)
    parts.nodes[node.id] = replace(node, trigger=ordered[0], more=tuple(ordered[1:]))


def _clones(node: Node, several: tuple[Trigger, ...]) -> list[Node]:
    return [replace(node, id=f"{node.id}/{place}", trigger=one) for place, one in enumerate(several)]


def _put(parts: Parts, node: Node, others: list[Node]) -> None:
    """Add parts of *node* to its scope, in its place."""
    scope = parts.nodes[str(node.parent)]
    kept = (node.id,) if node.id in parts.nodes else ()
    inserted = [*kept, *(one.id for one in others)]
    children = [new for old in scope.children for new in (inserted if old == node.id else [old])]
    parts.nodes[scope.id] = replace(scope, children=tuple(children))
    parts.nodes.update((one.id, one) for one in others)


def _listen(parts: Parts, node: Node, several: tuple[Trigger, ...]) -> None:
    clones = _clones(node, several)
    del parts.nodes[node.id]
    _put(parts, node, clones)
    parts.alias.update((one.id, node.id) for one in clones)


def _wait_for_any(parts: Parts, node: Node, several: tuple[Trigger, ...]) -> None:
    clones = _clones(node, several)
    parts.alias.update((one.id, node.id) for one in clones)
    if any(parts.nodes[f.source].type == "eventBasedGateway" for f in parts.flows if f.target == node.id):
        # The gateway is there already: each trigger is one of its ways.
        del parts.nodes[node.id]
        parts.flows = [new for old in parts.flows for new in _fanned(old, node, clones)]
    else:
        parts.nodes[node.id] = _hidden(node, "eventBasedGateway")
        parts.flows += [_step(node.id, one.id) for one in clones]
    _put(parts, node, clones)


def _fanned(flow: Flow, node: Node, clones: list[Node]) -> list[Flow]:
    return [replace(flow, target=one.id) for one in clones] if flow.target == node.id else [flow]


def _wait_for_all(parts: Parts, node: Node, several: tuple[Trigger, ...]) -> None:
    clones = [replace(one, is_hidden=True) for one in _clones(node, several)]
    join = replace(_hidden(node, "parallelGateway"), id=f"{node.id}/join")
    done = replace(node, id=f"{node.id}/done", trigger=Trigger(), outputs=(), associations_out=())
    parts.nodes[node.id] = _hidden(node, "fork")
    parts.flows += [_step(node.id, one.id) for one in clones] + [_step(one.id, join.id) for one in clones]
    parts.flows.append(_step(join.id, done.id))
    parts.alias[done.id] = node.id
    _put(parts, node, [*clones, join, done])


def _hidden(node: Node, kind: str) -> Node:
    return Node(id=node.id, type=kind, name=node.name, parent=node.parent, lane=node.lane, is_hidden=True)


def _step(source: str, target: str) -> Flow:
    return Flow(id=f"{source}>{target}", source=source, target=target, is_hidden=True)
