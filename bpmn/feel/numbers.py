"""Decimal arithmetic of FEEL: 34 digits, half to even, exponents as in IEEE 754 decimal128."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from bpmn.feel.errors import Nothing

CONTEXT: Final = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[])
WIDE: Final = Context(prec=12_400, Emin=-99_999, Emax=99_999, traps=[])  #: holds every rounding step exactly


def finite(number: Decimal) -> Decimal:
    """
    Return the number itself.

    Raises:
        Nothing: it is infinite or not a number.
    """
    if number.is_finite():
        return number
    raise Nothing("计算结果超出数值范围，结果为空。")


def add(left: Decimal, right: Decimal) -> Decimal:
    """Return left + right."""
    return finite(CONTEXT.add(left, right))


def subtract(left: Decimal, right: Decimal) -> Decimal:
    """Return left - right."""
    return finite(CONTEXT.subtract(left, right))


def multiply(left: Decimal, right: Decimal) -> Decimal:
    """Return left * right."""
    return finite(CONTEXT.multiply(left, right))


def divide(left: Decimal, right: Decimal) -> Decimal:
    """
    Return left / right.

    Raises:
        Nothing: division by zero.
    """
    if not right:
        raise Nothing("除数为零，结果为空。")
    return finite(CONTEXT.divide(left, right))


def power(left: Decimal, right: Decimal) -> Decimal:
    """
    Return left ** right.

    Raises:
        Nothing: no real result, or out of range (the decimal library decides that by size, at once).
    """
    if not left and right == 0:
        return Decimal(1)
    return finite(CONTEXT.power(left, right))


def whole(number: Decimal, what: str) -> int:
    """
    Return a number as an int that is small enough to count with.

    Raises:
        Nothing: it has a fraction or more than 18 digits; *what* names it in the reason.
    """
    if number.adjusted() > _COUNTABLE or number != number.to_integral_value():
        raise Nothing(f"{what}应为整数，实为 {number}。")
    return int(number)


_COUNTABLE: Final = 18


def truncated(number: Decimal) -> Decimal:
    """Return a number without its fraction."""
    return number.to_integral_value("ROUND_DOWN") if number.adjusted() < _COUNTABLE else number
