"""One instance in a trace, what may happen to it next, and what a trace has to say about what went amiss."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from bpmn.definition import ProcessDefinition
from bpmn.model import (
    Advance,
    EventWait,
    Finding,
    InstanceState,
    JobWait,
    Severity,
    TimerWait,
    UserTaskWait,
    WaitState,
)
from bpmn.trace.inputs import Answer, Happening, Inputs, TraceInputInvalid

Work: TypeAlias = UserTaskWait | JobWait


@dataclass
class Case:
    """One instance: its latest advance, and what is planned for its open work."""

    advance: Advance
    process: str
    planned: dict[str, tuple[datetime, int, Answer]] = field(default_factory=dict)

    @property
    def is_active(self) -> bool:
        """Whether it is still running."""
        return self.advance.status is InstanceState.ACTIVE

    @property
    def work(self) -> list[Work]:
        """Its open tasks and jobs."""
        return [one for one in self.advance.waits if isinstance(one, UserTaskWait | JobWait)]


What: TypeAlias = Work | TimerWait | Happening
Move: TypeAlias = tuple[datetime, int, int, Case | None, What]


def later(moment: datetime, by: timedelta) -> datetime:
    """
    Return *moment* plus *by*.

    Raises:
        TraceInputInvalid: no calendar reaches that far.
    """
    try:
        return moment + by
    except OverflowError as problem:
        raise TraceInputInvalid("时长过长，时钟走不到那一天。") from problem


def listens(wait: WaitState, happening: Happening) -> bool:
    """Whether *wait* is for this message, its key included."""
    if not isinstance(wait, EventWait) or wait.kind != "message" or wait.event_name != happening.name:
        return False
    return happening.key is None or wait.correlation_key is None or wait.correlation_key == happening.key


def unasked(definition: ProcessDefinition, inputs: Inputs, asked: Set[str]) -> Iterator[Finding]:
    """Say which answers are for nothing that the model has: a misspelt name would otherwise pass for silence."""
    elements = definition.elements
    known = asked | elements.keys() | {one.name for one in elements.values()}
    for name in dict.fromkeys((*inputs.tasks, *inputs.services)):
        if name not in known:
            yield Finding(
                severity=Severity.WARNING,
                code="answer-not-used",
                message=f"输入中的「{name[:60]}」没有用到：模型中没有这个标识或名称的任务，也没有做过这种服务。",
                remedy="请核对任务的标识、名称或服务类型。",
            )


def unheard(happening: Happening) -> Finding:
    """Say that nobody awaited a message."""
    return Finding(
        severity=Severity.WARNING,
        code="message-not-awaited",
        message=f"消息「{happening.name}」到达时没有人在等它，已丢弃。",
        remedy="请核对到达时间、消息名称和关联键。",
    )


def too_long() -> Finding:
    """Say that the story never came to rest."""
    return Finding(
        severity=Severity.WARNING,
        code="trace-too-long",
        message="试运行的步数太多，已停在当前位置。",
        remedy="请检查是否有走不出去的循环，或用 --until 限定时间。",
    )
