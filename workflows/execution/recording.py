"""
The one place where an ``Advance`` becomes rows.

The serialised instance is the truth; tasks, jobs, timers, subscriptions and deadlines are an index of what it waits for.
Activity ids are stable, so the index is reconciled by insert-new and close-vanished: work that a boundary event
cancelled closes by itself. Everything happens in the caller's transaction, with the instance row locked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bpmn import interpreter
from bpmn.definition import ProcessDefinition
from bpmn.model import Advance, ClockWait, HistoryEvent, InstanceState, Json, TimerWait, Value, Variables
from tasks import masking
from tasks.model import Actor
from workflows import values
from workflows.execution import indexing, parties
from workflows.execution.ledgers import Ledgers
from workflows.processes import definitions
from workflows.store.ids import new_id
from workflows.store.rows import InstanceRow, MessageRow, OpenWait
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit

RETIMINGS = 5  #: a moved deadline moves timers, which may move nothing further


def record(
    uow: UnitOfWork,
    before: InstanceRow,
    advance: Advance,
    *,
    by: Actor,
    action: str,
    detail: Mapping[str, Json] | None = None,
    restores: bool = False,
    known: tuple[OpenWait, ...] | None = None,
) -> InstanceRow:
    """
    Write everything that one step changed.

    Args:
        before: The instance row, locked.

        advance: What the interpreter returned for its state.

        by: Who caused the step; ``SYSTEM`` for timers and jobs.

        action: Word for the audit, e.g. ``complete``.

        restores: The step brings an earlier state back: its deadlines go on with the ledger they had.

        known: The open rows of the instance, where the caller has them at hand.

    Returns:
        The row after the step; ``revision`` has grown by exactly one.
    """
    definition = definitions.load(uow, before.definition_id)
    known = uow.waits.open(before.id) if known is None else known
    ledgers = Ledgers(uow, before.id, by, is_red=_grade(advance.variables) == "红", restores=restores)
    advance = _keep_time(uow, definition, advance, ledgers, any(wait.kind == "clock" for wait in known))
    after = _row_after(uow, before, advance, ledgers)
    uow.instances.save(after)
    _put_satellites(uow, before, after, advance.variables)
    indexing.reconcile(uow, definition, after, advance, known, ledgers)
    _put_history(uow, definition, after, advance, by)
    _put_incidents(uow, after, advance, ledgers)
    _queue_thrown(uow, after, advance)
    audit.record(uow, by, action, instance_id=after.id, detail={"revision": after.revision, **(detail or {})})
    return after


def _keep_time(
    uow: UnitOfWork, definition: ProcessDefinition, advance: Advance, ledgers: Ledgers, known: bool
) -> Advance:
    """Bring the ledgers up to date, then move the timers that follow one; a moved timer is a step of its own."""
    ledgers.reconcile(_clocks(advance), known)
    for event in advance.history:
        _extend(ledgers, event)
    for _ in range(RETIMINGS):
        moved = [wait for wait in advance.waits if isinstance(wait, TimerWait) and _is_off(wait, ledgers)]
        if not moved:
            break
        for wait in moved:
            advance = _retimed(uow, definition, advance, wait, ledgers)
        ledgers.reconcile(_clocks(advance), known)
    return advance


def _clocks(advance: Advance) -> tuple[ClockWait, ...]:
    return tuple(wait for wait in advance.waits if isinstance(wait, ClockWait))


def _extend(ledgers: Ledgers, event: HistoryEvent) -> None:
    """``jf:extends``: the engine notes on completion which deadlines are extended."""
    codes = event.detail.get("extends")
    if event.kind == "completed" and isinstance(codes, list):
        for code in codes:
            ledgers.extend(str(code), event.detail.get("extendsBy"), event.element_name)


def _is_off(wait: TimerWait, ledgers: Ledgers) -> bool:
    due = ledgers.due_of_code(wait.deadline) if wait.deadline else None
    return due is not None and due != wait.due_at


def _retimed(
    uow: UnitOfWork, definition: ProcessDefinition, advance: Advance, wait: TimerWait, ledgers: Ledgers
) -> Advance:
    due = ledgers.due_of_code(wait.deadline or "")
    if due is None or advance.status is not InstanceState.ACTIVE:
        return advance
    environment = uow.installation.environment(uow.now)
    moved = interpreter.retime(definition, advance.state, wait.activity_id, due, environment=environment)
    return replace(
        moved,
        history=(*advance.history, *moved.history),
        thrown=(*advance.thrown, *moved.thrown),
        incidents=(*advance.incidents, *moved.incidents),
        ended_at=(*advance.ended_at, *moved.ended_at),
    )


def _grade(variables: Variables) -> Value:
    return values.at(variables, "risk.confirmed") or values.at(variables, "risk.grade")


def _row_after(uow: UnitOfWork, before: InstanceRow, advance: Advance, ledgers: Ledgers) -> InstanceRow:
    ended = advance.status is not InstanceState.ACTIVE
    nearest = ledgers.nearest()
    level = values.at(advance.variables, "level.level")
    return replace(
        before,
        title=_title(uow, before, advance.variables),
        status=advance.status,
        revision=before.revision + 1,
        state=advance.state,
        variables=values.encode(advance.variables),
        ended_at=uow.now if ended else None,
        risk=_text(_grade(advance.variables)),
        level=_text(level),
        due_at=nearest.due_at if nearest else None,
        due_code=nearest.code if nearest else None,
        history_length=before.history_length + len(advance.history),
    )


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) and value else None


def _title(uow: UnitOfWork, before: InstanceRow, variables: Variables) -> str:
    """Return the case's title, names masked: it stands in lists that many see."""
    row = definitions.kept_row(uow, before.definition_id)
    title = definitions.evaluate(uow, row.title_expression, variables)
    text = title if isinstance(title, str) and title else f"{row.name or row.key} {before.business_key}"
    return masking.title(text, variables, uow.now.date())[:300]


def _put_satellites(uow: UnitOfWork, before: InstanceRow, after: InstanceRow, variables: Variables) -> None:
    """Write units and party keys when they changed."""
    old: Mapping[str, Json] = before.variables or {}
    if old.get("units") != after.variables.get("units"):
        units = variables.get("units")
        slots = units.items() if isinstance(units, Mapping) else ()
        uow.instances.put_units(
            after.id, {slot: unit for slot, unit in slots if isinstance(unit, str) and unit}
        )
    if old.get("parties") != after.variables.get("parties"):
        uow.instances.put_parties(after.id, parties.hashes(uow.installation, variables))


def _put_history(
    uow: UnitOfWork, definition: ProcessDefinition, after: InstanceRow, advance: Advance, by: Actor
) -> None:
    first = after.history_length - len(advance.history)
    uow.history.add(
        _history_row(definition, after.id, first + number, event, by)
        for number, event in enumerate(advance.history, start=1)
    )


def _history_row(
    definition: ProcessDefinition, instance_id: str, seq: int, event: HistoryEvent, by: Actor
) -> dict[str, Any]:
    element = definition.elements.get(event.element_id)
    sources = str(element.extensions.get("source") or "").split() if element else []
    return {
        "instance_id": instance_id,
        "seq": seq,
        "kind": event.kind,
        "element_id": event.element_id,
        "element_name": event.element_name,
        "element_type": event.element_type,
        "activity_id": event.activity_id,
        "at": event.at,
        "by_id": by.person_id,
        "sources": sources,
        "detail": dict(event.detail),
    }


def _put_incidents(uow: UnitOfWork, after: InstanceRow, advance: Advance, ledgers: Ledgers) -> None:
    found = [(i.activity_id, i.element_id, i.code, i.message) for i in advance.incidents]
    found += [(c.activity_id, c.element_id, "deadline-not-counted", message) for c, message in ledgers.faults]
    uow.incidents.add(
        {
            "id": new_id(),
            "instance_id": after.id,
            "activity_id": activity_id,
            "element_id": element_id,
            "code": code,
            "message": message[:2000],
            "created_at": uow.now,
        }
        for activity_id, element_id, code, message in found
    )


def _queue_thrown(uow: UnitOfWork, after: InstanceRow, advance: Advance) -> None:
    """Queue messages and signals; the drain delivers each in a transaction of its own, its target locked first."""
    events = [event for event in advance.thrown if event.kind in ("message", "signal")]
    uow.messages.add(
        (
            MessageRow(
                id=new_id(),
                kind=event.kind,
                name=event.name,
                correlation_key=event.correlation_key
                or (after.business_key if event.kind == "message" else None),
                payload=values.encode(event.payload),
                state="pending",
                target_id=None,
                source_id=after.id,
                message_id=None,
                expires_at=uow.now + indexing.THROWN_MESSAGES_WAIT,
            )
            for event in events
        ),
        uow.now,
    )
    if events:
        uow.waits.wake()
