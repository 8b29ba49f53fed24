"""
The token machine on SpiffWorkflow's kernel: task specs, tasks, and the workflow that runs them.

A :class:`Visit` is the library's ``Task``, but its tree is the tree of *scopes*, not of history: the parent of a visit
is the subprocess, call or repetition around it, and a finished visit leaves the tree. Live tokens are all there is, so
a step costs the same after 5,000 rounds, nothing recurses over a path, and no join has to merge data. The library's
life cycle (FUTURE, WAITING, READY, STARTED, COMPLETED, CANCELLED) and its hooks are used as they are; its prediction
of future tasks, per-task data inheritance and ``do_engine_steps`` are not. See ``docs/decisions/engine.md``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.specs import WorkflowSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from bpmn import feel
from bpmn.definition import ProcessDefinition
from bpmn.errors import ExecutionFailed
from bpmn.lowering import Flow, Node, Program
from bpmn.model import Incident, InstanceState, Json, Value, WaitState
from bpmn.spiff.recording import Recorder

OPEN = TaskState.WAITING | TaskState.STARTED


class ElementSpec(BpmnTaskSpec):
    """Behaviour of one node: :meth:`begin` starts a visit, :meth:`finish` ends it; both may fail and be retried."""

    is_listener: ClassVar[bool] = False  #: waits beside the tokens of its scope and does not keep it alive
    is_scope: ClassVar[bool] = False  #: holds a process or subprocess
    is_body: ClassVar[bool] = False  #: holds the instances of a repetition
    is_hidden: bool = False  #: not drawn: leaves no history

    def __init__(self, wf_spec: WorkflowSpec, node: Node) -> None:
        super().__init__(wf_spec, node.id, lane=node.lane)
        self.node = node
        self.bpmn_id, self.bpmn_name = node.origin, node.name
        self.is_hidden = self.is_hidden or node.is_hidden

    def arm(self, visit: Visit) -> bool:
        """Prepare a visit that has just been entered; True when it may run at once."""
        return True

    def begin(self, visit: Visit) -> bool:
        """Do the work; False when the visit now waits for something outside or inside it."""
        return True

    def finish(self, visit: Visit) -> None:
        """Compute results when the work is done; nothing of it may happen twice."""

    def fire(self, visit: Visit, payload: Mapping[str, Value]) -> None:
        """Take what a waiting visit waited for: its event, or the result of its work."""
        visit.result = dict(payload)
        visit.workflow.finish(visit)

    def depart(self, visit: Visit) -> None:
        """Move the token on after completion."""
        visit.workflow.take(visit, self.node.outgoing)

    def collect(self, visit: Visit, instance: Visit) -> None:
        """Take the results of an instance of this repetition that is about to complete."""

    def go_on(self, visit: Visit, instance: Visit) -> None:
        """Start what follows in this repetition after *instance* has completed."""

    def test(self) -> None:
        """Skip the library's check for inputs: a canonical model has been checked."""

    def _update(self, my_task: Visit) -> None:
        try:
            is_ready = self.arm(my_task)
        except ExecutionFailed as failure:
            my_task.workflow.fail(my_task, failure)
            is_ready = False
        if is_ready and my_task.is_alive:
            my_task._ready()
        elif my_task.has_state(TaskState.FUTURE):
            my_task._set_state(TaskState.WAITING)

    def _on_ready_hook(self, my_task: Visit) -> None:
        my_task.workflow.queue.append(my_task)

    def _run(self, my_task: Visit) -> bool | None:
        try:
            return self._run_hook(my_task)
        except ExecutionFailed as failure:
            my_task.workflow.fail(my_task, failure)
            return None

    def _run_hook(self, my_task: Visit) -> bool | None:
        if not my_task.is_finishing:
            if not self.begin(my_task):
                return None
            my_task.is_finishing = True
        if my_task.id not in my_task.workflow.tasks:
            return None
        self.finish(my_task)
        return True

    def _on_complete_hook(self, my_task: Visit) -> None:
        my_task.workflow.record("completed", my_task, my_task.notes)
        for child in my_task.children:
            my_task.workflow.cancel(child, quietly=True)
        self.depart(my_task)


class Specs(WorkflowSpec):
    """The specs of one definition, shared by all its instances and never changed by them."""

    def __init__(self, program: Program) -> None:
        super().__init__(name=program.processes[0] if program.processes else "")
        self.program = program
        self.reaching: dict[str, dict[str, frozenset[str]]] = {}  #: cache of :mod:`bpmn.spiff.joins`
        self._starts: dict[str, tuple[str, ...]] = {}

    def event_starts(self, scope: Node) -> tuple[str, ...]:
        """Return the start events of the event subprocesses directly inside *scope*, in document order."""
        if scope.id not in self._starts:
            handlers = [self.program.nodes[name] for name in scope.children]
            starts = [s for h in handlers if h.is_event_subprocess for s in h.children]
            self._starts[scope.id] = tuple(s for s in starts if self.program.nodes[s].type == "startEvent")
        return self._starts[scope.id]


class Members(dict[str, None]):
    """The ids of a visit's children in order; the library's list would be searched for every token that leaves."""

    def append(self, identity: str) -> None:
        """Add a child."""
        self[identity] = None

    def remove(self, identity: str) -> None:
        """Take a child out."""
        del self[identity]


class Visit(Task):
    """A token in an element: one activation, with its local variables in ``data``."""

    workflow: Instance
    task_spec: ElementSpec
    id: str
    data: dict[str, Value]
    internal_data: dict[str, Json]  #: engine's own facts, plain JSON

    def __init__(self, workflow: Instance, spec: ElementSpec, parent: Visit | None, number: int) -> None:
        super().__init__(workflow, spec, parent, TaskState.FUTURE, id=workflow.identity(number))
        self.number = number
        self._children = Members()
        self.result: dict[str, Value] = {}  #: what came from outside and is not yet distributed
        self.notes: dict[str, Json] = {}  #: detail of the completed event
        self.told: tuple[Any, tuple[WaitState, ...]] | None = None  #: waits, with the state they were told of

    @property
    def node(self) -> Node:
        """The node visited."""
        return self.task_spec.node

    @property
    def is_finishing(self) -> bool:
        """Whether the work is done and only its results are missing."""
        return bool(self.internal_data.get("finishing"))

    @is_finishing.setter
    def is_finishing(self, value: bool) -> None:
        self.internal_data["finishing"] = value

    @property
    def is_alive(self) -> bool:
        """Whether the visit is still part of its instance."""
        return self.workflow.tasks.get(self.id) is self

    @property
    def is_idle(self) -> bool:
        """Whether no token is left inside; listeners do not count."""
        return all(self.workflow.tasks[child].task_spec.is_listener for child in self._children)

    @property
    def has_incident(self) -> bool:
        """Whether a technical failure stopped it."""
        return "incident" in self.internal_data

    @property
    def is_instance(self) -> bool:
        """Whether it is one instance of a repetition."""
        return self.parent is not None and self.parent.task_spec.is_body

    def ancestors(self) -> Iterator[Visit]:
        """Yield enclosing visits, innermost first."""
        visit = self.parent
        while visit is not None:
            yield visit
            visit = visit.parent

    def enclosing(self) -> tuple[str, ...]:
        """Return activity ids of enclosing calls and subprocesses, outermost first."""
        parent = self.parent
        if parent is None or parent.parent is None:  # most visits stand in the process itself
            return ()
        found = [v.id for v in self.ancestors() if v.task_spec.is_scope and v.node.type != "process"]
        return tuple(reversed(found))

    def _set_state(self, value: int) -> None:
        """Change the state; the library writes a line into its log each time."""
        self._state = value

    def collect_log_extras(self, dct: dict[str, Any] | None = None) -> dict[str, Any]:
        """Skip what the library gathers for its log."""
        return dct or {}


class Instance(Workflow):
    """A process instance: its live visits and what the current step has changed so far."""

    spec: Specs
    tasks: dict[str, Visit]
    task_tree: Visit

    def __init__(
        self, specs: Specs, definition: ProcessDefinition, environment: feel.Environment, seed: int
    ) -> None:
        super().__init__(specs, deserializing=True)
        self.definition = definition
        self.environment = environment
        self.seed = seed
        self.counter = 0
        self.business_key: str | None = None
        self.status = InstanceState.ACTIVE
        self.queue: deque[Visit] = deque()
        self.closing: deque[Visit] = deque()  #: scopes that may have lost their last token
        self.joins: dict[tuple[str, str], list[Visit]] = {}  #: (scope, gateway) -> tokens that wait there
        self.conditional: dict[str, Visit] = {}  #: visits that wait for a condition
        self.has_new_data = False
        self.is_kept = False  #: in memory between steps, never serialised
        self.recorder = Recorder(environment.now)

    @property
    def now(self) -> datetime:
        """The instant of this step."""
        return self.environment.now

    def identity(self, number: int) -> str:
        """Return the activity id of the n-th visit; the same after every save and load."""
        digits = f"{self.seed << 64 | number:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def enter(
        self,
        name: str,
        scope: Visit | None,
        *,
        flow: Flow | None = None,
        variables: Mapping[str, Value] | None = None,
        notes: Mapping[str, Json] | None = None,
    ) -> Visit:
        """Create a visit of node *name* inside *scope*; *notes* are kept in its ``internal_data``."""
        self.counter += 1
        visit = Visit(self, self.spec.task_specs[name], scope, self.counter)
        visit.data.update(variables or {})
        visit.internal_data.update(notes or {})
        if flow is not None:
            visit.internal_data["flow"] = flow.id
        self.record("entered", visit)
        visit.task_spec._update(visit)
        return visit

    def take(self, visit: Visit, flows: Iterable[Flow]) -> None:
        """Send one token along each flow out of *visit*."""
        self.send(visit, flows, visit.parent)

    def send(self, source: Visit, flows: Iterable[Flow], scope: Visit | None) -> None:
        """Send one token along each flow into *scope*; *source* is only named in the history."""
        taken = tuple(flows)
        for flow in taken:
            self.record_flow(source, flow)
        for flow in taken:
            # A target may have fired an interrupting event at once and taken the scope with it.
            if scope is not None and scope.is_alive:
                self.enter(flow.target, scope, flow=flow)

    def cancel(self, visit: Visit, *, quietly: bool = False) -> None:
        """Remove a visit and everything inside it."""
        for inner in self._inside_out(visit):
            if (
                not quietly
                and not inner.task_spec.is_listener
                and not inner.has_state(TaskState.FINISHED_MASK)
            ):
                self.record("cancelled", inner)
            self.discard(inner)

    def _inside_out(self, visit: Visit) -> list[Visit]:
        found = [visit]
        for member in found:
            found.extend(member.children)
        return found[::-1]

    def discard(self, visit: Visit) -> None:
        """Take a visit without children out of the tree."""
        if not visit.has_state(TaskState.FINISHED_MASK):
            visit.cancel()
        if visit.is_alive and visit.parent is not None:
            self._remove_task(visit.id)
        for waiting in self.joins.values():
            if visit in waiting:
                waiting.remove(visit)

    def _task_completed_notify(self, task: Visit) -> None:
        scope = task.parent
        if scope is None:
            return
        if task.is_alive:
            self._remove_task(task.id)
        self.closing.append(scope)

    def close_scopes(self) -> None:
        """Complete the scopes whose last token has gone, innermost first; a queue, so that nesting never recurses."""
        while self.closing and self.status is InstanceState.ACTIVE:
            scope = self.closing.popleft()
            is_open = scope.is_alive and scope.has_state(TaskState.STARTED) and not scope.has_incident
            if is_open and scope.task_spec.is_scope and scope.is_idle:
                self.finish(scope)

    def finish(self, visit: Visit) -> None:
        """End the work of a visit that waits: compute its results and move on."""
        visit.is_finishing = True
        visit.run()

    def fire(self, visit: Visit, payload: Mapping[str, Value]) -> None:
        """Hand an event to a visit that waits for it."""
        visit.task_spec.fire(visit, payload)

    def end(self, status: InstanceState) -> None:
        """End the instance; whatever is open is cancelled."""
        for child in self.task_tree.children:
            self.cancel(child)
        self.status = status
        self.queue.clear()

    def record_condition(self, visit: Visit, flow: Flow, detail: Mapping[str, Json]) -> None:
        """Record how a condition of a flow was decided, even where the node that decides is hidden."""
        self.recorder.move("condition", visit.node, visit.id, visit.enclosing(), {"flow": flow.id, **detail})

    def fail(self, visit: Visit, failure: ExecutionFailed) -> None:
        """Keep the token where it is and tell an operator."""
        element = failure.element_id or visit.node.origin
        visit.internal_data["incident"] = failure.code
        incident = Incident(
            activity_id=visit.id, element_id=element, code=type(failure).__name__, message=failure.message
        )
        self.recorder.incidents.append(incident)

    def record(self, kind: str, visit: Visit, detail: Mapping[str, Json] | None = None) -> None:
        """Append to the history, unless the visit is of no drawn node or the body of a repetition."""
        if not visit.task_spec.is_hidden and not visit.task_spec.is_body:
            self.recorder.move(kind, visit.node, visit.id, visit.enclosing(), detail or {})

    def record_flow(self, source: Visit, flow: Flow) -> None:
        """Record that one token took a drawn flow."""
        if not flow.is_hidden:
            self.recorder.flow(flow, source.id, source.enclosing())

    def collect_log_extras(self, dct: dict[str, Any] | None = None) -> dict[str, Any]:
        """Skip what the library gathers for its log; it walks the whole tree."""
        return dct or {}
