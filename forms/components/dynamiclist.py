"""
Rows that repeat the same fields, e.g. the parties. ``properties`` ``min`` and ``max`` bound their number.
"""

from __future__ import annotations

from dataclasses import replace

from bpmn.model import Json, Value
from forms.components import text
from forms.field import Fault, Field, Kind, Situation, Unreadable
from forms.locale import N_

MAX_ROWS = 200  #: where a form names no bound of its own


def parse(field: Field, raw: object, _situation: Situation) -> Value:
    """
    Return the raw rows, each by name.

    Raises:
        Unreadable: something else than a list of objects, or more rows than any form allows.
    """
    if raw in (None, ""):
        return []
    if not isinstance(raw, list) or not all(isinstance(row, dict) for row in raw):
        raise Unreadable(N_("{label}的内容结构不正确"))
    if len(raw) > most_rows(field):
        raise Unreadable(N_("最多填写 {n} 个{item}"), n=most_rows(field), item=field.item_label)
    return raw


def most_rows(field: Field) -> int:
    """Return the greatest number of rows."""
    return min(field.number("max") or MAX_ROWS, MAX_ROWS)


def least_rows(field: Field) -> int:
    """Return the smallest number of rows."""
    return field.number("min") or (1 if field.required else 0)


def validate(field: Field, value: Value, _situation: Situation) -> Fault | None:
    """Check that there are enough rows."""
    least = least_rows(field)
    return Fault(N_("至少填写 {n} 个{item}"), n=least, item=field.item_label) if len(value) < least else None


def json_schema(field: Field) -> dict[str, Json]:
    """Return the JSON Schema of the list without its rows."""
    return {"type": "array", "minItems": least_rows(field), "maxItems": most_rows(field)}


COMPONENT = replace(
    text.COMPONENT,
    kind=Kind.LIST,
    template="dynamiclist.html.jinja",
    parse=parse,
    validate=validate,
    json_schema=json_schema,
)
