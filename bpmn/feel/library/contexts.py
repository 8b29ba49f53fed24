"""Context functions (DMN 1.5, table 81)."""

from __future__ import annotations

from bpmn.feel.environment import Run
from bpmn.feel.errors import Nothing
from bpmn.feel.library.registry import builtin
from bpmn.feel.values import Value

Context = dict[str, Value]


@builtin("get value(m: context, key: string)")
def get_value(run: Run, context: Context, key: str) -> Value:
    """Return the value of an entry."""
    if key not in context:
        raise Nothing(f"数据中没有“{key}”这一项。")
    return context[key]


@builtin("get value(context: context, keys: list)")
def get_nested(run: Run, context: Context, keys: list[Value]) -> Value:
    """Return the value at the end of a path of keys."""
    value: Value = context
    for key in _path(keys):
        value = get_value(run, value, key) if isinstance(value, dict) else _lost(key)
    return value


def _path(keys: list[Value]) -> list[str]:
    if not keys or not all(isinstance(key, str) for key in keys):
        raise Nothing("路径应是至少一个名称的列表。")
    return keys


def _lost(key: str) -> Value:
    raise Nothing(f"“{key}”之前的值不是上下文。")


@builtin("get entries(m: context)")
def get_entries(run: Run, context: Context) -> list[Context]:
    """Return the entries as a list of ``{key, value}``."""
    run.spend(len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context(entries: list)")
def context_of(run: Run, entries: list[Value]) -> Context:
    """Return the context of a list of ``{key, value}``."""
    run.spend(len(entries))
    result: Context = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or "value" not in entry:
            raise Nothing("每一项都应是 {key: 文字, value: 值}。")
        if entry["key"] in result:
            raise Nothing(f"名称“{entry['key']}”重复。")
        result[entry["key"]] = entry["value"]
    return result


@builtin("context put(context: context, key: string, value: any)")
def put(run: Run, context: Context, key: str, value: Value) -> Context:
    """Return the context with an entry set."""
    run.spend(1 + len(context) // 4)
    return {**context, key: value}


@builtin("context put(context: context, keys: list, value: any)")
def put_nested(run: Run, context: Context, keys: list[Value], value: Value) -> Context:
    """Return the context with the entry at the end of a path set."""
    first, *rest = _path(keys)
    if not rest:
        return put(run, context, first, value)
    inner = context.get(first)
    if inner is not None and not isinstance(inner, dict):
        _lost(rest[0])
    run.spend(1)
    return put(run, context, first, put_nested(run, inner or {}, rest, value))


@builtin("context merge(contexts: list)")
def merge(run: Run, contexts: list[Value]) -> Context:
    """Return one context of all entries; later ones win."""
    result: Context = {}
    for each in contexts:
        if not isinstance(each, dict):
            raise Nothing("context merge 的列表里只能是上下文。")
        run.spend(1 + len(each))
        result.update(each)
    return result
