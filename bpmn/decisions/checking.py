"""
What staff should know of a decision table before it decides about people.

Each column is cut into classes: one sample for every stretch of values that no cell tells apart. A class is the set of
rules whose cell it meets, kept as the bits of an int; walking the columns and joining the sets gives every set of rules
that can match together, each with the input that shows it. The proof is exact for cells made of literals; a column
whose cells ask for other data is left out, and gaps are then not claimed.
"""

from __future__ import annotations

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
)
from bpmn.decisions.sampling import samples
from bpmn.feel.values import Value
from bpmn.model import Finding, Severity

_MAX_STATES: Final = 20_000
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
    is_exact: bool


def check_tables(definitions: Definitions) -> Iterator[Finding]:
    """Check every decision table of a file."""
    for table in _tables(definitions):
        yield from _Check(table, definitions.file).findings()


def _tables(definitions: Definitions) -> Iterator[DecisionTable]:
    for node in definitions.nodes.values():
        if isinstance(node, Decision):
            yield from _inside(node.logic)
        elif isinstance(node, BusinessKnowledge):
            yield from _inside(node.logic.body)


def _inside(box: Boxed) -> Iterator[DecisionTable]:
    if isinstance(box, DecisionTable):
        yield box
    for entry in getattr(box, "entries", ()):
        yield from _inside(entry.value)


class _Check:
    """One table: its columns cut into classes, and the sets of rules that can match together."""

    def __init__(self, table: DecisionTable, file: str) -> None:
        self.table, self.file = table, file
        self.columns = [self._column(clause, index) for index, clause in enumerate(table.inputs)]
        self.leaves, self.is_whole = self._walk()
        self.is_exact = self.is_whole and all(column.is_exact for column in self.columns)

    def _column(self, clause: InputClause, index: int) -> _Column:
        cells = [cell for rule in self.table.rules if (cell := _closed(rule.inputs[index].text)) is not None]
        allowed = _closed(clause.allowed.text) if clause.allowed else None
        if len(cells) < len(self.table.rules):
            every = (1 << len(self.table.rules)) - 1
            return _Column(clause=clause, classes=(_Class(rules=every, sample=None),), is_exact=False)
        texts = [rule.inputs[index].text for rule in self.table.rules]
        classes: dict[int, _Class] = {}
        for sample in samples(
            texts, clause.allowed.text if clause.allowed else None, clause.expression.type_ref
        ):
            if allowed is not None and allowed.test(sample, {}) is not True:
                continue
            bits = sum(1 << number for number, cell in enumerate(cells) if cell.test(sample, {}) is True)
            classes.setdefault(bits, _Class(rules=bits, sample=sample))
        return _Column(clause=clause, classes=tuple(classes.values()), is_exact=True)

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
        if self.is_exact and 0 in self.leaves and self.table.hit_policy in _SINGLE and not has_default:
            example = self._example(self.leaves[0])
            message = f"有的输入没有规则命中，例如：{example}。"
            yield self._finding(Severity.WARNING, "table-gap", message, "请补一条规则，或给输出列填默认值。")

    def _overlaps(self) -> Iterator[Finding]:
        if self.table.hit_policy not in {HitPolicy.UNIQUE, HitPolicy.ANY}:
            return
        clashes = [
            (rules, path) for rules, path in self.leaves.items() if self.is_exact and self._clash(rules)
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
        outputs = {tuple(cell.text for cell in self.table.rules[number].outputs) for number in found}
        return self.table.hit_policy is HitPolicy.UNIQUE or len(outputs) > 1

    def _idle_rules(self) -> Iterator[Finding]:
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
        return self.table.hit_policy is HitPolicy.FIRST and self.is_exact

    def _maskers(self, number: int) -> str:
        earlier = {_bits(rules)[0] for rules in self.leaves if rules >> number & 1}
        return "、".join(str(one + 1) for one in sorted(earlier))

    def _idle_outputs(self) -> Iterator[Finding]:
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
            if column.is_exact and sample is not None
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
    return f'"{value}"' if isinstance(value, str) else str(feel.to_json(value))


def _listed(text: str) -> list[str]:
    """The literals of an output's list of values as texts."""
    values = feel.evaluate(f"[{text}]", {})
    return [_shown(value) for value in values] if isinstance(values, list) else []


def _is_literal(text: str) -> bool:
    try:
        return not text or not feel.compile(text).names
    except feel.FeelSyntaxError:
        return False
