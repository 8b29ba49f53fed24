"""Equality and order of FEEL values: strict by type; None where FEEL answers null."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from bpmn.feel import temporal
from bpmn.feel.environment import SHANGHAI, Run
from bpmn.feel.values import DaysTimeDuration, Function, Range, Value, YearsMonthsDuration, type_name


def equal(left: Value, right: Value, run: Run) -> bool | None:
    """Return whether two values are equal, None where their types cannot be compared."""
    if left is None or right is None:
        return left is right
    if left.__class__ is right.__class__ and left.__class__ in _PLAIN:
        return bool(left == right)
    kind = type_name(left)
    if kind != type_name(right):
        run.note(f"{_called(left)}与{_called(right)}不能比较是否相等。")
        return None
    return _EQUAL.get(kind, _same)(left, right, run)


def less(left: Value, right: Value, run: Run) -> bool | None:
    """Return whether left comes before right, None where the two have no order."""
    order = compare(left, right, run)
    return None if order is None else order < 0


def compare(left: Value, right: Value, run: Run) -> int | None:
    """Return -1, 0 or 1 as left comes before, with or after right; None where the two have no order."""
    if left.__class__ is right.__class__ and left.__class__ in _PLAIN_ORDERED:
        return int(left > right) - int(left < right)
    kind = type_name(left)
    if left is None or right is None or kind != type_name(right) or kind not in _ORDERED:
        run.note(f"{_called(left)}与{_called(right)}不能比较大小。")
        return None
    left_key, right_key = sort_key(left, run), sort_key(right, run)
    return int(left_key > right_key) - int(left_key < right_key)


def sort_key(value: Value, run: Run) -> Value:
    """Return what Python can order in place of an ordered FEEL value."""
    if isinstance(value, DaysTimeDuration):
        return value.seconds
    if isinstance(value, YearsMonthsDuration):
        return value.months
    if isinstance(value, datetime | time):
        return instant(value, run)
    return value


def instant(value: datetime | time, run: Run) -> timedelta:
    """Return a moment as time since the year 1 in UTC; a local one is read in the environment's zone."""
    day = value.date() if isinstance(value, datetime) else date(2000, 1, 1)
    clock = value.time() if isinstance(value, datetime) else value
    local = timedelta(
        days=day.toordinal(),
        hours=clock.hour,
        minutes=clock.minute,
        seconds=clock.second,
        microseconds=clock.microsecond,
    )
    offset = temporal.offset_of(value, day)
    if offset is None:
        here = run.environment.zone if run is not None else SHANGHAI
        offset = here.utcoffset(datetime.combine(day, clock.replace(tzinfo=None))) or timedelta()
    return local - offset


def _called(value: Value) -> str:
    return {"null": "空值"}.get(type_name(value), type_name(value))


def _same(left: Value, right: Value, run: Run) -> bool:
    return bool(left == right)


def _equal_times(left: Value, right: Value, run: Run) -> bool:
    if (left.tzinfo is None) == (right.tzinfo is None) is True:
        return bool(left.replace(tzinfo=None) == right.replace(tzinfo=None))
    return instant(left, run) == instant(right, run)


def _equal_lists(left: Value, right: Value, run: Run) -> bool | None:
    if len(left) != len(right):
        return False
    run.spend(len(left))
    return _all_of(equal(one, other, run) for one, other in zip(left, right, strict=True))


def _equal_contexts(left: Mapping[str, Value], right: Mapping[str, Value], run: Run) -> bool | None:
    if left.keys() != right.keys():
        return False
    run.spend(len(left))
    return _all_of(equal(left[key], right[key], run) for key in left)


def _all_of(answers: object) -> bool | None:
    result: bool | None = True
    for answer in answers:  # type: ignore[attr-defined]
        if answer is False:
            return False
        result = result if answer else None
    return result


def _equal_ranges(left: Range, right: Range, run: Run) -> bool | None:
    if (left.start_included, left.end_included) != (right.start_included, right.end_included):
        return False
    return _all_of((equal(left.start, right.start, run), equal(left.end, right.end, run)))


def _equal_functions(left: Function, right: Function, run: Run) -> bool | None:
    return True if left is right else None


#: exact types that Python compares as FEEL does
_PLAIN = frozenset((Decimal, str, bool))
_PLAIN_ORDERED = frozenset((Decimal, str))
_ORDERED = frozenset(
    (
        "number",
        "string",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
    )
)
_EQUAL = {
    "time": _equal_times,
    "date and time": _equal_times,
    "list": _equal_lists,
    "context": _equal_contexts,
    "range": _equal_ranges,
    "function": _equal_functions,
}


def contains(interval: Range, value: Value, run: Run) -> bool | None:
    """Return whether a value lies in a range; None where it cannot be compared with an end."""
    if (
        value.__class__ is interval.start.__class__ is interval.end.__class__
        and value.__class__ in _PLAIN_ORDERED
    ):
        return _between(interval, value)
    return _all_of((_above(interval, value, run), _below(interval, value, run)))


def _between(interval: Range, value: Value) -> bool:
    if interval.start < value < interval.end:
        return True
    if value == interval.start and interval.start_included:
        return bool(value < interval.end or (interval.end_included and value == interval.end))
    return bool(value == interval.end and interval.end_included and value > interval.start)


def _above(interval: Range, value: Value, run: Run) -> bool | None:
    if interval.start is None:
        return True
    order = compare(value, interval.start, run)
    return None if order is None else order > 0 or (interval.start_included and order == 0)


def _below(interval: Range, value: Value, run: Run) -> bool | None:
    if interval.end is None:
        return True
    order = compare(value, interval.end, run)
    return None if order is None else order < 0 or (interval.end_included and order == 0)
