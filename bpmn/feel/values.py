"""
FEEL values that Python has no type for, names of types, and the ways into and out of JSON.

A FEEL value is None, bool, ``Decimal``, str, ``date``, ``time``, ``datetime``, ``DaysTimeDuration``,
``YearsMonthsDuration``, ``Range``, ``Function``, a list of values or a dict from str to values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, TypeAlias

Value: TypeAlias = Any  #: see the module docstring
SECONDS_PER_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class DaysTimeDuration:
    """
    A length of time in seconds: ``duration("P1DT2H")``.

    >>> str(DaysTimeDuration(Decimal(93600)))
    'P1DT2H'
    """

    seconds: Decimal

    @classmethod
    def of(cls, delta: timedelta) -> DaysTimeDuration:
        """Return the duration that a ``timedelta`` stands for."""
        whole = delta.days * SECONDS_PER_DAY + delta.seconds
        return cls(Decimal(whole) + Decimal(delta.microseconds).scaleb(-6))

    @property
    def timedelta(self) -> timedelta:
        """
        The same length for Python, cut to microseconds.

        Raises:
            OverflowError: more than 999,999,999 days.
        """
        return timedelta(microseconds=int(self.seconds.scaleb(6)))

    def __str__(self) -> str:
        sign = "-" if self.seconds < 0 else ""
        whole, fraction = divmod(abs(self.seconds), 1)
        minutes, seconds = divmod(int(whole), 60)
        hours, minutes = divmod(minutes, 60)
        days, hours = divmod(hours, 24)
        clock = _part(hours, "H") + _part(minutes, "M") + _part(plain(seconds + fraction), "S")
        text = _part(days, "D") + (f"T{clock}" if clock else "")
        return f"{sign}P{text}" if text else "PT0S"


@dataclass(frozen=True, slots=True)
class YearsMonthsDuration:
    """
    A length of time in calendar months: ``duration("P1Y2M")``.

    >>> str(YearsMonthsDuration(14))
    'P1Y2M'
    """

    months: int

    def __str__(self) -> str:
        sign = "-" if self.months < 0 else ""
        years, months = divmod(abs(self.months), 12)
        text = _part(years, "Y") + _part(months, "M")
        return f"{sign}P{text}" if text else "P0M"


@dataclass(frozen=True, slots=True)
class Range:
    """An interval of comparable values; an end that is None is open towards infinity."""

    start: Value
    end: Value
    start_included: bool = True
    end_included: bool = True

    def __str__(self) -> str:
        from_ = "[" if self.start_included else "("
        to = "]" if self.end_included else ")"
        return f"{from_}{_text(self.start)}..{_text(self.end)}{to}"


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function as a value. ``call`` takes the account of the evaluation, then the parameters' values in order."""

    name: str
    parameters: tuple[str, ...]
    call: Callable[..., Value]
    types: tuple[Any, ...] = ()  #: declared types of the parameters (``bpmn.feel.types.Type`` or None)
    result: Any = None

    def __str__(self) -> str:
        return f"function({', '.join(self.parameters)})"


_NAMES: Final[Mapping[type, str]] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    int: "number",
    float: "number",
    str: "string",
    date: "date",
    time: "time",
    datetime: "date and time",
    DaysTimeDuration: "days and time duration",
    YearsMonthsDuration: "years and months duration",
    list: "list",
    tuple: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}


def type_name(value: Value) -> str:
    """
    Return the FEEL name of a value's type, ``null`` for None.

    >>> type_name(Decimal(1)), type_name([]), type_name(YearsMonthsDuration(1))
    ('number', 'list', 'years and months duration')
    """
    return _NAMES.get(type(value)) or ("context" if isinstance(value, Mapping) else "unknown")


def plain(number: Decimal | int) -> str:
    """
    Return a number without exponent where that stays short, without trailing zeros.

    >>> plain(Decimal("1.50")), plain(Decimal("1E+3")), plain(Decimal("-0.0"))
    ('1.5', '1000', '0')
    """
    if not number:
        return "0"
    short = Decimal(number).normalize(_WIDE)
    exponent = short.as_tuple().exponent
    if isinstance(exponent, int) and abs(exponent) <= _LONGEST_PLAIN:
        return f"{short:f}"
    return str(short)


def _part(amount: int | str, unit: str) -> str:
    return "" if amount in (0, "0") else f"{amount}{unit}"


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f'"{value}"'
    return plain(value) if isinstance(value, Decimal) else str(value)


def _wide() -> Any:
    from decimal import Context

    return Context(prec=400, traps=[])


_WIDE: Final = _wide()
_LONGEST_PLAIN: Final = 400
