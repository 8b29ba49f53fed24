"""
ISO 8601 as timers write it, read in one place: what the check accepts is what the engine runs.

Durations with a fraction in their last part, instants by calendar, week or ordinal date in basic or extended form,
with an offset or a zone of the IANA data base, and repeating intervals in all four forms. Faults are clauses in Chinese.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

LONGEST_YEARS: Final = 200  #: of a duration that the check lets through
MOST_REPETITIONS: Final = 1_000_000
FOREVER: Final = -1  #: repetitions of ``R/…``
_NUMBER: Final = r"[-+]?\d+(?:[.,]\d+)?"
_DURATION: Final = re.compile(
    rf"(?P<sign>[-+])?P(?=[-+\dT])(?:(?P<years>{_NUMBER})Y)?(?:(?P<months>{_NUMBER})M)?(?:(?P<weeks>{_NUMBER})W)?"
    rf"(?:(?P<days>{_NUMBER})D)?(?:T(?=[-+\d])(?:(?P<hours>{_NUMBER})H)?(?:(?P<minutes>{_NUMBER})M)?"
    rf"(?:(?P<seconds>{_NUMBER})S)?)?",
    re.ASCII | re.IGNORECASE,  # Java's readers let the letters be small
)
_ALTERNATIVE: Final = re.compile(
    r"P(\d{4})-(0\d|1[01])-([0-2]\d|30)T([01]\d|2[0-4]):([0-5]\d):([0-5]\d)", re.ASCII
)
_UNITS: Final = ("weeks", "days", "hours", "minutes", "seconds")
_DATE: Final = (
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)-(?P<day>\d\d)|(?P<basic_month>\d\d)(?P<basic_day>\d\d)"
    r"|-W(?P<week>\d\d)-(?P<weekday>[1-7])|W(?P<basic_week>\d\d)(?P<basic_weekday>[1-7])|-?(?P<ordinal>\d{3}))"
)
_CLOCK: Final = (
    r"(?P<hour>\d\d)(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d))?)?(?:[.,](?P<fraction>\d{1,40}))?"
    r"(?P<offset>Z|[-+−]\d\d(?::?\d\d(?::?\d\d)?)?)?"
)
_ZONE: Final = r"(?:\[(?P<zone>[A-Za-z][\w+/-]{0,60})\]|@(?P<at>[A-Za-z][\w+/-]{0,60}))?"
_INSTANT: Final = re.compile(rf"{_DATE}(?:[T ]{_CLOCK})?{_ZONE}", re.ASCII)
_PART: Final = re.compile(r"/(?=[-+]?P[-+T\d]|\d|\Z)", re.ASCII)  # no slash within the name of a zone
_LOOKS: Final = re.compile(
    r"[-+]?P(?:\d|T[-+\d]|T?\Z)|R-?\d*/|R-?\d+\Z|\d{4}-?\d\d-?\d\d(?!\d|\s*[-+*/(])|\d{4}-?W\d\d|\d{4}-?\d{3}(?!\d)"
    r"|[-+]\d{4,6}-\d\d-\d\dT|\d{5,6}-\d\d-\d\d",
    re.ASCII,
)
_CRON: Final = re.compile(r"[\d*?/,LW#A-Z-]+(?:\s+[\d*?/,LW#A-Z-]+){4,6}\Z", re.ASCII)


class NotISO8601(ValueError):
    """Says in a Chinese clause what is wrong with a text that should be a time."""


@dataclass(frozen=True)
class Span:
    """A duration: whole months, then exact time."""

    months: int
    exact: timedelta

    def after(self, start: datetime, times: int = 1) -> datetime:
        """
        Return *start* plus this span *times* over; months are counted from *start*, a day has 24 hours.

        Raises:
            NotISO8601: no calendar reaches that far.
        """
        try:
            day = _add_months(start, self.months * times)
            return (day.astimezone(UTC) + self.exact * times).astimezone(day.tzinfo)
        except (OverflowError, ValueError) as problem:
            raise NotISO8601("时间超出日历范围") from problem

    @property
    def is_negative(self) -> bool:
        """Whether it leads back."""
        return self.months < 0 or self.exact < timedelta(0)

    @property
    def years(self) -> float:
        """Its rough length."""
        return self.months / 12 + self.exact / timedelta(days=365)


@dataclass(frozen=True)
class Interval:
    """A repeating interval; ``repetitions`` is ``FOREVER`` or a number, two of the others say how it lies in time."""

    repetitions: int
    start: str | None = None
    period: str | None = None
    end: str | None = None


def looks_iso(text: str) -> bool:
    """
    Whether *text* is meant as ISO 8601 and not as FEEL.

    >>> looks_iso("PT1H"), looks_iso("2026-W10-4"), looks_iso("Period"), looks_iso("due date")
    (True, True, False, False)
    """
    return _LOOKS.match(text.strip()) is not None


def looks_cron(text: str) -> bool:
    """
    Whether *text* is a cron expression.

    >>> looks_cron("0 0/5 * * * ?")
    True
    """
    return _CRON.match(text.strip()) is not None and bool(set(text) & set("*?"))


@lru_cache(maxsize=1024)
def duration(text: str) -> Span:
    """
    Read a duration.

    Raises:
        NotISO8601: it is none, or longer than a computer can count.

    >>> duration("P1Y2M"), duration("PT1.5H")
    (Span(months=14, exact=datetime.timedelta(0)), Span(months=0, exact=datetime.timedelta(seconds=5400)))
    """
    match = _DURATION.fullmatch(_from_alternative(text.strip()))
    if match is None:
        raise NotISO8601("不是 ISO 8601 时长")
    sign = -1 if match["sign"] == "-" else 1
    given = {name: number.replace(",", ".") for name, number in match.groupdict().items() if number}
    parts = {name: Decimal(number) for name, number in given.items() if name != "sign"}
    if any("." in given[name] for name in list(parts)[:-1]):
        raise NotISO8601("只有最后一项可以带小数")
    months = 12 * parts.pop("years", Decimal(0)) + parts.pop("months", Decimal(0))
    if months != int(months):
        raise NotISO8601("年、月的小数不是整月")
    try:
        return Span(
            sign * int(months), sign * timedelta(**{name: float(parts.get(name, 0)) for name in _UNITS})
        )
    except OverflowError as problem:
        raise NotISO8601("时长过长") from problem


def _from_alternative(text: str) -> str:
    """Rewrite ``P0003-06-04T12:30:05`` with letters."""
    match = _ALTERNATIVE.fullmatch(text)
    return "P{}Y{}M{}DT{}H{}M{}S".format(*match.groups()) if match else text


def instant(text: str, zone: tzinfo) -> datetime:
    """
    Read a date, or a date and time; a date is its first moment, without offset or zone it is meant in *zone*.

    Raises:
        NotISO8601: it is none, or there is no such day, time or zone.

    >>> str(instant("2026-W10-4T08:00Z", UTC)), str(instant("2026-064", UTC))
    ('2026-03-05 08:00:00+00:00', '2026-03-05 00:00:00+00:00')
    """
    # RFC 3339, a profile of ISO 8601, lets ``t`` and ``z`` be small.
    match = _INSTANT.fullmatch(re.sub(r"(?<=\d)[tz]", lambda found: found[0].upper(), text.strip()))
    if match is None:
        raise NotISO8601("不是 ISO 8601 日期时间")
    where = _offset(match["offset"]) or _named(match["zone"] or match["at"]) or zone
    try:
        moment = datetime.combine(_day(match), time()) + _since_midnight(match)
    except (ValueError, OverflowError) as problem:
        raise NotISO8601("不是存在的日期时间") from problem
    return moment.replace(tzinfo=where)


def _day(match: re.Match[str]) -> date:
    year = int(match["year"])
    if week := match["week"] or match["basic_week"]:
        return date.fromisocalendar(year, int(week), int(match["weekday"] or match["basic_weekday"]))
    if ordinal := match["ordinal"]:
        day = date(year, 1, 1) + timedelta(days=int(ordinal) - 1)
        if day.year != year:
            raise ValueError(ordinal)
        return day
    return date(year, int(match["month"] or match["basic_month"]), int(match["day"] or match["basic_day"]))


def _since_midnight(match: re.Match[str]) -> timedelta:
    """Return the time of day; 24:00 is the end of the day, a fraction is one of the smallest part written."""
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and (minute or second or match["fraction"])):
        raise ValueError(match[0])
    smallest = 1 if match["second"] else 60 if match["minute"] else 3600
    fraction = Decimal(f"0.{match['fraction'] or 0}") * smallest
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=int(fraction * 1_000_000))


def _offset(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    digits = text[1:].replace(":", "").ljust(6, "0")
    hours, minutes, seconds = (int(digits[place : place + 2]) for place in (0, 2, 4))
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if minutes > 59 or seconds > 59 or length > timedelta(hours=14):
        raise NotISO8601(f"时区偏移 {text} 不存在")
    return timezone(length if text[0] == "+" else -length)


def _named(name: str | None) -> tzinfo | None:
    try:
        return None if name is None else ZoneInfo(name)
    except (ValueError, OSError, KeyError) as problem:
        raise NotISO8601(f"没有名为 {name} 的时区") from problem


def interval(text: str) -> Interval:
    """
    Read a repeating interval: ``R3/PT1H``, ``R/start/period``, ``R3/period/end`` or ``R3/start/end``.

    Raises:
        NotISO8601: it is none, has no length, or never repeats.

    >>> interval("R3/2026-03-05T08:00:00Z/P1D")
    Interval(repetitions=3, start='2026-03-05T08:00:00Z', period='P1D', end=None)
    """
    head, slash, rest = text.strip().partition("/")
    repetitions, parts = _repetitions(head), _PART.split(rest) if slash else []
    if not 1 <= len(parts) <= 2:
        raise NotISO8601("应写成 R次数/间隔 或 R次数/开始时间/间隔")
    first, second = parts[0], parts[-1] if len(parts) == 2 else None
    if _is_period(first):
        found = Interval(repetitions, period=first, end=second)
    elif second is not None and _is_period(second):
        found = Interval(repetitions, start=first, period=second)
    else:
        found = _between(repetitions, first, second)
    _judge(found)
    return found


def _repetitions(head: str) -> int:
    if head in ("R", "R-1"):
        return FOREVER
    if not re.fullmatch(r"R\d+", head, re.ASCII):
        raise NotISO8601("重复次数写法不对")
    if not 1 <= int(head[1:10]) <= MOST_REPETITIONS:
        raise NotISO8601(f"重复次数须为 1 至 {MOST_REPETITIONS}")
    return int(head[1:])


def _is_period(text: str) -> bool:
    return text.lstrip("+-").startswith("P")


def _between(repetitions: int, start: str, end: str | None) -> Interval:
    if end is None:
        raise NotISO8601("没有写间隔")
    length = instant(end, UTC) - instant(start, UTC)
    return Interval(repetitions, start=start, period=f"PT{int(length.total_seconds())}S")


def _judge(found: Interval) -> None:
    for moment in (found.start, found.end):
        if moment is not None:
            instant(moment, UTC)
    positive(found.period or "")


def positive(text: str) -> Span:
    """
    Read a duration that may repeat: one that leads on.

    Raises:
        NotISO8601: it is no such duration.
    """
    length = duration(text)
    if length.is_negative:
        raise NotISO8601("间隔为负")
    if length == Span(0, timedelta(0)):
        raise NotISO8601("间隔为零，会无休止地触发")
    return length


def _add_months(start: datetime, months: int) -> datetime:
    if months == 0:
        return start
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))
