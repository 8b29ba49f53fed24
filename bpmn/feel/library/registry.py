"""
How a built-in function is written down: its signature as text, checked and converted before it is called.

``"substring(string: string, start position: number, length?: number)"`` names and types the parameters;
``?`` behind a name makes it optional, ``?`` behind a type lets null through, ``*`` takes all the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final, TypeVar

from bpmn.feel.environment import Run
from bpmn.feel.errors import Nothing
from bpmn.feel.values import (
    DaysTimeDuration,
    Function,
    Range,
    Value,
    YearsMonthsDuration,
    type_name,
)

Body = TypeVar("Body", bound=Callable[..., Any])
_SIGNATURE: Final = re.compile(r"([^(]+)\((.*)\)")
_PARAMETER: Final = re.compile(r"(\*?)([^:?]+)(\??): ([^?]+)(\??)")
_CLASSES: Final[Mapping[str, tuple[type, ...]]] = {
    "number": (Decimal,),
    "string": (str,),
    "boolean": (bool,),
    "list": (list,),
    "context": (dict,),
    "date": (date,),
    "time": (time,),
    "date and time": (datetime,),
    "duration": (DaysTimeDuration, YearsMonthsDuration),
    "range": (Range,),
    "function": (Function,),
    "temporal": (date, datetime, time),
    "day": (date, datetime),
    "point": (Decimal, str, date, datetime, time, DaysTimeDuration, YearsMonthsDuration),
    "any": (),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a built-in function."""

    name: str
    type: str
    is_optional: bool
    is_nullable: bool
    is_rest: bool

    def convert(self, value: Value) -> Value:
        """
        Return the value as this parameter wants it: ``[a]`` for ``a`` and the other way round.

        Raises:
            Nothing: the value does not fit.
        """
        wanted = _CLASSES[self.type]
        if not wanted or type(value) in wanted or (value is None and self.is_nullable):
            return value
        if self.type == "list" and value is not None:
            return [value]
        if type(value) is list and len(value) == 1 and type(value[0]) in wanted:
            return value[0]
        shown = "空值" if value is None else type_name(value)
        raise Nothing(f"参数 {self.name} 应为 {self.type}，实为 {shown}。")


@dataclass(frozen=True, slots=True)
class Overload:
    """One signature of a built-in function and the Python function behind it."""

    signature: str
    parameters: tuple[Parameter, ...]
    call: Callable[..., Value]

    @property
    def least(self) -> int:
        """Fewest arguments."""
        return sum(1 for each in self.parameters if not each.is_optional and not each.is_rest)

    @property
    def has_rest(self) -> bool:
        """Whether any number of arguments may follow."""
        return bool(self.parameters) and self.parameters[-1].is_rest

    def takes(self, count: int) -> bool:
        """Return whether this many positional arguments fit."""
        return self.least <= count and (self.has_rest or count <= len(self.parameters))

    def ordered(self, names: Sequence[str], values: Sequence[Value]) -> list[Value] | None:
        """Return named arguments in order, None where a name is unknown or a required one is missing."""
        given = dict(zip(names, values, strict=True))
        known = [each.name for each in self.parameters]
        required = [each.name for each in self.parameters if not each.is_optional]
        if not set(given) <= set(known) or not set(required) <= set(given):
            return None
        last = max((known.index(name) for name in given), default=-1)
        return [given.get(name) for name in known[: last + 1]]

    def convert(self, values: Sequence[Value]) -> list[Value]:
        """
        Return the arguments as the parameters want them.

        Raises:
            Nothing: one does not fit.
        """
        count = len(self.parameters)
        return [self.parameters[min(index, count - 1)].convert(value) for index, value in enumerate(values)]


@dataclass(frozen=True, slots=True)
class Builtin:
    """A built-in function with all its signatures."""

    name: str
    overloads: tuple[Overload, ...]

    def invoke(self, run: Run, values: Sequence[Value], names: Sequence[str] = ()) -> Value:
        """
        Call the first signature that the arguments fit.

        Raises:
            Nothing: none fits, or the function has no value for them.
        """
        reason = "参数名称不对。" if names else f"参数个数不对（{len(values)} 个）。"
        for overload in self.overloads:
            arguments = overload.ordered(names, values) if names else list(values)
            if arguments is None or not overload.takes(len(arguments)):
                continue
            try:
                converted = overload.convert(arguments)
            except Nothing as error:
                reason = error.reason
                continue
            return overload.call(run, *converted)
        raise Nothing(f"函数 {self.name}：{reason}")

    def as_value(self) -> Function:
        """Return the function as a FEEL value."""
        first = self.overloads[0]
        names = tuple(each.name for each in first.parameters)
        return Function(self.name, names, lambda run, *values: self.invoke(run, values))


class Library:
    """Functions by name; filled once, when the modules of this package are imported."""

    def __init__(self) -> None:
        self._overloads: dict[str, list[Overload]] = {}

    def builtin(self, *signatures: str) -> Callable[[Body], Body]:
        """Return a decorator that registers a function under one or more signatures."""

        def register(call: Body) -> Body:
            for signature in signatures:
                name, overload = _read(signature, call)
                self._overloads.setdefault(name, []).append(overload)
            return call

        return register

    def all(self) -> dict[str, Builtin]:
        """Return every function registered so far."""
        return {name: Builtin(name, tuple(overloads)) for name, overloads in self._overloads.items()}


def _read(signature: str, call: Callable[..., Value]) -> tuple[str, Overload]:
    found = _SIGNATURE.fullmatch(signature)
    if not found:
        raise ValueError(signature)
    parts = found[2].split(", ") if found[2] else []
    return found[1], Overload(signature, tuple(map(_parameter, parts)), call)


def _parameter(text: str) -> Parameter:
    found = _PARAMETER.fullmatch(text)
    if not found or found[4] not in _CLASSES:
        raise ValueError(text)
    return Parameter(found[2], found[4], bool(found[3]), bool(found[5]), bool(found[1]))


LIBRARY: Final = Library()
builtin = LIBRARY.builtin
