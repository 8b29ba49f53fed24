"""When a timer start event fires next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bpmn import feel
from bpmn.lowering import Trigger
from bpmn.spiff import timing


@dataclass(frozen=True, kw_only=True)
class Start:
    """The next firing of a timer start event; ``left`` counts the firings to come, -1 without end."""

    due_at: datetime
    left: int


def first(timer: str, environment: feel.Environment) -> Start:
    """
    Return the first firing from now.

    Args:
        timer: ISO text or FEEL, as written in the model.

    Raises:
        ExecutionFailed: the text is no timer.
    """
    schedule = _schedule(timer, environment)
    return Start(due_at=schedule.due, left=schedule.left)


def following(timer: str, due_at: datetime, left: int, environment: feel.Environment) -> Start | None:
    """Return the firing after the one that happens now, None after the last; missed ones count as having happened."""
    period = _schedule(timer, environment).period
    if period is None:
        return None
    due, remaining = timing.following(due_at, period, left, environment.now)
    return Start(due_at=due, left=remaining) if remaining else None


def _schedule(timer: str, environment: feel.Environment) -> timing.Schedule:
    text = timer.strip()
    value = (
        text
        if timing.is_literal(text)
        else feel.evaluate(text.removeprefix("="), {}, environment=environment)
    )
    kind: Literal["cycle", "duration"] = "cycle" if str(value).startswith("R") else "duration"
    return timing.schedule(Trigger(kind="timer", timer=kind), value, environment)
