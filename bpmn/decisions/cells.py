"""
Cells of literals made quick: most cells compare a number or a text with literals, and need no scope for that.

What is not of the expected type, and every other cell, goes the long way through FEEL; the answers are the same.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias

from bpmn import feel
from bpmn.decisions.session import Scope
from bpmn.feel import tree
from bpmn.feel.values import Value

Cell: TypeAlias = Callable[[Value, Scope, "feel.Environment | None"], bool]  #: True: the cell is met
_Predicate: TypeAlias = Callable[[Any], bool]
_OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


def cell(tests: feel.UnaryTests) -> Cell:
    """Return the quickest way to ask a cell."""
    kinds = {_kind(node) for node in tests.nodes}
    if len(kinds) != 1 or None in kinds:
        return lambda value, scope, environment: tests.test(value, scope, environment) is True
    expected, accepts, wanted = (
        kinds.pop(),
        _any([_predicate(node) for node in tests.nodes]),
        not tests.is_negated,
    )

    def ask(value: Value, scope: Scope, environment: feel.Environment | None) -> bool:
        if type(value) is expected:
            return accepts(value) is wanted
        return tests.test(value, scope, environment) is True

    return ask


def _kind(node: tree.Node) -> type | None:
    """The type of value that a quick test of this node is right for; None where there is none."""
    match node:
        case tree.Literal(value=str()) | tree.Test(operator="=" | "!=", operand=tree.Literal(value=str())):
            return str
        case tree.Literal(value=bool()):
            return bool
    ends = _ends(node)
    return Decimal if ends and all(isinstance(end, Decimal) for end in ends) else None


def _ends(node: tree.Node) -> list[Value]:
    match node:
        case tree.Literal(value=Decimal()):
            return [node.value]
        case tree.Negation(operand=tree.Literal(value=Decimal() as number)):
            return [-number]
        case tree.Test(operand=operand):
            return _ends(operand)
        case tree.RangeOf(start=start, end=end):
            low, high = _ends(start), _ends(end)
            return [*low, *high] if low and high else []
    return []


def _predicate(node: tree.Node) -> _Predicate:
    match node:
        case tree.Test(operator=sign, operand=tree.Literal(value=str() as text)):
            return lambda value: _OPERATORS[sign](value, text)
        case tree.Literal(value=(str() | bool()) as literal):
            return lambda value: value == literal
        case tree.RangeOf():
            low, high = _ends(node)
            return _between(low, high, node.start_included, node.end_included)
        case tree.Test(operator=sign):
            compare, end = _OPERATORS[sign], _ends(node)[0]
            return lambda value: compare(value, end)
    (number,) = _ends(node)
    return lambda value: value == number


def _between(low: Decimal, high: Decimal, low_included: bool, high_included: bool) -> _Predicate:
    if low_included and high_included:
        return lambda value: low <= value <= high
    above = operator.ge if low_included else operator.gt
    below = operator.le if high_included else operator.lt
    return lambda value: above(value, low) and below(value, high)


def _any(predicates: Sequence[_Predicate]) -> _Predicate:
    if len(predicates) == 1:
        return predicates[0]
    return lambda value: any(accepts(value) for accepts in predicates)
