"""
Why a case went the way it went: one reason for every sequence flow a token took, from what was recorded then.

Nothing is guessed from the diagram of today: conditions, the values they read and the rows of a decision table were
written down when the token moved, and can be evaluated again (``is_reproduced``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bpmn import decisions, feel
from bpmn.definition import ProcessDefinition
from bpmn.model import Json, Value
from tasks.model import Actor
from workflows import cases, values, views
from workflows.processes import definitions
from workflows.store.unit_of_work import UnitOfWork

Event = Mapping[str, Any]  #: a row of the history
#: ``condition`` held · ``default``: no other did · ``event`` happened · ``done``: the step was completed · ``passed``:
#: a start or gateway that decides nothing.
Ground = Literal["condition", "default", "event", "done", "passed"]
#: What an element without a name is called.
UNNAMED = {"parallelGateway": "并行", "startEvent": "开始", "endEvent": "结束"}
WORK = ("Task", "task", "subProcess", "callActivity", "transaction", "adHocSubProcess")


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A condition that was looked at, with the values it read, by path as far as its text names one."""

    expression: str
    result: bool | None
    read: tuple[tuple[str, Json], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A decision that was made: which rows of which table, on which values, with which result."""

    decision: str
    rows: tuple[str, ...]  #: rule ids
    notes: tuple[str, ...]  #: what stands beside those rows
    result: Json
    read: tuple[tuple[str, Json], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Why:
    """A move of a token along one sequence flow."""

    seq: int
    flow_id: str
    flow_name: str
    source: str  #: name
    target: str
    ground: Ground
    at: datetime
    by: str  #: who caused it
    event: str = ""  #: kind of the event: ``timer``, ``message``, ``error``, …
    conditions: tuple[Condition, ...] = ()  #: in the order in which they were looked at
    decided: Decided | None = None


@dataclass
class _Visit:
    """What is recorded of one visit of an element."""

    conditions: list[Event] = field(default_factory=list)
    decided: Event | None = None
    caught: Event | None = None


def of_instance(uow: UnitOfWork, actor: Actor, instance_id: str) -> tuple[Why, ...]:
    """
    Explain every move of a case, oldest first; personal data is masked.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
    """
    row = cases.visible(uow, actor, instance_id)
    events = uow.history.of_instance(row.id)
    names = uow.people.names(event["by_id"] for event in events)
    shown = [{**event, "detail": masked(uow, actor, event["detail"])} for event in events]
    return explained(shown, definitions.load(uow, row.definition_id), names)


def masked(uow: UnitOfWork, actor: Actor, detail: Mapping[str, Json]) -> dict[str, Json]:
    """Return the detail of an event with the values that it holds as the actor may see them."""
    held = {name: _plain(detail[name]) for name in ("values", "inputs", "result") if name in detail}
    seen = views.shown(uow, actor, held, clear=False) if held else {}
    return {**detail, **{name: seen.get(name) for name in held}}


def explained(
    events: Iterable[Event], definition: ProcessDefinition, names: Mapping[str, str]
) -> tuple[Why, ...]:
    """Explain every ``flow`` among the events of a case; pure."""
    ordered = sorted(events, key=lambda event: event["seq"])
    visits = _visits(ordered)
    return tuple(
        _why(event, visits[event["activity_id"]], definition, names)
        for event in ordered
        if event["kind"] == "flow"
    )


def _visits(events: Iterable[Event]) -> Mapping[str | None, _Visit]:
    found: dict[str | None, _Visit] = defaultdict(_Visit)
    for event in events:
        visit = found[event["activity_id"]]
        if event["kind"] == "condition":
            visit.conditions.append(event)
        elif event["kind"] == "decided":
            visit.decided = event
        elif event["kind"] == "caught":
            visit.caught = event
    return found


def _why(event: Event, visit: _Visit, definition: ProcessDefinition, names: Mapping[str, str]) -> Why:
    flow = definition.flows.get(event["element_id"])
    source, target = str(event["detail"].get("source", "")), str(event["detail"].get("target", ""))
    ground = _ground(event, visit, definition, source)
    return Why(
        seq=event["seq"],
        flow_id=event["element_id"],
        flow_name=flow.name if flow else "",
        source=_name(definition, source),
        target=_name(definition, target),
        ground=ground,
        at=event["at"],
        by=names.get(event.get("by_id") or "", ""),
        event=str(visit.caught["detail"].get("kind", "")) if visit.caught and ground == "event" else "",
        conditions=tuple(_condition(c) for c in _looked_at(event, visit, ground)),
        decided=_decided(visit.decided) if visit.decided else None,
    )


def _ground(event: Event, visit: _Visit, definition: ProcessDefinition, source: str) -> Ground:
    if any(
        c["detail"]["flow"] == event["element_id"] and c["detail"]["result"] is True for c in visit.conditions
    ):
        return "condition"
    if visit.conditions:
        return "default"
    if visit.caught is not None:
        return "event"
    element = definition.elements.get(source)
    return "done" if element is not None and element.type.endswith(WORK) else "passed"


def _looked_at(event: Event, visit: _Visit, ground: Ground) -> list[Event]:
    """Return the conditions that matter: all before the one that held; where none held, all of them."""
    if ground != "condition":
        return visit.conditions
    place = next(n for n, c in enumerate(visit.conditions) if c["detail"]["flow"] == event["element_id"])
    return [c for c in visit.conditions[:place] if c["detail"]["result"] is not True] + [
        visit.conditions[place]
    ]


def _condition(event: Event) -> Condition:
    detail = event["detail"]
    text = str(detail["expression"]).removeprefix("=").strip()
    return Condition(expression=text, result=detail["result"], read=_read(text, detail.get("values") or {}))


def _read(text: str, stored: Mapping[str, Json]) -> tuple[tuple[str, Json], ...]:
    """Return the values that a condition's text names, by dotted path; contexts and lists are left out."""
    tree = {name: _plain(value) for name, value in stored.items()}
    named = [n for n in tree if not n.isidentifier()]
    paths = [(text,)] if text in tree else sorted(feel.compile(text, names=named).paths)
    found = ((".".join(path), values.under(tree, path)) for path in paths if path[0] in tree)
    return tuple((path, value) for path, value in found if not isinstance(value, dict | list))


def _decided(event: Event) -> Decided:
    detail = event["detail"]
    notes = [
        text for group in (detail.get("annotations") or {}).values() for n in group for text in n["texts"]
    ]
    rows = [rule for group in (detail.get("matched") or {}).values() for rule in group]
    return Decided(
        decision=str(detail.get("decision", "")),
        rows=tuple(dict.fromkeys(rows)),
        notes=tuple(dict.fromkeys(notes)),
        result=detail.get("result"),
        read=tuple(_leaves(detail.get("inputs") or {})),
    )


def _leaves(tree: Json, path: str = "") -> Iterable[tuple[str, Json]]:
    tree = _plain(tree)
    if isinstance(tree, Mapping):
        for name, value in tree.items():
            yield from _leaves(value, f"{path}.{name}" if path else name)
    elif tree is not None and not isinstance(tree, list):
        yield path, tree


def _plain(stored: Json) -> Any:
    """Return what was stored losslessly as plain JSON; what is plain already stays."""
    return values.to_json(feel.decode(stored))


def _name(definition: ProcessDefinition, element_id: str) -> str:
    element = definition.elements.get(element_id)
    if element is None or element.name:
        return element.name if element else element_id
    return UNNAMED.get(element.type, element_id)


def is_reproduced(event: Event, definition: ProcessDefinition, environment: feel.Environment) -> bool:
    """
    Evaluate a recorded condition or decision again, from the stored values alone, at the instant it was recorded.

    Args:
        event: A row of kind ``condition`` or ``decided``.
        environment: Functions and clock of that instant.
    """
    detail = event["detail"]
    if event["kind"] == "condition":
        known = values.decode(detail["values"])
        return bool(_again(str(detail["expression"]), known, environment) == detail["result"])
    for name, content in definition.decisions.items():
        model = decisions.load(content, imports={n: d for n, d in definition.decisions.items() if n != name})
        if any(detail["decision"] in (d.id, d.name) for d in model.decisions):
            return _same(model, detail, environment)
    return False


def _again(text: str, context: Mapping[str, Value], environment: feel.Environment) -> Value:
    if text in context:
        return context[text]
    named = [name for name in context if not name.isidentifier()]
    return feel.compile(text, names=named).evaluate(context, environment)


def _same(model: decisions.DecisionModel, detail: Mapping[str, Json], environment: feel.Environment) -> bool:
    outcome = model.evaluate(detail["decision"], values.decode(detail["inputs"]), environment=environment)
    matched = {name: list(rules) for name, rules in outcome.matched.items()}
    results = [values.to_json(value) for value in outcome.values.values()]
    return bool(matched == detail["matched"] and detail["result"] in results)
