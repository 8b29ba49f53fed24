"""
A box around fields. With a ``path`` it puts their values below one name.
"""

from __future__ import annotations

from dataclasses import replace

from bpmn.model import Json, Value
from forms.components import text
from forms.field import Field, Kind, Situation, Unreadable
from forms.locale import N_


def parse(_field: Field, raw: object, _situation: Situation) -> Value:
    """
    Return the raw values of the box by name.

    Raises:
        Unreadable: something else than an object was sent.
    """
    if raw is None or isinstance(raw, dict):
        return raw or {}
    raise Unreadable(N_("{label}的内容结构不正确"))


def json_schema(_field: Field) -> dict[str, Json]:
    """Return the JSON Schema of the box without its fields."""
    return {"type": "object"}


COMPONENT = replace(
    text.COMPONENT, kind=Kind.GROUP, template="group.html.jinja", parse=parse, json_schema=json_schema
)
