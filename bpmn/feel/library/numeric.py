"""Numeric functions (DMN 1.5, table 77)."""

from __future__ import annotations

import random
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from typing import Final

from bpmn.feel import numbers
from bpmn.feel.environment import Run
from bpmn.feel.errors import Nothing
from bpmn.feel.library.registry import builtin
from bpmn.feel.values import DaysTimeDuration, Value, YearsMonthsDuration

_MOST_SCALE: Final = 6176
_LEAST_SCALE: Final = -6111


def _rounded(number: Decimal, scale: Decimal, rounding: str) -> Decimal:
    places = numbers.whole(numbers.truncated(scale), "小数位数")
    if not _LEAST_SCALE <= places <= _MOST_SCALE:
        raise Nothing(f"小数位数应在 {_LEAST_SCALE} 与 {_MOST_SCALE} 之间。")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= places:
        return number
    return numbers.finite(
        numbers.CONTEXT.plus(number.quantize(Decimal(1).scaleb(-places), rounding, numbers.WIDE))
    )


@builtin("decimal(n: number, scale: number)")
def decimal(run: Run, number: Decimal, scale: Decimal) -> Decimal:
    """Return the number rounded to so many decimals, half to even."""
    return _rounded(number, scale, ROUND_HALF_EVEN)


@builtin("floor(n: number, scale?: number)")
def floor(run: Run, number: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
    """Return the greatest number not above, with so many decimals."""
    return _rounded(number, scale, ROUND_FLOOR)


@builtin("ceiling(n: number, scale?: number)")
def ceiling(run: Run, number: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
    """Return the least number not below, with so many decimals."""
    return _rounded(number, scale, ROUND_CEILING)


@builtin("round up(n: number, scale: number)")
def round_up(run: Run, number: Decimal, scale: Decimal) -> Decimal:
    """Return the number rounded away from zero."""
    return _rounded(number, scale, ROUND_UP)


@builtin("round down(n: number, scale: number)")
def round_down(run: Run, number: Decimal, scale: Decimal) -> Decimal:
    """Return the number rounded towards zero."""
    return _rounded(number, scale, ROUND_DOWN)


@builtin("round half up(n: number, scale: number)")
def round_half_up(run: Run, number: Decimal, scale: Decimal) -> Decimal:
    """Return the number rounded, halves away from zero."""
    return _rounded(number, scale, ROUND_HALF_UP)


@builtin("round half down(n: number, scale: number)")
def round_half_down(run: Run, number: Decimal, scale: Decimal) -> Decimal:
    """Return the number rounded, halves towards zero."""
    return _rounded(number, scale, ROUND_HALF_DOWN)


@builtin("abs(n: number)", "abs(n: duration)")
def absolute(run: Run, value: Value) -> Value:
    """Return a number or duration without its sign."""
    if isinstance(value, DaysTimeDuration):
        return DaysTimeDuration(abs(value.seconds))
    return YearsMonthsDuration(abs(value.months)) if isinstance(value, YearsMonthsDuration) else abs(value)


@builtin("modulo(dividend: number, divisor: number)")
def modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Decimal:
    """Return ``dividend - divisor * floor(dividend / divisor)``: the sign is the divisor's."""
    if not divisor:
        raise Nothing("除数为零，结果为空。")
    # The remainder of Python's decimal is exact but needs an integer quotient of at most 34 digits.
    rest = numbers.CONTEXT.remainder(dividend, divisor)
    if not rest.is_finite():
        raise Nothing("被除数过大，余数无法求出。")
    return numbers.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


@builtin("sqrt(number: number)")
def square_root(run: Run, number: Decimal) -> Decimal:
    """Return the square root."""
    if number < 0:
        raise Nothing("负数没有平方根。")
    return numbers.CONTEXT.sqrt(number)


@builtin("log(number: number)")
def logarithm(run: Run, number: Decimal) -> Decimal:
    """Return the natural logarithm."""
    if number <= 0:
        raise Nothing("只有正数有对数。")
    run.spend(100)
    return numbers.CONTEXT.ln(number)


@builtin("exp(number: number)")
def exponential(run: Run, number: Decimal) -> Decimal:
    """Return e to the power of a number."""
    run.spend(100)
    return numbers.finite(numbers.CONTEXT.exp(number))


@builtin("odd(number: number)")
def odd(run: Run, number: Decimal) -> bool:
    """Return whether a whole number is odd."""
    return _is_whole(number) and _last_bit(number) == 1


@builtin("even(number: number)")
def even(run: Run, number: Decimal) -> bool:
    """Return whether a whole number is even."""
    return _is_whole(number) and _last_bit(number) == 0


def _is_whole(number: Decimal) -> bool:
    if number == number.to_integral_value():
        return True
    raise Nothing("只有整数才有奇偶。")


def _last_bit(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    # A number with a positive exponent is a multiple of ten.
    return 0 if isinstance(exponent, int) and exponent > 0 else int(abs(number)) % 2


@builtin("random number()")
def random_number(run: Run) -> Decimal:
    """Return a number from 0 up to 1; drawn from the clock, so that equal environments give equal results."""
    seed = f"{run.environment.now.isoformat()}/{run.steps}"
    return Decimal(random.Random(seed).randrange(10**15)).scaleb(-15)
