"""
The JSON Schema of a form's submission, for the API's description.
"""

from __future__ import annotations

from collections.abc import Sequence

from bpmn.model import Json
from forms.field import Field, Kind
from forms.model import Form
from forms.registry import component_of


def json_schema(form: Form) -> dict[str, Json]:
    """
    Return the JSON Schema (2020-12) of a submission in JSON.

    A field with a condition is never ``required`` in it: whether it is shown depends on the other answers.

    >>> form = Form.parse({"components": [{"type": "checkbox", "key": "agreed", "label": "同意"}]})
    >>> json_schema(form)["properties"]
    {'agreed': {'type': 'boolean', 'title': '同意'}}
    """
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}
    return schema | {"title": form.title or form.id} | _members(form.fields)


def _members(fields: Sequence[Field]) -> dict[str, Json]:
    schema: dict[str, Json] = {"properties": {}}
    for field in fields:
        kind = component_of(field).kind
        if kind is Kind.STATIC or (kind is Kind.VALUE and field.is_readonly):
            continue
        own = component_of(field).json_schema(field) | ({"title": field.label} if field.label else {})
        if kind is Kind.LIST:
            own["items"] = {"type": "object"} | _members(field.fields)
        if kind is Kind.GROUP:
            own |= _members(field.fields)
        _place(schema, field, own)
    return schema


def _place(schema: dict[str, Json], field: Field, own: dict[str, Json]) -> None:
    if not field.path:
        schema["properties"].update(own["properties"])
        return
    for name in field.path[:-1]:
        schema = schema["properties"].setdefault(name, {"type": "object", "properties": {}})
    # Two groups may share a path, and dotted keys may have made a part of it before.
    before = schema["properties"].get(field.path[-1], {})
    if "properties" in before and "properties" in own:
        own["properties"] = before["properties"] | own["properties"]
        own["required"] = [*before.get("required", ()), *own.get("required", ())]
    schema["properties"][field.path[-1]] = own
    if field.required and field.hide is None:
        schema.setdefault("required", []).append(field.path[-1])
