"""What one evaluation of a model remembers: values already had, rules that matched, reasons for nulls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bpmn import feel
from bpmn.decisions.model import Rule
from bpmn.feel.values import Value

Scope: TypeAlias = Mapping[str, Value]
MAX_CALLS = 150  #: functions of a model inside one another


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """
    What an evaluation gave and why.

    Attributes:
        values: decision name -> value; only the decisions that were asked for.
        matched: decision (or business knowledge) name -> ids of the rules that gave the result, in table order.
        annotations: the same names -> pairs of rule id and the texts written beside the rule.
        reasons: Chinese sentences that say why something became null; empty when nothing did.
    """

    values: Mapping[str, Value]
    matched: Mapping[str, tuple[str, ...]]
    annotations: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]]
    reasons: tuple[str, ...] = ()


class Session:
    """The running account of one evaluation."""

    def __init__(self, environment: feel.Environment | None) -> None:
        self.environment = environment
        self.values: dict[str, Value] = {}  #: by node
        self.matched: dict[str, tuple[Rule, ...]] = {}
        self.reasons: list[str] = []
        self._calls = 0

    def note(self, reason: str) -> None:
        """Record a reason once."""
        if reason not in self.reasons:
            self.reasons.append(reason)

    def call(self, label: str, body: Callable[[], Value]) -> Value:
        """Run a function of the model; too many inside one another give null and a reason."""
        if self._calls >= MAX_CALLS:
            self.note(f"{label}互相调用超过 {MAX_CALLS} 层，已停止，结果为空。")
            return None
        self._calls += 1
        try:
            return body()
        finally:
            self._calls -= 1


Code: TypeAlias = Callable[[Scope, Session], Value]
