"""Expressions that read no data: what they are for ever is known before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from bpmn import feel, iso8601
from bpmn.diagram import Catalogue, Diagram, label
from bpmn.errors import Invalid
from bpmn.lint import expressions
from bpmn.model import Finding, Value

_CLOCKS: Final = ("now", "today", "random number")


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report constants that are no condition, no time or no number where one is needed."""
    for place in expressions.places(diagram):
        fits, needed = _NEEDED.get(place.kind, (_anything, ""))
        value = _constant(place.text)
        if value is not None and not fits(value):
            yield diagram.error(
                place.owner,
                "constant-unfit",
                f"{label(place.owner)}的{place.what}「{place.text[:60]}」永远是{feel.type_name(value)}，不是{needed}。",
                f"请改为结果是{needed}的表达式。",
            )


def _constant(text: str) -> Value:
    """Return what a text is whatever the data; None where that depends on them, or it is null."""
    try:
        expression = feel.compile(text)
    except Invalid:
        return None
    if expression.names or expression.functions or any(word in text for word in _CLOCKS):
        return None
    return expression.evaluate({})


def _anything(value: Value) -> bool:
    return True


def _is_boolean(value: Value) -> bool:
    return isinstance(value, bool)


def _is_number(value: Value) -> bool:
    return isinstance(value, Decimal)


def _is_time(value: Value) -> bool:
    if not isinstance(value, str):
        return isinstance(value, date | datetime | feel.DaysTimeDuration | feel.YearsMonthsDuration)
    return any(_reads(reader, value) for reader in (iso8601.duration, iso8601.interval, _instant))


def _instant(text: str) -> datetime:
    return iso8601.instant(text, UTC)


def _reads(reader: Callable[[str], object], text: str) -> bool:
    try:
        reader(text)
    except iso8601.NotISO8601:
        return False
    return True


_TIME: Final = (_is_time, "日期、时长或周期")
_TRUTH: Final = (_is_boolean, "真或假")
_NEEDED: Final[dict[str, tuple[Callable[[Value], bool], str]]] = {
    "conditionExpression": _TRUTH,
    "condition": _TRUTH,
    "completionCondition": _TRUTH,
    "loopCondition": _TRUTH,
    "loopCardinality": (_is_number, "数字"),
    "timeDate": _TIME,
    "timeDuration": _TIME,
    "timeCycle": _TIME,
}  #: kind of place -> what a value there must be, and its name
