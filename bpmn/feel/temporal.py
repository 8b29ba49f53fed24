"""Dates, times and durations: from FEEL text and back. Years 1 to 9999, fractions to microseconds."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from bpmn.feel.errors import Nothing
from bpmn.feel.values import DaysTimeDuration, Value, YearsMonthsDuration

_ZONE: Final = r"(?P<zone>Z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z][\w+\-/]{0,60})?"
_CLOCK: Final = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d{1,40}))?"
_DAY: Final = r"(?P<year>-?(?:[1-9]\d{4,8}|\d{4}))-(?P<month>\d\d)-(?P<day>\d\d)"
_DATE: Final = re.compile(_DAY, re.ASCII)
_TIME: Final = re.compile(_CLOCK + _ZONE, re.ASCII)
_DATE_TIME: Final = re.compile(f"{_DAY}T{_CLOCK}{_ZONE}", re.ASCII)
_DAYS_TIME: Final = re.compile(
    r"(-)?P(?:(\d{1,18})D)?(?:T(?=\d)(?:(\d{1,18})H)?(?:(\d{1,18})M)?(?:(\d{1,18}(?:\.\d{0,18})?)S)?)?",
    re.ASCII,
)
_YEARS_MONTHS: Final = re.compile(r"(-)?P(?:(\d{1,18})Y)?(?:(\d{1,18})M)?", re.ASCII)


def parse_date(text: str) -> date:
    """
    Read ``2024-05-06``.

    Raises:
        Nothing: not such a text, or no such day.
    """
    found = _DATE.fullmatch(text)
    if not found:
        raise Nothing(f"“{text[:40]}”不是日期，应写作 2024-05-06。")
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError as error:
        raise Nothing(f"日期“{text[:40]}”不存在或超出 0001 年至 9999 年。") from error


def parse_time(text: str) -> time:
    """
    Read ``08:30:00``, with ``Z``, ``+08:00`` or ``@Asia/Shanghai`` behind it if need be.

    Raises:
        Nothing: not such a text, or no such time.
    """
    found = _TIME.fullmatch(text.removeprefix("T"))
    if not found:
        raise Nothing(f"“{text[:40]}”不是时间，应写作 08:30:00 或 08:30:00+08:00。")
    return _clock(found)


def parse_date_time(text: str) -> datetime:
    """
    Read ``2024-05-06T08:30:00`` with or without zone; a bare date is its midnight.

    Raises:
        Nothing: not such a text, or no such instant.
    """
    found = _DATE_TIME.fullmatch(text)
    if not found:
        if _DATE.fullmatch(text):
            return datetime.combine(parse_date(text), time())
        raise Nothing(f"“{text[:40]}”不是日期时间，应写作 2024-05-06T08:30:00。")
    day = parse_date(text[: text.index("T")])
    if found["hour"] == "24" and found["minute"] == found["second"] == "00":
        return shifted(datetime.combine(day, time(tzinfo=zone(found["zone"]))), timedelta(days=1))
    return datetime.combine(day, _clock(found))


def _clock(found: re.Match[str]) -> time:
    fraction = (found["fraction"] or "").ljust(6, "0")[:6]
    try:
        return time(
            int(found["hour"]), int(found["minute"]), int(found["second"]), int(fraction), zone(found["zone"])
        )
    except ValueError as error:
        raise Nothing(f"时间“{found.group()[:40]}”不存在。") from error


def zone(text: str | None) -> tzinfo | None:
    """
    Read a zone: None, ``Z``, an offset up to 14 hours, or ``@`` and a name of the IANA data base.

    Raises:
        Nothing: no such zone.
    """
    if not text:
        return None
    if text == "Z":
        return UTC
    if text[0] == "@":
        return _named_zone(text[1:])
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    if offset > timedelta(hours=14) or minutes > 59:
        raise Nothing(f"时区偏移 {text} 超出 ±14:00。")
    return timezone(-offset if text[0] == "-" else offset)


def _named_zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise Nothing(f"没有名为 {name} 的时区。") from error


def parse_duration(text: str) -> DaysTimeDuration | YearsMonthsDuration:
    """
    Read ``P1DT2H`` or ``P1Y2M``.

    Raises:
        Nothing: neither of the two.
    """
    found = _YEARS_MONTHS.fullmatch(text)
    if found and (found[2] or found[3]):
        months = int(found[2] or 0) * 12 + int(found[3] or 0)
        return YearsMonthsDuration(-months if found[1] else months)
    found = _DAYS_TIME.fullmatch(text)
    if not found or not any(found.group(2, 3, 4, 5)):
        raise Nothing(f"“{text[:40]}”不是时长，应写作 P3D、PT2H 或 P1Y2M。")
    days, hours, minutes = (int(part or 0) for part in found.group(2, 3, 4))
    seconds = days * 86_400 + hours * 3600 + minutes * 60 + Decimal(found[5] or 0)
    return DaysTimeDuration(-seconds if found[1] else seconds + 0)


def parse_literal(text: str) -> Value:
    """
    Read what stands in ``@"…"``: a date, time, date and time, or duration.

    Raises:
        Nothing: none of these.
    """
    if _DATE.fullmatch(text):
        return parse_date(text)
    if _DATE_TIME.fullmatch(text):
        return parse_date_time(text)
    return parse_duration(text) if text.lstrip("-").startswith("P") else parse_time(text)


def shifted(moment: datetime, delta: timedelta) -> datetime:
    """
    Return a moment plus a length of time; in a zone with summer time, true time goes by.

    Raises:
        Nothing: outside the years 1 to 9999.
    """
    try:
        if isinstance(moment.tzinfo, ZoneInfo):
            return (moment.astimezone(UTC) + delta).astimezone(moment.tzinfo)
        return moment + delta
    except OverflowError as error:
        raise Nothing("日期超出 0001 年至 9999 年。") from error


def offset_of(value: datetime | time, day: date | None = None) -> timedelta | None:
    """Return the offset from UTC, None for a local value; a named zone of a bare time is read as on *day*."""
    if value.tzinfo is None:
        return None
    if isinstance(value, datetime):
        return value.utcoffset()
    return datetime.combine(day or date(2000, 1, 1), value).utcoffset()


def zone_text(value: datetime | time) -> str:
    """Return ``Z``, ``+08:00``, ``@Asia/Shanghai`` or nothing."""
    if value.tzinfo is None:
        return ""
    if isinstance(value.tzinfo, ZoneInfo):
        return f"@{value.tzinfo.key}"
    offset = offset_of(value) or timedelta()
    if not offset:
        return "Z"
    whole = int(abs(offset).total_seconds())
    text = f"{'-' if offset < timedelta() else '+'}{whole // 3600:02}:{whole // 60 % 60:02}"
    return text + (f":{whole % 60:02}" if whole % 60 else "")


def to_text(value: date | time | datetime) -> str:
    """
    Return the FEEL text of a date, time or date and time.

    >>> to_text(datetime(2024, 5, 6, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai")))
    '2024-05-06T08:30:00@Asia/Shanghai'
    """
    if isinstance(value, time | datetime):
        text = value.replace(tzinfo=None, microsecond=0).isoformat()
        fraction = f".{value.microsecond:06}".rstrip("0") if value.microsecond else ""
        return text + fraction + zone_text(value)
    return value.isoformat()
