"""
Comparisons of a variable with a constant, as gateways make them: one closure for each operator.

The operator stands in the code of each closure because a call to ``operator.gt`` would cost as much as
the comparison. Anything but the expected exact type takes the general way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from bpmn.feel.values import Value

Scope = dict[str, Value]
Check = Callable[[Scope, Any], Any]


def _equal(name: str, kind: type, constant: Any, whole: int | None, general: Check) -> Check:
    def check(scope: Scope, run: Any) -> Any:
        try:
            value = scope[name]
        except KeyError:
            return general(scope, run)
        if value.__class__ is kind:
            return value == constant
        if value.__class__ is int and whole is not None:
            return value == whole
        return general(scope, run)

    return check


def _unequal(name: str, kind: type, constant: Any, whole: int | None, general: Check) -> Check:
    def check(scope: Scope, run: Any) -> Any:
        try:
            value = scope[name]
        except KeyError:
            return general(scope, run)
        if value.__class__ is kind:
            return value != constant
        if value.__class__ is int and whole is not None:
            return value != whole
        return general(scope, run)

    return check


def _less(name: str, kind: type, constant: Any, whole: int | None, general: Check) -> Check:
    def check(scope: Scope, run: Any) -> Any:
        try:
            value = scope[name]
        except KeyError:
            return general(scope, run)
        if value.__class__ is kind:
            return value < constant
        if value.__class__ is int and whole is not None:
            return value < whole
        return general(scope, run)

    return check


def _at_most(name: str, kind: type, constant: Any, whole: int | None, general: Check) -> Check:
    def check(scope: Scope, run: Any) -> Any:
        try:
            value = scope[name]
        except KeyError:
            return general(scope, run)
        if value.__class__ is kind:
            return value <= constant
        if value.__class__ is int and whole is not None:
            return value <= whole
        return general(scope, run)

    return check


def _greater(name: str, kind: type, constant: Any, whole: int | None, general: Check) -> Check:
    def check(scope: Scope, run: Any) -> Any:
        try:
            value = scope[name]
        except KeyError:
            return general(scope, run)
        if value.__class__ is kind:
            return value > constant
        if value.__class__ is int and whole is not None:
            return value > whole
        return general(scope, run)

    return check


def _at_least(name: str, kind: type, constant: Any, whole: int | None, general: Check) -> Check:
    def check(scope: Scope, run: Any) -> Any:
        try:
            value = scope[name]
        except KeyError:
            return general(scope, run)
        if value.__class__ is kind:
            return value >= constant
        if value.__class__ is int and whole is not None:
            return value >= whole
        return general(scope, run)

    return check


_BUILDERS: Final[Mapping[str, Callable[..., Check]]] = {
    "=": _equal,
    "!=": _unequal,
    "<": _less,
    "<=": _at_most,
    ">": _greater,
    ">=": _at_least,
}
_LARGEST_WHOLE: Final = 15


def shortcut(operator: str, name: str, constant: Value, general: Check) -> Check | None:
    """Return the closure of ``name operator constant``, None for a constant that has no shortcut."""
    kind = type(constant)
    if kind not in (Decimal, str, bool) or (kind is bool and operator not in ("=", "!=")):
        return None
    return _BUILDERS[operator](name, kind, constant, _whole(constant), general)


def _whole(constant: Value) -> int | None:
    """Return a number that is whole and short as an int, for data that holds ints."""
    if not isinstance(constant, Decimal) or constant.adjusted() > _LARGEST_WHOLE:
        return None
    return int(constant) if constant == constant.to_integral_value() else None
