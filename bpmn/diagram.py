"""
One diagram, indexed: who is who, what flows where, what contains what.

Built from a canonical tree in linear time and never changed afterwards; rules ask it questions. Document order is
kept everywhere, because ties at run time are decided by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from lxml import etree

from bpmn import vocabulary
from bpmn.knowledge import Knowledge
from bpmn.model import Finding, Severity
from bpmn.vocabulary import BPMN, JF
from bpmn.xml import Element, local, namespace, text_of

_B: Final = f"{{{BPMN}}}"


def is_bpmn(element: Element, *names: str) -> bool:
    """Whether *element* is of the BPMN namespace and, if *names* are given, has one of them."""
    return namespace(element) == BPMN and (not names or local(element) in names)


def children(element: Element, *names: str) -> list[Element]:
    """Return the BPMN children of *element* in document order, only those called *names* if any are given."""
    return [child for child in element if is_bpmn(child, *names)]


def child(element: Element, name: str) -> Element | None:
    """Return the first BPMN child called *name*."""
    return element.find(_B + name)


def extension(element: Element, name: str) -> str | None:
    """Return our own attribute ``jf:<name>``, None where it is absent."""
    return element.get(f"{{{JF}}}{name}")


def extensions(element: Element, name: str) -> list[Element]:
    """Return our own extension elements ``jf:<name>`` of *element*."""
    return element.findall(f"{_B}extensionElements/{{{JF}}}{name}")


def reference(value: str | None) -> str:
    """
    Return the id that a QName reference points to, without its prefix.

    >>> reference("tns:Message_1")
    'Message_1'
    """
    return (value or "").strip().rpartition(":")[2]


def event_definitions(element: Element) -> list[Element]:
    """Return the event definitions inside an event, in document order."""
    return [one for one in children(element) if local(one) in vocabulary.EVENT_DEFINITIONS]


def label(element: Element) -> str:
    """
    Return what a person calls the element, e.g. ``用户任务「审核」（Task_1）``.
    """
    kind = vocabulary.chinese(local(element))
    name = " ".join((element.get("name") or "").split())[:60]
    shown = element.get("id") or ""
    if name:
        return f"{kind}「{name}」（{shown}）" if shown else f"{kind}「{name}」"
    return f"{kind} {shown}" if shown else f"{kind}（第 {element.sourceline} 行）"


@dataclass(frozen=True)
class Diagram:
    """The canonical tree of one file with its indexes. ``root`` must not be changed any more."""

    root: Element
    file: str = ""

    @cached_property
    def elements(self) -> tuple[Element, ...]:
        """Every BPMN element below the root, drawing and vendor content left out, in document order."""
        foreign = {
            inner
            for one in self.root.iter(f"{_B}extensionElements")
            for inner in one.iter(f"{_B}*")
            if inner is not one
        }
        return tuple(one for one in self.root.iter(f"{_B}*") if one is not self.root and one not in foreign)

    @cached_property
    def by_id(self) -> dict[str, Element]:
        """Id -> element; the first one where an id occurs twice."""
        found: dict[str, Element] = {}
        for one in self.elements:
            if identifier := one.get("id"):
                found.setdefault(identifier, one)
        return found

    @cached_property
    def processes(self) -> tuple[Element, ...]:
        """The processes of the file, in document order."""
        return tuple(children(self.root, "process"))

    @cached_property
    def nodes(self) -> tuple[Element, ...]:
        """Every flow node of every process and subprocess, in document order."""
        return tuple(one for one in self.elements if local(one) in vocabulary.FLOW_NODES)

    @cached_property
    def flows(self) -> tuple[Element, ...]:
        """Every sequence flow, in document order."""
        return tuple(one for one in self.elements if local(one) == "sequenceFlow")

    @cached_property
    def _outgoing(self) -> dict[str, list[Element]]:
        return _group(self.flows, "sourceRef")

    @cached_property
    def _incoming(self) -> dict[str, list[Element]]:
        return _group(self.flows, "targetRef")

    @cached_property
    def _attached(self) -> dict[str, list[Element]]:
        return _group((one for one in self.nodes if local(one) == "boundaryEvent"), "attachedToRef")

    def outgoing(self, node: Element) -> list[Element]:
        """Return the flows that leave *node*."""
        return self._outgoing.get(node.get("id") or "", [])

    def incoming(self, node: Element) -> list[Element]:
        """Return the flows that reach *node*."""
        return self._incoming.get(node.get("id") or "", [])

    def attached(self, node: Element) -> list[Element]:
        """Return the boundary events on *node*."""
        return self._attached.get(node.get("id") or "", [])

    def target(self, flow: Element) -> Element | None:
        """Return the element that *flow* leads to, None where the reference dangles."""
        return self.by_id.get(flow.get("targetRef") or "")

    def source(self, flow: Element) -> Element | None:
        """Return the element that *flow* comes from, None where the reference dangles."""
        return self.by_id.get(flow.get("sourceRef") or "")

    def successors(self, node: Element) -> list[Element]:
        """Return the nodes one flow further, boundary events of *node* and link partners included."""
        reached = [self.target(flow) for flow in self.outgoing(node)] + [*self.attached(node)]
        reached += self._linked(node)
        return [one for one in reached if one is not None]

    def _linked(self, node: Element) -> list[Element | None]:
        name = link_name(node) if local(node) == "intermediateThrowEvent" else None
        return [self._catching_links.get((scope_of(node), name))] if name else []

    @cached_property
    def _catching_links(self) -> dict[tuple[Element, str], Element]:
        """Scope and name -> the first catching link; a second one is refused by the rule on links."""
        found: dict[tuple[Element, str], Element] = {}
        for one in self.nodes:
            if local(one) == "intermediateCatchEvent" and (name := link_name(one)):
                found.setdefault((scope_of(one), name), one)
        return found

    @cached_property
    def scopes(self) -> tuple[Element, ...]:
        """Processes and subprocesses, in document order."""
        return tuple(one for one in self.elements if local(one) in vocabulary.SCOPES)

    def beginnings(self, scope: Element) -> list[Element]:
        """Return what begins in *scope* by itself: its start events, else the activities and gateways no flow enters."""
        nodes = [one for one in children(scope) if local(one) in vocabulary.FLOW_NODES]
        starts = [one for one in nodes if local(one) == "startEvent"]
        return starts or [one for one in nodes if self._begins_by_itself(one)]

    def _begins_by_itself(self, node: Element) -> bool:
        can_begin = local(node) in vocabulary.ACTIVITIES | vocabulary.GATEWAYS and not is_event_subprocess(
            node
        )
        return can_begin and not self.incoming(node) and not is_true(node.get("isForCompensation"))

    def process_of(self, element: Element) -> Element | None:
        """Return the process that contains *element*."""
        return next((one for one in ancestors(element) if is_bpmn(one, "process")), None)

    def lane_of(self, node: Element) -> str | None:
        """Return the name of the innermost lane that lists *node*, None where none does."""
        return self._lanes.get(node.get("id") or "")

    @cached_property
    def _lanes(self) -> dict[str, str]:
        # Outer lanes come first in the document, so the innermost one that lists a node is written last.
        found: dict[str, str] = {}
        for lane in self.root.iter(f"{_B}lane"):
            for entry in children(lane, "flowNodeRef"):
                found[text_of(entry)] = lane.get("name") or lane.get("id") or ""
        return found

    def finding(
        self,
        severity: Severity,
        element: Element | None,
        code: str,
        message: str,
        remedy: str,
        *,
        witness: Iterable[str] | None = None,
    ) -> Finding:
        """Return a finding about *element* of this file."""
        return Finding(
            severity=severity,
            code=code,
            message=message,
            remedy=remedy,
            file=self.file,
            element_id=None if element is None else element.get("id"),
            element_name=None if element is None else element.get("name"),
            witness=None if witness is None else tuple(witness),
        )

    def error(
        self, element: Element | None, code: str, message: str, remedy: str, **more: Iterable[str]
    ) -> Finding:
        """Return a finding that refuses the model."""
        return self.finding(Severity.ERROR, element, code, message, remedy, **more)

    def warning(
        self, element: Element | None, code: str, message: str, remedy: str, **more: Iterable[str]
    ) -> Finding:
        """Return a finding that people should look at."""
        return self.finding(Severity.WARNING, element, code, message, remedy, **more)


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """
    The names that exist around a model; None means that nobody knows and nothing is checked.

    ``processes`` maps a callable process id to its element; ``decisions`` holds ids and names.
    """

    processes: dict[str, Element] = field(default_factory=dict)
    decisions: frozenset[str] | None = None
    deadlines: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    forms: frozenset[str] | None = None
    papers: frozenset[str] | None = None
    operations: frozenset[str] | None = None
    sources: frozenset[str] | None = None
    form_fields: dict[str, frozenset[str]] = field(default_factory=dict)
    knowledge: Knowledge = field(default_factory=Knowledge)  #: what data exists, for the proofs


def _group(elements: Iterable[Element], attribute: str) -> dict[str, list[Element]]:
    grouped: dict[str, list[Element]] = {}
    for one in elements:
        grouped.setdefault(one.get(attribute) or "", []).append(one)
    return grouped


def ancestors(element: Element) -> Iterator[Element]:
    """Yield the parents of *element*, innermost first."""
    return element.iterancestors()


def scope_of(element: Element) -> Element:
    """Return the process or subprocess directly around a flow node or sequence flow."""
    parent = element.getparent()
    assert parent is not None, "a flow element always has a parent"
    return parent


def is_event_subprocess(element: Element) -> bool:
    """Whether *element* is a subprocess started by an event."""
    return is_bpmn(element, "subProcess") and element.get("triggeredByEvent") in ("true", "1")


def is_true(value: str | None, *, default: bool = False) -> bool:
    """Read an ``xs:boolean`` attribute."""
    return default if value is None else value.strip() in ("true", "1")


def is_instantiating(node: Element) -> bool:
    """Whether a receive task or event-based gateway starts its process when its message comes."""
    return is_bpmn(node, "receiveTask", "eventBasedGateway") and is_true(node.get("instantiate"))


def link_name(event: Element) -> str | None:
    """Return the name that pairs a link event with its partner, None where it is no link event."""
    found = next((one for one in event_definitions(event) if local(one) == "linkEventDefinition"), None)
    return None if found is None else (found.get("name") or event.get("name") or "").strip()


def new(parent: Element, name: str, **attributes: str) -> Element:
    """Append a BPMN element to *parent* and return it; only for the import stage."""
    return etree.SubElement(parent, _B + name, attributes)
