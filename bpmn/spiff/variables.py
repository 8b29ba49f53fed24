"""
Where variables live and who sees them.

A process owns its variables, whether started or called. Everything inside, subprocesses and branches included, shares
them, so parallel branches change the same data and joins have nothing to merge. Local to a visit are only: inputs,
the item and counter of a repetition, data objects of a subprocess, data outputs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bpmn.lowering import Transfer
from bpmn.model import Value
from bpmn.spiff import language
from bpmn.spiff.kernel import Visit


def visible(visit: Visit) -> dict[str, Value]:
    """Return all variables that an expression in *visit* can read; inner ones hide outer ones."""
    layers = [visit.data]
    for scope in _within_process(visit):
        if scope.data:
            layers.append(scope.data)
    merged: dict[str, Value] = {}
    for layer in reversed(layers):
        merged.update(layer)
    return merged


def _within_process(visit: Visit) -> Iterable[Visit]:
    """Yield the enclosing visits up to and including the process that owns the variables."""
    if visit.node.type == "process":
        return
    for scope in visit.ancestors():
        yield scope
        if scope.node.type == "process":
            return


def process_of(visit: Visit) -> Visit:
    """Return the visit of the process around *visit*, or itself."""
    if visit.node.type == "process":
        return visit
    return next(v for v in visit.ancestors() if v.node.type == "process")


def _holder(visit: Visit, name: str) -> Visit:
    """Return the innermost visit that has *name*; an input hides a variable from reading, not from writing."""
    if name in visit.data and all(name != t.target for t in visit.node.inputs + visit.node.associations_in):
        return visit
    return next((s for s in _within_process(visit) if name in s.data), process_of(visit))


def assign(visit: Visit, path: tuple[str, ...], value: Value) -> None:
    """Set a variable, or by a longer path a member of a context, as seen from *visit*."""
    holder = _holder(visit, path[0])
    _store(holder, path[0], placed(holder.data.get(path[0]), path[1:], value))


def _store(holder: Visit, name: str, value: Value) -> None:
    holder.data[name] = value
    holder.workflow.has_new_data = True
    if holder.node.type == "process" and holder.parent is not None:
        changed = holder.internal_data.setdefault("changed", [])
        if name not in changed:
            changed.append(name)


def placed(current: Value, path: tuple[str, ...], value: Value) -> Value:
    """Return *current* with *value* at the end of *path*; nothing is changed in place."""
    for key in reversed(path):
        value = {key: value}
    return _merged(current, value) if path else value


def merge(visit: Visit, values: Mapping[str, Value]) -> None:
    """Merge what came from outside: contexts deeply, everything else replaced."""
    for name, value in values.items():
        holder = _holder(visit, name)
        _store(holder, name, _merged(holder.data.get(name), value))


def _merged(current: Value, value: Value) -> Value:
    """Return a new value; contexts nest as deep as forms and results do, which their doors limit."""
    if not isinstance(current, dict) or not isinstance(value, dict):
        return value
    return {**current, **{key: _merged(current.get(key), inner) for key, inner in value.items()}}


def read_inputs(visit: Visit) -> None:
    """Evaluate input mappings and associations into local variables, each seeing the ones before it."""
    for transfer in (*visit.node.associations_in, *visit.node.inputs):
        if transfer.target:
            _set_local(visit.data, transfer.target, _carried(visit, transfer, visible(visit)))


def _carried(visit: Visit, transfer: Transfer, seen: Mapping[str, Value]) -> Value:
    if transfer.is_variable:
        return seen.get(transfer.source)
    return language.evaluate(visit.workflow, transfer.source, seen, visit)


def _set_local(data: dict[str, Value], target: str, value: Value) -> None:
    name, *path = target.split(".")
    data[name] = placed(data.get(name), tuple(path), value)


def write_outputs(visit: Visit) -> None:
    """Distribute the result of a visit: all of it, or through its output mappings if it has any."""
    if visit.node.all_out or not visit.node.outputs:
        merge(visit, visit.result)
    write(visit, visit.node.outputs, visit.result)
    write(visit, visit.node.associations_out, {})


def write_called(visit: Visit) -> None:
    """
    Distribute what a called process left behind.

    Without mappings only what it changed comes back: its untouched copies may be older than their originals.
    """
    if visit.node.all_out or not (visit.node.outputs or visit.node.nothing_out):
        for name in visit.internal_data.get("changed", ()):
            assign(visit, (name,), visit.result[name])
    write(visit, visit.node.outputs, visit.result)
    write(visit, visit.node.associations_out, {})


def write(visit: Visit, transfers: Iterable[Transfer], local: Mapping[str, Value]) -> None:
    """
    Evaluate output mappings over the visible variables and *local*, then set their targets outside the visit.

    Nothing is set before everything is evaluated: a mapping that fails leaves no half-written result.
    """
    seen, found = {**visible(visit), **local}, []
    for transfer in transfers:
        path = tuple(transfer.target.split("."))
        value = _carried(visit, transfer, seen)
        seen[path[0]] = placed(seen.get(path[0]), path[1:], value)
        found.append((path, value))
    for path, value in found:
        assign(visit, path, value)
