"""
When timers are due: ISO 8601 instants, durations and repeating intervals, as text or as FEEL values.

Months are counted from the anchor (31 January + P1M = 28 or 29 February, + P2M = 31 March); an instant without an
offset is meant in the zone of the environment.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from bpmn import feel
from bpmn.lowering import Trigger
from bpmn.model import Value
from bpmn.spiff.failures import TimerInvalid

FOREVER = -1  #: repetitions of ``R/…``
_DURATION = re.compile(
    r"(?P<sign>-)?P(?=\d|T\d)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_ZONE_NAME = re.compile(r"\[.*\]|@[\w/+-]+\Z")
_LITERAL = re.compile(r"(-?P[\dT]|R\d*/|\d{4}-\d\d-\d\d)")
_DEADLINE = re.compile(r"""deadline\(\s*"([^"]+)"\s*\)""")


_SHARE = re.compile(r"""deadline share\(\s*("[^"]+"|[\w.]+)\s*,\s*(\d{1,3})\s*\)""")


@dataclass(frozen=True)
class Span:
    """A duration: whole months, then exact time."""

    months: int
    exact: timedelta

    def after(self, start: datetime, times: int = 1) -> datetime:
        """Return *start* plus this span *times* over."""
        try:
            day = _add_months(start, self.months * times)
            return (day.astimezone(UTC) + self.exact * times).astimezone(day.tzinfo)
        except (OverflowError, ValueError) as problem:
            raise TimerInvalid("定时器的时间超出日历范围。请改用较短的时长。") from problem


@dataclass(frozen=True)
class Schedule:
    """One instant, or a cycle: ``left`` counts the firings still to come."""

    due: datetime
    period: str | None = None
    left: int = 1


def is_literal(text: str) -> bool:
    """Tell ISO text from an expression."""
    return _LITERAL.match(text) is not None


def deadline_share(text: str) -> tuple[str, str] | None:
    """Return the expression of the D-number and the percent of a timer that is nothing but ``deadline share(code, 50)``."""
    match = _SHARE.fullmatch(text.strip())
    return (match[1], match[2]) if match else None


def deadline_code(text: str) -> str | None:
    """Return the D-number of a timer that is nothing but ``deadline("D-…")``."""
    match = _DEADLINE.fullmatch(text.strip())
    return match[1] if match else None


def schedule(trigger: Trigger, value: Value, environment: feel.Environment) -> Schedule:
    """
    Return when a timer that begins now is due; *value* is its text or the value of its expression.

    Raises:
        TimerInvalid: neither instant, duration nor repeating interval.
    """
    if isinstance(value, date | datetime):
        return Schedule(_aware(value, environment.zone))
    text = str(value if isinstance(value, str) else feel.to_json(value)).strip()
    if text.startswith("R"):
        return _cycle(text, environment)
    if text.lstrip("-").startswith("P"):
        return _after(text, trigger, environment.now)
    return Schedule(instant(text, environment.zone))


def _after(text: str, trigger: Trigger, now: datetime) -> Schedule:
    due = span(text).after(now)
    if trigger.timer != "cycle":
        return Schedule(due)
    return Schedule(due, _positive(text), FOREVER)


def _positive(text: str) -> str:
    length = span(text)
    if (
        length.months < 0
        or length.exact < timedelta(0)
        or (length.months == 0 and length.exact < timedelta(seconds=1))
    ):
        raise TimerInvalid(f"周期“{text}”不是正的时长。请填写至少一秒的周期，例如 PT1H。")
    return text


def _cycle(text: str, environment: feel.Environment) -> Schedule:
    count, *parts = text.split("/")
    if not re.fullmatch(r"R\d*", count) or not 1 <= len(parts) <= 2:
        raise TimerInvalid(f"周期“{text}”无法识别。请写成 R3/PT1H 这样的形式。")
    left = int(count[1:]) if len(count) > 1 else FOREVER
    first, period = _bounds(parts, environment)
    if len(parts) == 2 and parts[0].startswith("P"):
        fitting = _fitting(first, span(period), instant(parts[1], environment.zone))
        left = fitting if left == FOREVER else min(left, fitting)
    if left == 0:
        raise TimerInvalid(f"周期“{text}”一次也不会触发。请填写至少一次，并核对结束时间。")
    return Schedule(first, period, left)


def _bounds(parts: list[str], environment: feel.Environment) -> tuple[datetime, str]:
    """Return the first firing and the period of ``period``, ``start/period``, ``period/end`` or ``start/end``."""
    if len(parts) == 1:
        return span(parts[0]).after(environment.now), _positive(parts[0])
    first, second = parts
    if second.startswith("P"):
        return instant(first, environment.zone), _positive(second)
    if first.startswith("P"):
        return span(first).after(environment.now), _positive(first)
    begin, end = instant(first, environment.zone), instant(second, environment.zone)
    return begin, _positive(f"PT{int((end - begin).total_seconds())}S")


def _fitting(first: datetime, period: Span, end: datetime) -> int:
    """Count the firings from *first* on that are not later than *end*."""
    # A month is at most 31 days: start from below, then step.
    longest = period.exact + timedelta(days=31 * period.months)
    count = max(0, int((end - first) / longest))
    while period.after(first, count) <= end:
        count += 1
    return count


def following(due: datetime, period: str, left: int, now: datetime) -> tuple[datetime, int]:
    """
    Return the next instant after *now* and the firings left after the one that happens now.

    Firings missed in between count as having happened with this one.
    """
    length, steps = span(period), 1
    if length.months == 0 and now > due:
        steps = max(1, int((now - due) / length.exact) + 1)
    while length.after(due, steps) <= now:
        steps += 1
    if left != FOREVER and steps >= left:
        return length.after(due, left), 0
    return length.after(due, steps), left if left == FOREVER else left - steps


@lru_cache(maxsize=1024)
def span(text: str) -> Span:
    """Read an ISO 8601 duration."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise TimerInvalid(f"时长“{text}”无法识别。请写成 PT1H、P3D 这样的形式。")
    part = {name: float(number or 0) for name, number in match.groupdict().items() if name != "sign"}
    sign = -1 if match["sign"] else 1
    exact = {name: part[name] for name in ("weeks", "days", "hours", "minutes", "seconds")}
    try:
        return Span(sign * int(part["years"] * 12 + part["months"]), sign * timedelta(**exact))
    except OverflowError as problem:
        raise TimerInvalid(f"时长“{text}”过长。请改用较短的时长。") from problem


def instant(text: str, zone: tzinfo) -> datetime:
    """Read an ISO 8601 date or date and time; a date is its first moment."""
    try:
        return _aware(datetime.fromisoformat(_ZONE_NAME.sub("", text.strip())), zone)
    except ValueError as problem:
        raise TimerInvalid(
            f"时间“{text}”无法识别。请写成 2026-01-31T09:00:00+08:00 这样的形式。"
        ) from problem


def _aware(value: date | datetime, zone: tzinfo) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def aware(value: Value, environment: feel.Environment) -> datetime:
    """Return the aware instant of a FEEL value that is a date, a date and time, or their text."""
    if isinstance(value, date | datetime):
        return _aware(value, environment.zone)
    if isinstance(value, str):
        return instant(value, environment.zone)
    raise TimerInvalid()


def _add_months(start: datetime, months: int) -> datetime:
    if months == 0:
        return start
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))
