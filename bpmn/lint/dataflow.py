"""
A name that is read before anything could have set it: most often a misspelt variable.

Sound in one direction: a warning is given only where no element that could run earlier sets the name. What sets names
unknown to the model (a service without output mappings, a message, a call without mappings, a task whose form nobody
knows, a start without a form, a call from another process) silences the rule for everything after it. Where branches run side by side, every element counts as earlier.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from bpmn import feel
from bpmn.diagram import (
    Catalogue,
    Diagram,
    child,
    event_definitions,
    extension,
    extensions,
    is_bpmn,
    is_event_subprocess,
    is_true,
    label,
    reference,
)
from bpmn.errors import Invalid
from bpmn.lint import expressions
from bpmn.lowering import assignments
from bpmn.model import Finding
from bpmn.vocabulary import FLOW_NODES
from bpmn.xml import Element, local, text_of

#: Where an expression is evaluated before its element has done anything.
_READ_FIRST: Final = frozenset(
    {"conditionExpression", "timeDate", "timeDuration", "timeCycle", "input", "collection", "loopCardinality"}
)
_COUNTERS: Final = frozenset(
    "loopCounter loopMaximum nrOfInstances nrOfActiveInstances nrOfCompletedInstances nrOfTerminatedInstances".split()  # noqa: SIM905
)
_DATA: Final = frozenset({"dataObject", "dataObjectReference", "property", "dataInput"})
_LARGEST: Final = 200_000  #: expressions times elements
_ANYTHING: Final = None  #: what an element sets that may set any name


@dataclass
class _Facts:
    """What one process says about its names; ``sets`` maps a node to names, or to None for any."""

    nodes: list[Element]
    sets: dict[Element, frozenset[str] | None] = field(default_factory=dict)
    before: dict[Element, list[Element]] = field(default_factory=dict)
    is_parallel: bool = False
    data: frozenset[str] = frozenset()  #: data objects and properties of the file


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report names that conditions, timers and mappings read and nothing before them sets."""
    places = [one for one in expressions.places(diagram) if one.kind in _READ_FIRST and one.text]
    # The search is quadratic; beyond this size nobody reads the warnings either.
    if not places or len(places) * len(diagram.nodes) > _LARGEST:
        return
    called = _called(catalogue)
    known = {
        process: _facts(diagram, catalogue, process)
        for process in diagram.processes
        if process.get("id") not in called
    }
    for place in places:
        node = diagram.source(place.owner) if is_bpmn(place.owner, "sequenceFlow") else place.owner
        process = None if node is None else diagram.process_of(node)
        if node is not None and process in known and local(node) in FLOW_NODES:
            yield from _unset(diagram, known[process], place, node)


def _called(catalogue: Catalogue) -> set[str]:
    """Processes that others call: their callers bring names that this file does not show."""
    calls = (call for process in catalogue.processes.values() for call in process.iter("{*}callActivity"))
    return {reference(call.get("calledElement")) for call in calls}


def _facts(diagram: Diagram, catalogue: Catalogue, process: Element) -> _Facts:
    nodes = [one for one in process.iter("{*}*") if local(one) in FLOW_NODES]
    facts = _Facts(nodes, {one: _sets(one, catalogue) for one in nodes})
    for node in nodes:
        inner = [one for one in node if is_bpmn(one, "startEvent")] if local(node) == "subProcess" else []
        for one in [*diagram.successors(node), *inner]:
            facts.before.setdefault(one, []).append(node)
            # What is inside a subprocess runs before what follows it.
            facts.before[one] += [
                each
                for each in node.iter("{*}*")
                if each is not node and each in facts.sets and one not in inner
            ]
    facts.data = frozenset(
        str(one.get("name") or one.get("id")) for one in diagram.elements if local(one) in _DATA
    )
    facts.is_parallel = any(_splits(diagram, one) for one in nodes)
    return facts


def _splits(diagram: Diagram, node: Element) -> bool:
    if is_event_subprocess(node) or (
        is_bpmn(node, "boundaryEvent") and not is_true(node.get("cancelActivity"), default=True)
    ):
        return True
    several = len(diagram.outgoing(node)) > 1
    return several and not is_bpmn(node, "exclusiveGateway", "eventBasedGateway")


def _sets(node: Element, catalogue: Catalogue) -> frozenset[str] | None:
    names = {name for one in extensions(node, "output") if (name := one.get("target"))}
    names |= {name for name in (extension(node, "outputCollection"), extension(node, "result")) if name}
    kind = local(node)
    if kind == "scriptTask":
        return frozenset(names) | _assigned(node)
    if kind in ("startEvent", "userTask", "manualTask"):
        return _filled(node, names, catalogue)
    if kind in ("serviceTask", "sendTask", "receiveTask", "callActivity", "businessRuleTask"):
        return frozenset(names) if names and not extensions(node, "allOut") else _ANYTHING
    brings = {local(one) for one in event_definitions(node)} - {"timerEventDefinition", "linkEventDefinition"}
    if kind in ("intermediateCatchEvent", "boundaryEvent") and brings:
        return frozenset(names) if names else _ANYTHING
    return frozenset(names)


def _assigned(task: Element) -> frozenset[str]:
    try:
        return frozenset(one.path[0] for one in assignments(text_of(child(task, "script"))))
    except Invalid:
        return frozenset()


def _filled(node: Element, names: set[str], catalogue: Catalogue) -> frozenset[str] | None:
    fields = catalogue.form_fields.get(extension(node, "form") or "")
    if fields is not None and not event_definitions(node):
        return frozenset(names) | fields
    if local(node) == "startEvent" and _is_inner(node):
        return frozenset()
    return frozenset(names) if names else _ANYTHING


def _is_inner(start: Element) -> bool:
    parent = start.getparent()
    return parent is not None and is_bpmn(parent, "subProcess") and not is_event_subprocess(parent)


def _unset(diagram: Diagram, facts: _Facts, place: expressions.Place, node: Element) -> Iterator[Finding]:
    earlier = set(facts.nodes) if facts.is_parallel else _earlier(facts, node, itself=node is not place.owner)
    if any(facts.sets[one] is _ANYTHING for one in earlier):
        return
    given = _union(facts.sets[one] for one in earlier) | _around(facts, node)
    for name in _names(place.text):
        if name not in given and name not in _COUNTERS:
            yield _finding(diagram, facts, place, node, name)


def _union(sets: Iterable[frozenset[str] | None]) -> set[str]:
    return {name for one in sets if one is not None for name in one}


def _earlier(facts: _Facts, node: Element, *, itself: bool) -> set[Element]:
    enclosing = [one for one in node.iterancestors() if one in facts.sets]
    found: set[Element] = {node} if itself else set()
    pending = deque([node, *enclosing])
    while pending:
        for one in facts.before.get(pending.popleft(), []):
            if one not in found:
                found.add(one)
                pending.append(one)
    return found


def _around(facts: _Facts, node: Element) -> set[str]:
    """Names that the element itself or a scope around it brings: inputs, items of a collection, data objects."""
    found = set(facts.data)
    for one in [node, *node.iterancestors()]:
        found |= {str(each.get("target")).split(".")[0] for each in extensions(one, "input")}
        for loop in [one, *one.findall("{*}multiInstanceLoopCharacteristics")]:
            item = child(loop, "inputDataItem")
            found |= {
                name
                for name in (
                    extension(loop, "element"),
                    None if item is None else item.get("name") or item.get("id"),
                )
                if name
            }
    return found


def _names(text: str) -> list[str]:
    try:
        return sorted(feel.compile(text).names)
    except Invalid:
        return []


def _finding(diagram: Diagram, facts: _Facts, place: expressions.Place, node: Element, name: str) -> Finding:
    return diagram.warning(
        place.owner,
        "never-set",
        f"{label(place.owner)}的{place.what}读取「{name}」，但在此之前没有任何一步给它赋值。",
        "请核对名称的拼写，或在前面的表单、脚本、映射中给它赋值。",
        witness=_path(diagram, facts, node),
    )


def _path(diagram: Diagram, facts: _Facts, node: Element) -> list[str]:
    """The shortest way from a start to *node*, as ids."""
    came: dict[Element, Element | None] = {one: None for one in facts.nodes if is_bpmn(one, "startEvent")}
    pending = deque(came)
    while pending and node not in came:
        here = pending.popleft()
        for one in diagram.successors(here):
            if one not in came:
                came[one] = here
                pending.append(one)
    path: list[str] = []
    step: Element | None = node if node in came else None
    while step is not None:
        path.insert(0, str(step.get("id")))
        step = came[step]
    return path or [str(node.get("id"))]
