"""Start, end, intermediate, boundary events and the starts of event subprocesses."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.lowering import Trigger
from bpmn.model import InstanceState, Thrown, Value
from bpmn.spiff import catching, clocks, gateways, throwing, variables
from bpmn.spiff.kernel import ElementSpec, Visit


class StartSpec(ElementSpec):
    """A start event whose trigger, if any, has already happened."""

    def finish(self, visit: Visit) -> None:
        """Distribute the data of the event that started the scope."""
        variables.write_outputs(visit)


class FiredSpec(ElementSpec):
    """A boundary event that has happened: a token of its own beside or instead of its host."""

    def begin(self, visit: Visit) -> bool:
        """Record what was caught."""
        visit.workflow.record("caught", visit, {"kind": self.node.trigger.kind})
        return True

    def finish(self, visit: Visit) -> None:
        """Distribute the data of the event."""
        variables.write_outputs(visit)


class CatchSpec(ElementSpec):
    """An intermediate event that waits, in a flow or behind an event-based gateway."""

    def arm(self, visit: Visit) -> bool:
        """Wait for the trigger; an event without one passes, and one that has started its process."""
        clocks.mark(visit)
        if catching.has_started_process(visit):
            return True
        if self.node.trigger.kind in catching.WAITED:
            clocks.start(visit)
            catching.wait(visit)
            return False
        return True

    def finish(self, visit: Visit) -> None:
        """Distribute the data of the event."""
        variables.write_outputs(visit)

    def _on_complete_hook(self, my_task: Visit) -> None:
        leave_gateway(my_task)
        super()._on_complete_hook(my_task)


def leave_gateway(visit: Visit) -> None:
    """Let an event that has happened win over its rivals behind an event-based gateway."""
    gateway = visit.parent
    if gateway is not None and gateway.node.type == "eventBasedGateway":
        gateways.leave_event_gateway(visit, gateway)
    if visit.node.trigger.kind in catching.WAITED:
        visit.workflow.record("caught", visit, {"kind": visit.node.trigger.kind})


class ListenerSpec(ElementSpec):
    """Waits beside the tokens of its scope or host, and may happen more than once if it does not interrupt."""

    is_listener = True
    is_hidden = True

    def arm(self, visit: Visit) -> bool:
        """Wait for the trigger."""
        catching.wait(visit)
        return False

    def fire(self, visit: Visit, payload: Mapping[str, Value]) -> None:
        """Let the event happen, and go on listening where it may happen again."""
        owner = visit.parent
        goes_on = not self.node.is_interrupting and self._waits_again(visit)
        if not goes_on:
            visit.workflow.discard(visit)
        if owner is not None:
            self.happen(owner, payload)

    def _waits_again(self, visit: Visit) -> bool:
        return self.node.trigger.kind != "timer" or catching.repeat(visit)

    def happen(self, owner: Visit, payload: Mapping[str, Value]) -> None:
        """Do what the event does to its host or scope."""
        raise NotImplementedError


class BoundarySpec(ListenerSpec):
    """A boundary event attached to a running activity."""

    def happen(self, owner: Visit, payload: Mapping[str, Value]) -> None:
        """Leave the host by this event."""
        throwing.leave_by_boundary(owner, self.node, payload)


class EventStartSpec(ListenerSpec):
    """The start event of an event subprocess, listening while its scope runs."""

    def happen(self, owner: Visit, payload: Mapping[str, Value]) -> None:
        """Start the event subprocess."""
        start = owner.workflow.spec.program.nodes[self.node.id.removesuffix("/listener")]
        throwing.start_event_subprocess(owner, start, payload)


class ThrowSpec(ElementSpec):
    """An intermediate or end event that throws, after it has been recorded as completed."""

    def begin(self, visit: Visit) -> bool:
        """Evaluate the payload and the correlation keys, which may fail."""
        variables.read_inputs(visit)
        visit.internal_data["keys"] = [
            catching.correlation_key(visit, one) if one.kind == "message" else None for one in self._triggers
        ]
        return True

    @property
    def _triggers(self) -> tuple[Trigger, ...]:
        return (self.node.trigger, *self.node.more)

    def depart(self, visit: Visit) -> None:
        """Throw, then move on unless a catching event has cancelled the thrower."""
        for trigger, key in zip(self._triggers, visit.internal_data["keys"], strict=True):
            if visit.parent is None or visit.parent.is_alive:
                _THROWERS.get(trigger.kind, _throw_nothing)(visit, trigger, key)
        if visit.is_alive:
            visit.workflow.take(visit, self.node.outgoing)


class EndSpec(ThrowSpec):
    """Consumes its token."""

    def depart(self, visit: Visit) -> None:
        """Throw what the end event throws; the token is consumed."""
        scope = visit.parent
        if scope is not None and scope.parent is None:
            visit.workflow.recorder.ended_at.append(self.node.origin)
        super().depart(visit)


def _payload(visit: Visit) -> dict[str, Value]:
    targets = {t.target.split(".")[0] for t in visit.node.inputs + visit.node.associations_in}
    return {name: value for name, value in visit.data.items() if name in targets}


def _throw_nothing(visit: Visit, trigger: Trigger, key: str | None) -> None:
    """A plain event, or a link whose hidden flow does the rest."""


def _throw_message(visit: Visit, trigger: Trigger, key: str | None) -> None:
    visit.workflow.record("thrown", visit, {"kind": "message", "name": trigger.name})
    visit.workflow.recorder.thrown.append(
        Thrown(
            kind="message",
            name=trigger.name,
            correlation_key=key,
            payload=_payload(visit),
            element_id=visit.node.origin,
        )
    )


def _throw_signal(visit: Visit, trigger: Trigger, key: str | None) -> None:
    name, payload = trigger.name, _payload(visit)
    visit.workflow.record("thrown", visit, {"kind": "signal", "name": name})
    visit.workflow.recorder.thrown.append(
        Thrown(kind="signal", name=name, payload=payload, element_id=visit.node.origin)
    )
    throwing.broadcast(visit.workflow, name, payload)


def _throw_outwards(visit: Visit, trigger: Trigger, key: str | None) -> None:
    visit.workflow.record("thrown", visit, {"kind": trigger.kind, "code": trigger.code})
    thrown = throwing.Throw(
        kind=trigger.kind, code=trigger.code, payload=_payload(visit), element_id=visit.node.origin
    )
    if visit.parent is not None:
        throwing.throw(visit.parent, thrown)


def _terminate(visit: Visit, trigger: Trigger, key: str | None) -> None:
    """End the innermost process or subprocess around the event, and nothing beyond it."""
    scope = visit.parent
    if scope is None:
        return
    for child in scope.children:
        if child is not visit and (child.node.attached_to is None or not child.task_spec.is_listener):
            visit.workflow.cancel(child)
    if scope.parent is None:
        visit.workflow.status = InstanceState.TERMINATED


_THROWERS = {
    "message": _throw_message,
    "signal": _throw_signal,
    "error": _throw_outwards,
    "escalation": _throw_outwards,
    "terminate": _terminate,
}


def throw_message_of(visit: Visit) -> None:
    """Send the message of a send task whose work is done."""
    if visit.node.trigger.kind == "message":
        _throw_message(visit, visit.node.trigger, visit.internal_data.get("key"))


__all__ = [
    "BoundarySpec",
    "CatchSpec",
    "EndSpec",
    "EventStartSpec",
    "FiredSpec",
    "StartSpec",
    "ThrowSpec",
    "leave_gateway",
    "throw_message_of",
]
