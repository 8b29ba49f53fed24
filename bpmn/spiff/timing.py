"""
When timers are due: ISO 8601 instants, durations and repeating intervals, as text or as FEEL values.

Months are counted from the anchor (31 January + P1M = 28 or 29 February, + P2M = 31 March); an instant without an
offset is meant in the zone of the environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from bpmn import feel, iso8601
from bpmn.iso8601 import FOREVER, Span
from bpmn.lowering import Trigger
from bpmn.model import Value
from bpmn.spiff.failures import TimerInvalid

_DEADLINE = re.compile(r"""deadline\(\s*"([^"]+)"\s*\)""")


_SHARE = re.compile(r"""deadline share\(\s*("[^"]+"|[\w.]+)\s*,\s*(\d{1,3})\s*\)""")


@dataclass(frozen=True)
class Schedule:
    """One instant, or a cycle: ``left`` counts the firings still to come."""

    due: datetime
    period: str | None = None
    left: int = 1


def is_literal(text: str) -> bool:
    """Tell ISO text from an expression."""
    return iso8601.looks_iso(text)


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
    with _told(text):
        if text.startswith("R"):
            return _cycle(text, environment)
        if text.lstrip("+-").startswith("P"):
            return _after(text, trigger, environment.now)
        return Schedule(iso8601.instant(text, environment.zone))


@contextmanager
def _told(text: str) -> Iterator[None]:
    """Turn what is wrong with a text into an incident."""
    try:
        yield
    except iso8601.NotISO8601 as fault:
        raise TimerInvalid(
            f"时间“{text[:80]}”无法使用：{fault}。请写成 PT1H、R3/PT1H 或 2026-01-31T09:00:00+08:00 这样的形式。"
        ) from fault


def _after(text: str, trigger: Trigger, now: datetime) -> Schedule:
    due = iso8601.duration(text).after(now)
    if trigger.timer != "cycle":
        return Schedule(due)
    iso8601.positive(text)
    return Schedule(due, text, FOREVER)


def _cycle(text: str, environment: feel.Environment) -> Schedule:
    """First firing: the start, or else one period from now; with an end, only those not after it."""
    found = iso8601.interval(text)
    period = iso8601.duration(found.period or "")
    first = iso8601.instant(found.start, environment.zone) if found.start else period.after(environment.now)
    left = found.repetitions
    if found.end is not None:
        fitting = _fitting(first, period, iso8601.instant(found.end, environment.zone))
        left = fitting if left == FOREVER else min(left, fitting)
    if left == 0:
        raise TimerInvalid(f"周期“{text}”一次也不会触发。请填写至少一次，并核对结束时间。")
    return Schedule(first, found.period, left)


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

    Raises:
        TimerInvalid: no calendar reaches that far.
    """
    with _told(period):
        return _following(due, iso8601.duration(period), left, now)


def _following(due: datetime, length: Span, left: int, now: datetime) -> tuple[datetime, int]:
    steps = 1
    if length.months == 0 and now > due:
        steps = max(1, int((now - due) / length.exact) + 1)
    while length.after(due, steps) <= now:
        steps += 1
    if left != FOREVER and steps >= left:
        return length.after(due, left), 0
    return length.after(due, steps), left if left == FOREVER else left - steps


def aware(value: Value, environment: feel.Environment) -> datetime:
    """
    Return the aware instant of a FEEL value that is a date, a date and time, or their text.

    Raises:
        TimerInvalid: it is none of these.
    """
    if isinstance(value, date | datetime):
        return _aware(value, environment.zone)
    if not isinstance(value, str):
        raise TimerInvalid()
    with _told(value):
        return iso8601.instant(value, environment.zone)


def _aware(value: date | datetime, zone: tzinfo) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
