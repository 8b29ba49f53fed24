"""The one seam to FEEL: every expression of a model is evaluated here, none as Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bpmn import feel
from bpmn.errors import ExpressionFailed, Invalid
from bpmn.model import Json, Value
from bpmn.spiff.kernel import Instance, Visit


def evaluate(instance: Instance, text: str, variables: Mapping[str, Value], visit: Visit) -> Value:
    """
    Return the value of FEEL *text*; a bare variable name is read as such, however it is spelt.

    Raises:
        ExpressionFailed: it is not FEEL. A run-time problem is FEEL null.
    """
    if text in variables:
        return variables[text]
    return _compiled(text, variables, visit, instance).evaluate(variables, instance.environment)


def holds(
    instance: Instance, text: str, variables: Mapping[str, Value], visit: Visit
) -> tuple[bool, dict[str, Json]]:
    """
    Return whether a condition is true, with what decided it: expression, result, values read, reasons for a null.

    The values are kept in the lossless form of ``feel.encode``, so that anybody can evaluate the condition again.

    Null is not true: a flow whose condition is null is not taken.

    Raises:
        ExpressionFailed: it is not FEEL, or its value is of another kind than boolean.
    """
    value, reasons, read = _traced(instance, text, variables, visit)
    if value is not None and not isinstance(value, bool):
        because = told(reasons) or f"结果是 {feel.to_json(value)!r}"
        raise ExpressionFailed(
            f"“{visit.node.name or visit.node.origin}”的条件“{text}”既不成立也不不成立：{because}。请核对条件引用的数据。"
        )
    why = {"reasons": list(reasons)} if value is None else {}
    return value is True, {"expression": text, "result": value, "values": read, **why}


def is_true(instance: Instance, text: str, variables: Mapping[str, Value], visit: Visit) -> bool:
    """Return whether a condition is true now; one that cannot be decided yet is not."""
    return _traced(instance, text, variables, visit)[0] is True


def _traced(
    instance: Instance, text: str, variables: Mapping[str, Value], visit: Visit
) -> tuple[Value, tuple[str, ...], dict[str, Json]]:
    if text in variables:
        return variables[text], (), {text: feel.encode(variables[text])}
    expression = _compiled(text, variables, visit, instance)
    outcome = expression.trace(variables, instance.environment)
    read = {name: feel.encode(variables[name]) for name in sorted(expression.names) if name in variables}
    return outcome.value, tuple(outcome.reasons), read


def _compiled(text: str, variables: Mapping[str, Value], visit: Visit, instance: Instance) -> feel.Expression:
    # Only names that FEEL could not read as one word matter to its grammar; fewer names, fewer compilations.
    names = tuple(sorted(n for n in (*variables, *instance.environment.functions) if not n.isidentifier()))
    try:
        return feel.compile(text, names=names)
    except Invalid as problem:
        # A name that begins like a variable with blanks in it is read as the check read it: as one name.
        if names and (checked := _as_checked(text)) is not None:
            return checked
        where = visit.node.name or visit.node.origin
        raise ExpressionFailed(
            f"“{where}”的表达式“{text}”有误：{problem.message}", element_id=visit.node.origin
        ) from problem


def _as_checked(text: str) -> feel.Expression | None:
    try:
        return feel.compile(text)
    except Invalid:
        return None


def require(instance: Instance, text: str, variables: Mapping[str, Value], visit: Visit) -> Value:
    """
    Return the value of FEEL *text*, which must not be null.

    Raises:
        ExpressionFailed: it is not FEEL, or null; the message carries FEEL's reasons.
    """
    value, reasons, _ = _traced(instance, text, variables, visit)
    if value is None:
        because = told(reasons) or "结果为空"
        where = visit.node.name or visit.node.origin
        raise ExpressionFailed(f"“{where}”的表达式“{text}”没有得到结果：{because}。请核对表达式引用的数据。")
    return value


def names(text: str, visit: Visit) -> frozenset[str]:
    """Return the variables that a FEEL text reads."""
    return frozenset(_compiled(text, visit.data, visit, visit.workflow).names)


def told(reasons: Iterable[str]) -> str:
    """Return FEEL's reasons as one clause."""
    return "；".join(reason.removesuffix("。") for reason in reasons)
