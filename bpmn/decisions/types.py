"""
Item definitions as FEEL types, and what happens to a value that meets one (DMN 1.5, 10.3.2.9.4).

A value conforms, is made to conform by an implicit conversion (a single value for a list and the reverse, a date
for a date and time), or becomes null with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bpmn import feel
from bpmn.decisions.model import Definitions, ItemDefinition
from bpmn.feel import types
from bpmn.feel.types import Type
from bpmn.feel.values import Value

_DEPTH = 40


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A declared type: its shape for FEEL and the tests that its values must meet."""

    type: Type = types.ANY
    allowed: feel.UnaryTests | None = None
    item: Declared | None = None  #: of a collection
    members: Mapping[str, Declared] | None = None  #: of a structure


ANY = Declared()


class Types:
    """Type references of one file and of those it imports."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._known: dict[str, Declared] = {}

    def declared(self, reference: str | None, depth: int = 0) -> Declared:
        """
        Return what *reference* declares: ``ANY`` for none and for names that nobody defines.

        A prefix (``feel:number``, ``ns.tType``) is followed into the import of that name.
        """
        if not reference or depth > _DEPTH:
            return ANY
        if reference not in self._known:
            self._known[reference] = ANY
            self._known[reference] = self._resolve(reference, depth)
        return self._known[reference]

    def is_known(self, reference: str | None) -> bool:
        """Whether a reference is built in or defined here or in an import."""
        if not reference:
            return True
        return types.named(_bare(reference)) is not None or self._definition(reference) is not None

    def _definition(self, reference: str) -> tuple[Types, ItemDefinition] | None:
        if reference in self._definitions.items:
            return self, self._definitions.items[reference]
        for separator in (".", ":"):
            prefix, _, rest = reference.partition(separator)
            if rest and prefix in self._definitions.imports:
                inner = Types(self._definitions.imports[prefix])
                return inner._definition(rest)
        bare = _bare(reference)
        return (self, self._definitions.items[bare]) if bare in self._definitions.items else None

    def _resolve(self, reference: str, depth: int) -> Declared:
        found = self._definition(reference)
        if found is not None:
            return found[0]._item(found[1], depth + 1)
        return Declared(type=types.named(_bare(reference)) or types.ANY)

    def _item(self, item: ItemDefinition, depth: int) -> Declared:
        declared = self._structure(item, depth) if item.components else self.declared(item.type_ref, depth)
        if item.allowed is not None:
            tests = feel.compile_unary_tests(item.allowed.text)
            declared = Declared(
                type=declared.type, allowed=tests, item=declared.item, members=declared.members
            )
        if item.is_collection:
            return Declared(type=Type("list", declared.type), item=declared)
        return declared

    def _structure(self, item: ItemDefinition, depth: int) -> Declared:
        members = {part.name: self._item(part, depth) for part in item.components if depth < _DEPTH}
        shape = {name: member.type for name, member in members.items()}
        return Declared(type=Type("context", members=shape), members=members)


def _bare(reference: str) -> str:
    return reference.rsplit("}", 1)[-1].rsplit(":", 1)[-1]


def coerce(
    value: Value, declared: Declared, environment: feel.Environment | None
) -> tuple[Value, str | None]:
    """Return the value as the type wants it, or None and the reason why it cannot be had."""
    if value is None or declared is ANY:
        return value, None
    value = _converted(value, declared.type)
    if declared.item is not None and isinstance(value, list):
        return _each(value, declared.item, environment)
    if declared.members is not None and isinstance(value, dict):
        return _members(value, declared, environment)
    if not types.conforms(value, declared.type):
        return None, f"值 {_shown(value)} 的类型是 {feel.type_name(value)}，不符合声明的 {declared.type}。"
    return _allowed(value, declared, environment)


def _converted(value: Value, wanted: Type) -> Value:
    if wanted.name == "list" and not isinstance(value, list):
        return [value]
    if wanted.name not in {"list", "Any"} and isinstance(value, list) and len(value) == 1:
        value = value[0]
    if wanted.name == "date and time" and type(value) is date:
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value


def _each(
    items: list[Value], item: Declared, environment: feel.Environment | None
) -> tuple[Value, str | None]:
    made = [coerce(entry, item, environment) for entry in items]
    reason = next((reason for _, reason in made if reason), None)
    return (None, reason) if reason else ([entry for entry, _ in made], None)


def _members(
    value: dict[str, Value], declared: Declared, environment: feel.Environment | None
) -> tuple[Value, str | None]:
    made = dict(value)
    for name, member in (declared.members or {}).items():
        if name in value:
            made[name], reason = coerce(value[name], member, environment)
            if reason:
                return None, f"「{name}」：{reason}"
    return _allowed(made, declared, environment)


def _allowed(
    value: Value, declared: Declared, environment: feel.Environment | None
) -> tuple[Value, str | None]:
    if declared.allowed is not None and declared.allowed.test(value, {}, environment) is not True:
        return None, f"值 {_shown(value)} 不在允许的值之内。"
    return value, None


def _shown(value: Value) -> str:
    return str(feel.to_json(value))[:60]
