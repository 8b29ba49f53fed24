"""Use cases of messages and signals: correlation by name and key, in one transaction with what they cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bpmn.model import Value
from tasks.model import Actor
from workflows.store.unit_of_work import UnitOfWork


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
    raise NotImplementedError


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
    """
    raise NotImplementedError
