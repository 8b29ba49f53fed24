"""Walk canonical files and build the program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from lxml import etree

from bpmn.definition import BPMN
from bpmn.lowering import data, events, multiple, xml
from bpmn.lowering.model import Flow, Node, Program, Trigger

_V = TypeVar("_V")
_EVENTS = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent")
_TASKS = (
    "task",
    "userTask",
    "manualTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "scriptTask",
    "businessRuleTask",
)
_SCOPES = ("subProcess",)
_GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway")
NODE_TYPES = (*_EVENTS, *_TASKS, *_SCOPES, *_GATEWAYS, "callActivity")  #: what the engine runs


def lower(files: Mapping[str, bytes]) -> Program:
    """Lower all files of a definition into one program; ids are unique over the files."""
    builder = _Builder()
    for name in files:
        builder.read(xml.parse(files[name]))
    return builder.finish()


@dataclass
class _Builder:
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    order: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  #: node -> flow ids as its <outgoing> lists them
    processes: list[str] = field(default_factory=list)
    triggers: dict[str, tuple[Trigger, ...]] = field(default_factory=dict)  #: of events that have several
    all_of: set[str] = field(default_factory=set)  #: events that need all of their triggers
    alias: dict[str, str] = field(
        default_factory=dict
    )  #: part of an event -> the event whose flows it sends on

    def read(self, root: etree._Element) -> None:
        declared = xml.Declarations.of(root)
        pending = [(process, None) for process in xml.children(root, "process")]
        self.processes.extend(str(process.get("id")) for process, _ in pending)
        stack: list[tuple[etree._Element, str | None]] = [*reversed(pending)]
        while stack:
            scope, parent = stack.pop()
            stack.extend((s, str(scope.get("id"))) for s in xml.children(scope, *_SCOPES))
            self._scope(scope, parent, declared)

    def _scope(self, scope: etree._Element, parent: str | None, declared: xml.Declarations) -> None:
        identity = str(scope.get("id"))
        lanes = _lanes(scope)
        members = list(xml.children(scope, *NODE_TYPES))
        for element in members:
            self._node(element, identity, lanes, declared)
        self._flows(scope)
        if parent is None:
            self.nodes[identity] = Node(
                id=identity,
                type="process",
                name=str(scope.get("name") or ""),
                extensions=xml.jf_attributes(scope),
            )
        objects = tuple(
            declared.variables[str(e.get("id"))] for e in xml.children(scope, "dataObject", "property")
        )
        self.nodes[identity] = replace(
            self.nodes[identity], children=tuple(str(e.get("id")) for e in members), declares=objects
        )

    def _node(
        self, element: etree._Element, parent: str, lanes: Mapping[str, str], declared: xml.Declarations
    ) -> None:
        identity = str(element.get("id"))
        self.order[identity] = tuple(xml.reference(xml.text(e)) for e in xml.children(element, "outgoing"))
        self._several(element, identity, declared)
        inherited = self.nodes[parent].lane if parent in self.nodes else None
        self.nodes[identity] = Node(
            id=identity,
            type=xml.local(element),
            name=str(element.get("name") or ""),
            parent=parent,
            lane=lanes.get(identity, inherited),
            trigger=events.trigger_of(element, declared),
            is_instantiating=xml.local(element) in ("receiveTask", "eventBasedGateway")
            and element.get("instantiate") in ("true", "1"),
            attached_to=xml.reference(element.get("attachedToRef")) or None,
            is_interrupting=_is_interrupting(element),
            is_event_subprocess=element.get("triggeredByEvent") in ("true", "1"),
            repetition=data.repetition_of(element, declared),
            inputs=data.transfers(element, "input"),
            outputs=data.transfers(element, "output"),
            associations_in=data.associations(element, declared, "dataInputAssociation"),
            associations_out=data.associations(element, declared, "dataOutputAssociation"),
            declares=data.outputs_declared(element),
            all_in=_passes(element, "allIn", "true"),
            all_out=_passes(element, "allOut", "true"),
            nothing_in=_passes(element, "allIn", "false"),
            nothing_out=_passes(element, "allOut", "false"),
            script=xml.text_of(element, "script"),
            called=xml.reference(element.get("calledElement")),
            extensions=xml.jf_attributes(element),
        )

    def _several(self, element: etree._Element, identity: str, declared: xml.Declarations) -> None:
        triggers = events.triggers_of(element, declared) if xml.local(element) in _EVENTS else ()
        if len(triggers) > 1:
            self.triggers[identity] = triggers
            if element.get("parallelMultiple") in ("true", "1"):
                self.all_of.add(identity)

    def _flows(self, scope: etree._Element) -> None:
        defaults = {str(e.get("default")) for e in scope if e.get("default")}
        for element in xml.children(scope, "sequenceFlow"):
            identity = str(element.get("id"))
            self.flows.append(
                Flow(
                    id=identity,
                    source=xml.reference(element.get("sourceRef")),
                    target=xml.reference(element.get("targetRef")),
                    condition=None
                    if identity in defaults
                    else xml.expression(xml.child(element, "conditionExpression")),
                    is_default=identity in defaults,
                )
            )

    def finish(self) -> Program:
        self._link()
        self._split()
        self._take_apart()
        self._instantiate()
        self._connect()
        return Program(nodes=self.nodes, processes=tuple(self.processes))

    def _link(self) -> None:
        """Draw a hidden flow from every throwing link to the catching link of the same name and scope."""
        links = [n for n in self.nodes.values() if n.trigger.kind == "link"]
        targets = {(n.parent, n.trigger.name): n.id for n in links if n.type == "intermediateCatchEvent"}
        for node in links:
            target = targets.get((node.parent, node.trigger.name))
            if node.type == "intermediateThrowEvent" and target is not None:
                self.flows.append(Flow(id=f"{node.id}/link", source=node.id, target=target, is_hidden=True))

    def _split(self) -> None:
        """Give activities and events with conditional or default flows a hidden split that decides."""
        deciding = {f.source for f in self.flows if f.condition or f.is_default}
        for identity in sorted(deciding & self.nodes.keys()):
            node = self.nodes[identity]
            if node.type in _GATEWAYS:
                continue
            split = f"{identity}/split"
            self.nodes[split] = Node(
                id=split, type="implicitSplit", name=node.name, parent=node.parent, lane=node.lane
            )
            self.order[split] = self.order.get(identity, ())
            self.flows = [replace(f, source=split) if f.source == identity else f for f in self.flows]
            self.flows.append(Flow(id=f"{identity}/out", source=identity, target=split, is_hidden=True))

    def _take_apart(self) -> None:
        parts = multiple.take_apart(self.nodes, self.flows, self.triggers, self.all_of)
        self.nodes, self.flows, self.alias = parts.nodes, parts.flows, parts.alias

    def _instantiate(self) -> None:
        """Mark the events behind an instantiating gateway: a token that no flow brought has been triggered."""
        for flow in self.flows:
            source = self.nodes.get(flow.source)
            if source is not None and source.type == "eventBasedGateway" and source.is_instantiating:
                self.nodes[flow.target] = replace(self.nodes[flow.target], is_instantiating=True)

    def _connect(self) -> None:
        outgoing = _grouped((f.source, f) for f in self.flows)
        incoming = _grouped((f.target, f) for f in self.flows)
        attached = _grouped((str(n.attached_to), n.id) for n in self.nodes.values() if n.attached_to)
        aliased = set(self.alias.values())
        for identity, node in self.nodes.items():
            listed = {flow: place for place, flow in enumerate(self.order.get(identity, ()))}
            sent = outgoing.get(self.alias.get(identity, identity), ())
            if identity in self.alias:
                sent = [flow for flow in sent if not flow.is_hidden]
            elif identity in aliased:
                sent = [flow for flow in sent if flow.is_hidden]
            leaving = sorted(sent, key=lambda f: listed.get(f.id, len(listed)))
            self.nodes[identity] = replace(
                node,
                outgoing=tuple(leaving),
                incoming=tuple(incoming.get(identity, ())),
                boundary=tuple(attached.get(identity, ())),
            )


def _grouped(pairs: Iterable[tuple[str, _V]]) -> dict[str, list[_V]]:
    groups: dict[str, list[_V]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def _passes(element: etree._Element, name: str, enabled: str) -> bool:
    return any(entry.get("enabled", "true") == enabled for entry in xml.jf_elements(element, name))


def _lanes(scope: etree._Element) -> dict[str, str]:
    """Map node id -> name of the innermost lane; inner lanes come after outer ones in document order."""
    return {
        xml.reference(xml.text(reference)): str(lane.get("name") or lane.get("id") or "")
        for lane_set in xml.children(scope, "laneSet")
        for lane in lane_set.iter(f"{{{BPMN}}}lane")
        for reference in xml.children(lane, "flowNodeRef")
    }


def _is_interrupting(element: etree._Element) -> bool:
    attribute = "cancelActivity" if xml.local(element) == "boundaryEvent" else "isInterrupting"
    return element.get(attribute) not in ("false", "0")
