"""What a handler may return: an arrow to follow or a wish to be tried again. It raises for everything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias

from bpmn.model import Value


@dataclass(frozen=True)
class Completed:
    """The work is done; ``variables`` go back into the instance through the task's output mapping."""

    variables: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class BpmnError:
    """A business error (``E-…`` of the diagram): follows the error boundary event of that code."""

    code: str
    message: str = ""
    variables: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class RetryAfter:
    """Not now: try again after ``delay`` without using up a retry's back-off."""

    delay: timedelta
    reason: str = ""


Outcome: TypeAlias = Completed | BpmnError | RetryAfter
