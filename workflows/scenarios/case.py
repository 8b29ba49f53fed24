"""A case in memory: its instances, its virtual clock, its deadlines, and what happened to it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bpmn import feel, interpreter
from bpmn.deadlines.feel_functions import feel_functions
from bpmn.definition import StartEvent
from bpmn.model import (
    Advance,
    ClockWait,
    EventWait,
    HistoryEvent,
    InstanceState,
    JobWait,
    Json,
    Thrown,
    TimerWait,
    UserTaskWait,
    Value,
)
from workflows.scenarios import answers as scenario_answers
from workflows.scenarios import services as scenario_services
from workflows.scenarios.answers import StepRefused
from workflows.scenarios.ledgers import Ledgers
from workflows.scenarios.model import Scenario, Start
from workflows.scenarios.pack import Pack
from workflows.scenarios.samples import answers, laid_over

MOST_ROUNDS = 500  #: jobs and timers in a row; more is a model that runs in circles
UNIT = "甲镇"  #: for which a cadence begins when nobody names one
EARLIEST = datetime.min.replace(year=2000, tzinfo=feel.Environment().zone)


@dataclass(frozen=True)
class Instance:
    """One process instance of the case: the case itself, or a revisit that its archiving started."""

    advance: Advance
    ledgers: Ledgers


@dataclass
class InMemoryCase:
    """The only mutable thing here; every verb replaces instances as a whole or leaves them alone."""

    pack: Pack
    scenario: Scenario
    now: datetime = EARLIEST
    business_key: str = ""
    instances: list[Instance] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    history: list[HistoryEvent] = field(default_factory=list)  #: of all instances
    decided: dict[str, Mapping[str, Json]] = field(default_factory=dict)  #: last decision by id
    papers: list[str] = field(default_factory=list)
    done_by: dict[str, str] = field(default_factory=dict)  #: element id -> person who did it last
    thrown: list[Thrown] = field(default_factory=list)
    jobs: list[tuple[datetime, JobWait]] = field(default_factory=list)  #: answered ones, with their instants
    moves: list[tuple[datetime, str]] = field(
        default_factory=list
    )  #: completed elements, with their instants
    flows: set[str] = field(default_factory=set)  #: sequence flows taken

    # -- what a scenario does

    def start(self, start: Start, values: Mapping[str, Value]) -> None:
        """Start by message, by the form of a start event, or as any start event does."""
        event = self._start_event(start)
        if start.timer is not None or self._is_cadence(event, start):
            values = {**values, **self._next_period(event, start.timer or UNIT)}
        if start.form is not None:
            values = scenario_answers.checked(self.pack.forms[start.form], values, {}, self.environment)
        self.business_key = str((values.get("dispatch") or {}).get("no") or self.scenario.case)
        self._begin(event, values)

    def complete(self, task: str, who: str | None, values: Mapping[str, Json]) -> None:
        """Complete the first waiting user task of that element id or name."""
        place, wait = self._waiting_task(task)
        scenario_answers.ensure_role(wait, who)
        scenario_answers.ensure_other_person(wait, who, self.done_by)
        submission = scenario_answers.submission(self.pack, wait, values, self.environment)
        self._apply(place, lambda state: interpreter.complete(
            self.pack.definition, state, wait.activity_id, submission, environment=self.environment
        ))  # fmt: skip
        self.done_by[wait.element_id] = (who or "").partition("=")[2]
        self.papers += str(wait.extensions.get("papers") or "").split()

    def deliver(self, message: str, key: str | None, values: Mapping[str, Value]) -> None:
        """Publish a message to every open wait of that name and key."""
        found = [
            (place, wait.activity_id)
            for place, wait in self._all(EventWait)
            if wait.kind == "message" and wait.event_name == message and key in (None, wait.correlation_key)
        ]
        if not found:
            raise StepRefused(f"没有人在等消息 {message}。")
        for place, activity_id in found:
            if any(w.activity_id == activity_id for w in self.instances[place].advance.waits):
                self._apply(place, lambda state, a=activity_id: interpreter.deliver(
                    self.pack.definition, state, a, values, environment=self.environment
                ))  # fmt: skip

    def raise_signal(self, signal: str, values: Mapping[str, Value]) -> None:
        """Raise a signal in every running instance of the case."""
        for place, instance in enumerate(self.instances):
            if instance.advance.status is InstanceState.ACTIVE:
                self._apply(place, lambda state: interpreter.raise_signal(
                    self.pack.definition, state, signal, values, environment=self.environment
                ))  # fmt: skip

    def move_to(self, instant: datetime) -> None:
        """Move the clock forward; timers fire at their own instants on the way."""
        for _ in range(MOST_ROUNDS):
            due = min(self._due_timers(instant), key=lambda found: found[1].due_at, default=None)
            if due is None:
                self.now = max(self.now, instant)
                return
            place, timer = due
            self.now = max(self.now, timer.due_at)
            self._apply(place, lambda state, t=timer: interpreter.trigger_timer(
                self.pack.definition, state, t.activity_id, environment=self.environment
            ))  # fmt: skip
        raise StepRefused("定时器一个接一个，没有尽头。")

    def sample(self, name: str, extra: Mapping[str, Json]) -> dict[str, Json]:
        """Return the typical answers of a form or message with *extra* laid over them."""
        typical = copy.deepcopy(dict(self.pack.samples.get(name) or {}))
        return answers(laid_over(typical, extra), self.variables(), self.environment)

    # -- what a scenario asks

    @property
    def environment(self) -> feel.Environment:
        """The clock of this moment, with deadlines and working days as functions."""
        functions = feel_functions(self.pack.lawpack.catalogue, self.pack.lawpack.calendar, now=self.now)
        return feel.Environment(now=self.now, functions=functions)

    def variables(self) -> dict[str, Value]:
        """Return what is known now: of the case, overlaid by what its open tasks see."""
        known: dict[str, Value] = {}
        for instance in self.instances[:1]:
            known.update(instance.advance.variables)
        for _, wait in self._all(UserTaskWait):
            known.update(wait.variables)
        return known

    def waiting(self) -> tuple[str, ...]:
        """Return the element ids of waiting user tasks and messages."""
        tasks = [wait.element_id for _, wait in self._all(UserTaskWait)]
        return (*tasks, *(wait.element_id for _, wait in self._all(EventWait)))

    @property
    def status(self) -> str:
        """State of the case itself."""
        return str(self.instances[0].advance.status) if self.instances else ""

    @property
    def ledgers(self) -> tuple[Ledgers, ...]:
        """The deadlines of all instances."""
        return tuple(instance.ledgers for instance in self.instances)

    def incidents(self) -> tuple[str, ...]:
        """Return the technical failures of the last steps, in words."""
        return tuple(i.message for instance in self.instances for i in instance.advance.incidents)

    # -- inside

    def _start_event(self, start: Start) -> StartEvent:
        for event in self.pack.definition.starts:
            element = self.pack.definition.elements[event.element_id]
            if start.event == event.element_id:
                return event
            named = start.message or start.signal
            if named is not None and event.event_name == named:
                return event
            if start.timer is not None and event.kind == "timer":
                return event
            if start.form is not None and element.extensions.get("form") == start.form:
                return event
        named = start.message or start.form or start.signal or start.timer or start.event
        raise StepRefused(f"没有由 {named} 开始的流程。")

    def _is_cadence(self, event: StartEvent, start: Start) -> bool:
        """Tell whether a start event that just happens is the timer of a process that begins once for each unit."""
        process = self.pack.definition.elements.get(event.process_id or self.pack.definition.key)
        return bool(start.event and event.timer and process and process.extensions.get("each"))

    def _next_period(self, event: StartEvent, unit_name: str) -> dict[str, Value]:
        """Move on to the next period of a cadence and return what its process gets to know."""
        timer = (event.timer or "").strip().removeprefix("=")
        found = feel.evaluate(timer, {}, environment=self.environment)
        if not isinstance(found, dict) or not isinstance(found.get("at"), datetime):
            raise StepRefused(f"定时器“{timer}”没有给出下一期。")
        self.move_to(found["at"])
        known = {name: value for name, value in found.items() if name != "at"}
        unit = {"unit": unit_name, "unitName": unit_name, "startedFor": found["at"], "late": False}
        return {"cadence": {**known, **unit}, "units": {}}

    def _begin(self, event: StartEvent, values: Mapping[str, Value]) -> None:
        advance = interpreter.start(
            self.pack.definition,
            process_id=event.process_id or None,
            start_event=event.element_id,
            variables=values,
            environment=self.environment,
            business_key=self.business_key,
        )
        law = self.pack.lawpack
        ledgers = Ledgers(catalogue=law.catalogue, calendar=law.calendar)
        self.instances.append(Instance(advance, ledgers.follow(_clocks(advance), self.now)))
        self._record(advance)
        self._settle(len(self.instances) - 1)

    def _apply(self, place: int, step: Callable[..., Advance]) -> None:
        before = self.instances[place]
        advance = step(before.advance.state)
        ledgers = before.ledgers
        for code, amount in _extended(advance):
            ledgers = ledgers.extend(code, self.now, amount)
        self.instances[place] = Instance(advance, ledgers.follow(_clocks(advance), self.now))
        self._record(advance)
        self._retime(place)
        self._settle(place)

    def _settle(self, place: int) -> None:
        """Answer jobs until the instance waits for people, time or messages."""
        for _ in range(MOST_ROUNDS):
            job = next((w for w in self.instances[place].advance.waits if isinstance(w, JobWait)), None)
            if job is None:
                return
            self._apply_job(place, job)
        raise StepRefused("服务任务一个接一个，没有尽头。")

    def _apply_job(self, place: int, job: JobWait) -> None:
        moment = scenario_services.Moment(
            now=self.now, lawpack=self.pack.lawpack, business_key=self.business_key
        )
        answer = scenario_services.answer(job, moment, self.scenario.services)
        self.jobs.append((self.now, job))
        definition, state = self.pack.definition, self.instances[place].advance.state
        if answer.error is None:
            values = feel.from_json(dict(answer.values))
            advance = interpreter.complete(
                definition, state, job.activity_id, values, environment=self.environment
            )
        else:
            advance = interpreter.throw_error(
                definition,
                state,
                job.activity_id,
                answer.error,
                message=answer.reason,
                environment=self.environment,
            )
        ledgers = self.instances[place].ledgers.follow(_clocks(advance), self.now)
        self.instances[place] = Instance(advance, ledgers)
        self._record(advance)

    def _record(self, advance: Advance) -> None:
        self.history += advance.history
        for event in advance.history:
            if event.kind == "completed":
                self.path.append(event.element_id)
                self.moves.append((self.now, event.element_id))
            if event.kind == "flow":
                self.flows.add(event.element_id)
            if event.kind == "decided":
                self.decided[str(event.detail.get("decision") or event.element_id)] = event.detail
        for thrown in advance.thrown:
            self.thrown.append(thrown)
            self._pass_on(thrown)

    def _pass_on(self, thrown: Thrown) -> None:
        for event in self.pack.definition.starts:
            if thrown.kind == "message" and event.kind == "message" and event.event_name == thrown.name:
                self._begin(event, thrown.payload)

    def _retime(self, place: int) -> None:
        instance = self.instances[place]
        for timer in [w for w in instance.advance.waits if isinstance(w, TimerWait) and w.deadline]:
            due_at = instance.ledgers.due(timer.deadline or "", self.now)
            if due_at is not None and due_at != timer.due_at:
                advance = interpreter.retime(
                    self.pack.definition,
                    self.instances[place].advance.state,
                    timer.activity_id,
                    due_at,
                    environment=self.environment,
                )
                self.instances[place] = replace(self.instances[place], advance=advance)

    def _due_timers(self, until: datetime) -> Iterator[tuple[int, TimerWait]]:
        for place, timer in self._all(TimerWait):
            held = timer.deadline is not None and self.instances[place].ledgers.is_held(timer.deadline)
            # An act in the last second is still in time, so the timer fires after it.
            if timer.due_at + timedelta(seconds=1) <= until and not held:
                yield place, timer

    def _all(self, kind: type[Any]) -> Iterator[tuple[int, Any]]:
        for place, instance in enumerate(self.instances):
            for wait in instance.advance.waits:
                if isinstance(wait, kind):
                    yield place, wait

    def _waiting_task(self, task: str) -> tuple[int, UserTaskWait]:
        for place, wait in self._all(UserTaskWait):
            if task in (wait.element_id, wait.name):
                return place, wait
        raise StepRefused(self._why_not(task))

    def _why_not(self, task: str) -> str:
        element = self.pack.definition.elements.get(task)
        boundaries = [e for e in self.pack.definition.elements.values() if e.type == "boundaryEvent"]
        caught = [e.name for e in boundaries if e.id in self.path]
        name = element.name if element else task
        because = f"；已经发生：{'、'.join(caught)}" if caught else ""
        failed = "".join(f"故障：{words}" for words in self.incidents())
        waits = (*self._all(UserTaskWait), *self._all(EventWait))
        waiting = "、".join(dict.fromkeys(f"“{wait.name or wait.element_id}”" for _, wait in waits))
        now = f"正在等的是：{waiting}" if waiting else "没有等人办理的步骤"
        return f"任务“{name}”现在不等人办理{because}。{now}。{failed}"


def _clocks(advance: Advance) -> list[ClockWait]:
    return [wait for wait in advance.waits if isinstance(wait, ClockWait)]


def _extended(advance: Advance) -> list[tuple[str, int | None]]:
    return [
        (code, event.detail.get("extendsBy"))
        for event in advance.history
        for code in event.detail.get("extends") or ()
    ]
