"""Compiled expressions and unary tests: what callers keep and evaluate."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from bpmn.feel import adoption, analysis, checks, closures, parser, tree
from bpmn.feel.environment import Environment, Run, Silent
from bpmn.feel.errors import Exhausted, ImpossibleConstant
from bpmn.feel.types import Type
from bpmn.feel.values import Value

Json: TypeAlias = Any
_SILENT: Final = Silent()
_NO_SCOPE: Final[dict[Any, Value]] = {}
_TOO_DEEP: Final = "数据或函数嵌套太深，已停止，结果为空。"
_OUT_OF_RANGE: Final = "计算结果超出数值范围，结果为空。"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A value, and Chinese sentences that say why parts of it became null."""

    value: Value
    reasons: tuple[str, ...] = ()


class Expression:
    """
    A compiled expression; immutable, safe to share between threads.

    Attributes:
        text: the expression as written.
        names: free top-level names that it reads, for data-flow checks; functions are not among them.
        paths: the same with the steps behind them: ``("party", "age")``.
    """

    __slots__ = ("_closure", "_root", "_straight", "names", "paths", "text")

    def __init__(self, text: str, root: tree.Node, known: Iterable[str] = ()) -> None:
        self.text = text
        self._root = root
        self._closure = closures.compile_node(root)
        self._straight = self._closure if analysis.is_straight(root) else None
        self.paths = analysis.paths(root, frozenset(known))
        self.names = frozenset(path[0] for path in self.paths)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    @property
    def root(self) -> tree.Node:
        """The checked syntax tree."""
        return self._root

    @property
    def functions(self) -> frozenset[str]:
        """What it calls that FEEL does not have: the environment must offer it."""
        return analysis.functions(self._root)

    @property
    def tree(self) -> Json:
        """The syntax tree as JSON, for the evaluator in the browser."""
        return tree.to_json(self._root)

    def evaluate(self, context: Mapping[str, Value], environment: Environment | None = None) -> Value:
        """
        Return the value; whatever goes wrong at run time is null.

        >>> from bpmn import feel
        >>> feel.compile("amount * 2").evaluate({"amount": 21})
        Decimal('42')
        """
        straight = self._straight
        if straight is not None and context.__class__ is dict:
            try:
                return straight(context, _SILENT if environment is None else Silent(environment))
            except (ArithmeticError, RecursionError):
                return None
        return self._within(context, Run(environment))

    def trace(self, context: Mapping[str, Value], environment: Environment | None = None) -> Evaluation:
        """
        Return the value and the reasons why parts of it became null.

        >>> from bpmn import feel
        >>> feel.compile("1 / 0").trace({})
        Evaluation(value=None, reasons=('除数为零，结果为空。',))
        """
        run = Run(environment)
        value = self._within(context, run)
        return Evaluation(value, tuple(run.reasons))

    def _within(self, context: Mapping[str, Value], run: Run) -> Value:
        scope = context if context.__class__ is dict else dict(context)
        return _guarded(lambda: self._closure(scope, run), run)


def _guarded(call: Any, run: Run) -> Value:
    try:
        return call()
    except Exhausted as exhausted:
        reason = exhausted.reason
    except RecursionError:
        reason = _TOO_DEEP
    except ArithmeticError:
        reason = _OUT_OF_RANGE
    run.note(reason)
    return None


class UnaryTests:
    """The compiled tests of one cell: ``< 5, [10..20]``, ``not("a")`` or ``-``; ``?`` is the value."""

    __slots__ = ("_is_straight", "_negated", "_nodes", "_reads_scope", "_testers", "names", "paths", "text")

    def __init__(
        self, text: str, negated: bool, nodes: tuple[tree.Node, ...], known: Iterable[str] = ()
    ) -> None:
        self.text = text
        self._negated = negated
        self._nodes = nodes
        self._testers = tuple(map(closures.unary_tester, nodes))
        self._is_straight = all(map(analysis.is_straight, nodes))
        self._reads_scope = any(map(analysis.reads_scope, nodes))
        found = [analysis.paths(node, frozenset(known)) for node in nodes]
        self.paths = frozenset(path for paths in found for path in paths if path[0] != "?")
        self.names = frozenset(path[0] for path in self.paths)

    def __repr__(self) -> str:
        return f"UnaryTests({self.text!r})"

    @property
    def nodes(self) -> tuple[tree.Node, ...]:
        """The trees of the single tests; none for ``-``."""
        return self._nodes

    @property
    def is_negated(self) -> bool:
        """Whether the tests stand inside ``not(…)``."""
        return self._negated

    @property
    def tree(self) -> Json:
        """The tests as JSON, for the evaluator in the browser."""
        tests = [tree.to_json(node) for node in self._nodes]
        return {"node": "UnaryTests", "negated": self._negated, "tests": tests}

    def test(
        self, value: Value, context: Mapping[str, Value], environment: Environment | None = None
    ) -> bool | None:
        """
        Return whether one test accepts the value, null where that cannot be said.

        >>> from bpmn import feel
        >>> feel.compile_unary_tests("< 5, [10..20]").test(12, {})
        True
        """
        if not self._is_straight:
            return self._answer(value, context, Run(environment))
        return self._answer(value, context, _SILENT if environment is None else Silent(environment))

    def trace(
        self, value: Value, context: Mapping[str, Value], environment: Environment | None = None
    ) -> Evaluation:
        """Return the answer and the reasons why parts of it became null."""
        run = Run(environment)
        answer = self._answer(value, context, run)
        return Evaluation(answer, tuple(run.reasons))

    def _answer(self, value: Value, context: Mapping[str, Value], run: Run) -> bool | None:
        if not self._nodes:
            return True
        answer: bool | None = _guarded(lambda: self._any(value, context, run), run)
        return (not answer) if self._negated and answer is not None else answer

    def _any(self, given: Value, context: Mapping[str, Value], run: Run) -> bool | None:
        value = adoption.adopt(given)
        scope = {**context, "?": value} if self._reads_scope else _NO_SCOPE
        result: bool | None = False
        for test in self._testers:
            answer = test(value, scope, run)
            if answer is True:
                return True
            if answer is None:
                result = None
        return result


_CACHE_SIZE: Final = 4096
_LONGEST_CACHED: Final = 5_000


def compile(
    expression: str,
    *,
    names: Iterable[str] = (),
    types: Mapping[str, Type] | None = None,
    strict: bool = False,
    members: Iterable[str] = (),
) -> Expression:
    """
    Return a compiled expression, from the cache where it was compiled before.

    Args:
        expression: FEEL, at most ``limits.MAX_LENGTH`` characters, without leading ``=``.
        names: names in scope; needed where they hold signs such as ``-`` or keywords.
        types: declared types of variables, for strict mode.
        members: names of entries in the data, which count behind a dot and in filters.
        strict: refuse unknown names, wrong numbers of arguments and impossible comparisons.

    Raises:
        FeelSyntaxError: with line, column, offending word and suggestion.

    >>> from bpmn import feel
    >>> feel.compile("当事人.年龄 >= 18 and x").names == {"当事人", "x"}
    True
    """
    known = frozenset(names) | frozenset(types or ())
    compiled = _compiled(expression, known, frozenset(members))
    if strict:
        checks.check(expression, compiled.root, known, types or {})
    return compiled


def compile_unary_tests(
    text: str,
    *,
    names: Iterable[str] = (),
    types: Mapping[str, Type] | None = None,
    strict: bool = False,
    members: Iterable[str] = (),
) -> UnaryTests:
    """
    Return compiled unary tests, from the cache where they were compiled before.

    Raises:
        FeelSyntaxError: as ``compile``.

    >>> from bpmn import feel
    >>> feel.compile_unary_tests("not(1, 2)").test(3, {})
    True
    """
    known = frozenset(names) | frozenset(types or ())
    compiled = _compiled_tests(text, known, frozenset(members))
    if strict:
        for node in compiled.nodes:
            checks.check(text, node, known | {"?"}, types or {})
    return compiled


Names = frozenset[str]
_NO_NAMES: Final[Names] = frozenset()


def _compiled(text: str, known: Iterable[str], members: Names = _NO_NAMES) -> Expression:
    build = _cached if len(text) <= _LONGEST_CACHED else _build
    return build(text, analysis.telling_names(known), members)


def _build(text: str, known: Names, members: Names) -> Expression:
    return Expression(text, parser.parse(text, known, members), known)


@functools.lru_cache(maxsize=_CACHE_SIZE)
def _cached(text: str, known: Names, members: Names) -> Expression:
    return _build(text, known, members)


def _compiled_tests(text: str, known: Iterable[str], members: Names = _NO_NAMES) -> UnaryTests:
    build = _cached_tests if len(text) <= _LONGEST_CACHED else _build_tests
    return build(text, analysis.telling_names(known), members)


def _build_tests(text: str, known: Names, members: Names) -> UnaryTests:
    negated, nodes = parser.parse_tests(text, known, members)
    return UnaryTests(text, negated, nodes, known)


@functools.lru_cache(maxsize=_CACHE_SIZE)
def _cached_tests(text: str, known: Names, members: Names) -> UnaryTests:
    return _build_tests(text, known, members)


def _seen(context: Mapping[str, Value], environment: Environment | None) -> tuple[list[str], Names]:
    """Return the names in scope, and the names of entries in the data."""
    functions = environment.functions if environment is not None else {}
    return [*context, *functions], analysis.telling_members(context)


def evaluate(
    expression: str, context: Mapping[str, Value], *, environment: Environment | None = None
) -> Value:
    """
    Return the value of an expression; run-time problems are null.

    Raises:
        FeelSyntaxError: the text is no expression.

    >>> from bpmn import feel
    >>> feel.evaluate('if 金额 > 100 then "高" else "低"', {"金额": 120})
    '高'
    """
    try:
        return _compiled(expression, *_seen(context, environment)).evaluate(context, environment)
    except ImpossibleConstant:
        return None


def trace(
    expression: str, context: Mapping[str, Value], *, environment: Environment | None = None
) -> Evaluation:
    """
    Return the value of an expression and why parts of it became null.

    Raises:
        FeelSyntaxError: the text is no expression.
    """
    try:
        return _compiled(expression, *_seen(context, environment)).trace(context, environment)
    except ImpossibleConstant as error:
        return Evaluation(None, (error.message,))


def trace_unary_test(
    test: str, value: Value, context: Mapping[str, Value], *, environment: Environment | None = None
) -> Evaluation:
    """
    Return whether unary tests accept a value, and why that cannot be said.

    Raises:
        FeelSyntaxError: the text is no unary test.
    """
    try:
        return _compiled_tests(test, *_seen(context, environment)).trace(value, context, environment)
    except ImpossibleConstant as error:
        return Evaluation(None, (error.message,))


def unary_test(
    test: str, value: Value, context: Mapping[str, Value], *, environment: Environment | None = None
) -> bool | None:
    """
    Return whether unary tests accept a value.

    Raises:
        FeelSyntaxError: the text is no unary test.

    >>> from bpmn import feel
    >>> feel.unary_test("[1..5], > 10", 7, {})
    False
    """
    try:
        return _compiled_tests(test, *_seen(context, environment)).test(value, context, environment)
    except ImpossibleConstant:
        return None
