"""
Trees to Python closures: ``closure(scope, run) -> value``. No code is generated, nothing is interpreted.

``scope`` is a dict from name to value. Loops, filters, functions and contexts work on a copy of it. Work
is bounded by the size of the text except in loops and calls; only these pay steps to ``run``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from bpmn.feel import arithmetic, binding, comparison, loops, membership, navigation, shortcuts, tree, types
from bpmn.feel.environment import Run
from bpmn.feel.errors import Nothing
from bpmn.feel.values import Function, Range, Value

Scope = dict[str, Value]
Closure = Callable[[Scope, Run], Value]

_SCALARS: Final = frozenset((str, bool, type(None)))
_FLIPPED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


def compile_node(node: tree.Node) -> Closure:
    """Return the closure of a tree."""
    return _COMPILERS[type(node)](node)


def _literal(node: tree.Literal) -> Closure:
    value = node.value
    return lambda scope, run: value


def _name(node: tree.Name) -> Closure:
    name = node.name

    def look_up(scope: Scope, run: Run) -> Value:
        try:
            value = scope[name]
        except KeyError:
            return binding.missing(name, run)
        if value.__class__ is Decimal:
            return value if value.is_finite() else None
        return value if value.__class__ in _SCALARS else binding.settled(value, run)

    return look_up


def _and(node: tree.And) -> Closure:
    parts = tuple(map(compile_node, node.operands))
    if len(parts) == 2:
        return _and_of_two(*parts)

    def conjunction(scope: Scope, run: Run) -> bool | None:
        result: bool | None = True
        for part in parts:
            value = part(scope, run)
            if value is False:
                return False
            if value is not True:
                result = None
        return result

    return conjunction


def _and_of_two(left: Closure, right: Closure) -> Closure:
    def conjunction(scope: Scope, run: Run) -> bool | None:
        first = left(scope, run)
        if first is True:
            second = right(scope, run)
            return second if second is True or second is False else None
        if first is False:
            return False
        return False if right(scope, run) is False else None

    return conjunction


def _or(node: tree.Or) -> Closure:
    parts = tuple(map(compile_node, node.operands))

    def disjunction(scope: Scope, run: Run) -> bool | None:
        result: bool | None = False
        for part in parts:
            value = part(scope, run)
            if value is True:
                return True
            if value is not False:
                result = None
        return result

    return disjunction


def _comparison(node: tree.Comparison) -> Closure:
    left, right = compile_node(node.left), compile_node(node.right)
    if isinstance(node.right, tree.Literal):
        return _with_constant(node.operator, node.left, left, node.right.value)
    if isinstance(node.left, tree.Literal):
        return _with_constant(_FLIPPED[node.operator], node.right, right, node.left.value)
    general = membership.OPERATORS[node.operator]
    return lambda scope, run: general(left(scope, run), right(scope, run), run)


def _with_constant(operator: str, node: tree.Node, left: Closure, constant: Value) -> Closure:
    compare = membership.OPERATORS[operator]

    def general(scope: Scope, run: Run) -> bool | None:
        return compare(left(scope, run), constant, run)

    if isinstance(node, tree.Name):
        return shortcuts.shortcut(operator, node.name, constant, general) or general
    return general


def _between(node: tree.Between) -> Closure:
    value, low, high = map(compile_node, (node.value, node.low, node.high))

    def between(scope: Scope, run: Run) -> bool | None:
        return comparison.contains(Range(low(scope, run), high(scope, run)), value(scope, run), run)

    def checked(scope: Scope, run: Run) -> bool | None:
        if low(scope, run) is None or high(scope, run) is None:
            run.note("between 的界限为空，结果为空。")
            return None
        return between(scope, run)

    return checked


def _in(node: tree.In) -> Closure:
    value = compile_node(node.value)
    testers = tuple(map(tester, node.tests))

    def belongs(scope: Scope, run: Run) -> bool | None:
        current = value(scope, run)
        return membership.any_of(test(current, scope, run) for test in testers)

    return belongs


Tester = Callable[[Value, Scope, Run], "bool | None"]


def tester(node: tree.Node) -> Tester:
    """Return the test that one operand of ``in`` stands for."""
    if isinstance(node, tree.Test):
        operand, operator = compile_node(node.operand), membership.OPERATORS[node.operator]
        return lambda value, scope, run: operator(value, operand(scope, run), run)
    target = compile_node(node)
    if isinstance(node, tree.RangeOf):
        return lambda value, scope, run: membership.within(value, target(scope, run), run)
    return lambda value, scope, run: membership.holds(value, target(scope, run), run)


def unary_tester(node: tree.Node) -> Tester:
    """Return the unary test of a decision table cell; ``?`` stands for the value."""
    if isinstance(node, tree.Test):
        return tester(node)
    if isinstance(node, tree.RangeOf):
        return tester(node)
    target = compile_node(node)
    asks = any(isinstance(part, tree.Name) and part.name == "?" for part in tree.walk(node))
    if asks:
        return lambda value, scope, run: membership.truth(target(scope, run))
    return lambda value, scope, run: membership.holds_unary(value, target(scope, run), run)


def _arithmetic(node: tree.Arithmetic) -> Closure:
    first, *rest = map(compile_node, node.operands)
    steps = tuple(zip(node.operators, rest, strict=True))
    if len(steps) == 1:
        return _binary(steps[0][0], first, steps[0][1])

    def chain(scope: Scope, run: Run) -> Value:
        value = first(scope, run)
        for operator, operand in steps:
            value = calculate(operator, value, operand(scope, run), run)
        return value

    return chain


def _binary(operator: str, left: Closure, right: Closure) -> Closure:
    return lambda scope, run: calculate(operator, left(scope, run), right(scope, run), run)


def calculate(operator: str, left: Value, right: Value, run: Run) -> Value:
    """Return ``left operator right``, null with a reason where there is no such value."""
    try:
        return arithmetic.apply(operator, left, right, run)
    except Nothing as nothing:
        run.note(nothing.reason)
        return None


def _negation(node: tree.Negation) -> Closure:
    operand = compile_node(node.operand)
    if isinstance(node.operand, tree.Literal) and isinstance(node.operand.value, Decimal):
        constant = -node.operand.value
        return lambda scope, run: constant

    def negation(scope: Scope, run: Run) -> Value:
        try:
            return arithmetic.negate(operand(scope, run))
        except Nothing as nothing:
            run.note(nothing.reason)
            return None

    return negation


def _if(node: tree.If) -> Closure:
    condition, yes, no = map(compile_node, (node.condition, node.yes, node.no))

    def choice(scope: Scope, run: Run) -> Value:
        answer = condition(scope, run)
        if answer is not True and answer is not False:
            run.note("if 的条件不是 true 或 false，按 else 处理。")
        return yes(scope, run) if answer is True else no(scope, run)

    return choice


def _path(node: tree.Path) -> Closure:
    names = _plain_path(node)
    return _steps(node) if names is None else _direct_path(names[0], names[1:], _steps(node))


def _plain_path(node: tree.Node) -> tuple[str, ...] | None:
    """Return the names of a path that begins with a name, None for other paths."""
    names: list[str] = []
    while isinstance(node, tree.Path):
        names.append(node.name)
        node = node.source
    return (node.name, *reversed(names)) if isinstance(node, tree.Name) else None


def _direct_path(first: str, rest: tuple[str, ...], general: Closure) -> Closure:
    """Walk contexts without looking at what lies beside the path; anything unusual goes the general way."""

    def walk(scope: Scope, run: Run) -> Value:
        value = scope.get(first)
        for name in rest:
            if value.__class__ is not dict or name not in value:
                return general(scope, run)
            value = value[name]
        if value.__class__ is Decimal:
            return value if value.is_finite() else None
        return value if value.__class__ in _SCALARS else binding.settled(value, run)

    return walk


def _steps(node: tree.Path) -> Closure:
    source, name = compile_node(node.source), node.name

    def step(scope: Scope, run: Run) -> Value:
        value = source(scope, run)
        if value.__class__ is dict and name in value:
            return value[name]
        return navigation.step(value, name, run)

    return step


def _filter(node: tree.Filter) -> Closure:
    source, condition = compile_node(node.source), compile_node(node.condition)
    names = tuple(binding.free_names(node.condition) - {"item"})
    layer = navigation.Layer(names, binding.captures(node.condition), binding.cost(node.condition))
    constant = binding.constant_number(node.condition)
    if constant is not None:
        return lambda scope, run: navigation.at_index(source(scope, run), constant, run)
    return lambda scope, run: navigation.filtered(source(scope, run), condition, layer, scope, run)


def _for(node: tree.For) -> Closure:
    plan = _plan(node.iterations, node.body)
    body = compile_node(node.body)
    wants_partial = "partial" in binding.free_names(node.body)
    return lambda scope, run: loops.collect(plan, body, wants_partial, scope, run)


def _plan(iterations: tuple[tree.Iteration, ...], body: tree.Node) -> loops.Plan:
    steps = tuple(
        loops.Step(each.name, compile_node(each.domain), compile_node(each.until) if each.until else None)
        for each in iterations
    )
    return loops.Plan(steps, binding.captures(body), binding.cost(body))


def _quantified(node: tree.Quantified) -> Closure:
    plan = _plan(node.iterations, node.condition)
    condition = compile_node(node.condition)
    decisive = node.kind == "some"
    return lambda scope, run: loops.quantify(plan, condition, decisive, scope, run)


def _list(node: tree.ListOf) -> Closure:
    items = tuple(map(compile_node, node.items))
    return lambda scope, run: [item(scope, run) for item in items]


def _context(node: tree.ContextOf) -> Closure:
    entries = tuple(zip(node.keys, map(compile_node, node.values), strict=True))

    def build(scope: Scope, run: Run) -> dict[str, Value]:
        frame, result = dict(scope), {}
        run.spend(1 + len(frame) // 32)
        for key, closure in entries:
            value = closure(frame, run)
            result[key] = frame[key] = value
        return result

    return build


def _range(node: tree.RangeOf) -> Closure:
    start, end = compile_node(node.start), compile_node(node.end)
    constant = _constant_range(node)
    if constant is not None:
        return lambda scope, run: constant

    def build(scope: Scope, run: Run) -> Range | None:
        return membership.interval(
            start(scope, run), end(scope, run), node.start_included, node.end_included, run
        )

    return build


def _constant_range(node: tree.RangeOf) -> Range | None:
    """Return a range between two literals that fit each other; made once, since ranges do not change."""
    if isinstance(node.start, tree.Literal) and isinstance(node.end, tree.Literal):
        return membership.interval(
            node.start.value, node.end.value, node.start_included, node.end_included, Run()
        )
    return None


def _test(node: tree.Test) -> Closure:
    operand, operator = compile_node(node.operand), node.operator
    return lambda scope, run: membership.unary_range(operator, operand(scope, run), run)


def _instance_of(node: tree.InstanceOf) -> Closure:
    value, wanted = compile_node(node.value), types.from_tree(node.type)

    def check(scope: Scope, run: Run) -> bool | None:
        current = value(scope, run)
        asked = wanted or types.from_tree(node.type, run.environment.types)
        if asked is None:
            run.note(f"没有名为 {node.type.name} 的类型。")
            return None
        return types.conforms(current, asked)

    return check


def _function(node: tree.FunctionOf) -> Closure:
    body, price = compile_node(node.body), binding.cost(node.body)
    declared = tuple(types.from_tree(each) if each else None for each in node.types)

    def define(scope: Scope, run: Run) -> Function:
        def call(account: Run, *values: Value) -> Value:
            frame = {**scope, **dict(zip(node.parameters, values, strict=True))}
            account.enter()
            account.spend(price + len(frame) // 32)
            result = body(frame, account)
            account.leave()
            return result

        return Function("", node.parameters, call, declared)

    return define


def _call(node: tree.Call) -> Closure:
    arguments = tuple(map(compile_node, node.arguments))
    names = node.names
    if isinstance(node.function, tree.Name):
        name = node.function.name

        def call_named(scope: Scope, run: Run) -> Value:
            values = [argument(scope, run) for argument in arguments]
            return binding.call_by_name(name, scope, values, names, run)

        return call_named
    function = compile_node(node.function)

    def call_value(scope: Scope, run: Run) -> Value:
        target = function(scope, run)
        return binding.call(target, [argument(scope, run) for argument in arguments], names, run)

    return call_value


def _unusable(node: tree.Node) -> Closure:
    raise TypeError(f"{type(node).__name__} stands only inside another node")


_COMPILERS: Final[Mapping[type[tree.Node], Callable[[Any], Closure]]] = {
    tree.Literal: _literal,
    tree.Name: _name,
    tree.And: _and,
    tree.Or: _or,
    tree.Comparison: _comparison,
    tree.Between: _between,
    tree.In: _in,
    tree.Arithmetic: _arithmetic,
    tree.Negation: _negation,
    tree.If: _if,
    tree.Path: _path,
    tree.Filter: _filter,
    tree.For: _for,
    tree.Quantified: _quantified,
    tree.ListOf: _list,
    tree.ContextOf: _context,
    tree.RangeOf: _range,
    tree.Test: _test,
    tree.InstanceOf: _instance_of,
    tree.FunctionOf: _function,
    tree.Call: _call,
    tree.Group: _unusable,
}
