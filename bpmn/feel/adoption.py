"""Python data to FEEL values, and FEEL values to JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, TypeAlias

from bpmn.feel import temporal
from bpmn.feel.values import (
    DaysTimeDuration,
    Function,
    Range,
    Value,
    YearsMonthsDuration,
    plain,
)

Json: TypeAlias = Any
_READY: Final = frozenset(
    (type(None), bool, str, date, time, datetime, DaysTimeDuration, YearsMonthsDuration, Function)
)
_EXACT_DIGITS: Final = 15


def adopt(value: object) -> Value:
    """
    Return a value as FEEL sees it: int and float become ``Decimal``, tuples lists; what FEEL has no type for is null.

    Lists and contexts that need no change are returned themselves, so that nothing is copied in vain.

    >>> adopt({"n": 1, "xs": (0.1, float("nan"))})
    {'n': Decimal('1'), 'xs': [Decimal('0.1'), None]}
    """
    if type(value) in _READY:
        return value
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, Mapping):
        return _adopt_context(value)
    if isinstance(value, list | tuple):
        return _adopt_list(value)
    return _adopt_scalar(value)


def _adopt_scalar(value: object) -> Value:
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        number = Decimal(repr(value))
        return number if number.is_finite() else None
    if isinstance(value, timedelta):
        return DaysTimeDuration.of(value)
    if isinstance(value, Range):
        return Range(adopt(value.start), adopt(value.end), value.start_included, value.end_included)
    if isinstance(value, date | time):
        return value
    return str(value) if isinstance(value, str) else None


def _adopt_context(value: Mapping[Any, object]) -> dict[str, Value]:
    result = {str(key): adopt(item) for key, item in value.items()}
    if type(value) is dict and all(result.get(key) is value[key] for key in value):
        return value
    return result


def _adopt_list(value: list[object] | tuple[object, ...]) -> list[Value]:
    result = [adopt(item) for item in value]
    if type(value) is list and all(map(_is_same, result, value)):
        return value
    return result


def _is_same(one: object, other: object) -> bool:
    return one is other


def from_json(data: Json) -> Value:
    """
    Return JSON data as a FEEL value; numbers become ``Decimal``, texts stay texts.

    >>> from_json([1, 0.1, "2024-05-06", None])
    [Decimal('1'), Decimal('0.1'), '2024-05-06', None]
    """
    return adopt(data)


def to_json(value: Value) -> Json:
    """
    Return a FEEL value as JSON for people: temporal values as FEEL text, numbers as JSON numbers when exact to 15 digits.

    >>> to_json({"n": Decimal("1.50"), "d": date(2024, 5, 6), "big": Decimal("12345678901234567890")})
    {'n': 1.5, 'd': '2024-05-06', 'big': '12345678901234567890'}
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Decimal):
        return _json_number(value)
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    return to_text(value)


def to_text(value: Value) -> str:
    """Return the FEEL text of a scalar, as ``string()`` gives it."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date | time):
        return temporal.to_text(value)
    if isinstance(value, Range):
        return _range_text(value)
    return str(value)


def _range_text(value: Range) -> str:
    ends = ["" if end is None else _quoted(end) for end in (value.start, value.end)]
    opening, closing = "[" if value.start_included else "(", "]" if value.end_included else ")"
    return f"{opening}{ends[0]}..{ends[1]}{closing}"


def _quoted(value: Value) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return to_text(value) if isinstance(value, Decimal) else f'@"{to_text(value)}"'


def _json_number(number: Decimal) -> int | float | str:
    if not number.is_finite():
        return str(number)
    digits = len(number.normalize().as_tuple().digits)
    if digits > _EXACT_DIGITS or abs(number.adjusted()) > _EXACT_DIGITS:
        return plain(number)
    return int(number) if number == number.to_integral_value() else float(number)


def encode(value: Value) -> Json:
    """
    Return a FEEL value as JSON that ``decode`` turns back into the same value.

    Scalars of JSON stay; everything else is ``{"$": [tag, …]}``. Functions cannot be kept and become null.

    >>> encode([Decimal("1.0"), "a"])
    [{'$': ['n', '1.0']}, 'a']
    """
    if type(value) is str or value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    if isinstance(value, (dict, Mapping)):
        return _encode_context(value)
    return _encode_scalar(value)


def _encode_context(value: Mapping[str, Value]) -> Json:
    entries = {str(key): encode(item) for key, item in value.items()}
    return {"$": ["c", entries]} if "$" in entries else entries


def _encode_scalar(value: Value) -> Json:
    value = adopt(value)
    if isinstance(value, Range):
        ends = [encode(value.start), encode(value.end)]
        return {"$": ["r", *ends, value.start_included, value.end_included]}
    tag = _TAGS.get(type(value))
    if tag is None:
        return None
    return {"$": [tag, str(value) if tag == "n" else _lossless(value)]}


def _lossless(value: Value) -> Json:
    if isinstance(value, datetime | time):
        return [temporal.to_text(value), value.fold]
    if isinstance(value, DaysTimeDuration):
        return str(value.seconds)
    return value.months if isinstance(value, YearsMonthsDuration) else temporal.to_text(value)


_TAGS: Final = {
    Decimal: "n", date: "d", time: "t", datetime: "dt", DaysTimeDuration: "dtd", YearsMonthsDuration: "ymd",
}  # fmt: skip


def decode(data: Json) -> Value:
    """
    Return the value that ``encode`` wrote. Plain JSON numbers are read as numbers.

    >>> decode(encode(Range(Decimal(1), date(2024, 5, 6), False)))
    Range(start=Decimal('1'), end=datetime.date(2024, 5, 6), start_included=False, end_included=True)
    """
    if type(data) is str:
        return data
    if isinstance(data, list):
        return [decode(item) for item in data]
    if isinstance(data, dict):
        if data.keys() == {"$"}:
            return _decode_tagged(*data["$"])
        return {key: decode(item) for key, item in data.items()}
    return adopt(data)


def _decode_tagged(tag: str, *parts: Any) -> Value:
    if tag == "r":
        return Range(decode(parts[0]), decode(parts[1]), parts[2], parts[3])
    return _DECODERS[tag](parts[0])


_DECODERS: Final[Mapping[str, Any]] = {
    "n": Decimal,
    "c": lambda entries: {key: decode(item) for key, item in entries.items()},
    "d": temporal.parse_date,
    "t": lambda pair: temporal.parse_time(pair[0]).replace(fold=pair[1]),
    "dt": lambda pair: temporal.parse_date_time(pair[0]).replace(fold=pair[1]),
    "dtd": lambda seconds: DaysTimeDuration(Decimal(seconds)),
    "ymd": YearsMonthsDuration,
}
