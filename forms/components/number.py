"""
A decimal number, exact. ``decimalDigits`` bounds the places after the point.
"""

from __future__ import annotations

import re
from decimal import Decimal

from bpmn.model import Json, Value
from forms.field import ComponentType, Fault, Field, Kind, Situation, Unreadable
from forms.locale import N_, Translate
from forms.text import clean_line, half_width

MAX_DIGITS = 34  #: what FEEL arithmetic keeps

_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?", re.ASCII)


def parse(_field: Field, raw: object, _situation: Situation) -> Value:
    """
    Return a ``Decimal``; thousands commas and full-width digits are understood.

    Raises:
        Unreadable: not a plain decimal number, or more than 34 digits.
    """
    text = _text(raw)
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or sum(char.isdigit() for char in text) > MAX_DIGITS:
        raise Unreadable(N_("{label}应为数字"))
    return Decimal(text.replace(",", ""))


def _text(raw: object) -> str:
    if raw is None:
        return ""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise Unreadable(N_("{label}应为数字"))
    if isinstance(raw, str):
        return half_width(clean_line(raw)).replace(" ", "")
    # str() of a huge int is itself refused by Python, so its size is looked at first.
    if isinstance(raw, int) and raw.bit_length() > 4 * MAX_DIGITS:
        raise Unreadable(N_("{label}应为数字"))
    number = Decimal(str(raw))
    return format(number, "f") if number.is_finite() and abs(number.adjusted()) <= MAX_DIGITS else "?"


def validate(field: Field, value: Value, _situation: Situation) -> Fault | None:
    """Check places after the point and bounds."""
    places, lowest, highest = (
        field.settings.get("decimalDigits"),
        field.limits.get("min"),
        field.limits.get("max"),
    )
    if places is not None and value != round(value, int(places)):
        return Fault(N_("{label}最多 {n} 位小数") if int(places) else N_("{label}应为整数"), n=places)
    if lowest is not None and value < Decimal(str(lowest)):
        return Fault(N_("{label}不能小于 {n}"), n=lowest)
    if highest is not None and value > Decimal(str(highest)):
        return Fault(N_("{label}不能大于 {n}"), n=highest)
    return None


def json_schema(field: Field) -> dict[str, Json]:
    """Return the JSON Schema of the value: a JSON number, or text where exactness matters."""
    schema: dict[str, Json] = {"type": ["number", "string"]}
    for ours, theirs in (("min", "minimum"), ("max", "maximum")):
        if field.limits.get(ours) is not None:
            schema[theirs] = field.limits[ours]
    return schema


def shown(_field: Field, value: object) -> object:
    """Return the number without exponent, or the faulty text as typed."""
    if value is None:
        return ""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def words(field: Field, value: object, _situation: Situation, translate: Translate) -> str:
    """Return the number with thousands commas and its unit."""
    if not isinstance(value, Decimal | int):
        return "" if value is None else str(value)
    unit = str((field.settings.get("appearance") or {}).get("suffixAdorner") or "")
    return (
        f"{value:,f}" + (f" {translate(unit)}" if unit else "")
        if isinstance(value, Decimal)
        else f"{value:,}"
    )


COMPONENT = ComponentType(
    kind=Kind.VALUE,
    template="number.html.jinja",
    parse=parse,
    validate=validate,
    json_schema=json_schema,
    shown=shown,
    words=words,
    missing=N_("请填写{label}"),
)
