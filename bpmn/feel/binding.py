"""Names to values and calls to functions: context first, then the environment, then the built-in library."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from bpmn.errors import JingfaError
from bpmn.feel import adoption, limits, tree
from bpmn.feel.environment import Run
from bpmn.feel.errors import Nothing
from bpmn.feel.invocation import call_function
from bpmn.feel.library.catalogue import BUILTINS
from bpmn.feel.values import Function, Value

MISSING: Final = object()
_NODES_PER_STEP: Final = 2
_STEPS_OF_A_CALL: Final = 4


def missing(name: str, run: Run) -> Value:
    """Return what a name outside the context stands for: a function, or null with a reason."""
    if name in run.functions:
        return _foreign_value(name, run.functions[name])
    if name in BUILTINS:
        return BUILTINS[name].as_value()
    run.note(f"没有名为“{name}”的变量，按空值处理。")
    return None


def settled(value: object, run: Run) -> Value:
    """Return a value of the context as a FEEL value."""
    known = run.adopted
    if known is None:
        return adoption.adopt(value)
    found = known.get(id(value), MISSING)
    if found is MISSING:
        # The key stays valid: the original lives in the caller's context, the copy in this dict.
        found = known[id(value)] = adoption.adopt(value)
        known.setdefault(id(found), found)
    return found


def call_by_name(
    name: str, scope: Mapping[str, Value], values: list[Value], names: Sequence[str], run: Run
) -> Value:
    """Return the result of calling a function by its name; null with a reason where that fails."""
    own = scope.get(name)
    if isinstance(own, Function):
        return call(own, values, names, run)
    run.spend(_STEPS_OF_A_CALL + _size(values))
    try:
        if name in run.functions:
            return _call_foreign(name, run.functions[name], values, names)
        if name in BUILTINS:
            return BUILTINS[name].invoke(run, values, names)
    except Nothing as nothing:
        run.note(nothing.reason)
        return None
    run.note(f"没有名为“{name}”的函数。")
    return None


def _size(values: list[Value]) -> int:
    return sum(len(value) for value in values if value.__class__ is str) // limits.CHARACTERS_PER_STEP


def call(target: Value, values: list[Value], names: Sequence[str], run: Run) -> Value:
    """Return the result of calling a function value; null with a reason where that fails."""
    try:
        return call_function(target, values, run, names)
    except Nothing as nothing:
        run.note(nothing.reason)
        return None


def _foreign_value(name: str, function: Callable[..., Value]) -> Function:
    parameters = tuple(inspect.signature(function).parameters)
    return Function(name, parameters, lambda run, *values: _call_foreign(name, function, list(values), ()))


def _call_foreign(
    name: str, function: Callable[..., Value], values: list[Value], names: Sequence[str]
) -> Value:
    keywords = {_keyword(label): value for label, value in zip(names, values, strict=False)}
    arguments = () if names else values
    try:
        inspect.signature(function).bind(*arguments, **keywords)
    except TypeError as error:
        raise Nothing(f"函数 {name} 的参数不对：{error}。") from error
    try:
        return adoption.adopt(function(*arguments, **keywords))
    except JingfaError as error:
        raise Nothing(f"函数 {name}：{error.message}") from error
    except (ValueError, LookupError, ArithmeticError, TypeError, AttributeError) as error:
        raise Nothing(f"函数 {name} 没有结果：{error}") from error


def _keyword(label: str) -> str:
    name = label.replace(" ", "_")
    return f"{name}_" if name in ("from", "in", "is", "class", "return", "not") else name


def free_names(node: tree.Node) -> frozenset[str]:
    """Return all names that occur in a tree, bound or not."""
    return frozenset(part.name for part in tree.walk(node) if isinstance(part, tree.Name))


def captures(node: tree.Node) -> bool:
    """Say whether a tree defines functions, which keep the scope they are made in."""
    return any(isinstance(part, tree.FunctionOf) for part in tree.walk(node))


def cost(node: tree.Node) -> int:
    """Return the steps that one round over a tree costs: a long body must not be cheaper than a long loop."""
    return 1 + sum(1 for _ in tree.walk(node)) // _NODES_PER_STEP


def constant_number(node: tree.Node) -> Decimal | None:
    """Return the number that a tree is without any name, None where it is something else."""
    if isinstance(node, tree.Negation):
        inner = constant_number(node.operand)
        return None if inner is None else -inner
    return node.value if isinstance(node, tree.Literal) and isinstance(node.value, Decimal) else None
