"""Nodes from grammar alternatives, bottom up; what the grammar lets through but FEEL does not is refused here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, TypeAlias

import lark
from lark.visitors import Transformer

from bpmn.feel import limits, names, punctuation, temporal, tree
from bpmn.feel.errors import ExpressionTooLarge, FeelSyntaxError, ImpossibleConstant, Nothing
from bpmn.feel.numbers import CONTEXT

Items: TypeAlias = list[Any]
_ESCAPE: Final = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|.)", re.DOTALL)
_PLAIN_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\", "/": "/"}


class Fault(Exception):  # noqa: N818 - carries a place out of the builder
    """What is wrong at an offset of the text."""

    def __init__(
        self,
        at: int,
        problem: str,
        word: str,
        suggestion: str = "",
        kind: type[FeelSyntaxError] = FeelSyntaxError,
    ) -> None:
        super().__init__(problem)
        self.at, self.problem, self.word = at, problem, word
        self.suggestion, self.kind = suggestion, kind

    def placed(self, text: str) -> FeelSyntaxError:
        """Return the error that names line and column."""
        line, column = punctuation.place(text, self.at)
        return self.kind(self.problem, line=line, column=column, word=self.word, suggestion=self.suggestion)


def _node(kind: Any, at: int, *parts: Any) -> Any:
    depth = 1 + max((_depth(part) for part in parts), default=0)
    if depth > limits.MAX_DEPTH:
        raise Fault(
            at, f"表达式嵌套超过 {limits.MAX_DEPTH} 层。", "", "请拆成几个较短的表达式。", ExpressionTooLarge
        )
    return kind(*parts, at=at, depth=depth)


def _depth(part: object) -> int:
    if isinstance(part, tree.Node):
        return part.depth
    if isinstance(part, tuple):
        return max((_depth(item) for item in part), default=0)
    return 0


def _nodes(items: Items) -> tuple[Any, ...]:
    return tuple(item for item in items if item is not None and not isinstance(item, lark.Token))


def _at(item: Any) -> int:
    return (item.start_pos or 0) if isinstance(item, lark.Token) else item.at


def unquote(text: str) -> str:
    """
    Return what a string literal stands for.

    >>> unquote('"a\\\\n\\\\u4e2d"')
    'a\\n中'
    """
    if "\\" not in text:
        return text[1:-1]
    plain = _ESCAPE.sub(_unescape, text[1:-1])
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescape(found: re.Match[str]) -> str:
    code = found[1]
    if len(code) > 1:
        number = int(code[1:], 16)
        return chr(number) if number <= 0x10FFFF else "\ufffd"
    return _PLAIN_ESCAPES.get(code, "\\" + code)


class Builder(Transformer[Any, Any]):
    """One method per alternative of the grammar; lark calls it as soon as the alternative is complete."""

    def expression(self, items: Items) -> Any:
        """Build a whole expression."""
        return self._single(items[0])

    def tests(self, items: Items) -> Any:
        """Build ``test, test``."""
        return tuple(self._alone(item) for item in _nodes(items))

    def _alone(self, item: Any) -> Any:
        return item if isinstance(item, tree.Test) else self._single(item)

    def _single(self, item: Any) -> Any:
        if isinstance(item, tree.Group):
            raise Fault(item.at, "括号里有多个值。", "(", "多个值只能用在 in 之后；列表请用方括号 […]。")
        return item

    def _all(self, items: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(self._single(item) for item in items)

    def _make(self, kind: Any, items: Items, *parts: Any) -> Any:
        for part in parts:
            self._all(part) if isinstance(part, tuple) else self._single(part)
        return _node(kind, _at(items[0]), *parts)

    def disjunction(self, items: Items) -> Any:
        """Build ``a or b``."""
        return self._make(tree.Or, items, _nodes(items))

    def conjunction(self, items: Items) -> Any:
        """Build ``a and b``."""
        return self._make(tree.And, items, _nodes(items))

    def comparison(self, items: Items) -> Any:
        """Build ``a < b``."""
        left, operator, right = items
        return self._make(tree.Comparison, items, str(operator), left, right)

    def between(self, items: Items) -> Any:
        """Build ``a between b and c``."""
        return self._make(tree.Between, items, *_nodes(items))

    def in_(self, items: Items) -> Any:
        """Build ``a in b``."""
        value, _, tested = items
        tests = tested.items if isinstance(tested, tree.Group) else (tested,)
        return _node(tree.In, _at(items[0]), self._single(value), tests)

    def test(self, items: Items) -> Any:
        """Build ``< a``."""
        return self._make(tree.Test, items, str(items[0]), items[1])

    def arithmetic(self, items: Items) -> Any:
        """Build ``a + b - c``."""
        operators = tuple(str(item) for item in items if isinstance(item, lark.Token))
        return self._make(tree.Arithmetic, items, _nodes(items), operators)

    def negation(self, items: Items) -> Any:
        """Build ``-a``."""
        return self._make(tree.Negation, items, items[1])

    def if_(self, items: Items) -> Any:
        """Build ``if a then b else c``."""
        return self._make(tree.If, items, *_nodes(items))

    def for_(self, items: Items) -> Any:
        """Build ``for x in a return b``."""
        return self._make(tree.For, items, items[1], items[3])

    def quantified(self, items: Items) -> Any:
        """Build ``some x in a satisfies b``."""
        return self._make(tree.Quantified, items, str(items[0]), items[1], items[3])

    def iterations(self, items: Items) -> Any:
        """Build ``x in a, y in b``."""
        return _nodes(items)

    def iteration(self, items: Items) -> Any:
        """Build ``x in a`` or ``x in a..b``."""
        name, _, domain, _, until = items
        return self._make(tree.Iteration, items, names.normal(name), domain, until)

    def function(self, items: Items) -> Any:
        """Build ``function(a) b``."""
        parameters, body = items[2] or (), items[4]
        named = tuple(name for name, _ in parameters)
        types = tuple(type_ for _, type_ in parameters)
        return self._make(tree.FunctionOf, items, named, types, body)

    def parameters(self, items: Items) -> Any:
        """Build ``a, b`` of a function definition."""
        return _nodes(items)

    def parameter(self, items: Items) -> Any:
        """Build ``a: number``."""
        return names.normal(items[0]), items[2]

    def instance_of(self, items: Items) -> Any:
        """Build ``a instance of t``."""
        return self._make(tree.InstanceOf, items, items[0], items[2])

    def path(self, items: Items) -> Any:
        """Build ``a.b``."""
        return self._make(tree.Path, items, items[0], names.normal(items[2]))

    def filter(self, items: Items) -> Any:
        """Build ``a[b]``."""
        return self._make(tree.Filter, items, items[0], items[2])

    def call(self, items: Items) -> Any:
        """Build ``f(a)``."""
        arguments = items[2] or ()
        named = [item for item in arguments if isinstance(item, tuple)]
        if not named:
            return self._make(tree.Call, items, items[0], tuple(arguments), ())
        if len(named) < len(arguments):
            raise Fault(_at(items[0]), "按名称与按位置的参数混用。", "(", "请统一用一种写法。")
        labels = tuple(name for name, _ in named)
        if len(set(labels)) < len(labels):
            raise Fault(_at(items[0]), "同一个参数写了两次。", "(", "请删去重复的参数。")
        return self._make(tree.Call, items, items[0], tuple(value for _, value in named), labels)

    def arguments(self, items: Items) -> Any:
        """Build the arguments of a call."""
        return list(_nodes(items))

    def argument(self, items: Items) -> Any:
        """Build one positional argument."""
        return items[0]

    def named(self, items: Items) -> Any:
        """Build ``name: a`` of a call."""
        return self._key(items[0]), items[2]

    def _key(self, token: lark.Token) -> str:
        return unquote(token) if token.type == "STRING" else names.normal(token)

    def number(self, items: Items) -> Any:
        """Build a number."""
        value = CONTEXT.create_decimal(str(items[0]))
        return _node(tree.Literal, _at(items[0]), value if value.is_finite() else None)

    def string(self, items: Items) -> Any:
        """Build a text."""
        return _node(tree.Literal, _at(items[0]), unquote(items[0]))

    def at(self, items: Items) -> Any:
        """Build ``@"…"``."""
        text = unquote(items[1])
        try:
            value = temporal.parse_literal(text)
        except Nothing as error:
            raise Fault(_at(items[0]), error.reason, text, kind=ImpossibleConstant) from error
        return _node(tree.Literal, _at(items[0]), value)

    def true(self, items: Items) -> Any:
        """Build ``true``."""
        return _node(tree.Literal, _at(items[0]), True)

    def false(self, items: Items) -> Any:
        """Build ``false``."""
        return _node(tree.Literal, _at(items[0]), False)

    def null(self, items: Items) -> Any:
        """Build ``null``."""
        return _node(tree.Literal, _at(items[0]), None)

    def name(self, items: Items) -> Any:
        """Build a name."""
        return _node(tree.Name, _at(items[0]), names.normal(items[0]))

    def group(self, items: Items) -> Any:
        """Build ``(a)`` or ``(a, b)``."""
        inside = _nodes(items)
        if len(inside) == 1:
            return inside[0]
        return _node(tree.Group, _at(items[0]), inside)

    def range(self, items: Items) -> Any:
        """Build ``[a..b]``."""
        opening, start, _, end, closing = items
        return self._make(tree.RangeOf, items, start, end, str(opening) == "[", str(closing) == "]")

    def list_of(self, items: Items) -> Any:
        """Build ``[a, b]``."""
        return self._make(tree.ListOf, items, items[1] or ())

    def list_items(self, items: Items) -> Any:
        """Build the items of a list."""
        return _nodes(items)

    def context(self, items: Items) -> Any:
        """Build ``{a: b}``."""
        entries = items[1] or ()
        keys = tuple(key for key, _ in entries)
        if len(set(keys)) < len(keys):
            twice = next(key for key in keys if keys.count(key) > 1)
            problem = f"上下文中的名称“{twice}”重复。"
            raise Fault(_at(items[0]), problem, twice, "请改用不同的名称。", ImpossibleConstant)
        return self._make(tree.ContextOf, items, keys, tuple(value for _, value in entries))

    def entries(self, items: Items) -> Any:
        """Build the entries of a context."""
        return _nodes(items)

    def entry(self, items: Items) -> Any:
        """Build ``a: b`` of a context."""
        return self._key(items[0]), items[2]

    def type(self, items: Items) -> Any:
        """Build a type by its name."""
        name = ".".join(names.normal(item) for item in items if item.type == "NAME")
        return _node(tree.TypeOf, _at(items[0]), name)

    def generic(self, items: Items) -> Any:
        """Build ``list<t>``."""
        return _node(tree.TypeOf, _at(items[0]), names.normal(items[0]), (items[2],), (), True)

    def context_type(self, items: Items) -> Any:
        """Build ``context<a: t>``."""
        members = [item for item in items if isinstance(item, tuple)]
        keys = tuple(key for key, _ in members)
        parts = tuple(part for _, part in members)
        return _node(tree.TypeOf, _at(items[0]), names.normal(items[0]), parts, keys, True)

    def member(self, items: Items) -> Any:
        """Build ``a: t`` of a context type."""
        return names.normal(items[0]), items[2]

    def any_function(self, items: Items) -> Any:
        """Build ``function`` as a type."""
        return tree.TypeOf("function", at=_at(items[0]))

    def function_type(self, items: Items) -> Any:
        """Build ``function<t> -> t``."""
        return _node(tree.TypeOf, _at(items[0]), "function", _nodes(items), (), True)
