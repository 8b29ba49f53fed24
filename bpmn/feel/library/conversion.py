"""Conversion functions (DMN 1.5, table 73) and ``not``, ``is``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Final

from bpmn.feel import adoption, comparison, numbers, temporal
from bpmn.feel.environment import Run
from bpmn.feel.errors import Nothing
from bpmn.feel.library.registry import builtin
from bpmn.feel.values import DaysTimeDuration, Function, Range, Value, YearsMonthsDuration, type_name

_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,6})?", re.ASCII)
_GROUPINGS: Final = frozenset((" ", ",", "."))
_LONGEST_NUMBER: Final = 10_000


@builtin("string(from: any)")
def string(run: Run, value: Value) -> str | None:
    """Return any value as text; null stays null."""
    if value is None:
        return None
    text = value if isinstance(value, str) else _shown(value)
    run.spend(len(text) // 32)
    return text


def _shown(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(name)}: {_shown(item)}" for name, item in value.items()) + "}"
    return "function" if isinstance(value, Function) else adoption.to_text(value)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[\w ]+", name) else _shown(name)


@builtin("number(from: string)")
def number(run: Run, text: str) -> Decimal:
    """Return the number that a text stands for."""
    return _read(text.strip(), text)


@builtin("number(from: string, grouping separator: string?, decimal separator: string?)")
def grouped_number(run: Run, text: str, grouping: str | None, point: str | None) -> Decimal:
    """Return the number that a text stands for; groups are divided by blank, comma or point."""
    if grouping is not None and grouping not in _GROUPINGS:
        raise Nothing("分组符只能是空格、逗号或点。")
    if point not in (None, ",", ".") or (point is not None and point == grouping):
        raise Nothing("小数点只能是点或逗号，且不能与分组符相同。")
    plain = text.replace(grouping, "") if grouping else text
    return _read(plain.replace(point, ".") if point else plain, text)


def _read(plain: str, text: str) -> Decimal:
    if len(plain) > _LONGEST_NUMBER or not _NUMBER.fullmatch(plain):
        raise Nothing(f"“{text[:40]}”不是数字。")
    return numbers.finite(numbers.CONTEXT.create_decimal(plain))


@builtin("date(from: string)")
def date_from_text(run: Run, text: str) -> date:
    """Return the day that a text stands for."""
    return temporal.parse_date(text)


@builtin("date(from: day)")
def date_from_moment(run: Run, value: date) -> date:
    """Return the day of a date and time."""
    return value.date() if isinstance(value, datetime) else value


@builtin("date(year: number, month: number, day: number)")
def date_from_parts(run: Run, year: Decimal, month: Decimal, day: Decimal) -> date:
    """Return the day of a year, month and day."""
    try:
        return date(numbers.whole(year, "年"), numbers.whole(month, "月"), numbers.whole(day, "日"))
    except (ValueError, OverflowError) as error:
        raise Nothing(f"日期 {year}-{month}-{day} 不存在或超出 0001 年至 9999 年。") from error


@builtin("time(from: string)")
def time_from_text(run: Run, text: str) -> time:
    """Return the time that a text stands for."""
    return temporal.parse_time(text)


@builtin("time(from: temporal)")
def time_from_moment(run: Run, value: date | time | datetime) -> time:
    """Return the time of a date and time; of a date, midnight UTC."""
    if isinstance(value, datetime):
        return value.timetz()
    return value if isinstance(value, time) else time(tzinfo=UTC)


@builtin("time(hour: number, minute: number, second: number, offset?: duration?)")
def time_from_parts(
    run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: DaysTimeDuration | None = None
) -> time:
    """Return the time of an hour, minute, second and offset from UTC."""
    seconds, fraction = divmod(second, 1)
    zone = None if offset is None else _zone(offset)
    parts = numbers.whole(hour, "时"), numbers.whole(minute, "分"), numbers.whole(seconds, "秒")
    try:
        return time(*parts, int(fraction.scaleb(6)), zone)
    except (ValueError, OverflowError) as error:
        raise Nothing(f"时间 {hour}:{minute}:{second} 不存在。") from error


def _zone(offset: Value) -> timezone:
    if not isinstance(offset, DaysTimeDuration) or abs(offset.seconds) > 14 * 3600:
        raise Nothing("时区偏移应为不超过 14 小时的时长。")
    return UTC if not offset.seconds else timezone(timedelta(seconds=int(offset.seconds)))


@builtin("date and time(from: string)")
def moment_from_text(run: Run, text: str) -> datetime:
    """Return the date and time that a text stands for."""
    return temporal.parse_date_time(text)


@builtin("date and time(from: day)")
def moment_from_day(run: Run, value: date) -> datetime:
    """Return a date and time itself; a date as its midnight UTC."""
    return value if isinstance(value, datetime) else datetime.combine(value, time(tzinfo=UTC))


@builtin("date and time(date: day, time: time)")
def moment_from_parts(run: Run, day: date, clock: time) -> datetime:
    """Return the date and time of a day and a time, with the time's zone."""
    return datetime.combine(day.date() if isinstance(day, datetime) else day, clock)


@builtin("date and time(date: date and time, timezone: string)")
def moment_in_zone(run: Run, moment: datetime, zone: str) -> datetime:
    """Return the same instant on the clocks of another zone."""
    target = temporal.zone(zone if zone[:1] in ("Z", "+", "-", "@") else f"@{zone}")
    return moment.astimezone(target) if moment.tzinfo else moment.replace(tzinfo=target)


@builtin("duration(from: string)")
def duration(run: Run, text: str) -> DaysTimeDuration | YearsMonthsDuration:
    """Return the duration that a text stands for."""
    return temporal.parse_duration(text)


@builtin("duration(from: duration)")
def same_duration(run: Run, value: Value) -> Value:
    """Return a duration itself."""
    return value


@builtin("years and months duration(from: day, to: day)")
def months_between(run: Run, start: date, end: date) -> YearsMonthsDuration:
    """Return the whole months from one day to another; the time of day does not count."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return YearsMonthsDuration(months)


@builtin("not(negand: any)")
def negation(run: Run, value: Value) -> bool | None:
    """Return the opposite of a boolean, null for everything else."""
    return not value if isinstance(value, bool) else None


@builtin("is(value1: any, value2: any)")
def is_same(run: Run, one: Value, other: Value) -> bool:
    """Return whether two values are the same in type, value and zone."""
    if type_name(one) != type_name(other):
        return False
    if isinstance(one, time | datetime):
        same_clock = one.replace(tzinfo=None) == other.replace(tzinfo=None)
        return same_clock and temporal.zone_text(one) == temporal.zone_text(other)
    return comparison.equal(one, other, run) is True


_RANGE: Final = re.compile(r"\s*([\[\](])(.*?)\.\.(.*?)([\])\[])\s*", re.DOTALL)


@builtin("range(from: string)")
def range_from_text(run: Run, text: str) -> Range:
    """Return the range that a text stands for; its ends are literals."""
    found = _RANGE.fullmatch(text)
    if not found:
        raise Nothing(f"“{text[:40]}”不是区间，应写作 [1..5]。")
    start, end = (_end(part.strip()) for part in found.group(2, 3))
    if (start is None and found[1] == "[") or (end is None and found[4] == "]"):
        raise Nothing("没有端点的一边应写圆括号。")
    if start is None and end is None:
        raise Nothing("区间至少要有一端。")
    return _checked(Range(start, end, found[1] == "[", found[4] == "]"), run)


def _checked(interval: Range, run: Run) -> Range:
    if interval.start is not None and interval.end is not None:
        order = comparison.compare(interval.start, interval.end, run)
        if order is None or order > 0:
            raise Nothing("区间的起点应小于终点，且类型相同。")
    return interval


def _end(text: str) -> Value:
    if not text or text == "null":
        return None
    if text[0] == '"' == text[-1] and len(text) > 1:
        return text[1:-1].replace('\\"', '"')
    if _NUMBER.fullmatch(text):
        return _read(text, text)
    if text.startswith('@"') and text.endswith('"'):
        return temporal.parse_literal(text[2:-1])
    found = re.fullmatch(r'(date|time|date and time|duration)\(\s*"([^"]*)"\s*\)', text)
    if found:
        return _READERS[found[1]](found[2])
    raise Nothing(f"区间端点“{text[:40]}”不是字面值。")


_READERS: Final = {
    "date": temporal.parse_date,
    "time": temporal.parse_time,
    "date and time": temporal.parse_date_time,
    "duration": temporal.parse_duration,
}
