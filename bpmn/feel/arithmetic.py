"""The operators ``+ - * / **`` on numbers, texts, dates, times and durations."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from bpmn.feel import comparison, limits, numbers, temporal
from bpmn.feel.environment import Run
from bpmn.feel.errors import Nothing
from bpmn.feel.values import DaysTimeDuration, Value, YearsMonthsDuration, type_name

_STEPS_OF_A_POWER: Final = 100  #: fractional powers take some hundred times the time of a sum
Operation = Callable[[Value, Value, Run], Value]

_N, _S = "number", "string"
_D, _T, _DT = "date", "time", "date and time"
_DTD, _YMD = "days and time duration", "years and months duration"


def apply(operator: str, left: Value, right: Value, run: Run) -> Value:
    """
    Return ``left operator right``.

    Raises:
        Nothing: the operator does not join these types, or there is no such value.
    """
    operation = _TABLE.get((operator, type_name(left), type_name(right)))
    if operation is None:
        raise Nothing(f"{_called(left)}与{_called(right)}之间不能用运算符 {operator}。")
    return operation(left, right, run)


def negate(value: Value) -> Value:
    """
    Return ``-value``.

    Raises:
        Nothing: neither number nor duration.
    """
    if isinstance(value, Decimal):
        return numbers.CONTEXT.minus(value)
    if isinstance(value, DaysTimeDuration):
        return DaysTimeDuration(numbers.CONTEXT.minus(value.seconds))
    if isinstance(value, YearsMonthsDuration):
        return YearsMonthsDuration(-value.months)
    raise Nothing(f"{_called(value)}不能取负。")


def _called(value: Value) -> str:
    return {"null": "空值"}.get(type_name(value), type_name(value))


def _numeric(operation: Callable[[Decimal, Decimal], Decimal]) -> Operation:
    return lambda left, right, run: operation(left, right)


def _join(left: str, right: str, run: Run) -> str:
    size = len(left) + len(right)
    if size > limits.MAX_STRING:
        raise Nothing(f"文字超过 {limits.MAX_STRING} 个字符，结果为空。")
    run.spend(size // limits.CHARACTERS_PER_STEP)
    return left + right


def _power(left: Decimal, right: Decimal, run: Run) -> Decimal:
    run.spend(_STEPS_OF_A_POWER)
    return numbers.power(left, right)


def days(seconds: Decimal) -> DaysTimeDuration:
    """Return a days and time duration of so many seconds."""
    return DaysTimeDuration(numbers.finite(seconds))


def _delta(duration: DaysTimeDuration) -> timedelta:
    try:
        return duration.timedelta
    except OverflowError as error:
        raise Nothing("时长过大，日期超出 0001 年至 9999 年。") from error


def add_months(day: date, months: int) -> date:
    """
    Return the same day of a later month, or that month's last day where it is shorter.

    Raises:
        Nothing: outside the years 1 to 9999.

    >>> add_months(date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise Nothing("日期超出 0001 年至 9999 年。")
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))


def _date_plus(left: date, right: DaysTimeDuration, run: Run) -> date:
    moment = temporal.shifted(datetime.combine(left, time()), _delta(right))
    return moment.date()


def _moment_plus(left: datetime, right: DaysTimeDuration, run: Run) -> datetime:
    return temporal.shifted(left, _delta(right))


def _time_plus(left: time, right: DaysTimeDuration, run: Run) -> time:
    within = DaysTimeDuration(right.seconds % 86_400)
    moment = datetime.combine(date(2000, 1, 3), left.replace(tzinfo=None)) + within.timedelta
    return moment.time().replace(tzinfo=left.tzinfo)


def _minus_duration(plus: Operation) -> Operation:
    return lambda left, right, run: plus(left, negate(right), run)


def _flipped(operation: Operation) -> Operation:
    return lambda left, right, run: operation(right, left, run)


def _add_months(left: date, right: YearsMonthsDuration, run: Run) -> date:
    return add_months(left, right.months)


def _moments_apart(left: datetime, right: datetime, run: Run) -> DaysTimeDuration:
    if (left.tzinfo is None) != (right.tzinfo is None):
        raise Nothing("带时区与不带时区的日期时间不能相减。")
    return DaysTimeDuration.of(comparison.instant(left, run) - comparison.instant(right, run))


def _dates_apart(left: date, right: date, run: Run) -> DaysTimeDuration:
    return _moments_apart(at_midnight(left), at_midnight(right), run)


def at_midnight(value: date) -> datetime:
    """Return a date as a date and time: midnight UTC. A date meets a date and time as midnight UTC (clause 10.3.2.3.5)."""
    return value if isinstance(value, datetime) else datetime.combine(value, time(tzinfo=UTC))


def _times_apart(left: time, right: time, run: Run) -> DaysTimeDuration:
    if (left.tzinfo is None) != (right.tzinfo is None):
        raise Nothing("带时区与不带时区的时间不能相减。")
    return DaysTimeDuration.of(comparison.instant(left, run) - comparison.instant(right, run))


def _months(number: Decimal) -> YearsMonthsDuration:
    return YearsMonthsDuration(numbers.whole(numbers.finite(number).to_integral_value("ROUND_DOWN"), "月数"))


def _ratio(left: Decimal, right: Decimal) -> Decimal:
    return numbers.divide(left, right)


_PLUS: Final[dict[tuple[str, str], Operation]] = {
    (_N, _N): _numeric(numbers.add),
    (_S, _S): _join,
    (_DTD, _DTD): lambda a, b, run: days(numbers.add(a.seconds, b.seconds)),
    (_YMD, _YMD): lambda a, b, run: YearsMonthsDuration(a.months + b.months),
    (_D, _DTD): _date_plus,
    (_DTD, _D): _flipped(_date_plus),
    (_DT, _DTD): _moment_plus,
    (_DTD, _DT): _flipped(_moment_plus),
    (_T, _DTD): _time_plus,
    (_DTD, _T): _flipped(_time_plus),
    (_D, _YMD): _add_months,
    (_YMD, _D): _flipped(_add_months),
    (_DT, _YMD): _add_months,
    (_YMD, _DT): _flipped(_add_months),
}
_MINUS: Final[dict[tuple[str, str], Operation]] = {
    (_N, _N): _numeric(numbers.subtract),
    (_DTD, _DTD): lambda a, b, run: days(numbers.subtract(a.seconds, b.seconds)),
    (_YMD, _YMD): lambda a, b, run: YearsMonthsDuration(a.months - b.months),
    (_D, _D): _dates_apart,
    (_DT, _DT): _moments_apart,
    (_D, _DT): _dates_apart,
    (_DT, _D): _dates_apart,
    (_T, _T): _times_apart,
    (_D, _DTD): _minus_duration(_date_plus),
    (_DT, _DTD): _minus_duration(_moment_plus),
    (_T, _DTD): _minus_duration(_time_plus),
    (_D, _YMD): _minus_duration(_add_months),
    (_DT, _YMD): _minus_duration(_add_months),
}
_TIMES: Final[dict[tuple[str, str], Operation]] = {
    (_N, _N): _numeric(numbers.multiply),
    (_N, _DTD): lambda a, b, run: days(numbers.multiply(a, b.seconds)),
    (_DTD, _N): lambda a, b, run: days(numbers.multiply(a.seconds, b)),
    (_N, _YMD): lambda a, b, run: _months(numbers.multiply(a, Decimal(b.months))),
    (_YMD, _N): lambda a, b, run: _months(numbers.multiply(Decimal(a.months), b)),
}
_OVER: Final[dict[tuple[str, str], Operation]] = {
    (_N, _N): _numeric(numbers.divide),
    (_DTD, _N): lambda a, b, run: days(numbers.divide(a.seconds, b)),
    (_YMD, _N): lambda a, b, run: _months(numbers.divide(Decimal(a.months), b)),
    (_DTD, _DTD): lambda a, b, run: _ratio(a.seconds, b.seconds),
    (_YMD, _YMD): lambda a, b, run: _ratio(Decimal(a.months), Decimal(b.months)),
}
_TABLE: Final[dict[tuple[str, str, str], Operation]] = {
    ("**", _N, _N): _power,
    **{("+", *types): operation for types, operation in _PLUS.items()},
    **{("-", *types): operation for types, operation in _MINUS.items()},
    **{("*", *types): operation for types, operation in _TIMES.items()},
    **{("/", *types): operation for types, operation in _OVER.items()},
}
