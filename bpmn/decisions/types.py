"""
Item definitions as FEEL types, and what happens to a value that meets one (DMN 1.5, 10.3.2.9.4).

A value conforms, is made to conform by an implicit conversion (a single value for a list and the reverse, a date
for a date and time), or becomes null with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from bpmn import feel
from bpmn.decisions.model import Definitions, FunctionItem, ItemDefinition, Literal
from bpmn.feel import types
from bpmn.feel.types import Type
from bpmn.feel.values import Value

_DEPTH = 40


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A declared type: its shape for FEEL and the tests that its values must meet."""

    type: Type = types.ANY
    allowed: tuple[feel.UnaryTests, ...] = ()
    item: Declared | None = None  #: of a collection
    members: Mapping[str, Declared] | None = None  #: of a structure
    result: Declared | None = None  #: of a function


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

    def named(self) -> Mapping[str, Type]:
        """Return the types of the file, and those of its imports under their prefix, by the names that FEEL uses."""
        found: dict[str, Type] = {}
        for name, imported in self._definitions.imports.items():
            prefix = "" if name.startswith("#") else f"{name}."
            found |= {prefix + inner: type_ for inner, type_ in Types(imported).named().items()}
        return found | {name: self.declared(name).type for name in self._definitions.items}

    def is_known(self, reference: str | None) -> bool:
        """Whether a reference is built in or defined here or in an import."""
        if not reference:
            return True
        return types.named(_bare(reference)) is not None or self._definition(reference) is not None

    def _definition(self, reference: str) -> tuple[Types, ItemDefinition] | None:
        if reference in self._definitions.items:
            return self, self._definitions.items[reference]
        for name, imported in self._definitions.imports.items():
            rest = reference if name.startswith("#") else _without(reference, name)
            if rest is not None and (found := Types(imported)._definition(rest)) is not None:
                return found
        bare = _bare(reference)
        return (self, self._definitions.items[bare]) if bare in self._definitions.items else None

    def _resolve(self, reference: str, depth: int) -> Declared:
        found = self._definition(reference)
        if found is not None:
            return found[0]._item(found[1], depth + 1)
        return Declared(type=types.named(_bare(reference)) or types.ANY)

    def _item(self, item: ItemDefinition, depth: int) -> Declared:
        declared = _limited(self._plain(item, depth), item.allowed)
        if item.is_collection:
            declared = Declared(type=Type("list", declared.type), item=declared)
        return _limited(declared, item.constraint)

    def _plain(self, item: ItemDefinition, depth: int) -> Declared:
        if item.function is not None:
            return self._function(item.function, depth)
        return self._structure(item, depth) if item.components else self.declared(item.type_ref, depth)

    def _function(self, function: FunctionItem, depth: int) -> Declared:
        parameters = tuple(self.declared(reference, depth).type for reference in function.parameters)
        result = self.declared(function.result, depth)
        return Declared(type=Type("function", parameters=parameters, result=result.type), result=result)

    def _structure(self, item: ItemDefinition, depth: int) -> Declared:
        members = {part.name: self._item(part, depth) for part in item.components if depth < _DEPTH}
        shape = {name: member.type for name, member in members.items()}
        return Declared(type=Type("context", members=shape), members=members)


def _limited(declared: Declared, tests: Literal | None) -> Declared:
    if tests is None:
        return declared
    try:
        compiled = feel.compile_unary_tests(tests.text)
    except feel.FeelSyntaxError:  # told by the check of the type itself
        return declared
    return replace(declared, allowed=(*declared.allowed, compiled))


def _without(reference: str, prefix: str) -> str | None:
    """Return what follows an import's name and a dot or colon; None where the reference has another prefix."""
    rest = reference.removeprefix(prefix)
    return rest[1:] if rest != reference and rest[:1] in (".", ":") else None


def _bare(reference: str) -> str:
    return reference.rsplit("}", 1)[-1].rsplit(":", 1)[-1]


def coerce(
    value: Value, declared: Declared, environment: feel.Environment | None, *, is_partial: bool = False
) -> tuple[Value, str | None]:
    """
    Return the value as the type wants it, or None and the reason why it cannot be had.

    Components that a structure lacks keep it from conforming, unless *is_partial*: what a caller gives may leave
    out what nobody knows yet, which is then null.
    """
    if value is None or declared is ANY:
        return value, None
    value = _converted(value, declared.type)
    reason = None
    if declared.item is not None and isinstance(value, list):
        value, reason = _each(value, declared.item, environment, is_partial)
    elif declared.members is not None and isinstance(value, dict):
        value, reason = _members(value, declared.members, environment, is_partial)
    elif not types.conforms(value, declared.type):
        reason = f"值 {_shown(value)} 的类型是 {feel.type_name(value)}，不符合声明的 {declared.type}。"
    return (None, reason) if reason else _allowed(value, declared, environment)


def _converted(value: Value, wanted: Type) -> Value:
    if wanted.name == "list" and not isinstance(value, list):
        return [value]
    if wanted.name not in {"list", "Any"} and isinstance(value, list) and len(value) == 1:
        value = value[0]
    if wanted.name == "date and time" and type(value) is date:
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value


def _each(
    items: list[Value], item: Declared, environment: feel.Environment | None, is_partial: bool
) -> tuple[Value, str | None]:
    made = [coerce(entry, item, environment, is_partial=is_partial) for entry in items]
    reason = next((reason for _, reason in made if reason), None)
    return [entry for entry, _ in made], reason


def _members(
    value: dict[str, Value],
    members: Mapping[str, Declared],
    environment: feel.Environment | None,
    is_partial: bool,
) -> tuple[Value, str | None]:
    made = dict(value)
    for name, member in members.items():
        if name in value:
            made[name], reason = coerce(value[name], member, environment, is_partial=is_partial)
            if reason:
                return None, f"「{name}」：{reason}"
        elif not is_partial:
            return None, f"缺少「{name}」。"
    return made, None


def _allowed(
    value: Value, declared: Declared, environment: feel.Environment | None
) -> tuple[Value, str | None]:
    for tests in declared.allowed:
        if tests.test(value, {}, environment) is not True:
            return None, f"值 {_shown(value)} 不在允许的值之内。"
    return value, None


def _shown(value: Value) -> str:
    return str(feel.to_json(value))[:60]
