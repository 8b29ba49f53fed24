"""A small builder of BPMN XML and a player for tests: one line a node, one line a flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bpmn import feel, interpreter
from bpmn.definition import ProcessDefinition
from bpmn.feel.environment import SHANGHAI
from bpmn.model import Advance, EventWait, HistoryEvent, JobWait, TimerWait, UserTaskWait

NOON = datetime(2026, 3, 2, 12, tzinfo=SHANGHAI)


def model(
    body: str,
    *,
    key: str = "P",
    roots: str = "",
    others: str = "",
    decisions: Mapping[str, bytes] | None = None,
) -> ProcessDefinition:
    """Wrap the inside of a process into a definition."""
    xml = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:jf="urn:jingfa:bpmn:1">'
        f'{roots}<process id="{key}" isExecutable="true">{body}</process>{others}</definitions>'
    )
    return ProcessDefinition(key=key, files={"p.bpmn": xml.encode()}, decisions=decisions or {})


def node(kind: str, identity: str, inside: str = "", **attributes: str) -> str:
    """Return one element; ``_`` in an attribute name stands for ``:``."""
    written = " ".join(f'{name.replace("_", ":")}="{value}"' for name, value in attributes.items())
    return f'<{kind} id="{identity}" {written}>{inside}</{kind}>'


def flow(source: str, target: str, condition: str = "", identity: str = "") -> str:
    """Return a sequence flow named ``source-target`` unless named otherwise."""
    inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    name = identity or f"{source}-{target}"
    return f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'


def path(*identities: str) -> str:
    """Return the flows that join these nodes one after the other."""
    return "".join(flow(a, b) for a, b in zip(identities, identities[1:], strict=False))


def start(identity: str = "s") -> str:
    """Return a none start event."""
    return node("startEvent", identity)


def end(identity: str = "e", inside: str = "") -> str:
    """Return an end event."""
    return node("endEvent", identity, inside)


def user(identity: str, inside: str = "", **attributes: str) -> str:
    """Return a user task."""
    return node("userTask", identity, inside, **attributes)


def script(identity: str, text: str, inside: str = "", **attributes: str) -> str:
    """Return a script task."""
    return node("scriptTask", identity, f"{inside}<script>{text}</script>", **attributes)


def timer(text: str, kind: str = "timeDuration") -> str:
    """Return a timer event definition."""
    return f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"


def event(kind: str, reference: str = "") -> str:
    """Return a message, signal, error or escalation event definition."""
    attribute = f' {kind}Ref="{reference}"' if reference else ""
    return f"<{kind}EventDefinition{attribute}/>"


def condition(text: str) -> str:
    """Return a conditional event definition."""
    return f"<conditionalEventDefinition><condition>{text}</condition></conditionalEventDefinition>"


ROOTS = (
    '<message id="M" name="letter"/><message id="M2" name="other"/><signal id="S" name="alarm"/>'
    '<error id="E" errorCode="broken"/><error id="E2" errorCode="lost"/>'
    '<escalation id="X" escalationCode="late"/><escalation id="X2" escalationCode="early"/>'
)


@dataclass
class Play:
    """One instance played step by step; saves and loads between all steps, since every step starts from bytes."""

    definition: ProcessDefinition
    now: datetime = NOON
    advance: Advance | None = None
    history: list[HistoryEvent] = field(default_factory=list)
    thrown: list[Any] = field(default_factory=list)
    ended_at: list[str] = field(default_factory=list)
    incidents: list[Any] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        body: str,
        variables: Mapping[str, Any] | None = None,
        *,
        others: str = "",
        start_event: str | None = None,
        roots: str = ROOTS,
        **options: Any,
    ) -> Play:
        """Start an instance of an inline model."""
        play = cls(model(body, roots=roots, others=others))
        return play._take(
            interpreter.start(
                play.definition,
                variables=numbers(variables or {}),
                start_event=start_event,
                environment=play.environment,
                **options,
            )
        )

    @property
    def environment(self) -> feel.Environment:
        """The clock of this play."""
        return feel.Environment(now=self.now)

    def _take(self, advance: Advance) -> Play:
        self.advance = advance
        self.history.extend(advance.history)
        self.thrown.extend(advance.thrown)
        self.ended_at.extend(advance.ended_at)
        self.incidents.extend(advance.incidents)
        return self

    def _call(self, verb: Any, *arguments: Any, **options: Any) -> Play:
        assert self.advance is not None
        return self._take(
            verb(self.definition, self.advance.state, *arguments, environment=self.environment, **options)
        )

    def wait(self, element: str, kind: Any = (UserTaskWait, JobWait, TimerWait, EventWait)) -> Any:
        """Return the first wait of an element."""
        assert self.advance is not None
        return next(w for w in self.advance.waits if w.element_id == element and isinstance(w, kind))

    def do(self, element: str, **variables: Any) -> Play:
        """Complete the first waiting task of this element."""
        return self._call(interpreter.complete, self.wait(element).activity_id, numbers(variables))

    def throw(self, element: str, code: str, **options: Any) -> Play:
        """Throw an error or escalation out of a waiting task."""
        return self._call(interpreter.throw_error, self.wait(element).activity_id, code, **options)

    def message(self, element: str, **payload: Any) -> Play:
        """Deliver to a waiting event."""
        return self._call(interpreter.deliver, self.wait(element, EventWait).activity_id, numbers(payload))

    def signal(self, name: str, **payload: Any) -> Play:
        """Raise a signal from outside."""
        return self._call(interpreter.raise_signal, name, numbers(payload))

    def set(self, **variables: Any) -> Play:
        """Set variables from outside."""
        return self._call(interpreter.set_variables, numbers(variables))

    def fire(self, element: str) -> Play:
        """Let a timer fire at its instant, or now if that is past."""
        wait = self.wait(element, TimerWait)
        self.now = max(self.now, wait.due_at)
        return self._call(interpreter.trigger_timer, wait.activity_id)

    def later(self, **delta: int) -> Play:
        """Move the clock."""
        self.now += timedelta(**delta)
        return self

    def retry(self) -> Play:
        """Try the last incident again."""
        return self._call(interpreter.retry, self.incidents[-1].activity_id)

    @property
    def waiting(self) -> list[str]:
        """Element ids of everything that waits."""
        assert self.advance is not None
        return [w.element_id for w in self.advance.waits]

    @property
    def status(self) -> str:
        """State of the instance."""
        assert self.advance is not None
        return self.advance.status.value

    @property
    def path(self) -> list[str]:
        """Activities and events in order of completion."""
        left_out = ("Gateway", "process")
        return [
            h.element_id
            for h in self.history
            if h.kind == "completed" and not h.element_type.endswith(left_out)
        ]

    @property
    def flows(self) -> list[str]:
        """Flows taken, in order."""
        return [h.element_id for h in self.history if h.kind == "flow"]

    @property
    def variables(self) -> dict[str, Any]:
        """Variables of the top process, whole numbers as int."""
        assert self.advance is not None
        return {name: plain(value) for name, value in self.advance.variables.items()}


def numbers(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return FEEL values: int becomes Decimal."""
    return {name: _number(value) for name, value in values.items()}


def _number(value: Any) -> Any:
    if isinstance(value, list):
        return [_number(item) for item in value]
    if isinstance(value, dict):
        return numbers(value)
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def plain(value: Any) -> Any:
    """Return whole Decimals as int, inside lists and contexts too."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value
