"""
What a decision gets wrong whatever the data: a text against the types around it, a cell against its column.

Nothing here keeps a model from running: by the standard such a value is null. ``check`` tells it to staff.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bpmn import feel
from bpmn.decisions.model import DecisionTable, InputClause, Literal, OutputClause
from bpmn.decisions.types import Types
from bpmn.feel import analysis, checks, tree, types
from bpmn.feel.library.catalogue import BUILTINS
from bpmn.feel.types import ANY, Type
from bpmn.model import Finding, Severity

#: Functions that the server adds when it decides (``bpmn.deadlines``); a model may call them.
OWN_FUNCTIONS: Final = frozenset(
    {
        "deadline",
        "last day",
        "working days between",
        "add working days",
        "is working day",
        "next working day",
        "previous working day",
        "month end working day",
    }
)
_MOST_DEPTH: Final = 12
_COMPOUND: Final = frozenset({"list", "context", "range", "function"})


@dataclass(frozen=True)
class Hidden(Type):
    """The type of a name that the file has, but that the node at hand does not require."""


class Names(dict[str, Type]):
    """
    What is in scope, with its type.

    ``telling`` are the names that a parser must be told; a model may have thousands, and each text asks for them.
    """

    def __init__(
        self,
        known: Mapping[str, Type],
        telling: frozenset[str] | None = None,
        members: frozenset[str] | None = None,
    ) -> None:
        super().__init__(known)
        self.members = _members(known.values()) if members is None else members
        self.telling = analysis.telling_names(known) if telling is None else telling
        self.all = frozenset(known)

    def binding(self, more: Mapping[str, Type]) -> Names:
        """Return the names with others that stand before them."""
        members = self.members | _members(more.values())
        return Names({**self, **more}, self.telling | analysis.telling_names(more), members)


def _members(found: Iterable[Type], depth: int = 0) -> frozenset[str]:
    """The names of components that a parser must be told, however deep they stand."""
    names: set[str] = set()
    for type_ in found if depth < _MOST_DEPTH else ():
        inner = dict(type_.members or {})
        names |= analysis.telling_names(inner)
        names |= _members([*inner.values(), *([type_.item] if type_.item else [])], depth + 1)
    return frozenset(names)


def hidden(type_: Type) -> Hidden:
    """Mark the type of a name as out of reach."""
    return Hidden(type_.name, type_.item, type_.members, type_.parameters, type_.result)


def shown(type_: Type) -> Type:
    """Return the type of a hidden name without its mark."""
    return Type(type_.name, type_.item, type_.members, type_.parameters, type_.result)


def unreachable_names(
    expression: feel.Expression | feel.UnaryTests, names: Mapping[str, Type]
) -> Iterator[str]:
    """Yield the sentences about names that a text reads and its node cannot see."""
    for name in sorted(expression.names):
        if name not in names and name not in BUILTINS:
            yield f"读取了「{name}」，但模型里没有这个名称，也没有声明为输入数据。"
        elif isinstance(names.get(name), Hidden):
            yield f"读取了「{name}」，但没有画出对它的依赖。"


def type_of(text: str, root: tree.Node, names: Names, known: frozenset[str]) -> Type:
    """
    Return the type that a tree's value has by the declared types, ``Any`` where unknown.

    Raises:
        feel.ExpressionTypeError: an operation that can never give a value.
    """
    return checks.check(text, root, names.all | known | OWN_FUNCTIONS, names)


class TableCheck:
    """The cells of one table against the types of its columns."""

    def __init__(self, table: DecisionTable, names: Names, declared: Types, file: str) -> None:
        self._table, self._names, self._declared, self._file = table, names, declared, file

    def findings(self) -> Iterator[Finding]:
        """Every cell that cannot fit its column, in table order."""
        for index, clause in enumerate(self._table.inputs):
            yield from self._column(clause, [rule.inputs[index] for rule in self._table.rules])
        for index, result in enumerate(self._table.outputs):
            yield from self._results(result, [rule.outputs[index] for rule in self._table.rules])

    def _column(self, clause: InputClause, cells: list[Literal]) -> Iterator[Finding]:
        wanted = self._column_type(clause)
        if wanted.name in _COMPOUND:
            return
        names, kinds = self._names.binding({"?": wanted}), dict[str, Literal]()
        for cell in cells:
            tests = self._tests(cell)
            try:
                self._compare(tests, names)
            except feel.ExpressionTypeError as problem:
                label = f"{cell.place.label}的条件列「{clause.label}」"
                yield self._finding(
                    "cell-type", cell, f"{label}：{problem.problem}", "请按该列的类型改写这一格。"
                )
            for kind in _kinds(tests):
                kinds.setdefault(kind, cell)
        if wanted.name == "Any" and len(kinds) > 1:
            first = "、".join(f"{kind}（{cell.place.label}）" for kind, cell in kinds.items())
            message = f"{clause.expression.place.label}混用了不同类型的值：{first}。"
            yield self._finding("mixed-column", clause.expression, message, "请统一成一种类型，或拆成两列。")

    def _column_type(self, clause: InputClause) -> Type:
        if clause.expression.type_ref:
            return self._declared.declared(clause.expression.type_ref).type
        return self._type(clause.expression)

    def _type(self, literal: Literal) -> Type:
        try:
            expression = feel.compile(literal.text, names=self._names.telling, members=self._names.members)
            return type_of(literal.text, expression.root, self._names, expression.names)
        except feel.FeelSyntaxError:  # told where the text itself is compiled
            return ANY

    def _tests(self, cell: Literal) -> feel.UnaryTests | None:
        try:
            return feel.compile_unary_tests(cell.text, names=self._names.telling, members=self._names.members)
        except feel.FeelSyntaxError:  # told where the text itself is compiled
            return None

    def _compare(self, tests: feel.UnaryTests | None, names: Names) -> None:
        if tests is not None and tests.nodes:
            asked = tree.In(tree.Name("?"), tests.nodes)
            type_of(tests.text, asked, names, tests.names)

    def _results(self, clause: OutputClause, cells: list[Literal]) -> Iterator[Finding]:
        wanted = self._declared.declared(clause.type_ref).type
        allowed = _closed(clause.allowed)
        for cell in [*cells, *([clause.default] if clause.default else [])]:
            given = self._type(cell) if cell.text else ANY
            if not _fits(given, wanted):
                message = f"{cell.place.label}的输出「{clause.label}」是 {given}，而该列的类型是 {wanted}。"
                yield self._finding(
                    "output-type", cell, message, "请改正这一格，或改列的类型。", Severity.ERROR
                )
            elif allowed is not None and not _is_allowed(cell, allowed):
                message = f"{cell.place.label}的输出「{clause.label}」{cell.text} 不在该列允许的值之内。"
                yield self._finding("output-not-allowed", cell, message, "请改正这一格，或把它加进允许的值。")

    def _finding(
        self, code: str, literal: Literal, message: str, remedy: str, severity: Severity = Severity.WARNING
    ) -> Finding:
        return Finding(
            severity=severity,
            code=code,
            message=message,
            remedy=remedy,
            file=self._file,
            element_id=literal.place.element_id,
        )


def _kinds(tests: feel.UnaryTests | None) -> Iterator[str]:
    """The types of the literals in a cell."""
    for node in tests.nodes if tests is not None else ():
        for literal in _literals(node):
            kind = feel.type_name(literal.value)
            if kind != "null":
                yield kind


def _literals(node: tree.Node) -> Iterator[tree.Literal]:
    if isinstance(node, tree.Literal):
        yield node
    elif isinstance(node, tree.Test | tree.RangeOf | tree.Negation):
        for part in tree.children(node):
            yield from _literals(part)


def _fits(given: Type, wanted: Type) -> bool:
    if "Any" in (given.name, wanted.name) or types.assignable(given, wanted):
        return True
    if (given.name, wanted.name) == ("date", "date and time"):
        return True
    if given.name == "list":  # one item stands for itself
        return wanted.name == "list" or _fits(given.item or ANY, wanted)
    return wanted.name == "list" and _fits(given, wanted.item or ANY)


def _closed(tests: Literal | None) -> feel.UnaryTests | None:
    if tests is None:
        return None
    try:
        compiled = feel.compile_unary_tests(tests.text)
    except feel.FeelSyntaxError:
        return None
    return None if compiled.names else compiled


def _is_allowed(cell: Literal, allowed: feel.UnaryTests) -> bool:
    try:
        expression = feel.compile(cell.text) if cell.text else None
    except feel.FeelSyntaxError:
        return True
    if expression is None or not isinstance(expression.root, tree.Literal):
        return True
    value = expression.evaluate({})
    return value is None or allowed.test(value, {}) is True
