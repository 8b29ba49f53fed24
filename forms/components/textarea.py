"""
Several lines of text.
"""

from __future__ import annotations

from bpmn.model import Json, Value
from forms.components import textfield
from forms.field import ComponentType, Fault, Field, Kind, Situation
from forms.locale import N_
from forms.text import clean

DEFAULT_MAX_LENGTH = 5000


def parse(_field: Field, raw: object, _situation: Situation) -> Value:
    """Return the cleaned text with its line ends, None where it is empty."""
    return clean(textfield.text_of(raw) or "") or None


def validate(field: Field, value: Value, situation: Situation) -> Fault | None:
    """Check length, pattern and the named check, in this order."""
    return (
        textfield.length_fault(field, value, DEFAULT_MAX_LENGTH)
        or textfield.pattern_fault(field, value)
        or textfield.check_fault(field, value, situation)
    )


def json_schema(field: Field) -> dict[str, Json]:
    """Return the JSON Schema of the value."""
    return textfield.json_schema(field) | {"maxLength": field.limits.get("maxLength") or DEFAULT_MAX_LENGTH}


COMPONENT = ComponentType(
    kind=Kind.VALUE,
    template="textarea.html.jinja",
    parse=parse,
    validate=validate,
    json_schema=json_schema,
    shown=textfield.shown,
    words=textfield.words,
    missing=N_("请填写{label}"),
)
