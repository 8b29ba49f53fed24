"""
One box to tick. Required means that it must be ticked.
"""

from __future__ import annotations

from bpmn.model import Json, Value
from forms.field import ComponentType, Field, Kind, Situation, Unreadable
from forms.locale import N_, Translate

_TICKED = frozenset({"true", "on", "1"})
_CLEAR = frozenset({"false", "off", "0", ""})


def parse(_field: Field, raw: object, _situation: Situation) -> Value:
    """Return True or False: a box that was not sent is not ticked."""
    if raw is None or isinstance(raw, bool):
        return bool(raw)
    text = str(raw).strip().lower()
    if text in _TICKED or text in _CLEAR:
        return text in _TICKED
    raise Unreadable(N_("{label}只能勾选或不勾选"))


def json_schema(_field: Field) -> dict[str, Json]:
    """Return the JSON Schema of the value."""
    return {"type": "boolean"}


def shown(_field: Field, value: object) -> object:
    """Tell whether the box is ticked."""
    return value is True or str(value).strip().lower() in _TICKED


def words(field: Field, value: object, _situation: Situation, translate: Translate) -> str:
    """Return 是 or 否."""
    return translate(N_("是")) if shown(field, value) else translate(N_("否"))


COMPONENT = ComponentType(
    kind=Kind.VALUE,
    template="checkbox.html.jinja",
    parse=parse,
    json_schema=json_schema,
    shown=shown,
    words=words,
    missing=N_("请勾选“{label}”"),
)
