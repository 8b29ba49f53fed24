"""
A text to read, in a little Markdown, with ``{{ FEEL }}`` computed in it. It holds no value.
"""

from __future__ import annotations

from bpmn.model import Json, Value
from forms.field import ComponentType, Field, Kind, Situation
from forms.locale import Translate


def parse(_field: Field, _raw: object, _situation: Situation) -> Value:
    """Hold nothing."""
    return None


def json_schema(_field: Field) -> dict[str, Json]:
    """Return nothing: there is no value."""
    return {}


def shown(_field: Field, _value: object) -> object:
    """Hold nothing."""
    return None


def words(_field: Field, _value: object, _situation: Situation, _translate: Translate) -> str:
    """Hold nothing."""
    return ""


COMPONENT = ComponentType(
    kind=Kind.STATIC,
    template="text.html.jinja",
    parse=parse,
    json_schema=json_schema,
    shown=shown,
    words=words,
)
