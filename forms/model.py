"""
A form: its JSON parsed once, checked, and immutable from then on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bpmn.feel import Environment
from bpmn.model import Finding, Json, Severity, Value
from forms import never
from forms.errors import FormInvalid
from forms.expressions import Formula
from forms.field import Field, Kind, Option
from forms.lint import lint, name_of
from forms.registry import COMPONENTS

CodeLists: TypeAlias = Mapping[str, Sequence[Option]]

_OWN_KEYS = frozenset(
    {
        "type",
        "id",
        "key",
        "path",
        "label",
        "description",
        "conditional",
        "components",
        "values",
        "validate",
        "properties",
    }
)


@dataclass(frozen=True, kw_only=True)
class Form:
    """A parsed form; ``schema`` is the JSON it came from."""

    id: str
    title: str
    fields: tuple[Field, ...]
    schema: Mapping[str, Json]

    @classmethod
    def parse(cls, schema: Json, *, file: str = "", code_lists: CodeLists | None = None) -> Form:
        """
        Parse and check a form.

        Args:
            schema: JSON data in our profile of the form-js schema, at most 512 KB and 500 components.

            file: name put into the findings.

            code_lists: options by the name that ``valuesKey`` uses.

        Raises:
            FormInvalid: with every finding.
        """
        findings: tuple[Finding, ...] = lint(schema, file=file, code_lists=code_lists)
        if any(finding.severity is Severity.ERROR for finding in findings):
            raise FormInvalid(findings)
        return cls(
            id=str(schema.get("id") or ""),
            title=_title(schema),
            fields=tuple(_field(raw, code_lists or {}) for raw in schema["components"]),
            schema=schema,
        )

    def walk(self) -> Iterator[Field]:
        """Yield every field, containers before what they hold."""
        waiting = list(reversed(self.fields))
        while waiting:
            field = waiting.pop()
            yield field
            waiting.extend(reversed(field.fields))

    def field_at(self, path: str) -> Field | None:
        """Return the field that ``parties.0.idNo`` names, whatever the row; None where there is none."""
        names = tuple(part for part in path.split(".") if not part.isdigit())
        return _find(self.fields, names)


def _title(schema: Mapping[str, Json]) -> str:
    properties = schema.get("properties")
    own = properties.get("title") if isinstance(properties, dict) else None
    return str(own or schema.get("title") or schema.get("name") or "")


def _find(fields: Sequence[Field], names: tuple[str, ...]) -> Field | None:
    for field in fields:
        if names[: len(field.path)] != field.path:
            continue
        rest = names[len(field.path) :]
        if not rest and field.path:
            return field
        found = _find(field.fields, rest)
        if found is not None:
            return found
    return None


def _field(raw: Mapping[str, Json], code_lists: CodeLists) -> Field:
    limits = {name: value for name, value in (raw.get("validate") or {}).items() if value is not None}
    hide = (raw.get("conditional") or {}).get("hide")
    properties = {str(name): str(value) for name, value in (raw.get("properties") or {}).items()}
    return Field(
        type=raw["type"],
        id=str(raw.get("id") or raw.get("key") or ""),
        path=_path(raw),
        label=name_of(raw),
        description=_hint(raw),
        required=bool(limits.get("required")),
        is_readonly=bool(raw.get("readonly") or raw.get("disabled")),
        hide=Formula.parse(hide) if hide else None,
        default=_default(raw.get("defaultValue")),
        options=_options(raw, code_lists),
        options_from=_options_from(raw, code_lists),
        limits=limits,
        properties=properties,
        settings={name: value for name, value in raw.items() if name not in _OWN_KEYS and value is not None},
        fields=tuple(_field(child, code_lists) for child in raw.get("components", ())),
        forbidden=never.rules(properties, code_lists),
    )


def _path(raw: Mapping[str, Json]) -> tuple[str, ...]:
    kind = COMPONENTS[raw["type"]].kind
    if kind is Kind.STATIC:
        return ()
    word = raw.get("key") if kind is Kind.VALUE else raw.get("path")
    return tuple(str(word).split(".")) if word else ()


def _hint(raw: Mapping[str, Json]) -> str:
    return str(raw.get("description") or (raw.get("properties") or {}).get("hint") or "")


def _default(value: Json) -> Formula | Json:
    return Formula.parse(value) if isinstance(value, str) and value.startswith("=") else value


def _options(raw: Mapping[str, Json], code_lists: CodeLists) -> tuple[Option, ...]:
    name = raw.get("valuesKey") or (raw.get("properties") or {}).get("codeList")
    if name and (name in code_lists or raw.get("valuesKey")):
        return tuple(code_lists.get(str(name), ()))
    values = raw.get("values") or ()
    return tuple(
        Option(str(option["value"]), str(option.get("label") or option["value"])) for option in values
    )


def _options_from(raw: Mapping[str, Json], code_lists: CodeLists) -> Formula | None:
    if raw.get("valuesExpression"):
        return Formula.parse(raw["valuesExpression"])
    # A name that is no code list names a variable of the case that holds the options.
    key = str(raw.get("valuesKey") or "")
    return Formula.parse(key) if key and "-" not in key and key not in code_lists else None


def options_of(field: Field, scope: Mapping[str, Value], environment: Environment) -> tuple[Option, ...]:
    """Return the choices of *field*: written in the form, from a code list, or computed from the case."""
    if field.options_from is None:
        return field.options
    found = field.options_from.evaluate(scope, environment)
    return tuple(_option(item) for item in found) if isinstance(found, list) else ()


def _option(item: Value) -> Option:
    if isinstance(item, Mapping):
        value = item.get("value", item.get("code", ""))
        return Option(str(value), str(item.get("label", item.get("name", value))))
    return Option(str(item), str(item))
