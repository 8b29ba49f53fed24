"""Use cases of history: what happened to a case, which path it took and where its tokens are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bpmn import interpreter
from tasks.model import Actor
from workflows import cases
from workflows.execution import explanations
from workflows.model import HistoryView
from workflows.processes import definitions
from workflows.store.unit_of_work import UnitOfWork

#: What a person would tell of a case; token moves through gateways and flows are left out.
TOLD = (
    "completed",
    "cancelled",
    "caught",
    "thrown",
    "decided",
    "job-result-ignored",
    "rung",
    "ladder",
    "returned",
    "withdrawn",
)
NAMED = frozenset(
    {
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
        "startEvent",
        "endEvent",
        "boundaryEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "task",
    }
)
COPIED = ("seq", "kind", "element_id", "element_name", "element_type", "at", "activity_id")


@dataclass(frozen=True, kw_only=True)
class PathView:
    """What to colour in a diagram; everything comes from recorded token moves."""

    elements: tuple[str, ...]  #: completed element ids in order
    flows: tuple[str, ...]  #: taken sequence-flow ids in order
    active: tuple[str, ...]  #: element ids with a waiting token
    incidents: tuple[str, ...]  #: element ids with an open incident
    enclosing: Mapping[
        str, tuple[str, ...]
    ]  #: waiting element id -> call activities and subprocesses around it
    visits: Mapping[str, int]  #: element id -> times completed


def of_instance(
    uow: UnitOfWork, actor: Actor, instance_id: str, *, all_kinds: bool = False
) -> tuple[HistoryView, ...]:
    """
    List what happened, oldest first: what a person would name; ``all_kinds`` adds every token move.

    Values that conditions and decisions read are masked.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
    """
    row = cases.visible(uow, actor, instance_id)
    events = uow.history.of_instance(row.id, kinds=None if all_kinds else TOLD)
    names = uow.people.names(event["by_id"] for event in events)
    return tuple(
        HistoryView(
            by=names.get(event["by_id"], "系统"),
            sources=tuple(event["sources"]),
            detail=explanations.masked(uow, actor, event["detail"]),
            **{name: event[name] for name in COPIED},
        )
        for event in events
        if all_kinds or event["element_type"] in NAMED or event["kind"] not in ("completed", "cancelled")
    )


def path(uow: UnitOfWork, actor: Actor, instance_id: str) -> PathView:
    """Return the path for the diagram."""
    row = cases.visible(uow, actor, instance_id)
    events = uow.history.of_instance(row.id, kinds=("completed", "flow", "caught", "thrown", "entered"))
    done = [event["element_id"] for event in events if event["kind"] not in ("flow", "entered")]
    entered = {event["activity_id"]: event["element_id"] for event in events if event["kind"] == "entered"}
    waiting = (
        interpreter.waits(definitions.load(uow, row.definition_id), row.state) if row.ended_at is None else ()
    )
    return PathView(
        elements=tuple(done),
        flows=tuple(event["element_id"] for event in events if event["kind"] == "flow"),
        active=tuple(dict.fromkeys(wait.element_id for wait in waiting)),
        enclosing={
            wait.element_id: tuple(entered[scope] for scope in wait.scope if scope in entered)
            for wait in waiting
        },
        incidents=tuple(i["element_id"] for i in uow.incidents.open_of([row.id]) if i["element_id"]),
        visits=dict(Counter(done)),
    )
