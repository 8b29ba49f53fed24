"""What a trace has to tell, and its shape as scripts read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from bpmn import feel
from bpmn.model import (
    ConditionWait,
    EventWait,
    Finding,
    Incident,
    JobWait,
    Json,
    Thrown,
    TimerWait,
    UserTaskWait,
    Value,
    WaitState,
)

Waiting: TypeAlias = WaitState | ConditionWait


@dataclass(frozen=True, kw_only=True)
class Trace:
    """What happened; ``outcome`` is completed, terminated, waiting, incident or refused."""

    outcome: str
    path: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    variables: dict[str, Value] = field(default_factory=dict)
    waiting: tuple[Waiting, ...] = ()
    ended_at: tuple[str, ...] = ()
    thrown: tuple[Thrown, ...] = ()
    incidents: tuple[Incident, ...] = ()
    findings: tuple[Finding, ...] = ()


def refused(findings: tuple[Finding, ...]) -> Trace:
    """Return the trace of a model that may not run."""
    return Trace(outcome="refused", findings=findings)


def as_json(result: Trace) -> dict[str, Json]:
    """Return *result* in the shape that scripts rely on, findings left out."""
    return {
        "outcome": result.outcome,
        "path": list(result.path),
        "flows": list(result.flows),
        "variables": {name: feel.to_json(value) for name, value in result.variables.items()},
        "waiting": [_waiting(one) for one in result.waiting],
        "ended_at": list(result.ended_at),
        "thrown": [_thrown(one) for one in result.thrown],
        "incidents": [{"element_id": one.element_id, "message": one.message} for one in result.incidents],
    }


def _waiting(wait: Waiting) -> dict[str, Json]:
    if isinstance(wait, TimerWait):
        return {"element_id": wait.element_id, "kind": "timer", "due_at": wait.due_at.isoformat()}
    kinds = {UserTaskWait: "userTask", JobWait: "job", ConditionWait: "conditional"}
    kind = wait.kind if isinstance(wait, EventWait) else kinds.get(type(wait), "clock")
    return {"element_id": wait.element_id, "kind": kind, "due_at": None}


def _thrown(one: Thrown) -> dict[str, Json]:
    name = "code" if one.kind in ("error", "escalation") else "name"
    return {"kind": one.kind, name: one.name}
