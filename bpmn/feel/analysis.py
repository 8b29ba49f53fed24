"""What a tree tells without being evaluated: which names it reads, and whether it can loop."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from bpmn.feel import tree
from bpmn.feel.library.catalogue import BUILTINS
from bpmn.feel.names import KEYWORDS, is_legal

Path = tuple[str, ...]
_BRANCHING: Final = (
    tree.Call,
    tree.For,
    tree.Quantified,
    tree.Filter,
    tree.FunctionOf,
    tree.ContextOf,
    tree.Arithmetic,
    tree.ListOf,
    tree.In,
)
_PLAIN: Final = re.compile(r"\w+")
_MOST_KEYS: Final = 2_000
_ENTRIES_OF_ITEMS: Final = frozenset(("item", "partial"))


def is_straight(node: tree.Node) -> bool:
    """Say whether a tree neither loops nor calls nor builds, so that its text bounds its work."""
    return not any(isinstance(part, _BRANCHING) for part in tree.walk(node))


def reads_scope(node: tree.Node) -> bool:
    """Say whether a tree looks at any name, or keeps the scope in a function."""
    return any(isinstance(part, tree.Name | tree.FunctionOf | tree.ContextOf) for part in tree.walk(node))


def needs_declaring(name: str) -> bool:
    """Say whether a name changes how a text is read: it holds blanks or signs, or a built-in function's."""
    if _PLAIN.fullmatch(name):
        return name in BUILTINS
    return is_legal(name) and name.split()[0] not in KEYWORDS


def telling_names(names: Iterable[str]) -> frozenset[str]:
    """Return those of the names that a parser must know."""
    return frozenset(name for name in names if isinstance(name, str) and needs_declaring(name))


def telling_members(context: Mapping[str, object]) -> frozenset[str]:
    """Return the keys inside a context's values that a parser must know. Looks at a bounded part of the data."""
    found: set[str] = set()
    waiting: list[object] = [value for value in context.values() if isinstance(value, Mapping | list)]
    seen = 0
    while waiting and seen < _MOST_KEYS:
        current = waiting.pop()
        seen += 1
        if isinstance(current, Mapping):
            found.update(key for key in current if isinstance(key, str) and needs_declaring(key))
            waiting.extend(value for value in current.values() if isinstance(value, Mapping | list))
        elif isinstance(current, list):
            waiting.extend(item for item in current[:_MOST_KEYS] if isinstance(item, Mapping | list))
    return frozenset(found)


def paths(node: tree.Node, known: frozenset[str]) -> frozenset[Path]:
    """
    Return the free paths of a tree.

    A name inside a filter may be an entry of the items, so it counts only when it is *known*.
    """
    return frozenset(_paths(node, frozenset(), False, known))


def _paths(node: tree.Node, bound: frozenset[str], in_filter: bool, known: frozenset[str]) -> Iterator[Path]:
    direct = _direct(node)
    if direct is not None:
        if direct[0] not in bound and (not in_filter or direct[0] in known):
            yield direct
        return
    for part, names, filters in _scopes(node):
        yield from _paths(part, bound | names, in_filter or filters, known)


def _direct(node: tree.Node) -> Path | None:
    names: list[str] = []
    while isinstance(node, tree.Path):
        names.append(node.name)
        node = node.source
    return (node.name, *reversed(names)) if isinstance(node, tree.Name) else None


def functions(node: tree.Node) -> frozenset[str]:
    """Return the names that a tree calls and that are neither built-in nor bound in it: functions of the environment."""
    parts = list(tree.walk(node))
    called = {
        p.function.name for p in parts if isinstance(p, tree.Call) and isinstance(p.function, tree.Name)
    }
    bound = {name for part in parts for _, names, _ in _scopes(part) for name in names}
    return frozenset(called - bound - BUILTINS.keys())


_NONE: Final[frozenset[str]] = frozenset()


def _scopes(node: tree.Node) -> Iterator[tuple[tree.Node, frozenset[str], bool]]:
    """Yield the parts of a node, the names bound in each, and whether it is a filter's condition."""
    if isinstance(node, tree.Filter):
        yield node.source, _NONE, False
        yield node.condition, _ENTRIES_OF_ITEMS, True
    elif isinstance(node, tree.For | tree.Quantified):
        yield from _loop(node)
    elif isinstance(node, tree.FunctionOf):
        yield node.body, frozenset(node.parameters), False
    elif isinstance(node, tree.ContextOf):
        for place, value in enumerate(node.values):
            yield value, frozenset(node.keys[:place]), False
    elif isinstance(node, tree.Call) and isinstance(node.function, tree.Name):
        yield from ((part, _NONE, False) for part in node.arguments)
    else:
        yield from ((part, _NONE, False) for part in tree.children(node) if not isinstance(part, tree.TypeOf))


def _loop(node: tree.For | tree.Quantified) -> Iterator[tuple[tree.Node, frozenset[str], bool]]:
    bound: frozenset[str] = _NONE
    for each in node.iterations:
        yield each.domain, bound, False
        if each.until is not None:
            yield each.until, bound, False
        bound |= {each.name}
    body = node.body if isinstance(node, tree.For) else node.condition
    yield body, bound | {"partial"}, False
