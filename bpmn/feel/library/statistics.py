"""List functions that reckon: sum, mean, extremes and spread (DMN 1.5, table 76)."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from bpmn.feel import comparison, numbers
from bpmn.feel.environment import Run
from bpmn.feel.errors import Nothing
from bpmn.feel.library.registry import builtin
from bpmn.feel.values import DaysTimeDuration, Value, YearsMonthsDuration


def _items(values: tuple[Value, ...], run: Run) -> list[Value]:
    """Return the items of the one list, or all arguments as a list."""
    items = values[0] if len(values) == 1 and isinstance(values[0], list) else list(values)
    run.spend(len(items))
    return items


def _numbers(values: tuple[Value, ...], run: Run) -> list[Decimal]:
    items = _items(values, run)
    if not items:
        raise Nothing("列表是空的，结果为空。")
    if not all(type(item) is Decimal for item in items):
        raise Nothing("列表中有不是数字的值，结果为空。")
    return items


def _extreme(values: tuple[Value, ...], wanted: int, run: Run) -> Value:
    items = _items(values, run)
    if not items:
        raise Nothing("列表是空的，结果为空。")
    best = items[0]
    for item in items:
        order = comparison.compare(item, best, run)
        if order is None:
            raise Nothing("列表中的值不能比较大小。")
        best = item if order == wanted else best
    return best


@builtin("min(list: list)", "min(*c: any)")
def least(run: Run, *values: Value) -> Value:
    """Return the lowest item."""
    return _extreme(values, -1, run)


@builtin("max(list: list)", "max(*c: any)")
def greatest(run: Run, *values: Value) -> Value:
    """Return the highest item."""
    return _extreme(values, 1, run)


@builtin("sum(list: list)", "sum(*n: any)")
def total(run: Run, *values: Value) -> Value:
    """Return the sum of numbers, or of durations of one kind."""
    items = _items(values, run)
    if items and all(isinstance(item, DaysTimeDuration) for item in items):
        return DaysTimeDuration(_sum([item.seconds for item in items]))
    if items and all(isinstance(item, YearsMonthsDuration) for item in items):
        return YearsMonthsDuration(sum(item.months for item in items))
    return _sum(_numbers((items,), run))


def _sum(items: list[Decimal]) -> Decimal:
    result = Decimal(0)
    for item in items:
        result = numbers.add(result, item)
    return result


@builtin("mean(list: list)", "mean(*n: any)")
def mean(run: Run, *values: Value) -> Decimal:
    """Return the arithmetic mean."""
    items = _numbers(values, run)
    return numbers.divide(_sum(items), Decimal(len(items)))


@builtin("product(list: list)", "product(*n: any)")
def product(run: Run, *values: Value) -> Decimal:
    """Return the product of numbers."""
    result = Decimal(1)
    for item in _numbers(values, run):
        result = numbers.multiply(result, item)
    return result


@builtin("median(list: list)", "median(*n: any)")
def median(run: Run, *values: Value) -> Decimal:
    """Return the middle number, or the mean of the two in the middle."""
    items = sorted(_numbers(values, run))
    middle = len(items) // 2
    if len(items) % 2:
        return items[middle]
    return numbers.divide(numbers.add(items[middle - 1], items[middle]), Decimal(2))


@builtin("stddev(list: list)", "stddev(*n: any)")
def standard_deviation(run: Run, *values: Value) -> Decimal:
    """Return the standard deviation of a sample of at least two numbers."""
    items = _numbers(values, run)
    if len(items) < 2:
        raise Nothing("标准差至少需要两个数字。")
    middle = numbers.divide(_sum(items), Decimal(len(items)))
    gaps = [numbers.subtract(item, middle) for item in items]
    squares = _sum([numbers.multiply(gap, gap) for gap in gaps])
    return numbers.CONTEXT.sqrt(numbers.divide(squares, Decimal(len(items) - 1)))


@builtin("mode(list: list)", "mode(*n: any)")
def mode(run: Run, *values: Value) -> list[Decimal]:
    """Return the most frequent numbers in rising order."""
    if not values:
        raise Nothing("至少需要一个参数。")
    items = _items(values, run)
    if not items:
        return []
    counted = Counter(_numbers((items,), run))
    most = max(counted.values())
    return sorted(item for item, times in counted.items() if times == most)
