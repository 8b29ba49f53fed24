"""
A shared pack got a new version: the packs that use it are deployed anew with it, as versions of their own.

Running cases stay on the version they started with, as at any publication. The names of shared packs to follow up are stored
with the publication itself, so that a restart loses none.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bpmn.errors import JingfaError, Unavailable
from tasks import matrix
from tasks.model import SYSTEM
from workflows import deployments
from workflows.inbox import announcing
from workflows.processes import readings, sharing
from workflows.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from workflows.engine import Engine

log = logging.getLogger(__name__)


def follow_due(engine: Engine) -> int:
    """Deploy the users of changed shared packs anew; returns how many shared packs were followed up."""
    with engine.begin() as uow:
        names = sharing.changed(uow)
    for name in names:
        _follow(engine, name)
    return len(names)


def _follow(engine: Engine, name: str) -> None:
    with engine.begin() as uow:
        version = len(uow.packs.named(name))
        users = sharing.users_of(uow, name)
    for key in users:
        _deploy(engine, key, name)
    with engine.begin() as uow:
        uow.packs.serialise()
        # A version that came meanwhile is followed up in the next round.
        if len(uow.packs.named(name)) == version:
            sharing.settle(uow, name)


def _deploy(engine: Engine, key: str, shared: str) -> None:
    """Deploy one pack with the shared files as they are now; one that no longer runs stays as it is, and somebody is told."""
    try:
        with engine.begin() as uow:
            command = _command(uow, key)
            reading = deployments.reading_of(uow, command)
            if uow.packs.by_digest(key, reading.key[0]) is not None:
                return
        models = readings.models_of(reading)
        with engine.begin() as uow:
            uow.packs.serialise()
            # Somebody may have published it meanwhile: what counts is what is in force now.
            deployments.put(uow, _command(uow, key), models=models)
    except Unavailable:
        raise
    except JingfaError as fault:
        log.warning("pack %s cannot follow %s: %s", key, shared, fault.message)
        _tell(engine, key, shared, fault)


def _command(uow: UnitOfWork, key: str) -> deployments.Deploy:
    return deployments.Deploy(actor=SYSTEM, name=key, files=sharing.own_in_force(uow, key))


def _tell(engine: Engine, key: str, shared: str, fault: JingfaError) -> None:
    with engine.begin() as uow:
        roles = sorted(matrix.roles_allowed("model", "create"))
        people = sorted({person.id for role in roles for person in uow.people.all(role=role)})
        subject = f"流程包“{key}”没有随公用流程包“{shared}”更新，仍用原来的版本"
        link = f"/studio/packs/{key}"
        announcing.put(uow, people, kind="studio", subject=subject, body=fault.message, link=link)
