"""Processes, subprocesses and call activities: what holds other visits."""

from __future__ import annotations

from bpmn.lowering import Node
from bpmn.model import InstanceState, Value
from bpmn.spiff import clocks, variables
from bpmn.spiff.activities import ActivitySpec
from bpmn.spiff.failures import CalledProcessMissing, CallTooDeep
from bpmn.spiff.kernel import Instance, Visit

MAX_CALL_DEPTH = 32  #: processes that may call one another inside one instance


class ScopeSpec(ActivitySpec):
    """An embedded subprocess, or an event subprocess that has been triggered."""

    is_scope = True

    def work(self, visit: Visit) -> bool:
        """Open the scope; it ends with its last token."""
        visit.data.update(dict.fromkeys(self.node.declares))
        open_scope(visit, visit.internal_data.get("start"))
        visit.workflow.closing.append(visit)
        return False


class ProcessSpec(ScopeSpec):
    """A process, started or called. Its data objects are ordinary variables."""

    def begin(self, visit: Visit) -> bool:
        """Open the process."""
        clocks.start(visit)
        open_scope(visit, visit.internal_data.get("start") or first_start(visit.workflow, self.node))
        visit.workflow.closing.append(visit)
        return False

    def depart(self, visit: Visit) -> None:
        """Return to the call activity, or end the instance."""
        instance = visit.workflow
        if visit.parent is not None:
            visit.parent.result = dict(visit.data)
            visit.parent.internal_data["changed"] = visit.internal_data.get("changed", [])
        elif instance.status is InstanceState.ACTIVE:
            instance.status = InstanceState.COMPLETED


class CallSpec(ActivitySpec):
    """A call activity: the called process has variables of its own, mapped in and out."""

    is_scope = True

    def work(self, visit: Visit) -> bool:
        """Start the called process with what is handed in."""
        instance, called = visit.workflow, self.node.called
        if called not in instance.spec.program.processes:
            raise CalledProcessMissing(
                f"“{self.node.name or self.node.origin}”调用的流程“{called}”不存在。请把它与本流程一起部署。"
            )
        if sum(v.node.type == "process" for v in visit.ancestors()) >= MAX_CALL_DEPTH:
            raise CallTooDeep(
                f"“{self.node.name or self.node.origin}”的嵌套调用超过 {MAX_CALL_DEPTH} 层。请检查流程是否互相调用。"
            )
        instance.enter(called, visit, variables=self._handed_in(visit))
        return False

    def write_results(self, visit: Visit) -> None:
        """Map out what the called process left behind."""
        variables.write_called(visit)

    def _handed_in(self, visit: Visit) -> dict[str, Value]:
        mapped = {t.target.split(".")[0] for t in self.node.inputs}
        own = {name: value for name, value in visit.data.items() if name in mapped}
        return {**variables.visible(visit), **own} if self._passes_all else own

    @property
    def _passes_all(self) -> bool:
        return self.node.all_in or not (self.node.inputs or self.node.nothing_in)


def open_scope(scope: Visit, start: str | None) -> None:
    """
    Arm the event subprocesses of a scope, then give a token to its start.

    Without a start event named or drawn, every activity and gateway that no flow enters gets one
    (BPMN 2.0.2, 13.3.4).
    """
    instance = scope.workflow
    for name in instance.spec.event_starts(scope.node):
        if f"{name}/listener" in instance.spec.task_specs:
            instance.enter(f"{name}/listener", scope)
    for name in (start,) if start else _starts(instance, scope.node):
        if not scope.is_alive:
            return
        token = instance.enter(name, scope)
        token.result, scope.result = scope.result, {}


def _starts(instance: Instance, node: Node) -> list[str]:
    nodes = [instance.spec.program.nodes[name] for name in node.children]
    drawn = [n.id for n in nodes if n.type == "startEvent" and n.trigger.kind == "none"]
    drawn = drawn or [n.id for n in nodes if n.type == "startEvent"]
    return drawn or [n.id for n in nodes if _begins_by_itself(n)]


def _begins_by_itself(node: Node) -> bool:
    return not (node.incoming or node.is_event_subprocess or node.is_hidden or node.type.endswith("Event"))


def first_start(instance: Instance, process: Node) -> str | None:
    """Return the start event of a process that nobody named: the first none start event, else the first of all."""
    nodes = [instance.spec.program.nodes[name] for name in process.children]
    starts = [n for n in nodes if n.type == "startEvent"]
    plain = [n for n in starts if n.trigger.kind == "none"]
    return (plain or starts)[0].id if starts else None
