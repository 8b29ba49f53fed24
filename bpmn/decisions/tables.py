"""Decision tables compiled: input columns once, then rule by rule until the hit policy has seen enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bpmn import feel
from bpmn.decisions import hits
from bpmn.decisions.cells import Cell
from bpmn.decisions.model import DecisionTable, HitPolicy, OutputClause, Rule
from bpmn.decisions.session import Code, Scope, Session
from bpmn.decisions.types import Declared, coerce
from bpmn.feel.values import Value


@dataclass(frozen=True, kw_only=True)
class Column:
    """A compiled input column."""

    label: str
    value: Code
    allowed: feel.UnaryTests | None


@dataclass(frozen=True, kw_only=True)
class Result:
    """A compiled output column."""

    clause: OutputClause
    declared: Declared
    allowed: feel.UnaryTests | None
    order: Sequence[Value] | None  #: output values by falling priority
    default: Code | None


@dataclass(frozen=True, kw_only=True)
class Row:
    """A compiled rule: only the cells that ask something, and its outputs."""

    rule: Rule
    cells: tuple[tuple[int, Cell], ...]
    outputs: tuple[Code, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A compiled decision table."""

    table: DecisionTable
    owner: str  #: name under which the matched rules are told
    columns: tuple[Column, ...]
    results: tuple[Result, ...]
    rows: tuple[Row, ...]

    def __call__(self, scope: Scope, session: Session) -> Value:
        """Evaluate the table; rules that matched go to the session."""
        values = self._inputs(scope, session)
        if values is None:
            return None
        found = self._hits(values, scope, session)
        if not found and any(result.default for result in self.results):
            return self._default(scope, session)
        ranking = [result.order for result in self.results]
        verdict = hits.judge(self.table.hit_policy, self.table.aggregation, found, ranking)
        session.matched[self.owner] = verdict.rules
        if verdict.reason:
            session.note(f"{self.table.place.label}：{verdict.reason}")
        return verdict.value

    def _inputs(self, scope: Scope, session: Session) -> list[Value] | None:
        values = [column.value(scope, session) for column in self.columns]
        for column, value in zip(self.columns, values, strict=True):
            if (
                column.allowed is not None
                and column.allowed.test(value, scope, session.environment) is not True
            ):
                shown = str(feel.to_json(value))[:60]
                session.note(
                    f"{self.table.place.label}：条件列「{column.label}」的值 {shown} 不在允许的值之内。"
                )
                return None
        return values

    def _hits(self, values: Sequence[Value], scope: Scope, session: Session) -> list[hits.Hit]:
        found: list[hits.Hit] = []
        environment = session.environment
        for row in self.rows:
            if _is_met(row, values, scope, environment):
                found.append(self._hit(row, scope, session))
                if self.table.hit_policy is HitPolicy.FIRST:
                    break
        return found

    def _hit(self, row: Row, scope: Scope, session: Session) -> hits.Hit:
        outputs = tuple(
            self._output(result, code(scope, session), row, scope, session)
            for result, code in zip(self.results, row.outputs, strict=True)
        )
        return hits.Hit(rule=row.rule, outputs=outputs, value=self._together(outputs))

    def _output(self, result: Result, value: Value, row: Row, scope: Scope, session: Session) -> Value:
        value, reason = coerce(value, result.declared, session.environment)
        if value is not None and not _is_allowed(result, value, scope, session):
            value, reason = None, f"值 {feel.to_json(value)} 不在允许的值之内。"
        if reason is not None:
            session.note(f"{row.rule.outputs[0].place.label}的输出「{result.clause.label}」：{reason}")
        return value

    def _together(self, outputs: tuple[Value, ...]) -> Value:
        if len(self.results) == 1:
            return outputs[0]
        return {str(result.clause.name): value for result, value in zip(self.results, outputs, strict=True)}

    def _default(self, scope: Scope, session: Session) -> Value:
        session.matched[self.owner] = ()
        outputs = tuple(result.default(scope, session) if result.default else None for result in self.results)
        value = self._together(outputs)
        return [value] if self.table.hit_policy in hits.MULTIPLE and self.table.aggregation is None else value


def _is_met(row: Row, values: Sequence[Value], scope: Scope, environment: feel.Environment | None) -> bool:
    # A plain loop: a generator would cost as much as the cells themselves.
    for index, cell in row.cells:  # noqa: SIM110
        if not cell(values[index], scope, environment):
            return False
    return True


def _is_allowed(result: Result, value: Value, scope: Scope, session: Session) -> bool:
    return result.allowed is None or result.allowed.test(value, scope, session.environment) is True
