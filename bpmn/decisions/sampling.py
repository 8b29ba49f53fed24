"""One sample for every stretch of values that the cells of a column tell apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from bpmn import feel
from bpmn.feel import tree
from bpmn.feel.values import DaysTimeDuration, Value, YearsMonthsDuration

_OTHER: Final = "其他值"
_CONSTRUCTORS: Final = frozenset({"date", "time", "date and time", "duration"})
_PLAIN: Final = (
    tree.Literal,
    tree.Negation,
    tree.Test,
    tree.RangeOf,
    tree.ListOf,
    tree.Group,
    tree.In,
    tree.Between,
    tree.Comparison,
    tree.And,
    tree.Or,
)
_MIDNIGHT: Final = time(0)
_LAST_MOMENT: Final = time(23, 59, 59, 999999)


def samples(
    tests: Sequence[feel.UnaryTests], allowed: feel.UnaryTests | None = None, type_name: str | None = None
) -> Iterator[Value]:
    """
    Return values that meet every distinct combination of the cells, null where a cell speaks of it.

    >>> [str(value) for value in samples([feel.compile_unary_tests("< 10, [20..30]")])]
    ['9', '10', '15', '20', '25', '30', '31']
    """
    asked = [one for one in tests if one.nodes]
    if not asked:
        return iter([None])
    found = {_key(value): value for one in [*asked, *filter(None, [allowed])] for value in constants(one)}
    nothing = [None] if any(one.test(None, {}) is True for one in asked) else []
    return iter([*_of_kinds(list(found.values()), type_name), *nothing])


def is_plain(tests: feel.UnaryTests) -> bool:
    """Whether a cell only compares its value with constants, so that the samples of its constants tell all."""
    return all(_is_plain(node) for node in tests.nodes)


def _is_plain(node: tree.Node) -> bool:
    if isinstance(node, tree.Name):
        return node.name == "?"
    if isinstance(node, tree.Call):
        return _constructed(node)
    return isinstance(node, _PLAIN) and all(_is_plain(part) for part in tree.children(node))


def _constructed(node: tree.Call) -> bool:
    return (
        isinstance(node.function, tree.Name)
        and node.function.name in _CONSTRUCTORS
        and all(isinstance(argument, tree.Literal) for argument in node.arguments)
    )


def constants(tests: feel.UnaryTests) -> Iterator[Value]:
    """Yield the constants that a cell holds, ``date("…")`` and its like among them."""
    for node in tests.nodes:
        yield from _constants(node)


def _constants(node: tree.Node) -> Iterator[Value]:
    if isinstance(node, tree.Literal):
        yield from () if node.value is None else (node.value,)
    elif isinstance(node, tree.Negation) and isinstance(node.operand, tree.Literal):
        yield from (-node.operand.value,) if isinstance(node.operand.value, Decimal) else ()
    elif isinstance(node, tree.Call) and _constructed(node):
        yield from _made(node)
    else:
        for part in tree.children(node):
            yield from _constants(part)


def _made(node: tree.Call) -> Iterator[Value]:
    """The value of ``date("…")`` and its like."""
    names = [f"a{number}" for number in range(len(node.arguments))]
    given = {name: argument.value for name, argument in zip(names, node.arguments, strict=True)}  # type: ignore[attr-defined]
    value = feel.evaluate(f"{node.function.name}({', '.join(names)})", given)  # type: ignore[attr-defined]
    yield from () if value is None else (value,)


def _key(value: Value) -> tuple[str, str]:
    return feel.type_name(value), str(value)


def _of_kinds(values: list[Value], type_name: str | None) -> Iterator[Value]:
    kinds = {type(value) for value in values}
    if bool in kinds or type_name == "boolean":
        yield from (True, False)
    for kind in sorted(kinds - {bool}, key=str):
        of_kind = [value for value in values if type(value) is kind]
        yield from _texts(of_kind) if kind is str else _stretches(of_kind)
    if not kinds and type_name != "boolean":
        yield _EXAMPLES.get(type_name or "", _OTHER)


def _texts(values: list[Value]) -> Iterator[Value]:
    """The texts, one that is none of them, and for comparisons one in every stretch between them."""
    ordered = sorted(str(value) for value in values)
    yield from ordered
    yield next(text for text in _others() if text not in ordered)
    yield from (text for text in [""] if text < ordered[0])
    for low, high in pairwise(ordered):
        yield from _first(text for text in (f"{low}a", f"{low} ", f"{low}\x00") if low < text < high)
    yield f"{ordered[-1]}a"


def _others() -> Iterator[str]:
    yield _OTHER
    number = 2
    while True:
        yield f"{_OTHER}{number}"
        number += 1


def _first(texts: Iterable[str]) -> list[str]:
    found = next(iter(texts), None)
    return [] if found is None else [found]


def _stretches(values: list[Value]) -> Iterator[Value]:
    """Each boundary, a value between every two, and one beyond either end."""
    try:
        ordered = sorted(values, key=_rank)
    except TypeError:  # times with and without zone cannot be put in order
        yield from values
        return
    yield from _beyond(ordered[0], -1)
    for low, high in pairwise(ordered):
        yield low
        yield from _between(low, high)
    yield ordered[-1]
    yield from _beyond(ordered[-1], 1)


def _between(low: Value, high: Value) -> list[Value]:
    """A value between two, none where there is none."""
    middle = low
    if isinstance(low, Decimal):
        middle = (low + high) / 2
    elif isinstance(low, datetime):
        middle = low + (high - low) / 2
    elif isinstance(low, date):
        middle = low + timedelta(days=(high - low).days // 2)
    elif isinstance(low, time):
        middle = _moment(low, (_offset(low) + _offset(high)) // 2)
    elif isinstance(low, YearsMonthsDuration):
        middle = YearsMonthsDuration((low.months + high.months) // 2)
    elif isinstance(low, DaysTimeDuration):
        middle = DaysTimeDuration((low.seconds + high.seconds) / 2)
    return [middle] if _rank(low) < _rank(middle) < _rank(high) else []


def _rank(value: Value) -> Value:
    if isinstance(value, DaysTimeDuration):
        return value.seconds
    return value.months if isinstance(value, YearsMonthsDuration) else value


def _beyond(value: Value, direction: int) -> list[Value]:
    """A value on the far side of a boundary, none where the calendar or the day ends."""
    step: Callable[[Value, int], Value] | None = _STEPS.get(type(value))
    try:
        return [] if step is None else [step(value, direction)]
    except (OverflowError, ValueError):
        return []


def _offset(value: time) -> timedelta:
    return timedelta(
        hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
    )


def _moment(like: time, offset: timedelta) -> time:
    made = (datetime.min + offset).time()
    return made.replace(tzinfo=like.tzinfo)


def _time_step(value: time, direction: int) -> Value:
    end = (_LAST_MOMENT if direction > 0 else _MIDNIGHT).replace(tzinfo=value.tzinfo)
    if value.replace(tzinfo=end.tzinfo) == end:
        raise ValueError("the day ends here")
    hour = timedelta(hours=direction)
    beyond = _offset(value) + hour
    return _moment(value, beyond) if timedelta(0) <= beyond < timedelta(days=1) else end


_STEPS: Final[Mapping[type, Callable[..., Value]]] = {
    Decimal: lambda value, direction: value + direction,
    datetime: lambda value, direction: value + timedelta(days=direction),
    date: lambda value, direction: value + timedelta(days=direction),
    time: _time_step,
    YearsMonthsDuration: lambda value, direction: YearsMonthsDuration(value.months + direction),
    DaysTimeDuration: lambda value, direction: DaysTimeDuration(value.seconds + direction * 86_400),
}
_EXAMPLES: Final[Mapping[str, Value]] = {
    "number": Decimal(0),
    "date": date(2026, 1, 1),
    "time": time(12),
    "date and time": datetime(2026, 1, 1, 12),
    "days and time duration": DaysTimeDuration(Decimal(86_400)),
    "years and months duration": YearsMonthsDuration(12),
}
