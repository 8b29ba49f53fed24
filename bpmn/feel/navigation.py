"""Into values: paths, properties of dates, times, durations and ranges, filters and indexes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from bpmn.feel import numbers, temporal
from bpmn.feel.adoption import adopt
from bpmn.feel.environment import Run
from bpmn.feel.errors import Nothing
from bpmn.feel.values import DaysTimeDuration, Range, Value, YearsMonthsDuration, type_name

_ABSENT: Final = object()


def step(value: Value, name: str, run: Run) -> Value:
    """Return ``value.name``: an entry, a property, or for a list the same of every item."""
    if isinstance(value, Mapping):
        return _entry(value, name, run)
    if isinstance(value, list):
        run.spend(len(value))
        return [step(item, name, run) for item in value]
    properties = _PROPERTIES.get(type(value), {})
    if name in properties:
        return properties[name](value)
    shown = "空值" if value is None else type_name(value)
    run.note(f"{shown}没有属性“{name}”。")
    return None


def _entry(value: Mapping[str, Value], name: str, run: Run) -> Value:
    found = value.get(name, _ABSENT)
    if found is _ABSENT:
        run.note(f"数据中没有“{name}”这一项。")
        return None
    return found


def _number(name: str) -> Callable[[Any], Decimal]:
    return lambda value: Decimal(getattr(value, name))


def _time_offset(value: time | datetime) -> DaysTimeDuration | None:
    offset = temporal.offset_of(value)
    return None if offset is None else DaysTimeDuration.of(offset)


def _zone_name(value: time | datetime) -> str | None:
    key = getattr(value.tzinfo, "key", None)
    return key if isinstance(key, str) else None


def _seconds(value: time | datetime) -> Decimal:
    return Decimal(value.second) + Decimal(value.microsecond).scaleb(-6)


def _part(size: int, within: int | None) -> Callable[[DaysTimeDuration], Decimal]:
    def read(value: DaysTimeDuration) -> Decimal:
        whole = int(abs(value.seconds)) // size
        whole = whole % within if within else whole
        return Decimal(-whole if value.seconds < 0 else whole)

    return read


def _second_part(value: DaysTimeDuration) -> Decimal:
    rest = abs(value.seconds) % 60
    return -rest if value.seconds < 0 else rest


def _sign(months: int) -> int:
    return -1 if months < 0 else 1


_CALENDAR: Final[Mapping[str, Callable[[Any], Value]]] = {
    "year": _number("year"),
    "month": _number("month"),
    "day": _number("day"),
    "weekday": lambda value: Decimal(value.isoweekday()),
}
_CLOCK: Final[Mapping[str, Callable[[Any], Value]]] = {
    "hour": _number("hour"),
    "minute": _number("minute"),
    "second": _seconds,
    "time offset": _time_offset,
    "timezone": _zone_name,
}
_PROPERTIES: Final[Mapping[type, Mapping[str, Callable[[Any], Value]]]] = {
    date: _CALENDAR,
    time: _CLOCK,
    datetime: {**_CALENDAR, **_CLOCK},
    DaysTimeDuration: {
        "days": _part(86_400, None),
        "hours": _part(3_600, 24),
        "minutes": _part(60, 60),
        "seconds": _second_part,
    },
    YearsMonthsDuration: {
        "years": lambda value: Decimal(_sign(value.months) * (abs(value.months) // 12)),
        "months": lambda value: Decimal(_sign(value.months) * (abs(value.months) % 12)),
    },
    Range: {
        "start": lambda value: value.start,
        "end": lambda value: value.end,
        "start included": lambda value: value.start_included,
        "end included": lambda value: value.end_included,
    },
}


def at_index(value: Value, index: Decimal, run: Run) -> Value:
    """Return the item of a list by its place from 1, or from the end below 0; null outside."""
    items = value if isinstance(value, list) else [value]
    if value is None:
        run.note("空值不能按序号取值。")
        return None
    try:
        place = numbers.whole(index, "序号")
    except Nothing as nothing:
        run.note(nothing.reason)
        return None
    if 1 <= place <= len(items):
        return items[place - 1]
    if -len(items) <= place <= -1:
        return items[place]
    run.note(f"列表有 {len(items)} 项，没有第 {place} 项。")
    return None


@dataclass(frozen=True, slots=True)
class Layer:
    """What a filter lays over the scope for each item: names, whether functions keep it, steps of one item."""

    names: tuple[str, ...]
    captures: bool
    cost: int


def filtered(
    value: Value,
    condition: Callable[[dict[str, Value], Run], Value],
    layer: Layer,
    scope: dict[str, Value],
    run: Run,
) -> Value:
    """
    Return the items for which a condition is true, or the item whose place it names.

    A name in the condition is an entry of the item first, then a name of the scope; ``item`` is the item.
    """
    items = value if isinstance(value, list) else [] if value is None else [value]
    frame = _Frame(scope, layer, run)
    if not items:
        answer = condition(frame.of(None), run)
        return at_index(items, answer, run) if isinstance(answer, Decimal) else []
    chosen = []
    for number, item in enumerate(items):
        run.spend(layer.cost)
        answer = condition(frame.of(item), run)
        if number == 0 and isinstance(answer, Decimal):
            return at_index(items, answer, run)
        if answer is True:
            chosen.append(item)
    return chosen


class _Frame:
    """The scope of a filter, laid over the outer one; one dict serves all items unless functions keep it."""

    def __init__(self, scope: dict[str, Value], layer: Layer, run: Run) -> None:
        run.spend(1 + len(scope) // 32)
        self._outer = scope
        self._names = layer.names
        self._captures = layer.captures
        self._frame = dict(scope)

    def of(self, item: Value) -> dict[str, Value]:
        frame = dict(self._outer) if self._captures else self._frame
        entries = item if isinstance(item, Mapping) else {}
        for name in self._names:
            if name in entries:
                frame[name] = adopt(entries[name])
            elif name in self._outer:
                frame[name] = self._outer[name]
            else:
                frame.pop(name, None)
        frame["item"] = entries.get("item", item) if isinstance(item, Mapping) else item
        return frame
