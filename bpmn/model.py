"""
The vocabulary that the layers share: what an instance waits for and what one step changed.

Values are frozen. ``element_id`` names an element of the diagram, ``activity_id`` one visit to it at
run time (stable for the life of that visit). ``scope`` is the chain of call activities and
subprocesses that encloses a visit, outermost first.

A *variable* is a FEEL value: None, bool, ``Decimal``, str, ``date``, ``time``, aware or naive
``datetime``, ``bpmn.feel.values`` durations, list, or dict with str keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, TypeAlias

Json: TypeAlias = Any  #: what ``json.loads`` returns
Value: TypeAlias = Any  #: a FEEL value, see the module docstring
Variables: TypeAlias = Mapping[str, Value]


class Severity(StrEnum):
    """How bad a finding is: an ``ERROR`` refuses the deployment."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that ``jingfa check`` has to say; its field names are the JSON of ``doors.md``."""

    severity: Severity
    code: str  #: kebab-case
    message: str  #: Chinese sentence that names the thing
    remedy: str  #: Chinese sentence that says the way out
    file: str = ""
    element_id: str | None = None
    element_name: str | None = None
    witness: tuple[str, ...] | None = None  #: element ids of a path that shows the fault


@dataclass(frozen=True, kw_only=True)
class UserTaskWait:
    """A user or manual task that waits for a person. ``extensions`` are the ``jf:`` attributes."""

    activity_id: str
    element_id: str
    name: str
    lane: str | None  #: name of the innermost lane
    scope: tuple[str, ...] = ()  #: activity ids of enclosing call activities and subprocesses
    extensions: Mapping[str, Json] = field(default_factory=dict)  #: see docs/extensions.md
    variables: Variables = field(
        default_factory=dict
    )  #: data visible here, inputs of multi-instance included


@dataclass(frozen=True, kw_only=True)
class JobWait:
    """A service, send or business-rule task that waits for its handler."""

    activity_id: str
    element_id: str
    name: str
    operation: str  #: job type, e.g. ``send-notice``; the task's id where the model names none
    parameters: Mapping[str, Value] = field(default_factory=dict)
    scope: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TimerWait:
    """A timer event that waits for its instant."""

    activity_id: str
    element_id: str
    name: str
    due_at: datetime  #: aware
    attached_to: str | None = None  #: element id of the host of a boundary event
    deadline: str | None = (
        None  #: D-number whose ledger owns ``due_at``, e.g. ``D-110``; ``D-110@50`` at 50 % of it
    )
    scope: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EventWait:
    """A message or signal that an instance waits for; ``correlation_key`` None matches any key."""

    activity_id: str
    element_id: str
    name: str
    kind: Literal["message", "signal"]
    event_name: str
    correlation_key: str | None = None
    scope: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClockWait:
    """A deadline that runs while its activity is active (``jf:deadline``), or is held (``jf:pauses``)."""

    activity_id: str
    element_id: str
    name: str
    code: str  #: D-number
    effect: Literal["run", "pause"]
    since: datetime  #: aware; start of the period, before the start-day rule
    scope: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ConditionWait:
    """A condition that is not true yet; nobody outside can deliver it, so it is no :data:`WaitState`."""

    activity_id: str
    element_id: str
    name: str
    expression: str  #: FEEL
    scope: tuple[str, ...] = ()


WaitState: TypeAlias = UserTaskWait | JobWait | TimerWait | EventWait | ClockWait


@dataclass(frozen=True, kw_only=True)
class Thrown:
    """An event that leaves the instance: a message, a signal, or an error or escalation nobody caught."""

    kind: Literal["message", "signal", "error", "escalation"]
    name: str  #: message or signal name, error or escalation code
    correlation_key: str | None = None
    payload: Variables = field(default_factory=dict)
    element_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Incident:
    """A technical failure: the work before it is kept, the token stays where it is."""

    activity_id: str | None
    element_id: str | None
    code: str  #: of the ``ExecutionFailed`` subclass
    message: str


@dataclass(frozen=True, kw_only=True)
class HistoryEvent:
    """
    One recorded move of a token.

    ``kind`` is ``entered``, ``completed``, ``cancelled`` (an activity or event), ``flow`` (``element_id`` is the
    sequence flow), ``caught``, ``thrown``, ``decided`` (business rule; ``detail`` holds rules that matched) or
    ``condition`` (``detail`` holds the expression, its result and the values it read).
    """

    kind: str
    element_id: str
    element_name: str = ""
    element_type: str = ""  #: BPMN local name, e.g. ``userTask``
    activity_id: str | None = None
    at: datetime
    scope: tuple[str, ...] = ()
    detail: Mapping[str, Json] = field(default_factory=dict)


class InstanceState(StrEnum):
    """Where an instance stands in its life."""

    ACTIVE = "active"
    COMPLETED = "completed"
    TERMINATED = "terminated"


@dataclass(frozen=True, kw_only=True)
class Advance:
    """
    Everything that one step changed.

    ``waits`` is the complete list of what the instance waits for now, not a difference: the index in the
    database is reconciled against it by ``activity_id`` (and ``code`` for clocks).
    """

    state: bytes  #: serialised instance, opaque outside ``bpmn.spiff``
    status: InstanceState
    waits: tuple[WaitState, ...] = ()
    history: tuple[HistoryEvent, ...] = ()
    thrown: tuple[Thrown, ...] = ()
    incidents: tuple[Incident, ...] = ()
    variables: Variables = field(default_factory=dict)  #: of the top process
    ended_at: tuple[str, ...] = ()  #: ids of end events reached in this step, top process only
