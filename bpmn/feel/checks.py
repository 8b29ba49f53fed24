"""Strict mode: what an expression gets wrong whatever the data, found before it runs."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from bpmn.feel import punctuation, tree, types
from bpmn.feel.errors import ExpressionTypeError
from bpmn.feel.library.catalogue import BUILTINS
from bpmn.feel.types import ANY, BOOLEAN, NUMBER, Type
from bpmn.feel.values import type_name

_ORDERED: Final = frozenset(
    (
        "number",
        "string",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
    )
)
_DAYS: Final = frozenset(("date", "date and time"))
_DURATIONS: Final = frozenset(("days and time duration", "years and months duration"))
_RESULTS: Final[Mapping[str, Type]] = {
    **dict.fromkeys(
        ("string", "substring", "upper case", "lower case", "replace", "string join"), types.STRING
    ),
    **dict.fromkeys(
        ("number", "count", "sum", "mean", "floor", "ceiling", "decimal", "modulo", "sqrt"), NUMBER
    ),
    **dict.fromkeys(("string length", "round up", "round down", "day of year", "week of year"), NUMBER),
    **dict.fromkeys(
        ("contains", "starts with", "ends with", "matches", "list contains", "not", "is"), BOOLEAN
    ),
    **dict.fromkeys(
        ("all", "any", "odd", "even", "before", "after", "includes", "during", "overlaps"), BOOLEAN
    ),
    **dict.fromkeys(("date", "today"), types.DATE),
    **dict.fromkeys(("date and time", "now"), types.DATE_TIME),
    "time": types.TIME,
    **dict.fromkeys(("append", "concatenate", "distinct values", "flatten", "index of", "split"), types.LIST),
}
#: ``sum`` and ``abs`` also take durations, ``sum`` of which is no number
_OPEN_RESULTS: Final = frozenset(("sum",))


@dataclass(frozen=True)
class _Scope:
    text: str
    types: Mapping[str, Type]
    known: frozenset[str]
    is_open: bool = False  #: inside a filter, where any name may be an entry of the items

    def fault(self, node: tree.Node, problem: str, word: str, suggestion: str = "") -> ExpressionTypeError:
        line, column = punctuation.place(self.text, node.at)
        return ExpressionTypeError(problem, line=line, column=column, word=word, suggestion=suggestion)

    def binding(self, more: Mapping[str, Type]) -> _Scope:
        return replace(self, types={**self.types, **more}, known=self.known | frozenset(more))


def check(text: str, node: tree.Node, known: frozenset[str], declared: Mapping[str, Type]) -> Type:
    """
    Check a tree against declared names and types; return the type of its value, ``Any`` where unknown.

    Raises:
        ExpressionTypeError: at the first fault, with its place.
    """
    return _infer(node, _Scope(text, declared, known))


def _infer(node: tree.Node, scope: _Scope) -> Type:
    rule = _RULES.get(type(node))
    if rule is not None:
        return rule(node, scope)
    for part in tree.children(node):
        _infer(part, scope)
    return ANY


def _literal(node: tree.Literal, scope: _Scope) -> Type:
    return types.named(type_name(node.value)) or (types.NULL if node.value is None else ANY)


def _name(node: tree.Name, scope: _Scope) -> Type:
    if node.name in scope.types:
        return scope.types[node.name]
    if node.name in scope.known or scope.is_open or node.name in ("item", "partial", "?"):
        return ANY
    if node.name in BUILTINS:
        return types.FUNCTION
    raise scope.fault(node, f"没有名为“{node.name}”的变量。", node.name, _nearest(node.name, scope.known))


def _nearest(name: str, known: frozenset[str]) -> str:
    close = difflib.get_close_matches(name, known, 1, 0.5)
    return f"是否想写“{close[0]}”？" if close else "请核对变量名，或先声明它。"


def _path(node: tree.Path, scope: _Scope) -> Type:
    source = _infer(node.source, scope)
    if source.name == "list" and source.item is not None:
        return Type("list", _member(node, source.item, scope))
    return _member(node, source, scope)


def _member(node: tree.Path, source: Type, scope: _Scope) -> Type:
    if source.name != "context" or not source.members:
        return ANY
    if node.name in source.members:
        return source.members[node.name]
    suggestion = _nearest(node.name, frozenset(source.members))
    raise scope.fault(node, f"数据中没有“{node.name}”这一项。", node.name, suggestion)


def _comparison(node: tree.Comparison, scope: _Scope) -> Type:
    left, right = _infer(node.left, scope), _infer(node.right, scope)
    _comparable(node, node.operator, left, right, scope)
    return BOOLEAN


def _comparable(node: tree.Node, operator: str, left: Type, right: Type, scope: _Scope) -> None:
    if left.name == "Any" or right.name == "Any":
        return
    if operator in ("=", "!="):
        if "Null" in (left.name, right.name) or left.name == right.name:
            return
    elif left.name == right.name and left.name in _ORDERED:
        return
    problem = f"{left} 与 {right} 之间的 {operator} 比较永远没有结果。"
    raise scope.fault(node, problem, operator, "请先转换成相同的类型。")


def _between(node: tree.Between, scope: _Scope) -> Type:
    value, low, high = (_infer(part, scope) for part in (node.value, node.low, node.high))
    _comparable(node, ">=", value, low, scope)
    _comparable(node, "<=", value, high, scope)
    return BOOLEAN


def _in(node: tree.In, scope: _Scope) -> Type:
    value = _infer(node.value, scope)
    for test in node.tests:
        _tested(test, value, scope)
    return BOOLEAN


def _tested(test: tree.Node, value: Type, scope: _Scope) -> None:
    if isinstance(test, tree.Test):
        _comparable(test, test.operator, value, _infer(test.operand, scope), scope)
    elif isinstance(test, tree.RangeOf):
        _comparable(test, ">=", value, _infer(test.start, scope), scope)
        _comparable(test, "<=", value, _infer(test.end, scope), scope)
    elif isinstance(test, tree.ListOf):
        for item in test.items:
            _tested(item, value, scope)
    elif isinstance(test, tree.Literal):
        _comparable(test, "=", value, _infer(test, scope), scope)
    else:
        _infer(test, scope)


def _truth(node: tree.And | tree.Or, scope: _Scope) -> Type:
    for part in node.operands:
        found = _infer(part, scope)
        if found.name not in ("Any", "boolean", "Null"):
            raise scope.fault(part, f"and/or 两边应为 boolean，这里是 {found}。", "", "请写成比较式。")
    return BOOLEAN


def _arithmetic(node: tree.Arithmetic, scope: _Scope) -> Type:
    result = _infer(node.operands[0], scope)
    for operator, operand in zip(node.operators, node.operands[1:], strict=True):
        result = _calculated(node, operator, result, _infer(operand, scope), scope)
    return result


def _calculated(node: tree.Node, operator: str, left: Type, right: Type, scope: _Scope) -> Type:
    pair = (left.name, right.name)
    if "Any" in pair or "Null" in pair:
        return ANY
    if pair == ("number", "number") or (pair == ("string", "string") and operator == "+"):
        return left
    temporal = _DAYS | _DURATIONS | {"time", "number"}
    if pair[0] in temporal and pair[1] in temporal and operator in "+-*/":
        return ANY
    raise scope.fault(node, f"{left} 与 {right} 之间不能用运算符 {operator}。", operator, "请先转换类型。")


def _if(node: tree.If, scope: _Scope) -> Type:
    condition = _infer(node.condition, scope)
    if condition.name not in ("Any", "boolean", "Null"):
        raise scope.fault(node.condition, f"if 的条件应为 boolean，这里是 {condition}。", "if")
    yes, no = _infer(node.yes, scope), _infer(node.no, scope)
    return yes if yes == no else ANY


def _loop(node: tree.For | tree.Quantified, scope: _Scope) -> Type:
    for each in node.iterations:
        domain = _infer(each.domain, scope)
        if each.until is not None:
            _infer(each.until, scope)
            domain = Type("list", domain)
        item = domain.item if domain.name in ("list", "range") and domain.item else ANY
        scope = scope.binding({each.name: item})
    if isinstance(node, tree.Quantified):
        _infer(node.condition, scope)
        return BOOLEAN
    return Type("list", _infer(node.body, scope.binding({"partial": types.LIST})))


def _filter(node: tree.Filter, scope: _Scope) -> Type:
    source = _infer(node.source, scope)
    item = source.item if source.name == "list" and source.item else ANY
    members = item.members or {}
    inner = replace(scope.binding({**members, "item": item}), is_open=not members)
    condition = _infer(node.condition, inner)
    if condition.name == "number":
        return item
    return source if condition.name == "boolean" and source.name == "list" else ANY


def _list(node: tree.ListOf, scope: _Scope) -> Type:
    found = {_infer(item, scope) for item in node.items}
    return Type("list", found.pop() if len(found) == 1 else ANY)


def _context(node: tree.ContextOf, scope: _Scope) -> Type:
    members: dict[str, Type] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        members[key] = _infer(value, scope.binding(members))
    return Type("context", members=members)


def _range(node: tree.RangeOf, scope: _Scope) -> Type:
    start, end = _infer(node.start, scope), _infer(node.end, scope)
    _comparable(node, "<=", start, end, scope)
    return Type("range", start)


def _function(node: tree.FunctionOf, scope: _Scope) -> Type:
    given = [types.from_tree(each) if each else None for each in node.types]
    parameters = tuple(each or ANY for each in given)
    result = _infer(node.body, scope.binding(dict(zip(node.parameters, parameters, strict=True))))
    return Type("function", parameters=parameters, result=result)


def _call(node: tree.Call, scope: _Scope) -> Type:
    for argument in node.arguments:
        _infer(argument, scope)
    if not isinstance(node.function, tree.Name):
        _infer(node.function, scope)
        return ANY
    name = node.function.name
    if name in scope.known:
        return scope.types.get(name, ANY).result or ANY
    if name not in BUILTINS:
        suggestion = _nearest(name, frozenset(BUILTINS) | scope.known)
        raise scope.fault(node, f"没有名为“{name}”的函数。", name, suggestion)
    _arity(node, name, scope)
    return ANY if name in _OPEN_RESULTS else _RESULTS.get(name, ANY)


def _arity(node: tree.Call, name: str, scope: _Scope) -> None:
    overloads = BUILTINS[name].overloads
    signatures = "；".join(dict.fromkeys(each.signature for each in overloads))
    if node.names:
        if any(each.ordered(node.names, node.arguments) is not None for each in overloads):
            return
        raise scope.fault(node, f"函数 {name} 的参数名称不对。", name, f"应为：{signatures}。")
    if not any(each.takes(len(node.arguments)) for each in overloads):
        problem = f"函数 {name} 的参数个数不对（{len(node.arguments)} 个）。"
        raise scope.fault(node, problem, name, f"应为：{signatures}。")


def _instance(node: tree.InstanceOf, scope: _Scope) -> Type:
    _infer(node.value, scope)
    return BOOLEAN


_RULES: Final[Mapping[type[tree.Node], Callable[[Any, _Scope], Type]]] = {
    tree.Literal: _literal,
    tree.Name: _name,
    tree.Path: _path,
    tree.Comparison: _comparison,
    tree.Between: _between,
    tree.In: _in,
    tree.And: _truth,
    tree.Or: _truth,
    tree.Arithmetic: _arithmetic,
    tree.If: _if,
    tree.For: _loop,
    tree.Quantified: _loop,
    tree.Filter: _filter,
    tree.ListOf: _list,
    tree.ContextOf: _context,
    tree.RangeOf: _range,
    tree.FunctionOf: _function,
    tree.Call: _call,
    tree.InstanceOf: _instance,
}
