"""Hit policies: from the rules that match to the result of the table (DMN 1.5, 8.2.10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from bpmn import feel
from bpmn.decisions.model import Aggregation, HitPolicy, Rule
from bpmn.feel.values import Value


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A rule that matched, its output values in column order, and what they make together."""

    rule: Rule
    outputs: tuple[Value, ...]
    value: Value


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The result, the rules it comes from, and a reason where the table has no answer."""

    value: Value
    rules: tuple[Rule, ...]
    reason: str | None = None


Ranking: TypeAlias = Sequence[Sequence[Value] | None]  #: per output column, its values by falling priority
_IS: Final = feel.compile("left = right", names=("left", "right"))


def _same(left: Value, right: Value) -> bool:
    return left is right or _IS.evaluate({"left": left, "right": right}) is True


def _numbers(hits: Sequence[Hit]) -> str:
    return "、".join(str(hit.rule.number) for hit in hits)


def _rules(hits: Sequence[Hit]) -> tuple[Rule, ...]:
    return tuple(hit.rule for hit in hits)


def _unique(hits: Sequence[Hit], _: Ranking) -> Verdict:
    if len(hits) > 1:
        reason = f"规则 {_numbers(hits)} 同时命中，而命中策略要求唯一。"
        return Verdict(value=None, rules=_rules(hits), reason=reason)
    return _first(hits, _)


def _first(hits: Sequence[Hit], _: Ranking) -> Verdict:
    return Verdict(value=hits[0].value, rules=(hits[0].rule,))


def _any(hits: Sequence[Hit], _: Ranking) -> Verdict:
    if any(not _same(hit.value, hits[0].value) for hit in hits[1:]):
        reason = f"规则 {_numbers(hits)} 同时命中但结果不同，而命中策略要求结果一致。"
        return Verdict(value=None, rules=_rules(hits), reason=reason)
    return Verdict(value=hits[0].value, rules=_rules(hits))


def _ranked(hits: Sequence[Hit], ranking: Ranking) -> list[Hit]:
    def rank(hit: Hit) -> tuple[int, ...]:
        return tuple(_rank(value, order) for value, order in zip(hit.outputs, ranking, strict=True))

    return sorted(hits, key=rank)


def _rank(value: Value, order: Sequence[Value] | None) -> int:
    if order is None:
        return 0
    return next((place for place, listed in enumerate(order) if _same(value, listed)), len(order))


def _priority(hits: Sequence[Hit], ranking: Ranking) -> Verdict:
    return _first(_ranked(hits, ranking), ranking)


def _output_order(hits: Sequence[Hit], ranking: Ranking) -> Verdict:
    return _rule_order(_ranked(hits, ranking), ranking)


def _rule_order(hits: Sequence[Hit], _: Ranking) -> Verdict:
    return Verdict(value=[hit.value for hit in hits], rules=_rules(hits))


POLICIES: Final[Mapping[HitPolicy, Callable[[Sequence[Hit], Ranking], Verdict]]] = {
    HitPolicy.UNIQUE: _unique,
    HitPolicy.FIRST: _first,
    HitPolicy.PRIORITY: _priority,
    HitPolicy.ANY: _any,
    HitPolicy.COLLECT: _rule_order,
    HitPolicy.RULE_ORDER: _rule_order,
    HitPolicy.OUTPUT_ORDER: _output_order,
}
MULTIPLE: Final = frozenset({HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER})
_AGGREGATIONS: Final[Mapping[Aggregation, feel.Expression]] = {
    Aggregation.SUM: feel.compile("sum(outputs)", names=("outputs",)),
    Aggregation.COUNT: feel.compile("count(outputs)", names=("outputs",)),
    Aggregation.MIN: feel.compile("min(outputs)", names=("outputs",)),
    Aggregation.MAX: feel.compile("max(outputs)", names=("outputs",)),
}


def judge(
    policy: HitPolicy, aggregation: Aggregation | None, hits: Sequence[Hit], ranking: Ranking
) -> Verdict:
    """Return the result of a table that has no default for the case that nothing matches."""
    if not hits and policy not in MULTIPLE:
        return Verdict(value=None, rules=(), reason="没有规则命中，决策表也没有默认输出。")
    verdict = POLICIES[policy](hits, ranking)
    if aggregation is None:
        return verdict
    total = _AGGREGATIONS[aggregation].evaluate({"outputs": verdict.value})
    reason = (
        f"命中规则 {_numbers(hits)} 的结果不能按 {aggregation} 汇总。" if total is None and hits else None
    )
    return Verdict(value=total, rules=verdict.rules, reason=reason)
