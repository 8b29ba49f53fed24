"""
Delivery of messages and signals: which instance gets what, each in a transaction of its own.

A message goes to every wait of *one* instance that its name and key fit, else it starts the process that has it as a
start event. A signal goes to every instance that waits for it; a signal about persons only to cases that share a party.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from bpmn import interpreter
from bpmn.errors import ActivityNotWaiting, InstanceEnded, JingfaError
from bpmn.model import InstanceState
from tasks import rules
from tasks.model import SYSTEM, Actor
from workflows import cases, values
from workflows.errors import DuplicateBusinessKey, InstanceNotFound, StoreUnavailable
from workflows.execution import recording
from workflows.execution.starting import begin, period_key
from workflows.processes import definitions
from workflows.store.ids import new_id
from workflows.store.rows import InstanceRow, MessageRow, SubscriptionRow
from workflows.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from workflows.engine import Engine

log = logging.getLogger(__name__)
#: Signals about persons reach only running cases that share a party with the sender's.
ABOUT_PERSONS = frozenset({"S-VIOLENCE", "S-LOST"})


def deliver(uow: UnitOfWork, message: MessageRow, *, by: Actor) -> tuple[str, str | None]:
    """
    Deliver a message now; returns what became of it and the instance.

    Raises:
        InstanceBusy: the instance that waits for it stayed locked.
    """
    for subscription in uow.waits.waiting_for(message.name, message.correlation_key):
        row = uow.instances.lock(subscription.instance_id)
        if (
            row is None
            or not _reaches(uow, by, row.id)
            or row.status is not InstanceState.ACTIVE
            or row.suspended
        ):
            continue
        if _hand_over(uow, row, message, by) is not None:
            return "delivered", row.id
    return _start(uow, message, by)


def _reaches(uow: UnitOfWork, by: Actor, instance_id: str) -> bool:
    """Nobody speaks into a case that they may not know of; the answer is the same as when there is none."""
    if rules.is_system(by):
        return True
    try:
        return bool(cases.visible(uow, by, instance_id))
    except InstanceNotFound:
        return False


def _hand_over(uow: UnitOfWork, row: InstanceRow, message: MessageRow, by: Actor) -> InstanceRow | None:
    """Give the message to each wait of the instance that it fits; None when none is left."""
    waits = uow.waits.subscriptions("message", message.name, instance_id=row.id)
    fitting = (wait for wait in waits if wait.correlation_key in (None, message.correlation_key))
    return hand_over_to(uow, row, fitting, message, by)


def hand_over_to(
    uow: UnitOfWork, row: InstanceRow, waits: Iterable[SubscriptionRow], message: MessageRow, by: Actor
) -> InstanceRow | None:
    """Give the message to these waits of a locked instance; one that the others ended is left out."""
    after: InstanceRow | None = None
    for wait in waits:
        try:
            after = _deliver_to(uow, after or row, wait, message, by)
        except (ActivityNotWaiting, InstanceEnded):
            continue
    return after


def _deliver_to(
    uow: UnitOfWork, row: InstanceRow, wait: SubscriptionRow, message: MessageRow, by: Actor
) -> InstanceRow:
    advance = interpreter.deliver(
        definitions.load(uow, row.definition_id),
        row.state,
        wait.activity_id,
        values.decode(message.payload),
        environment=uow.installation.environment(uow.now),
    )
    detail = {"message": message.name, "message_id": message.message_id or message.id}
    return recording.record(uow, row, advance, by=by, action="correlate", detail=detail)


def _start(uow: UnitOfWork, message: MessageRow, by: Actor) -> tuple[str, str | None]:
    started: str | None = None
    for definition_id, element_id in uow.messages.starts(message.kind, message.name):
        definition = definitions.kept_row(uow, definition_id)
        content = values.decode(message.payload)
        # A signal that opens a period opens it once for each unit, however often it is sent.
        is_message = message.kind == "message"
        key = message.correlation_key if is_message else period_key(definition.key, content)
        try:
            row = begin(
                uow,
                definition,
                content,
                by=by,
                business_key=key,
                start_event=element_id,
                parent_id=message.source_id,
            )
        except DuplicateBusinessKey:
            log.info("message %s: %s already has an instance with this key", message.name, definition.key)
            continue
        started = row.id
    return ("started", started) if started else ("nobody", None)


def expand(uow: UnitOfWork, signal: MessageRow) -> int:
    """Queue a signal for each instance that it reaches, and start what it starts; returns how many."""
    waiting = {wait.instance_id for wait in uow.waits.subscriptions("signal", signal.name)}
    if signal.name in ABOUT_PERSONS:
        waiting &= set(uow.instances.sharing_a_party(signal.source_id)) if signal.source_id else set()
    uow.messages.add(
        (
            replace(signal, id=new_id(), state="pending", target_id=target, message_id=None)
            for target in sorted(waiting)
        ),
        uow.now,
    )
    state, _ = _start(uow, signal, SYSTEM)
    uow.waits.wake()
    return len(waiting) + (state == "started")


def deliver_pending(engine: Engine, *, limit: int = 200) -> int:
    """
    Deliver queued messages and signals, each in its own transaction; returns how many were handled.

    One whose instance is busy stays for the next round.
    """
    done, after = 0, ""
    while done < limit:
        with engine.begin() as uow:
            pending = uow.messages.pending(after=after, limit=limit)
        if not pending:
            break
        done += sum(_deliver_one(engine, message_id) for message_id in pending)
        after = pending[-1]
    return done


def _deliver_one(engine: Engine, message_id: str) -> bool:
    try:
        with engine.begin() as uow:
            message = uow.messages.lock(message_id)
            if message is None or message.state != "pending":
                return False
            return _handle(uow, message)
    except StoreUnavailable:
        raise
    except JingfaError as fault:
        log.warning("message %s stays for the next round: %s", message_id, fault.message)
    except Exception:  # one message must not keep the others
        log.exception("message %s could not be delivered", message_id)
    return False


def _handle(uow: UnitOfWork, message: MessageRow) -> bool:
    if message.kind == "signal" and message.target_id is None:
        expand(uow, message)
        uow.messages.set_state([message.id], "delivered")
        return True
    if message.kind == "signal":
        return _signal(uow, message)
    state, instance_id = deliver(uow, message, by=SYSTEM)
    if state == "nobody" and message.expires_at is not None and message.expires_at > uow.now:
        state = "waiting"
    uow.messages.set_state([message.id], state, target_id=instance_id)
    return True


def _signal(uow: UnitOfWork, message: MessageRow) -> bool:
    row = uow.instances.lock(str(message.target_id), skip_locked=True)
    if row is None or row.suspended:
        return False
    if row.status is InstanceState.ACTIVE:
        advance = interpreter.raise_signal(
            definitions.load(uow, row.definition_id),
            row.state,
            message.name,
            values.decode(message.payload),
            environment=uow.installation.environment(uow.now),
        )
        recording.record(uow, row, advance, by=SYSTEM, action="signal", detail={"signal": message.name})
    uow.messages.set_state([message.id], "delivered")
    return True
