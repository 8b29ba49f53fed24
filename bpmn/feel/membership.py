"""Comparison operators, ranges and ``in``; with shortcuts for the comparisons that gateways make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from bpmn.feel import comparison
from bpmn.feel.environment import Run
from bpmn.feel.values import Range, Value, type_name

Operator = Callable[[Value, Value, Run], "bool | None"]


def _not_equal(left: Value, right: Value, run: Run) -> bool | None:
    answer = comparison.equal(left, right, run)
    return None if answer is None else not answer


def _ordered(accept: Callable[[int], bool]) -> Operator:
    def check(left: Value, right: Value, run: Run) -> bool | None:
        order = comparison.compare(left, right, run)
        return None if order is None else accept(order)

    return check


OPERATORS: Final[Mapping[str, Operator]] = {
    "=": comparison.equal,
    "!=": _not_equal,
    "<": _ordered(lambda order: order < 0),
    "<=": _ordered(lambda order: order <= 0),
    ">": _ordered(lambda order: order > 0),
    ">=": _ordered(lambda order: order >= 0),
}


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """Return true when one answer is, else null when one is unknown, else false."""
    result: bool | None = False
    for answer in answers:
        if answer is True:
            return True
        if answer is None:
            result = None
    return result


def holds(value: Value, target: Value, run: Run) -> bool | None:
    """Return ``value in target``: inside a range, an item of a list, or equal."""
    if isinstance(target, Range):
        return comparison.contains(target, value, run)
    if isinstance(target, list):
        run.spend(len(target))
        if isinstance(value, list) and comparison.equal(value, target, run):
            return True
        return any_of(_item_holds(value, item, run) for item in target)
    return comparison.equal(value, target, run)


def within(value: Value, interval: Range | None, run: Run) -> bool | None:
    """Return whether a value lies in a range; a range that is null knows nothing."""
    return None if interval is None else comparison.contains(interval, value, run)


def _item_holds(value: Value, item: Value, run: Run) -> bool | None:
    if isinstance(item, Range) and not isinstance(value, Range):
        return comparison.contains(item, value, run)
    if type_name(value) != type_name(item):
        return False
    return comparison.equal(value, item, run)


def truth(value: Value) -> bool | None:
    """Return a boolean, null for everything else."""
    return value if isinstance(value, bool) else None


def holds_unary(value: Value, target: Value, run: Run) -> bool | None:
    """Return whether a cell without ``?`` accepts a value; a cell that is simply true accepts all but booleans."""
    if isinstance(target, bool) and not isinstance(value, bool):
        return target if value is not None else False
    return holds(value, target, run)


def interval(start: Value, end: Value, start_included: bool, end_included: bool, run: Run) -> Range | None:
    """Return the range, null with a reason where its ends do not fit each other."""
    if start is not None and end is not None and type_name(start) != type_name(end):
        run.note(f"区间两端类型不同：{type_name(start)} 与 {type_name(end)}。")
        return None
    if start is None or end is None:
        run.note("区间的一端为空。")
        return None
    if comparison.compare(start, end, run) is None:
        return None
    return Range(start, end, start_included, end_included)


def unary_range(sign: str, operand: Value, run: Run) -> Range | None:
    """Return the range that ``(>5)`` stands for."""
    if operand is None:
        run.note("区间的一端为空。")
        return None
    if sign == "=":
        return Range(operand, operand)
    if sign in (">", ">="):
        return Range(operand, None, sign == ">=", False)
    if sign in ("<", "<="):
        return Range(None, operand, False, sign == "<=")
    run.note("!= 不能单独成为区间。")
    return None
