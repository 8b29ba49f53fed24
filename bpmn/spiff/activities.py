"""Tasks: what waits for a person, a handler or a message, and what runs at once."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from SpiffWorkflow.util.task import TaskState

from bpmn.errors import Invalid
from bpmn.lowering import assignments
from bpmn.model import Json, Value
from bpmn.spiff import catching, clocks, events, language, rules, variables
from bpmn.spiff.failures import ScriptFailed
from bpmn.spiff.kernel import ElementSpec, Visit


class ActivitySpec(ElementSpec):
    """Anything that boundary events can be attached to. An abstract task does nothing and completes."""

    def arm(self, visit: Visit) -> bool:
        """Arm the boundary events."""
        clocks.mark(visit)
        for name in self.node.boundary:
            if visit.workflow.spec.program.nodes[name].trigger.kind in catching.WAITED:
                visit.workflow.enter(name, visit)
        return True

    def begin(self, visit: Visit) -> bool:
        """Evaluate the inputs, start the clocks, do the work."""
        visit.data.update(dict.fromkeys(self.node.declares))
        variables.read_inputs(visit)
        clocks.start(visit)
        return self.work(visit)

    def work(self, visit: Visit) -> bool:
        """Do what the activity is for; False when it waits."""
        return True

    def finish(self, visit: Visit) -> None:
        """Write the results once; hand those of an instance to its repetition."""
        if not visit.internal_data.get("written"):
            self.write_results(visit)
            visit.notes.update(self._extensions(visit))
            visit.internal_data["written"] = True
        if visit.is_instance and visit.parent is not None:
            visit.parent.task_spec.collect(visit.parent, visit)

    def write_results(self, visit: Visit) -> None:
        """Set the variables that the activity produced."""
        variables.write_outputs(visit)

    def _extensions(self, visit: Visit) -> dict[str, Json]:
        """Name the deadlines that completing this activity extends (``jf:extends``)."""
        codes = self.node.extensions.get("extends", "").split()
        condition = self.node.extensions.get("extendsWhen", "").strip().removeprefix("=")
        if (
            codes
            and condition
            and not language.is_true(visit.workflow, condition, variables.visible(visit), visit)
        ):
            return {}
        if not codes:
            return {}
        by = self.node.extensions.get("extendsBy", "").strip().removeprefix("=")
        value = language.evaluate(visit.workflow, by, variables.visible(visit), visit) if by else None
        amount = int(value) if isinstance(value, Decimal) and value.is_finite() else None
        return {"extends": codes, "extendsBy": amount}

    def depart(self, visit: Visit) -> None:
        """Move on, or let the repetition around an instance go on."""
        if visit.is_instance and visit.parent is not None:
            visit.parent.task_spec.go_on(visit.parent, visit)
        else:
            super().depart(visit)


class PersonSpec(ActivitySpec):
    """A user or manual task: a person does it."""

    def work(self, visit: Visit) -> bool:
        """Wait for the person."""
        return False


class JobSpec(ActivitySpec):
    """A service or business-rule task: a handler does it, or here a decision that travels with the definition."""

    def work(self, visit: Visit) -> bool:
        """Decide here if the definition can, else wait for the handler."""
        decision = self.node.extensions.get("decision", "")
        if not rules.has_decision(visit.workflow.definition, decision):
            return False
        visit.result = rules.decide(visit, decision)
        return True

    def fire(self, visit: Visit, payload: Mapping[str, Value]) -> None:
        """Take the handler's result; ``jf:result`` names the variable that receives it."""
        name = self.node.extensions.get("result", "")
        if name and payload and name not in payload:
            payload = {name: payload.get("result", dict(payload))}
        super().fire(visit, payload)


class SendSpec(JobSpec):
    """A send task: its handler sends; then its message, if it names one, leaves the instance."""

    def begin(self, visit: Visit) -> bool:
        """Evaluate the correlation key of the message before the handler starts."""
        if self.node.trigger.kind == "message":
            visit.internal_data["key"] = catching.correlation_key(visit)
        return super().begin(visit)

    def depart(self, visit: Visit) -> None:
        """Let the message leave the instance."""
        events.throw_message_of(visit)
        super().depart(visit)


class ReceiveSpec(ActivitySpec):
    """A receive task waits as soon as it is entered, also behind an event-based gateway."""

    def arm(self, visit: Visit) -> bool:
        """Wait for the message from the moment of entry."""
        super().arm(visit)
        if visit.is_alive:
            visit.data.update(dict.fromkeys(self.node.declares))
            variables.read_inputs(visit)
            clocks.start(visit)
            if catching.has_started_process(visit):
                visit.is_finishing = True
                return True
            catching.wait(visit)
        return False

    def _on_complete_hook(self, my_task: Visit) -> None:
        events.leave_gateway(my_task)
        super()._on_complete_hook(my_task)


class ScriptSpec(ActivitySpec):
    """Assignments in FEEL, or one expression whose value goes to ``jf:result``."""

    def work(self, visit: Visit) -> bool:
        """Evaluate the script."""
        target = self.node.extensions.get("result", "")
        seen = variables.visible(visit)
        if target:
            value = language.evaluate(visit.workflow, self.node.script, seen, visit)
            variables.assign(visit, tuple(target.split(".")), value)
        else:
            self._assign(visit, seen)
        return True

    def _assign(self, visit: Visit, seen: dict[str, Value]) -> None:
        """Evaluate every line on top of those before it, then set all: a failing line leaves nothing half-done."""
        found: list[tuple[tuple[str, ...], Value]] = []
        for path, expression in self._lines():
            value = language.evaluate(visit.workflow, expression, seen, visit)
            seen[path[0]] = variables.placed(seen.get(path[0]), path[1:], value)
            found.append((path, value))
        for path, value in found:
            variables.assign(visit, path, value)

    def _lines(self) -> list[tuple[tuple[str, ...], str]]:
        try:
            return [(line.path, line.expression) for line in assignments(self.node.script)]
        except Invalid as problem:
            raise ScriptFailed(problem.message, element_id=self.node.origin) from problem


def is_waiting(visit: Visit) -> bool:
    """Whether a task waits for its person or handler."""
    return visit.has_state(TaskState.STARTED) and not visit.has_incident and not visit.is_finishing
