"""
What staff should know of a decision table before it decides about people.

Each column is cut into classes: one sample for every stretch of values that no cell tells apart. A class is the set of
rules whose cell it meets, kept as the bits of an int; walking the columns and joining the sets gives every set of rules
that can match together, each with the input that shows it. The proof is exact for cells that compare with
constants. Cells that do more (``starts with(?, "A")``) are sampled: what is told is shown by its example, but that a
rule is dead is not claimed. A column whose cells ask for other data counts as met, and gaps are then not claimed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bpmn import feel
from bpmn.decisions.model import (
    Boxed,
    BusinessKnowledge,
    Decision,
    DecisionTable,
    Definitions,
    HitPolicy,
    InputClause,
    parts,
)
from bpmn.decisions.sampling import is_plain, samples
from bpmn.decisions.types import Declared, Types
from bpmn.feel.values import Value
from bpmn.model import Finding, Severity

_MAX_STATES: Final = 20_000
_MAX_TESTS: Final = 400_000  #: cells asked for one table
_SHOWN: Final = 5  #: findings of one kind for one table
_SINGLE: Final = frozenset({HitPolicy.UNIQUE, HitPolicy.FIRST, HitPolicy.ANY, HitPolicy.PRIORITY})


@dataclass(frozen=True, kw_only=True)
class _Class:
    """Values of a column that no cell tells apart."""

    rules: int  #: bit n-1 is rule n
    sample: Value


@dataclass(frozen=True, kw_only=True)
class _Column:
    clause: InputClause
    classes: tuple[_Class, ...]
    is_shown: bool = True  #: every class is really met by its sample
    is_covered: bool = True  #: every value belongs to a class


def check_tables(definitions: Definitions) -> Iterator[Finding]:
    """Check every decision table of a file."""
    types = Types(definitions)
    for table in tables(definitions):
        yield from TableCheck(table, types, definitions.file).findings()


def tables(definitions: Definitions) -> Iterator[DecisionTable]:
    """Yield the decision tables of a file, however deep they stand."""
    for node in definitions.nodes.values():
        if isinstance(node, Decision):
            yield from _inside(node.logic)
        elif isinstance(node, BusinessKnowledge):
            yield from _inside(node.logic.body)


def _inside(box: Boxed) -> Iterator[DecisionTable]:
    if isinstance(box, DecisionTable):
        yield box
    for part in parts(box):
        yield from _inside(part)


class TableCheck:
    """One table: its columns cut into classes, and the sets of rules that can match together."""

    def __init__(self, table: DecisionTable, types: Types, file: str) -> None:
        self.table, self.file, self._types = table, file, types
        self._tests_left, self.is_small = _MAX_TESTS, True
        self.columns = [self._column(clause, index) for index, clause in enumerate(table.inputs)]
        self.leaves, self.is_whole = self._walk()
        self.is_whole &= self.is_small
        self.is_shown = self.is_whole and all(column.is_shown for column in self.columns)
        self.is_covered = self.is_whole and all(column.is_covered for column in self.columns)

    def _column(self, clause: InputClause, index: int) -> _Column:
        cells = [_closed(rule.inputs[index].text) for rule in self.table.rules]
        known = [cell for cell in cells if cell is not None]
        declared = self._declared(clause)
        allowed = _closed(clause.allowed.text) if clause.allowed else None
        every = (1 << len(self.table.rules)) - 1
        # A sample costs as many questions as there are rules; what is too much is left out, and said.
        values = list(samples([*known, *declared.allowed], allowed, declared.type.name))
        if len(known) == len(cells) and len(values) * len(cells) > self._tests_left:
            self.is_small = False
        if len(known) < len(cells) or not self.is_small:
            return _Column(clause=clause, classes=(_Class(rules=every, sample=None),), is_shown=False)
        limits = [*declared.allowed, *([allowed] if allowed is not None else [])]
        classes: dict[int, _Class] = {}
        self._tests_left -= len(values) * len(cells)
        for sample in values:
            if sample is not None and any(limit.test(sample, {}) is not True for limit in limits):
                continue
            bits = sum(1 << number for number, cell in enumerate(known) if cell.test(sample, {}) is True)
            classes.setdefault(bits, _Class(rules=bits, sample=sample))
        if not classes:  # nothing is allowed, or nothing that we can think of
            return _Column(clause=clause, classes=(_Class(rules=every, sample=None),), is_shown=False)
        is_covered = all(is_plain(tests) for tests in [*known, *limits])
        return _Column(clause=clause, classes=tuple(classes.values()), is_covered=is_covered)

    def _declared(self, clause: InputClause) -> Declared:
        return self._types.declared(clause.expression.type_ref)

    def _walk(self) -> tuple[Mapping[int, tuple[Value, ...]], bool]:
        """Every set of rules that some input meets, with that input; False where there were too many to walk."""
        states: dict[int, tuple[Value, ...]] = {(1 << len(self.table.rules)) - 1: ()}
        for column in self.columns:
            following: dict[int, tuple[Value, ...]] = {}
            for rules, path in states.items():
                for one in column.classes:
                    following.setdefault(rules & one.rules, (*path, one.sample))
                if len(following) > _MAX_STATES:
                    return following, False
            states = following
        return states, True

    def findings(self) -> Iterator[Finding]:
        """Everything found, worst first."""
        if self.is_whole:
            yield from self._overlaps()
            yield from self._gaps()
            yield from self._idle_rules()
            yield from self._idle_outputs()
        else:
            yield self._finding(
                Severity.INFO, "table-too-large", "条件组合太多，未能全部检查。", "可以拆成几张表。"
            )

    def _gaps(self) -> Iterator[Finding]:
        has_default = any(output.default for output in self.table.outputs)
        if self.is_shown and 0 in self.leaves and self.table.hit_policy in _SINGLE and not has_default:
            example = self._example(self.leaves[0])
            message = f"有的输入没有规则命中，例如：{example}。"
            yield self._finding(Severity.WARNING, "table-gap", message, "请补一条规则，或给输出列填默认值。")

    def _overlaps(self) -> Iterator[Finding]:
        if self.table.hit_policy not in {HitPolicy.UNIQUE, HitPolicy.ANY}:
            return
        clashes = [
            (rules, path) for rules, path in self.leaves.items() if self.is_shown and self._clash(rules)
        ]
        for rules, path in clashes[:_SHOWN]:
            numbers = "、".join(str(number + 1) for number in _bits(rules))
            message = f"规则 {numbers} 会同时命中，例如：{self._example(path)}。"
            remedy = "请收窄其中的条件，或改用 FIRST 等命中策略。"
            yield self._finding(Severity.WARNING, "table-overlap", message, remedy, _bits(rules))

    def _clash(self, rules: int) -> bool:
        found = _bits(rules)
        if len(found) < 2:
            return False
        return self.table.hit_policy is HitPolicy.UNIQUE or self._differ(found)

    def _differ(self, rules: Sequence[int]) -> bool:
        """Whether the rules give different results whatever the data; unsaid where a result asks for data."""
        texts = [[cell.text for cell in self.table.rules[number].outputs] for number in rules]
        if not all(_is_literal(text) for row in texts for text in row):
            return False
        values = [[feel.evaluate(text, {}) if text else None for text in row] for row in texts]
        return any(value != values[0] for value in values[1:])

    def _idle_rules(self) -> Iterator[Finding]:
        if not self.is_covered:
            return
        met = {number for rules in self.leaves for number in _bits(rules)}
        used = {_bits(rules)[0] for rules in self.leaves if rules} if self._is_first else met
        for number in range(len(self.table.rules)):
            if number not in met:
                message = f"规则 {number + 1} 永远不会命中：它的条件互相矛盾或不在允许的值之内。"
                yield self._finding(
                    Severity.WARNING, "dead-rule", message, "请改正条件，或删去这条规则。", [number]
                )
            elif number not in used:
                earlier = self._maskers(number)
                message = f"规则 {number + 1} 永远轮不到：能命中它的输入都先命中规则 {earlier}。"
                yield self._finding(
                    Severity.WARNING, "masked-rule", message, "请把它移到前面，或删去。", [number]
                )

    @property
    def _is_first(self) -> bool:
        return self.table.hit_policy is HitPolicy.FIRST and self.is_shown

    def _maskers(self, number: int) -> str:
        earlier = {_bits(rules)[0] for rules in self.leaves if rules >> number & 1}
        return "、".join(str(one + 1) for one in sorted(earlier))

    def _idle_outputs(self) -> Iterator[Finding]:
        if not self.is_covered:
            return
        met = {number for rules in self.leaves for number in _bits(rules)}
        for index, output in enumerate(self.table.outputs):
            if output.allowed is None:
                continue
            given = {self.table.rules[number].outputs[index].text for number in met}
            given |= {output.default.text} if output.default else set()
            for text in _listed(output.allowed.text):
                if text not in given and all(_is_literal(one) for one in given):
                    message = f"输出列「{output.label}」的值 {text} 没有规则会给出。"
                    yield self._finding(
                        Severity.WARNING, "unreachable-output", message, "请补规则，或从允许的值中删去。"
                    )

    def _example(self, path: Sequence[Value]) -> str:
        asked = [
            f"{column.clause.label} = {_shown(sample)}"
            for column, sample in zip(self.columns, path, strict=True)
            if column.is_shown and (sample is not None or len(column.classes) > 1)
        ]
        return "，".join(asked) or "任意输入"

    def _finding(
        self, severity: Severity, code: str, message: str, remedy: str, rules: Sequence[int] = ()
    ) -> Finding:
        return Finding(
            severity=severity,
            code=code,
            message=f"{self.table.place.label}：{message}",
            remedy=remedy,
            file=self.file,
            element_id=self.table.place.element_id,
            witness=tuple(self.table.rules[number].id for number in rules) or None,
        )


def _closed(text: str) -> feel.UnaryTests | None:
    """Compile the tests of a cell; None where they ask for other data than the column's value."""
    try:
        tests = feel.compile_unary_tests(text)
    except feel.FeelSyntaxError:  # a name with spaces, known only inside its model
        return None
    return None if tests.names else tests


def _bits(rules: int) -> list[int]:
    return [number for number in range(rules.bit_length()) if rules >> number & 1]


def _shown(value: Value) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return str(feel.to_json(value))


def _listed(text: str) -> list[str]:
    """The literals of an output's list of values as texts."""
    values = feel.evaluate(f"[{text}]", {})
    return [_shown(value) for value in values] if isinstance(values, list) else []


def _is_literal(text: str) -> bool:
    try:
        return not text or not feel.compile(text).names
    except feel.FeelSyntaxError:
        return False
