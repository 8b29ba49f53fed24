"""What one diagram reads, where, and with which constants it compares it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bpmn import feel
from bpmn.diagram import Diagram, child, is_bpmn
from bpmn.errors import Invalid
from bpmn.feel import tree
from bpmn.knowledge import Path
from bpmn.lint import expressions
from bpmn.lowering import assignments
from bpmn.xml import Element, text_of

COUNTERS = frozenset(
    {
        "loopCounter",
        "nrOfInstances",
        "nrOfActiveInstances",
        "nrOfCompletedInstances",
        "nrOfTerminatedInstances",
    }
)


@dataclass(frozen=True)
class Read:
    """One expression of a diagram: ``owner`` shows it, ``node`` is where it is evaluated."""

    owner: Element
    node: Element
    what: str
    kind: str
    expression: feel.Expression


@dataclass(frozen=True)
class Compared:
    """``path operator constant`` inside an expression."""

    path: Path
    operator: str
    value: object


def of_diagram(diagram: Diagram) -> Iterator[Read]:
    """Yield every expression of a diagram that can be read, scripts included."""
    for place in expressions.places(diagram):
        node = diagram.source(place.owner) if is_bpmn(place.owner, "sequenceFlow") else place.owner
        if node is not None:
            yield from _compiled(place.owner, node, place.what, place.kind, place.text)
    for task in diagram.nodes:
        if is_bpmn(task, "scriptTask"):
            yield from _script(task)


def _script(task: Element) -> Iterator[Read]:
    try:
        found = assignments(text_of(child(task, "script")))
    except Invalid:
        return
    for one in found:
        yield from _compiled(task, task, "脚本", "script", one.expression)


def _compiled(owner: Element, node: Element, what: str, kind: str, text: str) -> Iterator[Read]:
    try:
        yield Read(owner, node, what, kind, feel.compile(text))
    except Invalid:
        return  # the rule on expressions says so


def comparisons(root: tree.Node) -> Iterator[Compared]:
    """
    Yield the comparisons of a plain path with a constant.

    >>> [(one.path, one.value) for one in comparisons(feel.compile('a.b = "x" and c in ("y", "z")').root)]
    [(('a', 'b'), 'x'), (('c',), 'y'), (('c',), 'z')]
    """
    for node in _outside_filters(root):
        if isinstance(node, tree.Comparison):
            yield from _pair(node.operator, node.left, node.right)
            yield from _pair(node.operator, node.right, node.left)
        elif isinstance(node, tree.In) and (path := plain_path(node.value)):
            tests = [
                one for test in node.tests for one in (test.items if isinstance(test, tree.Group) else [test])
            ]
            operands = [one.operand if isinstance(one, tree.Test) else one for one in tests]
            yield from (Compared(path, "in", one.value) for one in operands if isinstance(one, tree.Literal))


def _pair(operator: str, left: tree.Node, right: tree.Node) -> Iterator[Compared]:
    path = plain_path(left)
    if path and isinstance(right, tree.Literal) and right.value is not None:
        yield Compared(path, operator, right.value)


def _outside_filters(root: tree.Node) -> Iterator[tree.Node]:
    """Walk without filters, loops and functions, where names may be something else."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, tree.Filter | tree.For | tree.Quantified | tree.FunctionOf | tree.ContextOf):
            waiting.extend(reversed(list(tree.children(node))))


def plain_path(node: tree.Node) -> Path | None:
    """Return ``("a", "b")`` for ``a.b``, None for anything else."""
    names: list[str] = []
    while isinstance(node, tree.Path):
        names.append(node.name)
        node = node.source
    return (node.name, *reversed(names)) if isinstance(node, tree.Name) else None
