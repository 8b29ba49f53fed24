"""
One choice from a list that opens.
"""

from __future__ import annotations

from bpmn.model import Json, Value
from forms.components.textfield import text_of
from forms.field import ComponentType, Fault, Field, Kind, Situation
from forms.locale import N_, Translate
from forms.text import clean_line


def parse(_field: Field, raw: object, _situation: Situation) -> Value:
    """Return the chosen value, None where nothing is chosen."""
    return clean_line(text_of(raw) or "") or None


def validate(field: Field, value: Value, situation: Situation) -> Fault | None:
    """Refuse what is not on the list."""
    known = {option.value for option in situation.options}
    return None if value in known else not_offered(field, value)


def not_offered(field: Field, value: Value) -> Fault:
    """Say why a choice is not there: where the case decides what may be chosen, the field's description gives the reason."""
    if field.options_from is not None and field.description:
        return Fault(N_("{label}不能选“{value}”：{why}"), value=value or "", why=field.description)
    return Fault(N_("{label}的选项无效，请重新选择"))


def json_schema(field: Field) -> dict[str, Json]:
    """Return the JSON Schema of the value."""
    if not field.options:
        return {"type": "string"}
    return {"type": "string", "enum": [option.value for option in field.options]}


def shown(_field: Field, value: object) -> object:
    """Return the chosen value."""
    return "" if value is None else str(value)


def words(_field: Field, value: object, situation: Situation, translate: Translate) -> str:
    """Return the label of the chosen value."""
    labels = {option.value: translate(option.label) for option in situation.options}
    return "" if value is None else labels.get(str(value), str(value))


COMPONENT = ComponentType(
    kind=Kind.VALUE,
    template="select.html.jinja",
    parse=parse,
    validate=validate,
    json_schema=json_schema,
    shown=shown,
    words=words,
    missing=N_("请选择{label}"),
)
