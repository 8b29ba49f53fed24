"""One sample for every stretch of values that the cells of a column tell apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from bpmn import feel
from bpmn.feel.values import DaysTimeDuration, Value, YearsMonthsDuration

_LITERAL: Final = re.compile(
    r'(?:date and time|date|time|duration)\("(?:[^"\\]|\\.)*"\)|@"(?:[^"\\]|\\.)*"|"(?:[^"\\]|\\.)*"'
    r"|-?\d+(?:\.\d+)?|(?<![.\d])-?\.\d+|\btrue\b|\bfalse\b"
)
_OTHER: Final = "其他值"


def samples(texts: Iterable[str], allowed: str | None, type_ref: str | None) -> Iterator[Value]:
    """
    Return values that meet every distinct combination of the cells, null only where nothing else can be said.

    >>> [str(value) for value in samples(["< 10", "[10..20]"], None, "number")]
    ['9', '10', '15', '20', '21']
    """
    listed = allowed is not None and not re.search(r"[<>]|\.\.", allowed)
    values = {_key(value): value for text in (*texts, allowed or "") for value in _literals(text)}
    if type_ref and type_ref.rsplit(":", 1)[-1] == "boolean":
        return iter([True, False])
    kinds = {type(value) for value in values.values()}
    if not kinds:
        return iter([None])
    return _of_kinds(list(values.values()), kinds, listed)


def _of_kinds(values: list[Value], kinds: set[type], listed: bool) -> Iterator[Value]:
    if bool in kinds:
        yield from (True, False)
    if str in kinds:
        strings = [value for value in values if isinstance(value, str)]
        yield from strings if listed else (*strings, _OTHER)
    for kind in kinds - {bool, str}:
        yield from _stretches([value for value in values if type(value) is kind])


def _literals(text: str) -> Iterator[Value]:
    for literal in _LITERAL.findall(text):
        value = feel.evaluate(literal, {})
        if value is not None:
            yield value


def _key(value: Value) -> tuple[str, str]:
    return feel.type_name(value), str(value)


def _stretches(values: list[Value]) -> Iterator[Value]:
    """Each boundary, a value between every two, and one beyond either end."""
    try:
        ordered = sorted(values)
    except TypeError:  # times with and without zone cannot be put in order
        yield from values
        return
    yield _beyond(ordered[0], -1)
    for low, high in pairwise(ordered):
        yield low
        yield _between(low, high)
    yield ordered[-1]
    yield _beyond(ordered[-1], 1)


def _between(low: Value, high: Value) -> Value:
    if isinstance(low, Decimal):
        return (low + high) / 2
    if isinstance(low, datetime):
        return low + (high - low) / 2
    if type(low) is date:
        return low + timedelta(days=(high - low).days // 2)
    if isinstance(low, YearsMonthsDuration):
        return YearsMonthsDuration((low.months + high.months) // 2)
    return low


def _beyond(value: Value, direction: int) -> Value:
    if isinstance(value, Decimal):
        return value + direction
    if isinstance(value, date):  # a datetime is a date too
        return value + timedelta(days=direction)
    if isinstance(value, YearsMonthsDuration):
        return YearsMonthsDuration(value.months + direction)
    if isinstance(value, DaysTimeDuration):
        return feel.evaluate('d + duration("P1D") * n', {"d": value, "n": direction})
    if isinstance(value, time):
        return value.replace(hour=(value.hour + direction) % 24)
    return value
