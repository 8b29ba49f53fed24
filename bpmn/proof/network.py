"""The processes of a pack with their calls: what can be set when a process runs, and the way to a node."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bpmn.diagram import (
    Catalogue,
    Diagram,
    children,
    extensions,
    is_bpmn,
    is_event_subprocess,
    is_true,
    reference,
)
from bpmn.knowledge import FieldFact, Knowledge, Path
from bpmn.proof import reads, sets
from bpmn.proof.reads import Read
from bpmn.vocabulary import FLOW_NODES
from bpmn.xml import Element, local


@dataclass(frozen=True, eq=False)
class Process:
    """One process: its nodes, what each sets, whom it calls."""

    diagram: Diagram
    element: Element
    nodes: tuple[Element, ...]
    facts: dict[Element, tuple[FieldFact, ...] | None]
    calls: dict[Element, str]  #: call activity -> process id

    @property
    def id(self) -> str:
        """The process id."""
        return str(self.element.get("id"))


@dataclass(frozen=True, eq=False)
class Network:
    """All processes of a set of files; those that files elsewhere may call or hold are unknown."""

    processes: dict[str, Process]
    knowledge: Knowledge
    catalogue: Catalogue
    diagrams: tuple[Diagram, ...] = ()  #: those that are judged; the others are only called
    own: dict[str, tuple[FieldFact, ...] | None] = field(default_factory=dict)  #: set inside, calls included
    around: dict[str, tuple[FieldFact, ...] | None] = field(
        default_factory=dict
    )  #: may be set before or beside

    @classmethod
    def of(cls, diagrams: Sequence[Diagram], catalogue: Catalogue) -> Network:
        """Read a set of diagrams."""
        every = [*diagrams, *_called_elsewhere(diagrams, catalogue)]
        known = _with_thrown(every, catalogue.knowledge)
        called = frozenset(target for diagram in every for target in _targets(diagram))
        found = {
            str(one.get("id")): _process(diagram, one, known, called)
            for diagram in reversed(every)
            for one in diagram.processes
        }
        network = cls(found, known, catalogue, tuple(diagrams))
        network.own.update({key: _all(network, _closure(network, key)) for key in found})
        network.around.update({key: _reaching(network, _component(network, key)) for key in found})
        return network

    def facts(self, process_id: str) -> tuple[FieldFact, ...] | None:
        """Return all that may be set while *process_id* runs, before it or beside it."""
        return self.around.get(process_id)

    def judged(self) -> Iterator[Process]:
        """Yield the processes of the diagrams that are judged."""
        return (one for one in self.processes.values() if one.diagram in self.diagrams)

    def is_set(self, process_id: str, path: Path) -> bool:
        """Whether anything may have set *path* in that process."""
        facts = self.facts(process_id)
        given = path[0] in self.knowledge.given or path[0] in reads.COUNTERS
        return facts is None or given or any(sets.covers(one, path) for one in facts)

    def component(self, process_id: str) -> set[str]:
        """Return all processes whose data may reach *process_id*."""
        return _component(self, process_id)

    def may_set(self, process: Process, node: Element, path: Path) -> bool:
        """Whether *node* itself, or the process that it calls, may set *path*."""
        facts = process.facts[node]
        if facts is None or any(sets.covers(one, path) for one in facts):
            return True
        called = process.calls.get(node)
        inner = None if called is None else self.own.get(called)
        return called is not None and (inner is None or any(sets.covers(one, path) for one in inner))

    def is_local(self, node: Element, path: Path) -> bool:
        """Whether *node* or a scope around it brings the name: inputs, items of a collection, data objects."""
        around = [node, *node.iterancestors()]
        if any(fact.path[0] == path[0] for one in around for fact in sets.brought(one)):
            return True
        data = ("dataObject", "dataObjectReference", "property", "dataInput")
        root = node.getroottree().getroot()
        return any(
            (one.get("name") or one.get("id")) == path[0] for one in root.iter("{*}*") if local(one) in data
        )

    def reads(self, *, everywhere: bool = False) -> Iterator[tuple[Process, Read]]:
        """Yield every expression with the process it stands in; of called diagrams too if asked *everywhere*."""
        called = (one.diagram for one in self.processes.values() if everywhere)
        for diagram in dict.fromkeys((*self.diagrams, *called)):
            for read in reads.of_diagram(diagram):
                process = diagram.process_of(read.node)
                if process is not None and (found := self.processes.get(str(process.get("id")))) is not None:
                    yield found, read

    def witness(self, process: Process, node: Element, *, avoiding: Iterable[Element] = ()) -> list[str]:
        """Return the shortest way from a start of *process* to *node*, empty where every way passes *avoiding*."""
        shut = set(avoiding)
        starts = [one for one in process.diagram.beginnings(process.element) if one not in shut]
        came: dict[Element, Element | None] = dict.fromkeys(starts)
        pending = deque(starts)
        while pending and node not in came:
            here = pending.popleft()
            for one in _onward(process.diagram, here, with_events=not shut):
                if one not in came and (one not in shut or one is node):
                    came[one] = here
                    pending.append(one)
        return _traced(came, node)


def _targets(diagram: Diagram) -> Iterator[str]:
    return (reference(one.get("calledElement")) for one in diagram.nodes if is_bpmn(one, "callActivity"))


def _called_elsewhere(diagrams: Sequence[Diagram], catalogue: Catalogue) -> list[Diagram]:
    """Diagrams of other packs that these call, directly or through one another."""
    own = {str(one.get("id")) for diagram in diagrams for one in diagram.processes}
    pending = [target for diagram in diagrams for target in _targets(diagram)]
    found: dict[Element, Diagram] = {}
    while pending:
        element = catalogue.processes.get(pending.pop())
        root = None if element is None or element.get("id") in own else element.getparent()
        if root is not None and root not in found:
            found[root] = Diagram(root)
            pending += _targets(found[root])
    return list(found.values())


def _with_thrown(diagrams: Sequence[Diagram], known: Knowledge) -> Knowledge:
    """What messages bring, those included that the diagrams themselves send with their inputs."""
    messages = {name: list(facts) for name, facts in known.messages.items()}
    for diagram in diagrams:
        for node in diagram.nodes:
            name = sets.thrown(diagram, node)
            if name:
                messages.setdefault(name, []).extend(sets.brought(node))
    return replace(known, messages={name: tuple(facts) for name, facts in messages.items()})


def _traced(came: dict[Element, Element | None], node: Element) -> list[str]:
    path: list[str] = []
    step: Element | None = node if node in came else None
    while step is not None:
        path.insert(0, str(step.get("id")))
        step = came[step]
    return path


def _onward(diagram: Diagram, node: Element, *, with_events: bool) -> list[Element]:
    """One flow further; into a subprocess, out of it from its ends, and into event subprocesses."""
    # Where an event interrupts a step, the answer of that step is meant to be missing.
    found = [one for one in diagram.successors(node) if with_events or not is_bpmn(one, "boundaryEvent")]
    if local(node) == "subProcess":
        # On a way that avoids something, a subprocess is walked through, not passed over.
        found = [*(found if with_events else ()), *diagram.beginnings(node)]
    parent = node.getparent()
    if parent is not None and is_bpmn(parent, "subProcess") and not diagram.outgoing(node):
        found += diagram.successors(parent)
    if parent is not None:
        found += [one for one in children(parent) if is_event_subprocess(one)]
    return found


def _process(diagram: Diagram, element: Element, known: Knowledge, called: frozenset[str]) -> Process:
    nodes = tuple(one for one in element.iter("{*}*") if local(one) in FLOW_NODES)
    facts = {one: sets.of_node(diagram, one, known, called) for one in nodes}
    calls = {one: reference(one.get("calledElement")) for one in nodes if is_bpmn(one, "callActivity")}
    return Process(diagram, element, nodes, facts, calls)


def _closure(network: Network, key: str) -> set[str]:
    """A process and all that it calls."""
    found, pending = {key}, [key]
    while pending:
        process = network.processes.get(pending.pop())
        for one in process.calls.values() if process else ():
            if one not in found:
                found.add(one)
                pending.append(one)
    return found


def _component(network: Network, key: str) -> set[str]:
    """A process, all whose calls lead to it, and all that any of these calls."""
    callers = {key}
    while True:
        more = {
            one.id
            for one in network.processes.values()
            for call, to in one.calls.items()
            if to in callers and passes_all(call)
        } - callers
        if not more:
            return {found for one in callers for found in _closure(network, one)}
        callers |= more


def passes_all(call: Element) -> bool:
    """Whether a call activity hands everything in: it says nothing else."""
    told = extensions(call, "allIn")
    if told:
        return is_true(told[0].get("enabled"), default=True)
    return not extensions(call, "input")


def _reaching(network: Network, keys: set[str]) -> tuple[FieldFact, ...] | None:
    """Everything that these processes set, and what calls with inputs of their own hand to them."""
    found = _all(network, keys)
    calls = [(call, to) for one in network.processes.values() for call, to in one.calls.items()]
    handed = tuple(fact for call, to in calls if to in keys for fact in sets.brought(call))
    return None if found is None else (*found, *handed)


def _all(network: Network, keys: set[str]) -> tuple[FieldFact, ...] | None:
    """Everything that these processes set, None where one of them is unknown or may set anything."""
    found: list[FieldFact] = []
    for key in keys:
        process = network.processes.get(key)
        if process is None or any(facts is None for facts in process.facts.values()):
            return None
        found += (one for facts in process.facts.values() for one in facts or ())
    return tuple(found)
