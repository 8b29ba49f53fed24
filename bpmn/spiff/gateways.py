"""Exclusive, parallel, inclusive and event-based gateways, and the hidden split of conditional flows."""

from __future__ import annotations

from SpiffWorkflow.util.task import TaskState

from bpmn.errors import NoFlowTaken
from bpmn.lowering import Flow
from bpmn.spiff import joins, language, variables
from bpmn.spiff.kernel import ElementSpec, Visit


class DecidingSpec(ElementSpec):
    """A node that chooses among its outgoing flows when it begins, so that a failed choice can be retried."""

    def begin(self, visit: Visit) -> bool:
        """Choose the flows to take and keep the choice until departure."""
        visit.internal_data.pop("undecided", None)
        chosen = self.choose(visit)
        if not chosen and self.node.outgoing:
            raise NoFlowTaken(self._nothing_taken(visit), element_id=self.node.origin)
        visit.internal_data["chosen"] = [flow.id for flow in chosen]
        return True

    def _nothing_taken(self, visit: Visit) -> str:
        undecided = visit.internal_data.get("undecided", ())
        because = f"（{'；'.join(undecided)}）" if undecided else ""
        name = self.node.name or self.node.origin
        return f"“{name}”的所有条件都不成立{because}，且没有默认分支。请核对条件或补充默认分支。"

    def choose(self, visit: Visit) -> list[Flow]:
        """Return the flows to take, in order."""
        raise NotImplementedError

    def depart(self, visit: Visit) -> None:
        """Take the flows chosen."""
        chosen = visit.internal_data["chosen"]
        visit.workflow.take(visit, [flow for flow in self.node.outgoing if flow.id in chosen])

    def true_flows(self, visit: Visit, *, first_only: bool) -> list[Flow]:
        """Return the flows whose condition holds; one without a condition always does. The default flow if none."""
        found: list[Flow] = []
        for flow in self.node.outgoing:
            if not flow.is_default and self._holds(visit, flow):
                found.append(flow)
                if first_only:
                    break
        return found or [flow for flow in self.node.outgoing if flow.is_default]

    def _holds(self, visit: Visit, flow: Flow) -> bool:
        if flow.condition is None:
            return True
        result, detail = language.holds(visit.workflow, flow.condition, variables.visible(visit), visit)
        visit.workflow.record_condition(visit, flow, detail)
        if "reasons" in detail:
            _note(visit, f"条件“{flow.condition}”为空：{language.told(detail['reasons'])}")
        return result


def _note(visit: Visit, reason: str) -> None:
    """Keep why a condition could not be decided, for the incident if no flow is taken."""
    reasons = visit.internal_data.setdefault("undecided", [])
    if reason not in reasons:
        reasons.append(reason)


class ExclusiveSpec(DecidingSpec):
    """Every token passes by itself, along the first flow whose condition is true."""

    def choose(self, visit: Visit) -> list[Flow]:
        """Return the first true flow."""
        return self.true_flows(visit, first_only=True)


class ImplicitSplitSpec(DecidingSpec):
    """Conditional flows out of an activity or event: all that are true."""

    is_hidden = True

    def choose(self, visit: Visit) -> list[Flow]:
        """Return every true flow."""
        return self.true_flows(visit, first_only=False)


class ParallelSpec(ElementSpec):
    """Waits for one token on every incoming flow, then sends one along every outgoing flow."""

    is_join = True

    def arm(self, visit: Visit) -> bool:
        """Wait for the tokens of the other flows."""
        return joins.arrive(visit)


class InclusiveSpec(DecidingSpec):
    """Waits while another token could still come (:mod:`bpmn.spiff.joins`), then takes every flow that is true."""

    is_join = True

    def arm(self, visit: Visit) -> bool:
        """Wait for the tokens that can still come."""
        return joins.arrive(visit)

    def choose(self, visit: Visit) -> list[Flow]:
        """Return every true flow."""
        return self.true_flows(visit, first_only=False)


class ForkSpec(ElementSpec):
    """The hidden beginning of an event that needs several triggers: one branch for each."""

    is_hidden = True


class EventGatewaySpec(ElementSpec):
    """Arms the events behind it; the first that happens takes the token, the others are gone."""

    def begin(self, visit: Visit) -> bool:
        """Arm the events behind the gateway."""
        for flow in self.node.outgoing:
            if visit.is_alive and not visit.is_finishing:
                visit.workflow.enter(flow.target, visit, flow=flow)
        return False

    def depart(self, visit: Visit) -> None:
        """Nothing: the event that happened moves the token."""


def leave_event_gateway(event: Visit, gateway: Visit) -> None:
    """The event has happened: drop its rivals, complete the gateway, and put the event in its place."""
    instance = event.workflow
    for rival in gateway.children:
        if rival is not event:
            instance.cancel(rival)
    gateway._children.remove(event.id)
    scope = gateway.parent
    event.parent = scope
    if scope is not None:
        scope._children.append(event.id)
    flow = next(f for f in gateway.node.outgoing if f.id == event.internal_data["flow"])
    if gateway.has_state(TaskState.STARTED | TaskState.READY):
        instance.finish(gateway)
    instance.record_flow(gateway, flow)
