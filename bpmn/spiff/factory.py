"""Build the shared specs of a definition, once per digest."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from threading import Lock

from bpmn.definition import ProcessDefinition
from bpmn.lowering import Node, Program, lower
from bpmn.spiff import activities, catching, events, gateways, repetition, scopes
from bpmn.spiff.kernel import ElementSpec, Specs

_KEPT = 256
_cache: OrderedDict[str, Specs] = OrderedDict()
_lock = Lock()

_BEHAVIOUR: dict[str, type[ElementSpec]] = {
    "process": scopes.ProcessSpec,
    "subProcess": scopes.ScopeSpec,
    "callActivity": scopes.CallSpec,
    "task": activities.ActivitySpec,
    "userTask": activities.PersonSpec,
    "manualTask": activities.PersonSpec,
    "serviceTask": activities.JobSpec,
    "sendTask": activities.SendSpec,
    "receiveTask": activities.ReceiveSpec,
    "scriptTask": activities.ScriptSpec,
    "businessRuleTask": activities.JobSpec,
    "exclusiveGateway": gateways.ExclusiveSpec,
    "parallelGateway": gateways.ParallelSpec,
    "inclusiveGateway": gateways.InclusiveSpec,
    "eventBasedGateway": gateways.EventGatewaySpec,
    "fork": gateways.ForkSpec,
    "implicitSplit": gateways.ImplicitSplitSpec,
    "startEvent": events.StartSpec,
    "endEvent": events.EndSpec,
    "intermediateCatchEvent": events.CatchSpec,
    "intermediateThrowEvent": events.ThrowSpec,
    "boundaryEvent": events.FiredSpec,
}


def specs_of(definition: ProcessDefinition) -> Specs:
    """Return the specs of a definition; the most recently used are kept."""
    with _lock:
        if definition.digest not in _cache:
            _cache[definition.digest] = build(lower(definition.files))
        _cache.move_to_end(definition.digest)
        while len(_cache) > _KEPT:
            _cache.popitem(last=False)
        return _cache[definition.digest]


def build(program: Program) -> Specs:
    """Give every node its behaviour."""
    specs = Specs(program)
    for node in program.nodes.values():
        _add(specs, node)
    return specs


def _add(specs: Specs, node: Node) -> None:
    if node.type == "boundaryEvent":
        _add_boundary(specs, node)
    elif node.repetition is not None:
        body = (
            repetition.StandardLoopSpec
            if node.repetition.kind == "standard"
            else repetition.MultiInstanceSpec
        )
        body(specs, node)
        instance = replace(node, id=f"{node.id}/each", repetition=None, boundary=())
        _BEHAVIOUR[node.type](specs, instance)
    else:
        _BEHAVIOUR[node.type](specs, node)
    if _is_event_start(specs, node):
        events.EventStartSpec(specs, replace(node, id=f"{node.id}/listener", outgoing=()))


def _add_boundary(specs: Specs, node: Node) -> None:
    events.FiredSpec(specs, replace(node, id=f"{node.id}/fired", attached_to=None))
    if node.trigger.kind in catching.WAITED:
        events.BoundarySpec(specs, node)


def _is_event_start(specs: Specs, node: Node) -> bool:
    if node.type != "startEvent" or node.parent is None or node.trigger.kind not in catching.WAITED:
        return False
    return specs.program.nodes[node.parent].is_event_subprocess
