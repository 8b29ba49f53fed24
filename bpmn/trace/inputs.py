"""
What a trace is told: who answers what and when, as ``doors.md`` fixes the YAML.

Everything is checked before anything runs; a wrong key is an error, never ignored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bpmn import feel
from bpmn.errors import Invalid
from bpmn.model import Json, Value


class TraceInputInvalid(Invalid):
    """试运行的输入有误。请按提示修改输入文件。"""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How one visit to a task ends: values, an error, an escalation, a technical failure, or never."""

    variables: Mapping[str, Value] = field(default_factory=dict)
    after: timedelta = timedelta()
    error: str | None = None
    escalation: str | None = None
    reason: str = ""  #: message of the error or escalation
    fails: str | None = None
    never: bool = False


@dataclass(frozen=True, kw_only=True)
class Happening:
    """A message or signal that arrives from outside, ``at`` after the start."""

    at: timedelta
    kind: str  #: ``message`` or ``signal``
    name: str
    key: str | None = None
    variables: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """The whole story that is played to a model."""

    process: str | None = None
    message: str | None = None  #: starts by the message start event of this name
    signal: str | None = None
    key: str | None = None  #: business key
    variables: Mapping[str, Value] = field(default_factory=dict)
    tasks: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    services: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    events: tuple[Happening, ...] = ()


_DURATION: Final = re.compile(
    r"P(?=[\dT])(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?"
    r"(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?\Z"
)
_CALENDAR: Final = re.compile(r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?P<rest>.*)\Z")
_SHORT: Final = re.compile(r"(?P<amount>\d+(?:\.\d+)?)\s*(?P<unit>[smhdwy])\Z")
_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}
_ANSWER_KEYS: Final = frozenset({"variables", "after", "error", "escalation", "never", "fails", "reason"})


def duration(text: Json) -> timedelta:
    """
    Read ``PT1H``, ``P3D`` or short ``30d``, ``2h``; months count 30 days here, years 365.

    Raises:
        TraceInputInvalid: it is none of these.

    >>> duration("30d"), duration("PT1H30M")
    (datetime.timedelta(days=30), datetime.timedelta(seconds=5400))
    """
    written = str(text).strip()
    if short := _SHORT.match(written):
        return _seconds(float(short["amount"]) * _UNITS[short["unit"]], written)
    calendar = _CALENDAR.match(written)
    if calendar is None or written == "P":
        raise TraceInputInvalid(f"时长「{written[:40]}」无法识别，请写成 PT1H、P3D 或 30d。")
    days = float(calendar["years"] or 0) * 365 + float(calendar["months"] or 0) * 30
    return _seconds(days * 86400 + _exact("P" + calendar["rest"], written), written)


def _exact(text: str, written: str) -> float:
    if text == "P":
        return 0.0
    match = _DURATION.match(text)
    if match is None:
        raise TraceInputInvalid(f"时长「{written[:40]}」无法识别，请写成 PT1H、P3D 或 30d。")
    sizes = {"weeks": 604800, "days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}
    return sum(float(match[name] or 0) * size for name, size in sizes.items())


def _seconds(seconds: float, written: str) -> timedelta:
    try:
        return timedelta(seconds=seconds)
    except OverflowError as problem:
        raise TraceInputInvalid(f"时长「{written[:40]}」过长。") from problem


def read(data: Json) -> Inputs:
    """
    Return the inputs of a parsed YAML document; None and an empty document are the empty story.

    Raises:
        TraceInputInvalid: names the key that is wrong.
    """
    whole = _mapping(data, "输入", {"start", "tasks", "services", "events"})
    start = _mapping(whole.get("start"), "start", {"process", "message", "signal", "variables", "key"})
    return Inputs(
        process=_text(start.get("process"), "start.process"),
        message=_text(start.get("message"), "start.message"),
        signal=_text(start.get("signal"), "start.signal"),
        key=_text(start.get("key"), "start.key"),
        variables=_values(start.get("variables"), "start.variables"),
        tasks=_answers(whole.get("tasks"), "tasks"),
        services=_answers(whole.get("services"), "services"),
        events=_happenings(whole.get("events")),
    )


def _mapping(data: Json, where: str, keys: frozenset[str] | set[str] | None = None) -> dict[str, Json]:
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise TraceInputInvalid(f"{where} 应是「键: 值」的形式。")
    named = {str(key): value for key, value in data.items()}
    unknown = sorted(named.keys() - keys) if keys is not None else []
    if unknown:
        raise TraceInputInvalid(
            f"{where} 中没有 {unknown[0][:40]} 这一项，可用：{'、'.join(sorted(keys or ()))}。"
        )
    return named


def _text(data: Json, where: str) -> str | None:
    if data is None:
        return None
    if isinstance(data, dict | list):
        raise TraceInputInvalid(f"{where} 应是文字。")
    return str(data)


def _values(data: Json, where: str) -> dict[str, Value]:
    return {name: value(one, f"{where}.{name}") for name, one in _mapping(data, where).items()}


def value(data: Json, where: str = "") -> Value:
    """
    Return the FEEL value of a YAML value: numbers, texts, booleans, dates, lists and mappings.

    Raises:
        TraceInputInvalid: the value has no counterpart.
    """
    if isinstance(data, dict):
        return {str(name): value(one, f"{where}.{name}") for name, one in data.items()}
    if isinstance(data, list):
        return [value(one, where) for one in data]
    if data is None or isinstance(data, bool | str | datetime) or hasattr(data, "isoformat"):
        return data
    if isinstance(data, int | float):
        return feel.from_json(data)
    raise TraceInputInvalid(f"{where} 的值无法使用，请用数字、文字、真假、列表或映射。")


def _answers(data: Json, where: str) -> dict[str, tuple[Answer, ...]]:
    found: dict[str, tuple[Answer, ...]] = {}
    for name, given in _mapping(data, where).items():
        listed = given if isinstance(given, list) else [given]
        found[name] = tuple(_answer(one, f"{where}.{name}") for one in listed)
    return found


def _answer(data: Json, where: str) -> Answer:
    given = _mapping(data, where, _ANSWER_KEYS)
    return Answer(
        variables=_values(given.get("variables"), f"{where}.variables"),
        after=duration(given.get("after", "PT0S")),
        error=_text(given.get("error"), f"{where}.error"),
        escalation=_text(given.get("escalation"), f"{where}.escalation"),
        reason=_text(given.get("reason"), f"{where}.reason") or "",
        fails=_text(given.get("fails"), f"{where}.fails"),
        never=given.get("never") is True,
    )


def _happenings(data: Json) -> tuple[Happening, ...]:
    if data is None:
        return ()
    if not isinstance(data, list):
        raise TraceInputInvalid("events 应是列表。")
    return tuple(_happening(one, f"events[{place}]") for place, one in enumerate(data))


def _happening(data: Json, where: str) -> Happening:
    given = _mapping(data, where, {"at", "message", "signal", "key", "variables"})
    kind = "message" if given.get("message") is not None else "signal"
    name = _text(given.get(kind), f"{where}.{kind}")
    if not name or (given.get("message") is not None and given.get("signal") is not None):
        raise TraceInputInvalid(f"{where} 要写 message 或 signal 中的一个名称。")
    return Happening(
        at=duration(given.get("at", "PT0S")),
        kind=kind,
        name=name,
        key=_text(given.get("key"), f"{where}.key"),
        variables=_values(given.get("variables"), f"{where}.variables"),
    )
