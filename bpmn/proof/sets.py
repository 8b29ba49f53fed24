"""What one node of a diagram sets: paths with types, or anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bpmn import feel
from bpmn.diagram import (
    Diagram,
    child,
    event_definitions,
    extension,
    extensions,
    is_bpmn,
    reference,
    scope_of,
)
from bpmn.errors import Invalid
from bpmn.feel import tree
from bpmn.knowledge import FieldFact, Knowledge, Path
from bpmn.lowering import assignments
from bpmn.xml import Element, local, text_of

ANYTHING = None  #: what a node sets that may set any name


def of_node(
    diagram: Diagram, node: Element, known: Knowledge, called: frozenset[str] = frozenset()
) -> tuple[FieldFact, ...] | None:
    """
    Return what *node* sets, ``ANYTHING`` where nobody can know.

    A message brings what its sample, its form or a scenario shows; one that nobody has described brings nothing.
    """
    mapped = (*_mapped(node), *_decided(node, known))
    kind = local(node)
    if kind == "scriptTask":
        return (*mapped, *_script(node))
    if kind == "callActivity":
        return mapped
    if kind in ("serviceTask", "sendTask", "businessRuleTask"):
        return _service(node, mapped, known)
    if extension(node, "form"):
        fields = known.forms.get(extension(node, "form") or "")
        return ANYTHING if fields is None else (*mapped, *fields)
    message = _message(diagram, node)
    if message is not None:
        return (*mapped, *known.messages.get(message, ()))
    if kind in ("userTask", "manualTask"):
        return mapped or ANYTHING
    if kind == "startEvent" and is_bpmn(scope_of(node), "process") and not event_definitions(node):
        # Whoever starts it by hand may bring anything; who calls it brings what the caller has.
        return mapped if scope_of(node).get("id") in called else mapped or ANYTHING
    return mapped


def _mapped(node: Element) -> Iterator[FieldFact]:
    # Inputs are the element's own; those of a call are variables of the process that it calls.
    handed = extensions(node, "input") if is_bpmn(node, "callActivity") else []
    for one in [*extensions(node, "output"), *handed]:
        target = one.get("target") or ""
        # What only keeps its name is set where it was set, not here.
        if target and (one.get("source") or "").strip().removeprefix("=").strip() != target:
            yield FieldFact(path=tuple(target.split(".")), type="any")
    for loop in [node, *node.findall("{*}multiInstanceLoopCharacteristics")]:
        for name in ("outputCollection", "element"):
            if value := extension(loop, name):
                yield FieldFact(path=tuple(value.split(".")), type="any")


def _decided(node: Element, known: Knowledge) -> Iterator[FieldFact]:
    """What a decision gives: its outputs below the result variable, where the table is known."""
    result = extension(node, "result")
    if result:
        within = tuple(result.split("."))
        outputs = known.decisions.get(extension(node, "decision") or "") or (FieldFact(path=(), type="any"),)
        yield from (replace(one, path=(*within, *one.path)) for one in outputs)


def _script(node: Element) -> Iterator[FieldFact]:
    try:
        found = assignments(text_of(child(node, "script")))
    except Invalid:
        return
    for one in found:
        yield FieldFact(path=tuple(one.path), type="any", options=_constants(one.expression))


def _constants(text: str) -> frozenset[str] | None:
    """The only texts that an expression can give, None where that is unknown."""
    try:
        root = feel.compile(text).root
    except Invalid:
        return None
    pending, found = [root], set[str]()
    while pending:
        node = pending.pop()
        if isinstance(node, tree.If):
            pending += [node.yes, node.no]
        elif isinstance(node, tree.Literal) and isinstance(node.value, str):
            found.add(node.value)
        elif not (isinstance(node, tree.Literal) and node.value is None):
            return None
    return frozenset(found)


def _service(node: Element, mapped: tuple[FieldFact, ...], known: Knowledge) -> tuple[FieldFact, ...] | None:
    names = known.operations.get(extension(node, "operation") or "")
    if mapped and (extensions(node, "output") or extension(node, "result")):
        # A result that passes under its own name is set here, whatever ``_mapped`` says of names that are kept.
        passed = {one.get("target") or "" for one in extensions(node, "output")} & (names or frozenset())
        return (*mapped, *(FieldFact(path=(one,), type="any") for one in sorted(passed)))
    return ANYTHING if names is None else (*mapped, *(FieldFact(path=(one,), type="any") for one in names))


def _message(diagram: Diagram, node: Element) -> str | None:
    """The name of the message that *node* waits for."""
    is_caught = local(node) in ("receiveTask", "intermediateCatchEvent", "boundaryEvent", "startEvent")
    return _event_name(diagram, node) if is_caught else None


def thrown(diagram: Diagram, node: Element) -> str | None:
    """Return the name of the message or signal that *node* sends, None where it sends none."""
    return (
        _event_name(diagram, node)
        if local(node) in ("intermediateThrowEvent", "endEvent", "sendTask")
        else None
    )


def _event_name(diagram: Diagram, node: Element) -> str | None:
    for one in [node, *event_definitions(node)]:
        for attribute in ("messageRef", "signalRef"):
            target = diagram.by_id.get(reference(one.get(attribute)))
            if target is not None:
                return target.get("name") or ""
    return None


def covers(fact: FieldFact, path: Path) -> bool:
    """
    Whether a fact about data says something of *path*: it lies on it, above it or below it.

    >>> covers(FieldFact(path=("a",), type="any"), ("a", "b")), covers(FieldFact(path=("a", "b"), type="any"), ("a", "c"))
    (True, False)
    """
    shared = min(len(fact.path), len(path))
    return fact.path[:shared] == path[:shared]


def brought(node: Element) -> Iterator[FieldFact]:
    """What a node brings for its own expressions: inputs, and the item of a collection."""
    for one in extensions(node, "input"):
        if target := one.get("target"):
            yield FieldFact(path=tuple(target.split(".")), type="any")
    for loop in [node, *node.findall("{*}multiInstanceLoopCharacteristics")]:
        item = child(loop, "inputDataItem")
        for name in (
            extension(loop, "element"),
            None if item is None else item.get("name") or item.get("id"),
        ):
            if name:
                yield FieldFact(path=(name,), type="any")
