"""
The player of a trace: its clock, its cases, and what becomes of each wait.

The first case is the one that is told about. Others exist only because it threw a message that starts another process
of the same file: they are played along, so that their answers arrive, and leave no trace of their own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bpmn import feel, interpreter
from bpmn.definition import ProcessDefinition, StartEvent
from bpmn.model import (
    Advance,
    ClockWait,
    Finding,
    Incident,
    InstanceState,
    JobWait,
    Thrown,
    TimerWait,
    UserTaskWait,
    Value,
)
from bpmn.trace.case import Case, Move, What, Work, later, listens, too_long, unasked, unheard
from bpmn.trace.inputs import Answer, Happening, Inputs
from bpmn.trace.result import Trace, Waiting
from bpmn.vocabulary import ACTIVITIES, EVENTS

MOST_STEPS: Final = 12_000
MOST_BYTES: Final = 100_000_000  #: of state, summed over all steps: a model that breeds tokens stops here
MOST_PARTNERS: Final = 50  #: cases that messages of the first one may start
_SHOWN: Final = ACTIVITIES | EVENTS


class Player:
    """The state of one run: the clock, the cases, and what the first of them has done."""

    def __init__(
        self, definition: ProcessDefinition, inputs: Inputs, environment: feel.Environment, until: timedelta
    ) -> None:
        self.definition, self.inputs, self.environment = definition, inputs, environment
        self.begin, self.end = environment.now, later(environment.now, until)
        self.order = {identity: place for place, identity in enumerate(definition.elements)}
        self.visits: dict[str, int] = {}
        self.asked: set[str] = set()  #: ids, names and types under which answers were looked for
        self.numbers = 0
        self.spent = 0  #: bytes of state so far
        self.pending = sorted(inputs.events, key=lambda one: one.at)
        self.told = {(one.kind, one.name) for one in inputs.events}
        self.posted: deque[tuple[Case, Thrown]] = deque()
        self.cases: list[Case] = []
        self.path: list[str] = []
        self.flows: list[str] = []
        self.ended: list[str] = []
        self.thrown: list[Thrown] = []
        self.incidents: list[Incident] = []
        self.findings: list[Finding] = list(definition.warnings)

    def play(self, process: str, start: StartEvent | None) -> Trace:
        """Run to the end of the story."""
        self._begin(process, None if start is None else start.element_id, self.inputs.variables)
        for _ in range(MOST_STEPS):
            if not self._step():
                return self._result()
            self.spent += sum(len(one.advance.state) for one in self.cases)
            if self.spent > MOST_BYTES:
                break
        self.findings.append(too_long())
        self.incidents.append(self._stopped())
        return self._result()

    def _stopped(self) -> Incident:
        """The story never comes to rest: name what would have been next."""
        work = next(iter(self._first.work), None)
        return Incident(
            activity_id=None if work is None else work.activity_id,
            element_id=None if work is None else work.element_id,
            code="trace-too-long",
            message=too_long().message,
        )

    def _begin(self, process: str, start: str | None, variables: Mapping[str, Value]) -> None:
        advance = interpreter.start(
            self.definition,
            process_id=process,
            start_event=start,
            variables=variables,
            environment=self.environment,
            business_key=self.inputs.key,
        )
        self.cases.append(Case(advance, process))
        self._take(self.cases[-1], advance)

    @property
    def _first(self) -> Case:
        return self.cases[0]

    def _step(self) -> bool:
        """Do the next thing; False when nothing is left to do."""
        if not self._first.is_active:
            return False
        if self.posted:
            self._pass_on(*self.posted.popleft())
            return True
        moves = sorted(self._moves(), key=lambda move: move[:3])
        if not moves or moves[0][0] > self.end:
            return False
        moment, _, _, case, what = moves[0]
        self.environment = replace(self.environment, now=max(moment, self.environment.now))
        self._do(case, what)
        return True

    def _moves(self) -> Iterator[Move]:
        """Everything that could happen next, with its instant, its kind's rank and its place."""
        for case in self.cases:
            if case.is_active:
                yield from self._moves_of(case)
        for place, happening in enumerate(self.pending):
            yield later(self.begin, happening.at), 1, place, None, happening

    def _moves_of(self, case: Case) -> Iterator[Move]:
        for place, wait in enumerate(case.advance.waits):
            if isinstance(wait, UserTaskWait | JobWait):
                moment, number, answer = case.planned[wait.activity_id]
                if not answer.never:
                    yield moment, 0, number, case, wait
            elif isinstance(wait, TimerWait):
                yield max(wait.due_at, self.environment.now), 2, self._place(wait, place), case, wait

    def _place(self, wait: TimerWait, place: int) -> int:
        # Two timers that are due at once fire by their instants first: one that is overdue was first.
        return self.order.get(wait.element_id, 0) * 1000 + place

    def _do(self, case: Case | None, what: What) -> None:
        if isinstance(what, Happening):
            self.pending.remove(what)
            self._happen(what)
        elif case is None:
            return
        elif isinstance(what, TimerWait):
            advance = interpreter.trigger_timer(
                self.definition, case.advance.state, what.activity_id, environment=self.environment
            )
            self._take(case, advance)
        else:
            self._answer(case, what, case.planned[what.activity_id][2])

    def _answer(self, case: Case, wait: Work, answer: Answer) -> None:
        if answer.fails is not None:
            self._fail(case, wait, answer.fails)
        elif answer.error is None and answer.escalation is None:
            advance = interpreter.complete(
                self.definition,
                case.advance.state,
                wait.activity_id,
                answer.variables,
                environment=self.environment,
            )
            self._take(case, advance)
        else:
            self._throw(case, wait, answer)

    def _throw(self, case: Case, wait: Work, answer: Answer) -> None:
        advance = interpreter.throw_error(
            self.definition,
            case.advance.state,
            wait.activity_id,
            str(answer.error if answer.error is not None else answer.escalation),
            message=answer.reason,
            variables=answer.variables,
            kind="error" if answer.error is not None else "escalation",
            environment=self.environment,
        )
        self._take(case, advance)
        # An escalation may leave the task open: its next answer follows, at the earliest now.
        if any(one.activity_id == wait.activity_id for one in case.advance.waits):
            del case.planned[wait.activity_id]
            self._plan(case)
            moment, number, following = case.planned[wait.activity_id]
            # What repeats is a visit, not the escalation within it: after the last one told, the task is done.
            if following is answer:
                case.planned[wait.activity_id] = (moment, number, Answer())

    def _fail(self, case: Case, wait: Work, text: str) -> None:
        moment, number, _ = case.planned[wait.activity_id]
        case.planned[wait.activity_id] = (moment, number, Answer(never=True))
        if case is self._first:
            self.incidents.append(
                Incident(
                    activity_id=wait.activity_id,
                    element_id=wait.element_id,
                    code="handler-failed",
                    message=text,
                )
            )

    def _happen(self, happening: Happening) -> None:
        if happening.kind == "signal":
            self._broadcast(happening.name, happening.variables, self.cases)
            return
        if not self._deliver(happening, self.cases):
            self.findings.append(unheard(happening))

    def _deliver(self, happening: Happening, cases: list[Case]) -> bool:
        """Hand a message to the first who waits for it; False if nobody does."""
        for case in cases:
            waits = case.advance.waits if case.is_active else ()
            wait = next((one for one in waits if listens(one, happening)), None)
            if wait is not None:
                advance = interpreter.deliver(
                    self.definition,
                    case.advance.state,
                    wait.activity_id,
                    happening.variables,
                    environment=self.environment,
                )
                self._take(case, advance)
                return True
        return False

    def _broadcast(self, name: str, variables: Mapping[str, Value], cases: list[Case]) -> None:
        for case in [one for one in cases if one.is_active]:
            advance = interpreter.raise_signal(
                self.definition, case.advance.state, name, variables, environment=self.environment
            )
            self._take(case, advance)

    def _pass_on(self, thrower: Case, thrown: Thrown) -> None:
        """Let a message or signal that left one case reach the others, or start one."""
        others = [one for one in self.cases if one is not thrower]
        if thrown.kind == "signal":
            self._broadcast(thrown.name, thrown.payload, others)
            return
        message = Happening(
            at=timedelta(),
            kind="message",
            name=thrown.name,
            key=thrown.correlation_key,
            variables=thrown.payload,
        )
        # What the story itself tells to arrive, a partner must not send a second time.
        is_told = thrower is not self._first and ("message", thrown.name) in self.told
        near = [one for one in self.cases if not (is_told and one is self._first)]
        if not self._deliver(message, near):
            self._begin_partner(thrower, thrown)

    def _begin_partner(self, thrower: Case, thrown: Thrown) -> None:
        busy = {self._first.process, thrower.process}
        for one in self.definition.starts:
            is_meant = one.kind == "message" and one.event_name == thrown.name
            if is_meant and one.process_id not in busy and len(self.cases) <= MOST_PARTNERS:
                self._begin(one.process_id, one.element_id, thrown.payload)
                return

    def _take(self, case: Case, advance: Advance) -> None:
        case.advance = advance
        self.posted += ((case, one) for one in advance.thrown if one.kind in ("message", "signal"))
        if case is self._first:
            self._tell(advance)
        self._plan(case)

    def _tell(self, advance: Advance) -> None:
        for event in advance.history:
            if event.kind == "flow":
                self.flows.append(event.element_id)
            elif event.kind == "completed" and event.element_type in _SHOWN:
                self.path.append(event.element_id)
        self.ended += advance.ended_at
        self.thrown += advance.thrown
        self.incidents += advance.incidents

    def _plan(self, case: Case) -> None:
        """Decide for every new piece of work when and how it ends."""
        new = [one for one in case.work if one.activity_id not in case.planned]
        for wait in sorted(new, key=lambda one: self.order.get(one.element_id, 0)):
            answer = self._next_answer(wait)
            self.numbers += 1
            case.planned[wait.activity_id] = (
                later(self.environment.now, answer.after),
                self.numbers,
                answer,
            )

    def _next_answer(self, wait: Work) -> Answer:
        table = self.inputs.services if isinstance(wait, JobWait) else self.inputs.tasks
        names = [wait.element_id, wait.name] + ([wait.operation] if isinstance(wait, JobWait) else [])
        self.asked.update(names)
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
            variables=dict(self._first.advance.variables),
            waiting=self._waiting(),
            ended_at=tuple(self.ended),
            thrown=tuple(self.thrown),
            incidents=tuple(self.incidents),
            findings=(*self.findings, *unasked(self.definition, self.inputs, self.asked)),
        )

    def _waiting(self) -> tuple[Waiting, ...]:
        if not self._first.is_active:
            return ()
        waits = [one for one in self._first.advance.waits if not isinstance(one, ClockWait)]
        return (*waits, *interpreter.conditions(self.definition, self._first.advance.state))

    def _outcome(self) -> str:
        status = self._first.advance.status
        if status is not InstanceState.ACTIVE:
            return "completed" if status is InstanceState.COMPLETED else "terminated"
        return "incident" if self.incidents else "waiting"
