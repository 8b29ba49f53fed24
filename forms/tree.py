"""
Nested values addressed by a path of names: reading, writing, merging.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpmn.model import Value

Tree = dict[str, Value]


def at(tree: object, path: Sequence[str]) -> Value:
    """
    Return the value at *path*, None where there is none.

    >>> at({"dispatch": {"no": "1"}}, ("dispatch", "no"))
    '1'
    """
    for name in path:
        tree = tree.get(name) if isinstance(tree, Mapping) else None
    return tree


def put(tree: Tree, path: Sequence[str], value: Value) -> None:
    """
    Put *value* at *path*, making the dictionaries on the way.

    >>> tree = {}; put(tree, ("dispatch", "no"), "1"); tree
    {'dispatch': {'no': '1'}}
    """
    for name in path[:-1]:
        below = tree.get(name)
        if not isinstance(below, dict):
            below = tree[name] = {}
        tree = below
    tree[path[-1]] = value


def merged(below: object, above: Mapping[str, Value]) -> Tree:
    """
    Return *above* laid over *below*: dictionaries merge at every depth, anything else is replaced. Both stay as they are.

    >>> merged({"a": {"x": 1, "y": 2}}, {"a": {"y": 3}})
    {'a': {'x': 1, 'y': 3}}
    """
    result: Tree = dict(below) if isinstance(below, Mapping) else {}
    for name, value in above.items():
        result[name] = merged(result.get(name), value) if isinstance(value, dict) else value
    return result


def dotted(path: Sequence[str | int]) -> str:
    """
    Return *path* as HTML names and problems write it.

    >>> dotted(("parties", 0, "idNo"))
    'parties.0.idNo'
    """
    return ".".join(str(part) for part in path)


def copied(value: Value) -> Value:
    """Return a copy of what can be changed, contexts and lists; everything else of FEEL never changes."""
    if type(value) is str:
        return value
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value
