"""``for``, ``some`` and ``every``: several iterations, each of which sees the names before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bpmn.feel import numbers
from bpmn.feel.environment import Run
from bpmn.feel.errors import Nothing
from bpmn.feel.values import Range, Value, type_name

Scope = dict[str, Value]
Closure = Callable[[Scope, Run], Value]


@dataclass(frozen=True, slots=True)
class Step:
    """``name in domain`` or ``name in domain..until``."""

    name: str
    domain: Closure
    until: Closure | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The iterations of one loop; ``captures`` where the body makes functions that keep the scope."""

    steps: tuple[Step, ...]
    captures: bool
    cost: int = 1  #: steps of one round


def collect(plan: Plan, body: Closure, wants_partial: bool, scope: Scope, run: Run) -> list[Value] | None:
    """Return the body's value for every round; ``partial`` holds those so far. Null where a domain is no list."""
    results: list[Value] = []
    frame = _frame(scope, run)
    try:
        for current in _rounds(plan, 0, frame, run):
            if wants_partial:
                run.spend(len(results) // 32)
                current["partial"] = list(results)
            results.append(body(current, run))
    except Nothing as nothing:
        run.note(nothing.reason)
        return None
    return results


def quantify(plan: Plan, condition: Closure, decisive: bool, scope: Scope, run: Run) -> bool | None:
    """Return *decisive* when one round gives it, null when one is unknown, else the opposite."""
    result: bool | None = not decisive
    try:
        for current in _rounds(plan, 0, _frame(scope, run), run):
            answer = condition(current, run)
            if answer is decisive:
                return decisive is True
            if not isinstance(answer, bool):
                result = None
    except Nothing as nothing:
        run.note(nothing.reason)
        return None
    return result


def _frame(scope: Scope, run: Run) -> Scope:
    run.spend(1 + len(scope) // 32)
    return dict(scope)


def _rounds(plan: Plan, depth: int, frame: Scope, run: Run) -> Iterator[Scope]:
    step = plan.steps[depth]
    is_last = depth + 1 == len(plan.steps)
    for value in _domain(step, frame, run):
        run.spend(plan.cost)
        frame[step.name] = value
        if not is_last:
            yield from _rounds(plan, depth + 1, frame, run)
        else:
            yield dict(frame) if plan.captures else frame


def _domain(step: Step, frame: Scope, run: Run) -> Iterator[Value] | list[Value]:
    start = step.domain(frame, run)
    if step.until is not None:
        return sequence(start, step.until(frame, run))
    if isinstance(start, list):
        return start
    if isinstance(start, Range):
        return members(start)
    if start is None:
        raise Nothing(f"变量 {step.name} 的取值范围为空值。")
    return [start]


def members(interval: Range) -> Iterator[Value]:
    """
    Yield the whole numbers or days inside a range.

    Raises:
        Nothing: the range is open or holds neither.
    """
    points = sequence(interval.start, interval.end)
    if interval.start > interval.end:
        raise Nothing("区间的起点大于终点；要倒数请写 起点..终点，不加括号。")
    return (
        point
        for point in points
        if (interval.start_included or point != interval.start)
        and (interval.end_included or point != interval.end)
    )


def sequence(start: Value, end: Value) -> Iterator[Value]:
    """
    Yield whole numbers or days from start to end, downwards where the end is lower. Nothing is stored.

    Raises:
        Nothing: the ends are neither whole numbers nor dates.
    """
    if isinstance(start, Decimal) and isinstance(end, Decimal):
        return _integers(numbers.whole(start, "起始值"), numbers.whole(end, "结束值"))
    if type(start) is date and type(end) is date:
        return _days(start, end)
    raise Nothing(f"不能从 {type_name(start)} 数到 {type_name(end)}；只能用整数或日期。")


def _integers(start: int, end: int) -> Iterator[Decimal]:
    direction = 1 if end >= start else -1
    return map(Decimal, range(start, end + direction, direction))


def _days(start: date, end: date) -> Iterator[date]:
    direction = 1 if end >= start else -1
    return (start + timedelta(days=offset * direction) for offset in range(abs((end - start).days) + 1))
