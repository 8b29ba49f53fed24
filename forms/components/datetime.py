"""
A date, a time, or both. ``subtype`` says which; a moment without an offset is local time of the case.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time

from bpmn.model import Json, Value
from forms.field import ComponentType, Fault, Field, Kind, Situation, Unreadable
from forms.locale import N_, Translate
from forms.text import clean_line, half_width

FIRST_YEAR, LAST_YEAR = 1850, 2200

_DATE = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?", re.ASCII)
_TIME = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：](\d{2})(?:\.\d{1,9})?)?", re.ASCII)
_OFFSET = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")


def subtype_of(field: Field) -> str:
    """Return ``date``, ``time`` or ``datetime``."""
    return str(field.settings.get("subtype") or "date")


def parse(field: Field, raw: object, situation: Situation) -> Value:
    """
    Return a ``date``, a ``time`` or an aware ``datetime``; None where empty.

    Raises:
        Unreadable: not a date or time of the calendar.
    """
    if isinstance(raw, dict | list | bool | int | float):
        raise Unreadable(_wrong(field))
    text = half_width(clean_line("" if raw is None else _iso(field, raw)))
    if not text:
        return None
    try:
        return _READERS[subtype_of(field)](text, situation)
    except (ValueError, OverflowError) as error:
        raise Unreadable(_wrong(field)) from error


def _iso(field: Field, raw: object) -> str:
    if isinstance(raw, datetime) and subtype_of(field) == "date":
        raw = raw.date()
    return raw.isoformat() if isinstance(raw, date | time) else str(raw)


def _wrong(field: Field) -> str:
    return {
        "date": N_("{label}应为有效日期，如 2026-11-23"),
        "time": N_("{label}应为有效时间，如 09:30"),
    }.get(subtype_of(field), N_("{label}应为有效的日期和时间，如 2026-11-23 09:30"))


def _read_date(text: str, _situation: Situation) -> date:
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    day = date(*(int(part) for part in match.groups()))
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(text)
    return day


def _read_time(text: str, _situation: Situation) -> time:
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(text)
    hour, minute, second = (int(part or 0) for part in match.groups())
    return time(hour, minute, second)


def _read_moment(text: str, situation: Situation) -> datetime:
    if _OFFSET.search(text):
        moment = datetime.fromisoformat(text).astimezone(situation.environment.zone)
        _read_date(moment.date().isoformat(), situation)
        return moment
    day, _, clock = text.replace("T", " ").partition(" ")
    local = datetime.combine(_read_date(day, situation), _read_time(clock.strip(), situation))
    return local.replace(tzinfo=situation.environment.zone)


_READERS = {"date": _read_date, "time": _read_time, "datetime": _read_moment}


def validate(field: Field, value: Value, situation: Situation) -> Fault | None:
    """Refuse the future or the past where ``properties.within`` or form-js ``disallowPassedDates`` says so."""
    if isinstance(value, time):
        return None
    now: date = situation.now if isinstance(value, datetime) else situation.today
    within = field.properties.get("within")
    if within == "past" and value > now:
        return Fault(N_("{label}不能晚于现在"))
    if (within == "future" or field.settings.get("disallowPassedDates")) and value < now:
        return Fault(N_("{label}不能早于现在"))
    return None


def json_schema(field: Field) -> dict[str, Json]:
    """Return the JSON Schema of the value."""
    return {"type": "string", "format": {"datetime": "date-time"}.get(subtype_of(field), subtype_of(field))}


def shown(field: Field, value: object) -> object:
    """Return the value as ``<input type=date|time|datetime-local>`` wants it, or the faulty text as typed."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return (
        ""
        if value is None
        else _OFFSET.sub("", str(value))
        if subtype_of(field) == "datetime"
        else str(value)
    )


def words(_field: Field, value: object, _situation: Situation, _translate: Translate) -> str:
    """Return the value as people write it: 2026年11月23日 09:30."""
    if isinstance(value, datetime):
        return f"{value.year}年{value.month}月{value.day}日 {value:%H:%M}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return "" if value is None else str(value)


COMPONENT = ComponentType(
    kind=Kind.VALUE,
    template="datetime.html.jinja",
    parse=parse,
    validate=validate,
    json_schema=json_schema,
    shown=shown,
    words=words,
    missing=N_("请选择{label}"),
)
