"""
The checked syntax tree: frozen nodes, each with its offset in the text and its depth.

``to_json`` writes a tree for the browser: ``{"node": "Comparison", "operator": ">", …}``, numbers and
temporal literals as text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, TypeAlias

from bpmn.feel.values import Value, type_name

Json: TypeAlias = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A part of an expression."""

    at: int = field(default=0, compare=False, repr=False)
    depth: int = field(default=1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant; numbers, texts, booleans, null and ``@"…"``."""

    value: Value


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable or function by its name, blanks single."""

    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """``source.name``."""

    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """``source[condition]``."""

    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``function(arguments)``; ``names`` is empty for positional arguments."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """``-operand``."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """Operands joined by operators of one precedence, from left to right."""

    operands: tuple[Node, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class And(Node):
    """Conjunction of three-valued operands."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Disjunction of three-valued operands."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """``left operator right`` with ``=``, ``!=``, ``<``, ``<=``, ``>`` or ``>=``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """``value between low and high``."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """``value in tests``: true when one of the tests holds."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Test(Node):
    """``operator operand`` without left side: a unary test, or ``(>5)`` as a range."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Group(Node):
    """``(a, b)``: several tests; only behind ``in``."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    """``if condition then yes else no``."""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Iteration(Node):
    """``name in domain`` or ``name in domain..until``."""

    name: str
    domain: Node
    until: Node | None = None


@dataclass(frozen=True, slots=True)
class For(Node):
    """``for iterations return body``."""

    iterations: tuple[Iteration, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """``some`` or ``every`` (``kind``) ``iterations satisfies condition``."""

    kind: str
    iterations: tuple[Iteration, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """``[a, b]``."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    """``{key: value}``; later entries see earlier ones."""

    keys: tuple[str, ...]
    values: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    """``[start..end]`` with either kind of bracket."""

    start: Node
    end: Node
    start_included: bool
    end_included: bool


@dataclass(frozen=True, slots=True)
class TypeOf(Node):
    """
    A type as written: a name (``list`` and ``range`` with one part, ``context`` with ``keys``,
    ``function`` with the result as last part).
    """

    name: str
    parts: tuple[TypeOf, ...] = ()
    keys: tuple[str, ...] = ()
    is_generic: bool = False


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """``value instance of type``."""

    value: Node
    type: TypeOf


@dataclass(frozen=True, slots=True)
class FunctionOf(Node):
    """``function(parameters) body``."""

    parameters: tuple[str, ...]
    types: tuple[TypeOf | None, ...]
    body: Node


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes directly inside a node, in the order of the text."""
    for each in fields(node):
        value = getattr(node, each.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (part for part in value if isinstance(part, Node))


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it, parents first."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(list(children(current))))


def to_json(node: Node) -> Json:
    """
    Return a tree as JSON.

    >>> from decimal import Decimal
    >>> to_json(Comparison(">", Name("amount"), Literal(Decimal(5))))
    {'node': 'Comparison', 'operator': '>', 'left': {'node': 'Name', 'name': 'amount'},
     'right': {'node': 'Literal', 'type': 'number', 'value': '5'}}
    """
    if isinstance(node, Literal):
        return {"node": "Literal", "type": type_name(node.value), "value": _literal(node.value)}
    own = (each.name for each in fields(node) if each.name not in ("at", "depth"))
    return {"node": type(node).__name__} | {name: _json(getattr(node, name)) for name in own}


def _literal(value: Value) -> Json:
    return value if value is None or isinstance(value, bool | str) else str(value)


def _json(value: object) -> Json:
    if isinstance(value, Node):
        return to_json(value)
    return [_json(item) for item in value] if isinstance(value, tuple) else value
