"""Use cases of messages and signals: correlation by name and key, in one transaction with what they cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bpmn.model import Value
from tasks import offices
from tasks.model import Actor
from workflows import cases, values
from workflows.correlation import delivery
from workflows.store.ids import new_id
from workflows.store.rows import MessageRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit


@dataclass(frozen=True, kw_only=True)
class PublishMessage:
    """A message from outside. ``message_id`` makes a repeated delivery harmless."""

    actor: Actor
    name: str
    correlation_key: str | None = None
    payload: Mapping[str, Value] = field(default_factory=dict)
    message_id: str | None = None
    time_to_live: timedelta = timedelta(0)  #: how long to wait for an instance that is not there yet


@dataclass(frozen=True, kw_only=True)
class Publication:
    """What became of a message."""

    message_id: str
    state: (
        str  #: ``delivered``, ``started``, ``waiting`` (within its time to live), ``duplicate`` or ``nobody``
    )
    instance_id: str | None = None


def publish(uow: UnitOfWork, command: PublishMessage) -> Publication:
    """
    Deliver a message to the instance that waits for it, or start one by it.

    Raises:
        Forbidden: the actor's role may not send this message.
        InstanceBusy: the instance stayed locked.
    """
    offices.ensure_may_send(command.actor)
    row = _row(uow, command)
    if command.message_id is not None and not uow.messages.add_once(row, uow.now):
        known = uow.messages.by_message_id(command.message_id)
        return Publication(
            message_id=command.message_id, state="duplicate", instance_id=known.target_id if known else None
        )
    state, instance_id = delivery.deliver(uow, row, by=command.actor)
    if state == "nobody" and command.time_to_live > timedelta(0):
        state = "waiting"
    if command.message_id is None:
        uow.messages.add([replace(row, state=state, target_id=instance_id)], uow.now)
    else:
        uow.messages.set_state([row.id], state, target_id=instance_id)
    return Publication(message_id=command.message_id or row.id, state=state, instance_id=instance_id)


def broadcast(
    uow: UnitOfWork,
    actor: Actor,
    signal: str,
    payload: Mapping[str, Value],
    *,
    instance_id: str | None = None,
) -> int:
    """
    Send a signal to every instance that waits for it; returns how many were reached.

    Signals about persons (``S-VIOLENCE``, ``S-LOST``) reach only running cases that share a party with *instance_id*.

    Raises:
        Forbidden: the actor's role sends no signals, or none that is about no case of theirs.
        InstanceNotFound: no such case, or the actor may not know of it.
    """
    offices.ensure_may_send(actor)
    if instance_id is None:
        offices.ensure_may_signal_all(actor)
    else:
        cases.visible(uow, actor, instance_id)
    row = MessageRow(
        id=new_id(),
        kind="signal",
        name=signal,
        correlation_key=None,
        payload=values.encode(payload),
        state="expanded",
        target_id=None,
        source_id=instance_id,
        message_id=None,
        expires_at=None,
    )
    uow.messages.add([row], uow.now)
    audit.record(uow, actor, "broadcast", detail={"signal": signal, "instance_id": instance_id})
    return delivery.expand(uow, row)


def _row(uow: UnitOfWork, command: PublishMessage) -> MessageRow:
    return MessageRow(
        id=new_id(),
        kind="message",
        name=command.name,
        correlation_key=command.correlation_key,
        payload=values.encode(command.payload),
        state="delivering",
        target_id=None,
        source_id=None,
        message_id=command.message_id,
        expires_at=uow.now + command.time_to_live,
    )
