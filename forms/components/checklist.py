"""
Any number of choices from a list.
"""

from __future__ import annotations

from bpmn.model import Json, Value
from forms.components.textfield import text_of
from forms.field import ComponentType, Fault, Field, Kind, Situation
from forms.locale import N_, Translate
from forms.text import clean_line


def parse(_field: Field, raw: object, _situation: Situation) -> Value:
    """Return the chosen values in the order given, each once; an empty list where nothing is chosen."""
    items = raw if isinstance(raw, list | tuple) else [raw]
    chosen = [clean_line(text_of(item) or "") for item in items]
    return list(dict.fromkeys(item for item in chosen if item))


def validate(_field: Field, value: Value, situation: Situation) -> Fault | None:
    """Refuse what is not on the list."""
    known = {option.value for option in situation.options}
    return None if known.issuperset(value) else Fault(N_("{label}的选项无效，请重新选择"))


def json_schema(field: Field) -> dict[str, Json]:
    """Return the JSON Schema of the value."""
    items: dict[str, Json] = {"type": "string"}
    if field.options:
        items["enum"] = [option.value for option in field.options]
    return {"type": "array", "items": items, "uniqueItems": True}


def shown(_field: Field, value: object) -> object:
    """Return the chosen values as a list of texts."""
    if value in (None, ""):
        return []
    return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]


def words(field: Field, value: object, situation: Situation, translate: Translate) -> str:
    """Return the labels of the chosen values."""
    labels = {option.value: translate(option.label) for option in situation.options}
    chosen = shown(field, value)
    return "、".join(labels.get(str(item), str(item)) for item in chosen) if isinstance(chosen, list) else ""


COMPONENT = ComponentType(
    kind=Kind.VALUE,
    template="checklist.html.jinja",
    parse=parse,
    validate=validate,
    json_schema=json_schema,
    shown=shown,
    words=words,
    missing=N_("请选择{label}"),
    is_many=True,
)
