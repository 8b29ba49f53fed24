"""Types: what ``instance of`` asks for and what strict mode is told about variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bpmn.feel import tree
from bpmn.feel.values import Function, Range, Value, type_name


@dataclass(frozen=True)
class Type:
    """
    A FEEL type.

    ``name`` is ``Any``, ``Null`` or a name of ``type_name``. ``item`` types a list's items or a range's ends,
    ``members`` a context's entries (others may be there too), ``parameters`` and ``result`` a function.
    """

    name: str
    item: Type | None = None
    members: Mapping[str, Type] | None = field(default=None, hash=False)
    parameters: tuple[Type, ...] | None = None
    result: Type | None = None

    def __str__(self) -> str:
        return f"{self.name}<{self.item}>" if self.item else self.name


ANY: Final = Type("Any")
NULL: Final = Type("Null")
NUMBER: Final = Type("number")
STRING: Final = Type("string")
BOOLEAN: Final = Type("boolean")
DATE: Final = Type("date")
TIME: Final = Type("time")
DATE_TIME: Final = Type("date and time")
DAYS_TIME: Final = Type("days and time duration")
YEARS_MONTHS: Final = Type("years and months duration")
LIST: Final = Type("list", ANY)
CONTEXT: Final = Type("context", members={})
RANGE: Final = Type("range", ANY)
FUNCTION: Final = Type("function")

_SIMPLE: Final[Mapping[str, Type]] = {
    type_.name: type_
    for type_ in (
        ANY, NULL, NUMBER, STRING, BOOLEAN, DATE, TIME, DATE_TIME, DAYS_TIME, YEARS_MONTHS, CONTEXT, FUNCTION,
        LIST, RANGE,
    )
} | {"dateTime": DATE_TIME, "dayTimeDuration": DAYS_TIME, "yearMonthDuration": YEARS_MONTHS, "any": ANY}  # fmt: skip


def named(text: str) -> Type | None:
    """
    Return the built-in type of that name, None where there is none.

    >>> named("dateTime")
    Type(name='date and time', item=None, members=None, parameters=None, result=None)
    """
    return _SIMPLE.get(text)


def from_tree(node: tree.TypeOf, defined: Mapping[str, Type] | None = None) -> Type | None:
    """Return the type that stands behind ``instance of``, a built-in or a *defined* one; None where none does."""
    parts = [from_tree(part, defined) for part in node.parts]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if node.name in ("list", "range") and node.is_generic and len(known) == 1:
        return Type(node.name, known[0])
    if node.name == "context" and node.is_generic:
        return Type("context", members=dict(zip(node.keys, known, strict=True))) if node.keys else None
    if node.name == "function" and node.is_generic:
        return Type("function", parameters=tuple(known[:-1]), result=known[-1])
    return None if node.is_generic else named(node.name) or (defined or {}).get(node.name)


def conforms(value: Value, wanted: Type) -> bool:
    """Return whether a value is of a type; null is only of ``Null``."""
    if value is None:
        return wanted.name == "Null"
    if wanted.name == "Any":
        return True
    return type_name(value) == wanted.name and _parts_conform(value, wanted)


def _parts_conform(value: Value, wanted: Type) -> bool:
    if isinstance(value, list):
        return wanted.item in (None, ANY) or all(_within(item, wanted.item) for item in value)
    if isinstance(value, Range):
        return all(end is None or _within(end, wanted.item) for end in (value.start, value.end))
    if isinstance(value, Mapping):
        members = wanted.members or {}
        return all(name in value and _within(value[name], type_) for name, type_ in members.items())
    return not isinstance(value, Function) or _function_conforms(value, wanted)


def _within(value: Value, wanted: Type | None) -> bool:
    """Parts may be null: null conforms to every type inside a structure."""
    return wanted is None or value is None or conforms(value, wanted)


def _function_conforms(value: Function, wanted: Type) -> bool:
    if wanted.parameters is None:
        return True
    if len(wanted.parameters) != len(value.parameters):
        return False
    declared = value.types or (None,) * len(value.parameters)
    accepted = all(
        own is None or assignable(asked, own) for own, asked in zip(declared, wanted.parameters, strict=True)
    )
    return accepted and (
        value.result is None or wanted.result is None or assignable(value.result, wanted.result)
    )


def assignable(source: Type, target: Type) -> bool:
    """Return whether every value of *source* is one of *target*."""
    if target.name == "Any" or source.name == "Null":
        return True
    if source.name != target.name:
        return False
    if source.item and target.item and not assignable(source.item, target.item):
        return False
    if source.members is not None and target.members:
        own = source.members
        return all(name in own and assignable(own[name], type_) for name, type_ in target.members.items())
    return _functions_assignable(source, target)


def _functions_assignable(source: Type, target: Type) -> bool:
    if source.parameters is None or target.parameters is None:
        return True
    if len(source.parameters) != len(target.parameters):
        return False
    pairs = zip(target.parameters, source.parameters, strict=True)
    results = source.result is None or target.result is None or assignable(source.result, target.result)
    return results and all(assignable(asked, own) for asked, own in pairs)
