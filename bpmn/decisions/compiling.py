"""Boxed expressions to closures. Every text is compiled here, at deployment; syntax errors become findings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from bpmn import feel
from bpmn.decisions import closures, strictness
from bpmn.decisions.cells import cell
from bpmn.decisions.model import (
    Boxed,
    BoxedContext,
    BoxedList,
    Conditional,
    DecisionTable,
    Filter,
    FunctionDefinition,
    InputClause,
    Invocation,
    Iterator,
    Literal,
    OutputClause,
    Relation,
    Rule,
    Typed,
)
from bpmn.decisions.session import Code, Scope, Session
from bpmn.decisions.strictness import Names
from bpmn.decisions.tables import Column, Result, Row, Table
from bpmn.decisions.types import ANY as DECLARED_ANY
from bpmn.decisions.types import Declared, Types
from bpmn.feel.types import ANY, LIST
from bpmn.feel.values import Value
from bpmn.model import Finding, Severity

_NAMES_TYPES: Final = re.compile(r"\binstance\s+of\b|\bfunction\s*\(")
_NEVER: Final = feel.compile_unary_tests("false and ? = null")  #: accepts no value


class Compiler:
    """Compiles the expressions of one file and collects what is wrong with them."""

    def __init__(self, types: Types, file: str) -> None:
        self.types = types
        self.remarks: list[Finding] = []  #: what staff should know, but what runs
        self.names_types = False  #: whether any text says the name of a type
        self.findings: list[Finding] = []
        self._file = file
        self._is_open = False  #: inside a filter, where any name may be an entry of the items

    def boxed(self, box: Boxed, names: Names, owner: str) -> Code:
        """Compile any boxed expression; *owner* is the name under which tables tell their matches."""
        return _COMPILERS[type(box)](self, box, names, owner)

    def record(
        self, code: str, literal: Literal, message: str, remedy: str, severity: Severity = Severity.ERROR
    ) -> None:
        """Record a finding at an expression."""
        self.findings.append(self._finding(code, literal, message, remedy, severity))

    def _finding(self, code: str, literal: Literal, message: str, remedy: str, severity: Severity) -> Finding:
        return Finding(
            severity=severity,
            code=code,
            message=message,
            remedy=remedy,
            file=self._file,
            element_id=literal.place.element_id,
        )

    def _syntax(
        self, literal: Literal, problem: feel.FeelSyntaxError, severity: Severity = Severity.ERROR
    ) -> None:
        remedy = (
            f"可以改为：{problem.fixed}" if problem.fixed else (problem.suggestion or "请改正这段表达式。")
        )
        message = f"{literal.place.label}：{problem.message}"
        self.record("feel-syntax", literal, message, remedy, severity)

    def _remark(self, literal: Literal, compiled: feel.Expression | feel.UnaryTests, names: Names) -> None:
        """Note names out of reach, and what the declared types make impossible."""
        label = literal.place.label
        found = [
            ("name-not-required", f"{label}{sentence}", "请补上依赖或输入数据；否则只有调用方另给时才有值。")
            for sentence in ([] if self._is_open else strictness.unreachable_names(compiled, names))
        ]
        if isinstance(compiled, feel.Expression):
            try:
                strictness.type_of(literal.text, compiled.root, names, compiled.names)
            except feel.ExpressionTypeError as problem:
                found.append(("feel-type", f"{label}：{problem.message}", "请改正；现在它的结果总是空。"))
        for code, message, remedy in found:
            finding = self._finding(code, literal, message, remedy, Severity.WARNING)
            if finding not in self.remarks:
                self.remarks.append(finding)

    def literal(self, literal: Literal, names: Names, owner: str = "") -> Code:
        """Compile a FEEL text; an empty one is null."""
        if not literal.text:
            return closures.null
        self.names_types |= bool(_NAMES_TYPES.search(literal.text))
        try:
            expression = feel.compile(literal.text, names=names.telling, members=names.members)
            self._remark(literal, expression, names)
        except feel.ImpossibleConstant as problem:
            self._syntax(literal, problem, Severity.WARNING)
            return closures.nothing(f"{literal.place.label}：{problem.message}")
        except feel.FeelSyntaxError as problem:
            self._syntax(literal, problem)
            return closures.null
        return self._typed(
            closures.expression_of(expression, literal.place.label), literal.type_ref, literal.place.label
        )

    def tests(self, literal: Literal | None, names: Names) -> feel.UnaryTests | None:
        """Compile unary tests; None for none, for ``-`` and for what was refused."""
        if literal is None or literal.text in ("", "-"):
            return None
        self.names_types |= bool(_NAMES_TYPES.search(literal.text))
        try:
            tests = feel.compile_unary_tests(literal.text, names=names.telling, members=names.members)
            self._remark(literal, tests, names)
            return tests
        except feel.ImpossibleConstant as problem:
            self._syntax(literal, problem, Severity.WARNING)
            return _NEVER
        except feel.FeelSyntaxError as problem:
            self._syntax(literal, problem)
            return None

    def _typed(self, code: Code, reference: str | None, label: str) -> Code:
        declared = self.types.declared(reference)
        return closures.typed(code, declared, label) if reference else code

    def typed(self, box: Typed, names: Names, owner: str) -> Code:
        """Compile a boxed expression whose value has a declared type."""
        return self._typed(self.boxed(box.value, names, owner), box.type_ref, box.place.label)

    def table(self, table: DecisionTable, names: Names, owner: str) -> Code:
        """Compile a decision table."""
        self.remarks += strictness.TableCheck(table, names, self.types, self._file).findings()
        return Table(
            table=table,
            owner=owner,
            columns=tuple(self._column(clause, names) for clause in table.inputs),
            results=tuple(self._result(clause, names) for clause in table.outputs),
            rows=tuple(self._row(rule, names) for rule in table.rules),
        )

    def _column(self, clause: InputClause, names: Names) -> Column:
        value = self.literal(clause.expression, names)
        return Column(label=clause.label, value=value, allowed=self.tests(clause.allowed, names))

    def _result(self, clause: OutputClause, names: Names) -> Result:
        default = self.literal(clause.default, names) if clause.default else None
        declared = self.types.declared(clause.type_ref)
        return Result(
            clause=clause,
            declared=declared,
            allowed=self.tests(clause.allowed, names),
            order=self._order(clause),
            default=closures.typed(default, declared, clause.label) if default else None,
        )

    def _order(self, clause: OutputClause) -> list[Value] | None:
        """The listed output values, first the one with the highest priority."""
        if clause.allowed is None:
            return None
        try:
            listed = feel.evaluate(f"[{clause.allowed.text}]", {})
        except feel.FeelSyntaxError:
            return None
        return listed if isinstance(listed, list) else None

    def _row(self, rule: Rule, names: Names) -> Row:
        cells = [(index, self.tests(text, names)) for index, text in enumerate(rule.inputs)]
        return Row(
            rule=rule,
            cells=tuple((index, cell(tests)) for index, tests in cells if tests is not None),
            outputs=tuple(self.literal(text, names) for text in rule.outputs),
        )

    def context(self, box: BoxedContext, names: Names, owner: str) -> Code:
        """Compile a boxed context: each line sees those above it."""
        known = names
        lines: list[tuple[str | None, Code]] = []
        for entry in box.entries:
            code = self._typed(self.boxed(entry.value, known, owner), entry.type_ref, box.place.label)
            lines.append((entry.name, code))
            if entry.name:
                known = known.binding({entry.name: self.types.declared(entry.type_ref).type})
        return closures.context_of(lines)

    def invocation(self, box: Invocation, names: Names, owner: str) -> Code:
        """Compile a call by parameter names."""
        called = self.boxed(box.called, names, owner)
        bindings = [(name, self.boxed(value, names, owner)) for name, value in box.bindings]
        return closures.invocation_of(called, bindings, box.place.label)

    def list_(self, box: BoxedList, names: Names, owner: str) -> Code:
        """Compile a boxed list."""
        items = [self.boxed(item, names, owner) for item in box.items]
        return lambda scope, session: [item(scope, session) for item in items]

    def relation(self, box: Relation, names: Names, owner: str) -> Code:
        """Compile a relation: a list of contexts."""
        rows = [[self.boxed(one, names, owner) for one in row] for row in box.rows]

        def relate(scope: Scope, session: Session) -> Value:
            return [dict(zip(box.columns, (one(scope, session) for one in row), strict=True)) for row in rows]

        return relate

    def function(self, box: FunctionDefinition, names: Names, owner: str) -> Code:
        """Compile a function; it sees what is in scope where it is defined."""
        return self.knowledge(box, names, owner, DECLARED_ANY)

    def knowledge(self, box: FunctionDefinition, names: Names, owner: str, result: Declared) -> Code:
        """Compile the function of a business knowledge model, whose results meet the type *result*."""
        declared = {name: self.types.declared(reference) for name, reference in box.parameters}
        known = names.binding({name: one.type for name, one in declared.items()})
        body = closures.typed(self.boxed(box.body, known, owner), result, f"业务知识「{owner}」")
        return lambda scope, session: closures.function(owner, declared, body, scope, session)

    def conditional(self, box: Conditional, names: Names, owner: str) -> Code:
        """Compile a boxed if."""
        if_, then, otherwise = (self.boxed(part, names, owner) for part in (box.if_, box.then, box.otherwise))

        def choose(scope: Scope, session: Session) -> Value:
            condition = if_(scope, session)
            if condition is not None and not isinstance(condition, bool):
                session.note(f"{box.place.label}：“如果”的结果不是 true 或 false，结果为空。")
                return None
            return then(scope, session) if condition is True else otherwise(scope, session)

        return choose

    def filter_(self, box: Filter, names: Names, owner: str) -> Code:
        """Compile a boxed filter."""
        source = self.boxed(box.source, names, owner)
        was_open, self._is_open = self._is_open, True  # entries of the items are names, too
        match = self.boxed(box.match, names.binding({"item": ANY}), owner)
        self._is_open = was_open

        def keep(scope: Scope, session: Session) -> Value:
            found = closures.items_of(source(scope, session), session, box.place.label)
            answers = [match(closures.with_item(scope, item), session) for item in found]
            if not closures.are_truths(answers, session, box.place.label):
                return None
            return [item for item, answer in zip(found, answers, strict=True) if answer is True]

        return keep

    def iterator(self, box: Iterator, names: Names, owner: str) -> Code:
        """Compile a boxed for, every or some."""
        source = self.boxed(box.source, names, owner)
        known = names.binding({box.variable: ANY, "partial": LIST})
        body = self.boxed(box.body, known, owner)
        end = closures.ENDS[box.kind]

        def iterate(scope: Scope, session: Session) -> Value:
            made: list[Value] = []
            for item in closures.items_of(source(scope, session), session, box.place.label):
                made.append(body({**scope, box.variable: item, "partial": list(made)}, session))
            if box.kind != "for" and not closures.are_truths(made, session, box.place.label):
                return None
            return end(made)

        return iterate


_COMPILERS: Final[Mapping[type, Callable[[Compiler, Any, Names, str], Code]]] = {
    Literal: Compiler.literal,
    Typed: Compiler.typed,
    DecisionTable: Compiler.table,
    BoxedContext: Compiler.context,
    Invocation: Compiler.invocation,
    BoxedList: Compiler.list_,
    Relation: Compiler.relation,
    FunctionDefinition: Compiler.function,
    Conditional: Compiler.conditional,
    Filter: Compiler.filter_,
    Iterator: Compiler.iterator,
}
