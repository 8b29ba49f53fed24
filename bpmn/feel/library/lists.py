"""List functions (DMN 1.5, table 76) and ``sort`` (table 80). Places count from 1, or from the end below 0."""

from __future__ import annotations

import functools
from decimal import Decimal

from bpmn.feel import comparison, numbers
from bpmn.feel.environment import Run
from bpmn.feel.errors import Nothing
from bpmn.feel.invocation import call_function
from bpmn.feel.library.registry import builtin
from bpmn.feel.values import Function, Value


def paid(run: Run, items: list[Value]) -> list[Value]:
    """Return a new list after paying for its length."""
    run.spend(1 + len(items) // 4)
    return items


def _index(items: list[Value], position: Decimal, *, room: int = 0) -> int:
    place = numbers.whole(numbers.truncated(position), "位置")
    if place == 0 or place > len(items) + room or -place > len(items):
        raise Nothing(f"列表有 {len(items)} 项，没有位置 {place}。")
    return place - 1 if place > 0 else len(items) + place


@builtin("list contains(list: list, element: any)")
def list_contains(run: Run, items: list[Value], element: Value) -> bool:
    """Return whether an equal element is in the list."""
    run.spend(len(items))
    return any(comparison.equal(item, element, run) is True for item in items)


@builtin("count(list: list)")
def count(run: Run, items: list[Value]) -> Decimal:
    """Return the number of items."""
    return Decimal(len(items))


@builtin("all(list: list)", "all(*list: any)", "and(list: list)")
def every(run: Run, *values: Value) -> bool | None:
    """Return false if one item is false, null if one is no boolean, else true."""
    return _decide(values, decisive=False, run=run)


@builtin("any(list: list)", "any(*list: any)", "or(list: list)")
def some(run: Run, *values: Value) -> bool | None:
    """Return true if one item is true, null if one is no boolean, else false."""
    return _decide(values, decisive=True, run=run)


def _decide(values: tuple[Value, ...], *, decisive: bool, run: Run) -> bool | None:
    if not values:
        raise Nothing("至少需要一个参数。")
    items = values[0] if len(values) == 1 and isinstance(values[0], list) else list(values)
    run.spend(len(items))
    if any(item is decisive for item in items):
        return decisive
    return (not decisive) if all(isinstance(item, bool) for item in items) else None


@builtin("sublist(list: list, start position: number, length?: number?)")
def sublist(run: Run, items: list[Value], start: Decimal, length: Decimal | None = None) -> list[Value]:
    """Return a part of a list."""
    begin = _index(items, start)
    if length is None:
        return paid(run, items[begin:])
    size = numbers.whole(length, "长度")
    if size < 0 or begin + size > len(items):
        raise Nothing(f"列表从该位置起没有 {size} 项。")
    return paid(run, items[begin : begin + size])


@builtin("append(list: list, *item: any)")
def append(run: Run, items: list[Value], *more: Value) -> list[Value]:
    """Return the list with items behind it."""
    return paid(run, [*items, *more])


@builtin("concatenate(*list: list)")
def concatenate(run: Run, *lists: list[Value]) -> list[Value]:
    """Return one list of the items of all."""
    run.spend(sum(map(len, lists)) // 4)
    return [item for items in lists for item in items]


@builtin("insert before(list: list, position: number, newItem: any)")
def insert_before(run: Run, items: list[Value], position: Decimal, item: Value) -> list[Value]:
    """Return the list with an item before a place."""
    place = _index(items, position)
    return paid(run, [*items[:place], item, *items[place:]])


@builtin("remove(list: list, position: number)")
def remove(run: Run, items: list[Value], position: Decimal) -> list[Value]:
    """Return the list without the item at a place."""
    place = _index(items, position)
    return paid(run, [*items[:place], *items[place + 1 :]])


@builtin("list replace(list: list, position: number, newItem: any)")
def replace_at(run: Run, items: list[Value], position: Decimal, item: Value) -> list[Value]:
    """Return the list with another item at a place."""
    place = _index(items, position)
    return paid(run, [*items[:place], item, *items[place + 1 :]])


@builtin("list replace(list: list, match: function, newItem: any)")
def replace_matching(run: Run, items: list[Value], match: Function, new: Value) -> list[Value]:
    """Return the list with another item wherever ``match(item, newItem)`` is true."""
    result = []
    for item in items:
        answer = call_function(match, [item, new], run)
        if not isinstance(answer, bool):
            raise Nothing("list replace 的 match 函数应返回 true 或 false。")
        result.append(new if answer else item)
    return paid(run, result)


@builtin("reverse(list: list)")
def reverse(run: Run, items: list[Value]) -> list[Value]:
    """Return the list backwards."""
    return paid(run, items[::-1])


@builtin("index of(list: list, match: any)")
def index_of(run: Run, items: list[Value], match: Value) -> list[Decimal]:
    """Return the places of all equal items."""
    run.spend(len(items))
    return [
        Decimal(place) for place, item in enumerate(items, 1) if comparison.equal(item, match, run) is True
    ]


@builtin("union(*list: list)")
def union(run: Run, *lists: list[Value]) -> list[Value]:
    """Return the items of all lists, each once."""
    return distinct_values(run, concatenate(run, *lists))


@builtin("distinct values(list: list)")
def distinct_values(run: Run, items: list[Value]) -> list[Value]:
    """Return each value once, where it first stands."""
    seen: set[object] = set()
    odd: list[Value] = []
    result: list[Value] = []
    for item in items:
        run.spend(1)
        if not _is_new(item, seen, odd, run):
            continue
        result.append(item)
    return result


def _is_new(item: Value, seen: set[object], odd: list[Value], run: Run) -> bool:
    """Say whether a value is met first; numbers, texts and booleans by hash, the rest one by one."""
    if isinstance(item, Decimal | str | bool | None):
        key = (type(item), item)
        is_new = key not in seen
        seen.add(key)
        return is_new
    run.spend(len(odd))
    if any(comparison.equal(item, other, run) is True for other in odd):
        return False
    odd.append(item)
    return True


@builtin("flatten(list: list)")
def flatten(run: Run, items: list[Value]) -> list[Value]:
    """Return the items of nested lists in one list."""
    result: list[Value] = []
    waiting = [iter(items)]
    while waiting:
        for item in waiting[-1]:
            run.spend(1)
            if isinstance(item, list):
                waiting.append(iter(item))
                break
            result.append(item)
        else:
            waiting.pop()
    return result


@builtin("sort(list: list, precedes: function)")
def sort(run: Run, items: list[Value], precedes: Function) -> list[Value]:
    """Return the list in the order of a function that says whether one item comes before another."""

    def order(one: Value, other: Value) -> int:
        if call_function(precedes, [one, other], run) is True:
            return -1
        return 1 if call_function(precedes, [other, one], run) is True else 0

    return sorted(paid(run, items), key=functools.cmp_to_key(order))


@builtin("sort(list: list)")
def sort_plainly(run: Run, items: list[Value]) -> list[Value]:
    """Return the list in rising order."""

    def order(one: Value, other: Value) -> int:
        answer = comparison.compare(one, other, run)
        if answer is None:
            raise Nothing("列表中的值不能比较大小，无法排序。")
        return answer

    run.spend(len(items) * 4)
    return sorted(items, key=functools.cmp_to_key(order))
