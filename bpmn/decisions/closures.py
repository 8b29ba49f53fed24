"""
What compiled boxed expressions are: closures over a scope and the account of one evaluation.

``bpmn.decisions.compiling`` makes them; nothing here reads a model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bpmn import feel
from bpmn.decisions.session import Code, Scope, Session
from bpmn.decisions.types import Declared, coerce
from bpmn.feel.environment import Run
from bpmn.feel.values import Function, Range, Value

_EXPANDED: Final = feel.compile("for each in range return each", names=("range",))
_MAX_ITEMS: Final = 100_000


def nothing(reason: str) -> Code:
    """Return code that is always null, for the given reason."""

    def note(_: Scope, session: Session) -> Value:
        session.note(reason)
        return None

    return note


def null(_: Scope, __: Session) -> Value:
    """Null without a reason: an empty cell."""
    return None


def expression_of(expression: feel.Expression, label: str) -> Code:
    """Return code that evaluates FEEL and tells its reasons under *label*."""

    def evaluate(scope: Scope, session: Session) -> Value:
        evaluation = expression.trace(scope, session.environment)
        for reason in evaluation.reasons:
            session.note(f"{label}：{reason}")
        return evaluation.value

    return evaluate


def typed(code: Code, declared: Declared, label: str, *, is_partial: bool = False) -> Code:
    """Wrap *code* so that its value meets the declared type or becomes null with a reason."""

    def conform(scope: Scope, session: Session) -> Value:
        value, reason = coerce(code(scope, session), declared, session.environment, is_partial=is_partial)
        if reason:
            session.note(f"{label}：{reason}")
        return value

    return conform


def function(
    name: str, parameters: Mapping[str, Declared], body: Code, scope: Scope, session: Session
) -> Function:
    """Return a FEEL function whose arguments meet their declared types; one that does not makes the call null."""

    def call(_: object, *arguments: Value) -> Value:
        given: dict[str, Value] = {}
        for (parameter, declared), argument in zip(parameters.items(), arguments, strict=True):
            given[parameter], reason = coerce(argument, declared, session.environment)
            if reason:
                session.note(f"调用「{name}」的参数「{parameter}」：{reason}")
                return None
        return session.call(f"「{name}」", lambda: body({**scope, **given}, session))

    # Without a name FEEL checks the number of arguments, as it does for functions written in FEEL.
    return Function("", tuple(parameters), call)


def context_of(lines: list[tuple[str | None, Code]]) -> Code:
    """Return code that builds a context line by line; a line without a name is the result."""

    def build(scope: Scope, session: Session) -> Value:
        known, made = dict(scope), {}
        for name, code in lines:
            value = code(known, session)
            if name is None:
                return value
            known[name] = made[name] = value
        return made

    return build


def invocation_of(called: Code, bindings: list[tuple[str, Code]], label: str) -> Code:
    """Return code that calls a function with arguments by name."""

    def invoke(scope: Scope, session: Session) -> Value:
        target = called(scope, session)
        if not isinstance(target, Function):
            session.note(f"{label}：被调用的不是函数，结果为空。")
            return None
        given = {name: code(scope, session) for name, code in bindings}
        if unknown := set(given) - set(target.parameters):
            session.note(f"{label}：被调用的函数没有参数「{'、'.join(sorted(unknown))}」，结果为空。")
            return None
        return target.call(
            Run(session.environment), *(given.get(parameter) for parameter in target.parameters)
        )

    return invoke


def are_truths(answers: list[Value], session: Session, label: str) -> bool:
    """Whether every answer is a boolean or null; else a reason is noted."""
    if all(answer is None or isinstance(answer, bool) for answer in answers):
        return True
    session.note(f"{label}：条件的结果不是 true 或 false，结果为空。")
    return False


def items_of(value: Value, session: Session, label: str) -> list[Value]:
    """Return what to iterate over, as a list that is not too long."""
    if isinstance(value, Range):
        value = _EXPANDED.evaluate({"range": value})
    items = value if isinstance(value, list) else [] if value is None else [value]
    if len(items) > _MAX_ITEMS:
        session.note(f"{label}：列表超过 {_MAX_ITEMS} 项，已停止。")
        return []
    return items


def with_item(scope: Scope, item: Value) -> dict[str, Value]:
    """Return the scope with ``item`` and the item's own entries."""
    return {**scope, **(item if isinstance(item, dict) else {}), "item": item}


def _every(made: list[Value]) -> Value:
    return False if False in made else None if None in made else True


def _some(made: list[Value]) -> Value:
    return True if True in made else None if None in made else False


ENDS: Final[Mapping[str, Callable[[list[Value]], Value]]] = {"for": list, "every": _every, "some": _some}
