"""Calls to functions that are values: order and types of arguments checked, account kept."""

from __future__ import annotations

from collections.abc import Sequence

from bpmn.feel import types
from bpmn.feel.environment import Run
from bpmn.feel.errors import Nothing
from bpmn.feel.values import Function, Value, type_name


def call_function(target: Value, values: Sequence[Value], run: Run, names: Sequence[str] = ()) -> Value:
    """
    Call a function value with positional or named arguments.

    Raises:
        Nothing: it is no function, or the arguments do not fit its parameters.
    """
    if not isinstance(target, Function):
        raise Nothing(f"{'空值' if target is None else type_name(target)}不是函数，不能调用。")
    if names:
        values = _ordered(target, values, names)
    if len(values) != len(target.parameters) and not target.name:
        raise Nothing(f"函数需要 {len(target.parameters)} 个参数，给了 {len(values)} 个。")
    return target.call(run, *_typed(target, values))


def _ordered(target: Function, values: Sequence[Value], names: Sequence[str]) -> list[Value]:
    given = dict(zip(names, values, strict=True))
    if set(given) != set(target.parameters):
        raise Nothing(f"函数的参数名称应为 {'、'.join(target.parameters) or '无'}。")
    return [given[name] for name in target.parameters]


def _typed(target: Function, values: Sequence[Value]) -> Sequence[Value]:
    if not any(target.types):
        return values
    pairs = zip(target.parameters, target.types, values, strict=True)
    return [_fitted(name, wanted, value) for name, wanted, value in pairs]


def _fitted(name: str, wanted: types.Type | None, value: Value) -> Value:
    if wanted is None or value is None or types.conforms(value, wanted):
        return value
    if wanted.name == "list" and types.conforms([value], wanted):
        return [value]
    if isinstance(value, list) and len(value) == 1 and types.conforms(value[0], wanted):
        return value[0]
    raise Nothing(f"参数 {name} 应为 {wanted}，实为 {type_name(value)}。")
