"""
Play one model from start to end in memory, on a clock of its own: no database, no waiting.

Pure: the same definition, inputs and starting instant give the same path. Work is done in the order in which it
became ready, ties in document order; then what arrives from outside; then timers, as the clock reaches them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from bpmn import feel, interpreter
from bpmn.definition import ProcessDefinition, StartEvent
from bpmn.model import (
    Advance,
    ClockWait,
    EventWait,
    Finding,
    Incident,
    InstanceState,
    JobWait,
    Json,
    Severity,
    Thrown,
    TimerWait,
    UserTaskWait,
    Value,
    WaitState,
)
from bpmn.trace_inputs import Answer, Happening, Inputs, TraceInputInvalid
from bpmn.vocabulary import ACTIVITIES, EVENTS

LONGEST: Final = timedelta(days=3650)  #: where the clock stops if nobody says otherwise
MOST_STEPS: Final = 20_000
_SHOWN: Final = ACTIVITIES | EVENTS
_Work: TypeAlias = UserTaskWait | JobWait


@dataclass(frozen=True, kw_only=True)
class Trace:
    """What happened; ``outcome`` is completed, terminated, waiting, incident or refused."""

    outcome: str
    path: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    variables: dict[str, Value] = field(default_factory=dict)
    waiting: tuple[WaitState, ...] = ()
    ended_at: tuple[str, ...] = ()
    thrown: tuple[Thrown, ...] = ()
    incidents: tuple[Incident, ...] = ()
    findings: tuple[Finding, ...] = ()


def refused(findings: tuple[Finding, ...]) -> Trace:
    """Return the trace of a model that may not run."""
    return Trace(outcome="refused", findings=findings)


def trace(
    definition: ProcessDefinition,
    inputs: Inputs | None = None,
    *,
    environment: feel.Environment,
    until: timedelta | None = None,
) -> Trace:
    """
    Run *definition* until nothing can move or the clock has passed *until*.

    Args:
        definition: A checked model.
        inputs: Who answers what; nothing said means that everything succeeds at once.
        environment: Its ``now`` is where the clock starts; functions and zone stay.
        until: How far the clock may go, ten years if None.

    Raises:
        TraceInputInvalid: the inputs name a process or start that the model does not have.
    """
    player = _Player(definition, inputs or Inputs(), environment, until if until is not None else LONGEST)
    return player.play()


def start_of(definition: ProcessDefinition, inputs: Inputs) -> tuple[str, StartEvent | None]:
    """
    Return the process and start event that the inputs mean.

    Raises:
        TraceInputInvalid: there is no such process, or no start of that message or signal.
    """
    named = inputs.message or inputs.signal
    starts = [one for one in definition.starts if inputs.process in (None, one.process_id)]
    if named:
        kind = "message" if inputs.message else "signal"
        found = next((one for one in starts if one.kind == kind and one.event_name == named), None)
        if found is None:
            raise TraceInputInvalid(f"模型中没有由「{named}」启动的开始事件。")
        return found.process_id, found
    process = inputs.process or definition.key
    if process not in definition.elements or definition.elements[process].type != "process":
        raise TraceInputInvalid(f"模型中没有流程「{process}」。")
    own = [one for one in definition.starts if one.process_id == process]
    return process, next((one for one in own if one.kind == "none"), own[0] if own else None)


class _Player:
    """The state of one run: the clock, the latest advance, and what has been done to whom."""

    def __init__(
        self, definition: ProcessDefinition, inputs: Inputs, environment: feel.Environment, until: timedelta
    ) -> None:
        self.definition, self.inputs, self.environment = definition, inputs, environment
        self.begin, self.end = environment.now, _later(environment.now, until)
        self.order = {identity: place for place, identity in enumerate(definition.elements)}
        self.planned: dict[str, tuple[datetime, int, Answer]] = {}
        self.visits: dict[str, int] = {}
        self.pending = sorted(inputs.events, key=lambda one: one.at)
        self.path: list[str] = []
        self.flows: list[str] = []
        self.ended: list[str] = []
        self.thrown: list[Thrown] = []
        self.incidents: list[Incident] = []
        self.findings: list[Finding] = list(definition.warnings)
        self.advance: Advance | None = None

    def play(self) -> Trace:
        """Run to the end of the story."""
        process, start = start_of(self.definition, self.inputs)
        self._take(
            interpreter.start(
                self.definition,
                process_id=process,
                start_event=None if start is None else start.element_id,
                variables=self.inputs.variables,
                environment=self.environment,
                business_key=self.inputs.key,
            )
        )
        for _ in range(MOST_STEPS):
            if not self._step():
                return self._result()
        self.findings.append(_too_long())
        return self._result()

    def _step(self) -> bool:
        """Do the next thing; False when nothing is left to do."""
        if self._now.status is not InstanceState.ACTIVE:
            return False
        moves = sorted(self._moves(), key=lambda move: move[:3])
        if not moves or moves[0][0] > self.end:
            return False
        moment, _, _, what = moves[0]
        self.environment = replace(self.environment, now=max(moment, self.environment.now))
        self._do(what)
        return True

    @property
    def _now(self) -> Advance:
        assert self.advance is not None, "started in play()"
        return self.advance

    def _moves(self) -> Iterator[tuple[datetime, int, int, _Work | TimerWait | Happening]]:
        """Everything that could happen next, with its instant, its kind's rank and its place."""
        for place, wait in enumerate(self._now.waits):
            if isinstance(wait, UserTaskWait | JobWait):
                moment, number, answer = self.planned[wait.activity_id]
                if not answer.never:
                    yield moment, 0, number, wait
            elif isinstance(wait, TimerWait):
                yield max(wait.due_at, self.environment.now), 2, self._place(wait, place), wait
        for place, happening in enumerate(self.pending):
            yield _later(self.begin, happening.at), 1, place, happening

    def _place(self, wait: TimerWait, place: int) -> int:
        # Two timers that are due at once fire by their instants first: one that is overdue was first.
        return self.order.get(wait.element_id, 0) * 1000 + place

    def _do(self, what: _Work | TimerWait | Happening) -> None:
        if isinstance(what, Happening):
            self.pending.remove(what)
            self._happen(what)
        elif isinstance(what, TimerWait):
            advance = interpreter.trigger_timer(
                self.definition, self._now.state, what.activity_id, environment=self.environment
            )
            self._take(advance)
        else:
            self._answer(what, self.planned[what.activity_id][2])

    def _answer(self, wait: _Work, answer: Answer) -> None:
        if answer.fails is not None:
            self._fail(wait, answer.fails)
            return
        code = answer.error if answer.error is not None else answer.escalation
        if code is None:
            self._take(
                interpreter.complete(
                    self.definition,
                    self._now.state,
                    wait.activity_id,
                    answer.variables,
                    environment=self.environment,
                )
            )
            return
        self._take(
            interpreter.throw_error(
                self.definition,
                self._now.state,
                wait.activity_id,
                code,
                variables=answer.variables,
                kind="error" if answer.error is not None else "escalation",
                environment=self.environment,
            )
        )
        self._thrown_again(wait)

    def _thrown_again(self, wait: _Work) -> None:
        """An escalation may leave the task open: its next answer follows, at the earliest now."""
        if any(one.activity_id == wait.activity_id for one in self._now.waits):
            del self.planned[wait.activity_id]
            self._plan()

    def _fail(self, wait: _Work, text: str) -> None:
        moment, number, _ = self.planned[wait.activity_id]
        self.planned[wait.activity_id] = (moment, number, Answer(never=True))
        self.incidents.append(
            Incident(
                activity_id=wait.activity_id, element_id=wait.element_id, code="handler-failed", message=text
            )
        )

    def _happen(self, happening: Happening) -> None:
        if happening.kind == "signal":
            self._take(
                interpreter.raise_signal(
                    self.definition,
                    self._now.state,
                    happening.name,
                    happening.variables,
                    environment=self.environment,
                )
            )
            return
        wait = next((one for one in self._now.waits if _listens(one, happening)), None)
        if wait is None:
            self.findings.append(_unheard(happening))
            return
        self._take(
            interpreter.deliver(
                self.definition,
                self._now.state,
                wait.activity_id,
                happening.variables,
                environment=self.environment,
            )
        )

    def _take(self, advance: Advance) -> None:
        self.advance = advance
        for event in advance.history:
            if event.kind == "flow":
                self.flows.append(event.element_id)
            elif event.kind == "completed" and event.element_type in _SHOWN:
                self.path.append(event.element_id)
        self.ended += advance.ended_at
        self.thrown += advance.thrown
        self.incidents += advance.incidents
        self._plan()

    def _plan(self) -> None:
        """Decide for every new piece of work when and how it ends."""
        new = [
            one
            for one in self._now.waits
            if isinstance(one, UserTaskWait | JobWait) and one.activity_id not in self.planned
        ]
        for wait in sorted(new, key=lambda one: self.order.get(one.element_id, 0)):
            answer = self._next_answer(wait)
            self.planned[wait.activity_id] = (
                _later(self.environment.now, answer.after),
                len(self.planned),
                answer,
            )

    def _next_answer(self, wait: _Work) -> Answer:
        table = self.inputs.services if isinstance(wait, JobWait) else self.inputs.tasks
        names = [wait.element_id, wait.name] + ([wait.operation] if isinstance(wait, JobWait) else [])
        found = next((table[name] for name in names if name in table), ())
        if not found:  # a service may be answered under tasks, and the other way round
            other = self.inputs.tasks if isinstance(wait, JobWait) else self.inputs.services
            found = next((other[name] for name in names if name in other), ())
        visit = self.visits.get(wait.element_id, 0)
        self.visits[wait.element_id] = visit + 1
        return found[min(visit, len(found) - 1)] if found else Answer()

    def _result(self) -> Trace:
        return Trace(
            outcome=self._outcome(),
            path=tuple(self.path),
            flows=tuple(self.flows),
            variables=dict(self._now.variables),
            waiting=tuple(one for one in self._now.waits if not isinstance(one, ClockWait)),
            ended_at=tuple(self.ended),
            thrown=tuple(self.thrown),
            incidents=tuple(self.incidents),
            findings=tuple(self.findings),
        )

    def _outcome(self) -> str:
        if self._now.status is InstanceState.COMPLETED:
            return "completed"
        if self._now.status is InstanceState.TERMINATED:
            return "terminated"
        return "incident" if self.incidents else "waiting"


def _later(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError as problem:
        raise TraceInputInvalid("时长过长，时钟走不到那一天。") from problem


def _listens(wait: WaitState, happening: Happening) -> bool:
    if not isinstance(wait, EventWait) or wait.kind != "message" or wait.event_name != happening.name:
        return False
    return happening.key is None or wait.correlation_key is None or wait.correlation_key == happening.key


def _unheard(happening: Happening) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="message-not-awaited",
        message=f"消息「{happening.name}」到达时没有人在等它，已丢弃。",
        remedy="请核对到达时间、消息名称和关联键。",
    )


def _too_long() -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="trace-too-long",
        message=f"试运行超过 {MOST_STEPS} 步，已停在当前位置。",
        remedy="请检查是否有走不出去的循环，或用 --until 限定时间。",
    )


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


def _waiting(wait: WaitState) -> dict[str, Json]:
    if isinstance(wait, TimerWait):
        return {"element_id": wait.element_id, "kind": "timer", "due_at": wait.due_at.isoformat()}
    kinds = {UserTaskWait: "userTask", JobWait: "job"}
    kind = wait.kind if isinstance(wait, EventWait) else kinds.get(type(wait), "clock")
    return {"element_id": wait.element_id, "kind": kind, "due_at": None}


def _thrown(one: Thrown) -> dict[str, Json]:
    name = "code" if one.kind in ("error", "escalation") else "name"
    return {"kind": one.kind, name: one.name}
