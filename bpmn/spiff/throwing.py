"""Errors, escalations and signals find who catches them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from SpiffWorkflow.util.task import TaskState

from bpmn.lowering import Node
from bpmn.model import InstanceState, Thrown, Value
from bpmn.spiff.kernel import Instance, Visit


@dataclass(frozen=True, kw_only=True)
class Throw:
    """An error or escalation on its way outwards."""

    kind: str
    code: str | None
    payload: Mapping[str, Value]
    element_id: str
    message: str = ""

    def received(self, event: Node) -> dict[str, Value]:
        """Return what a catching event takes: the payload, and code and message where it names variables for them."""
        told = {"codeVariable": self.code, "messageVariable": self.message}
        named = {event.extensions[key]: value for key, value in told.items() if event.extensions.get(key)}
        return {**self.payload, **named}


def throw(origin: Visit, thrown: Throw) -> None:
    """
    Let the nearest enclosing event subprocess or boundary event catch; a matching code goes before a catch-all.

    Nobody catches: an error ends the instance, an escalation is only reported.
    """
    instance = origin.workflow
    visit: Visit | None = origin
    inner: Visit | None = None
    while visit is not None:
        start = _event_subprocess(visit, inner, thrown) if visit.task_spec.is_scope else None
        if start is not None:
            start_event_subprocess(visit, start, thrown.received(start))
            return
        boundary = _matching(instance, visit.node.boundary, thrown)
        if boundary is not None:
            leave_by_boundary(visit, boundary, thrown.received(boundary))
            return
        inner, visit = visit, visit.parent
    _nobody_catches(instance, thrown)


def _nobody_catches(instance: Instance, thrown: Throw) -> None:
    instance.recorder.thrown.append(
        Thrown(
            kind="error" if thrown.kind == "error" else "escalation",
            name=thrown.code or "",
            payload=dict(thrown.payload),
            element_id=thrown.element_id,
        )
    )
    if thrown.kind == "error":
        instance.end(InstanceState.TERMINATED)


def _event_subprocess(scope: Visit, inner: Visit | None, thrown: Throw) -> Node | None:
    """Find a handler in *scope*, but not the one that throws: it passes things on to whoever is further out."""
    if scope.internal_data.get("interrupted"):
        return None
    thrower = inner.node.children if inner is not None and inner.node.is_event_subprocess else ()
    starts = tuple(s for s in scope.workflow.spec.event_starts(scope.node) if s not in thrower)
    return _matching(scope.workflow, starts, thrown)


def _matching(instance: Instance, candidates: tuple[str, ...], thrown: Throw) -> Node | None:
    nodes = [instance.spec.program.nodes[c] for c in candidates]
    catching = [n for n in nodes if n.trigger.kind == thrown.kind and n.trigger.code in (thrown.code, None)]
    return next((n for n in catching if n.trigger.code is not None), catching[0] if catching else None)


def leave_by_boundary(host: Visit, boundary: Node, payload: Mapping[str, Value]) -> None:
    """Fire a boundary event: cancel its host if it interrupts, and send a token from it."""
    instance, scope = host.workflow, host.parent
    if boundary.is_interrupting:
        instance.cancel(host)
    fired = instance.enter(f"{boundary.id}/fired", scope)
    fired.result = dict(payload)


def start_event_subprocess(scope: Visit, start: Node, payload: Mapping[str, Value]) -> None:
    """Start an event subprocess inside *scope*, alone if it interrupts."""
    instance = scope.workflow
    if start.is_interrupting:
        for child in scope.children:
            if child.node.attached_to is None or not child.task_spec.is_listener:
                instance.cancel(child)
        scope.internal_data["interrupted"] = True
    handler = instance.enter(str(start.parent), scope, notes={"start": start.id})
    handler.result = dict(payload)


def broadcast(instance: Instance, name: str, payload: Mapping[str, Value]) -> None:
    """Hand a signal to everyone in the instance who waits for it now, outermost first."""
    waiting = [
        v for v in instance.tasks.values() if is_waiting_for(v, "signal") and v.node.trigger.name == name
    ]
    for visit in sorted(waiting, key=lambda v: (v.depth, v.number)):
        if visit.is_alive and visit.has_state(TaskState.WAITING):
            instance.fire(visit, payload)


def is_waiting_for(visit: Visit, kind: str) -> bool:
    """Whether a visit waits for an event of this kind."""
    return visit.has_state(TaskState.WAITING) and visit.node.trigger.kind == kind and not visit.has_incident
