"""
Play a scenario: the real interpreter, forms, decisions and deadlines on a virtual clock, no database.

``play`` drives a ``Case``; ``InMemoryCase`` is the one that lives in memory. A case on the real store only has to
offer the same few verbs to be driven by the same scenarios.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bpmn import feel
from bpmn.errors import JingfaError
from bpmn.model import Json, Value
from workflows.scenarios import expectations as expectations
from workflows.scenarios.case import InMemoryCase
from workflows.scenarios.expectations import Difference
from workflows.scenarios.model import Scenario, Start, Step
from workflows.scenarios.pack import Pack


class Case(Protocol):
    """What can be done to a case under test; every verb may raise a ``JingfaError``, which refuses it."""

    now: datetime

    def start(self, process: Start, values: Mapping[str, Value]) -> None:
        """Start by message or by form."""

    def complete(self, task: str, who: str | None, values: Mapping[str, Json]) -> None:
        """Complete the first waiting user task of that element id or name."""

    def deliver(self, message: str, key: str | None, values: Mapping[str, Value]) -> None:
        """Publish a message."""

    def raise_signal(self, signal: str, values: Mapping[str, Value]) -> None:
        """Raise a signal in the case."""

    def move_to(self, instant: datetime) -> None:
        """Move the clock; timers fire on the way."""

    def sample(self, name: str, extra: Mapping[str, Json]) -> dict[str, Json]:
        """Return the typical answers of a form or message with *extra* laid over them."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a scenario went: ``differences`` is empty when all was as expected."""

    pack: str
    case: str
    title: str
    expected: str = ""  #: dates, decisions and refusals that were asked for, in one line
    differences: tuple[Difference, ...] = ()
    path: tuple[str, ...] = field(default=())  #: element ids in order of completion

    @property
    def is_ok(self) -> bool:
        """Whether everything was as expected."""
        return not self.differences


def play(pack: Pack, scenario: Scenario) -> Outcome:
    """Play one scenario to its end, or to the first step that does not go as written."""
    case = InMemoryCase(pack, scenario)
    found = [*expectations.of_periods(scenario.periods, pack.lawpack)]
    if scenario.start is not None:
        found += _played(case, scenario, scenario.start)
    return Outcome(
        pack=pack.key,
        case=scenario.case,
        title=scenario.title,
        expected=expectations.summary(scenario),
        differences=tuple(found),
        path=tuple(case.path),
    )


def _played(case: InMemoryCase, scenario: Scenario, start: Start) -> list[Difference]:
    case.move_to(start.at)
    try:
        case.start(
            start, as_feel(case.sample(start.message or start.form or start.signal or "", start.values))
        )
    except JingfaError as refusal:
        return [Difference("开始", "开始", refusal.message)]
    found: list[Difference] = []
    for number, step in enumerate(scenario.steps, start=1):
        found += _step(case, step, f"第{number}步")
        if found:
            return found
    return found + expectations.of_case(scenario.expect, case, "结束")


def _step(case: InMemoryCase, step: Step, where: str) -> list[Difference]:
    if step.at is not None:
        case.move_to(step.at)
    try:
        act(case, step)
    except JingfaError as refusal:
        if step.refused is None or step.refused not in refusal.message:
            return [Difference(where, step.refused or "照办", refusal.message)]
    else:
        if step.refused is not None:
            return [Difference(where, f"拒绝：{step.refused}", "照办了")]
    return expectations.of_case(step.expect, case, where)


def act(case: InMemoryCase, step: Step) -> None:
    """Do what a step says, without looking at what it expects."""
    for task in step.do:
        case.complete(task, step.who, step.values)
    if step.message is not None:
        case.deliver(step.message, step.key, as_feel(case.sample(step.message, step.values)))
    if step.signal is not None:
        case.raise_signal(step.signal, as_feel(step.values))


def as_feel(values: Mapping[str, Json]) -> dict[str, Value]:
    """Return JSON as FEEL values."""
    found = feel.from_json(dict(values))
    return found if isinstance(found, dict) else {}
