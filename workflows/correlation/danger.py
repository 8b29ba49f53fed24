"""Danger at the scene (危险上报): the police are told at once, and so is every running case of the same people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bpmn.model import InstanceState
from tasks.model import Actor
from workflows import cases
from workflows.correlation import messages
from workflows.errors import NobodyOnDuty
from workflows.identity import people
from workflows.inbox import announcing
from workflows.store.rows import InstanceRow
from workflows.store.unit_of_work import UnitOfWork

SIGNAL: Final = "S-VIOLENCE"
NOTICE: Final = "danger"  #: kind of the notice
POLICE: Final = ("R02", "R04", "R05")  #: who goes out, who decides, who watches the station's screens
DESK: Final = ("R05", "R14")  #: who is told where the station has nobody: the desks above it


def has_a_scene(variables: Mapping[str, Any]) -> bool:
    """Tell whether a case has a scene at all: the meetings and reports of a period have none."""
    return "cadence" not in variables


def report(uow: UnitOfWork, actor: Actor, instance_id: str) -> int:
    """
    Tell the station of a case and everybody who works on a running case that shares a party; returns how many were told.

    Diagrams that wait for S-VIOLENCE end their session (RMTJ-25); the notice goes out wherever the case stands.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
        Forbidden: the actor's role sends no signals.
        NobodyOnDuty: neither the station of the case nor a desk above it has anybody who could be told.
    """
    here = cases.visible(uow, actor, instance_id)
    payload = {"reportedBy": actor.person_id, "reportedAt": uow.now}
    messages.broadcast(uow, actor, SIGNAL, payload, instance_id=instance_id)
    police = set(_police(uow, here))
    if not police:
        raise NobodyOnDuty
    told = _tell(uow, here, {*police, *_workers(uow, here)} - {actor.person_id}, "现场有危险，请立即处置")
    for row in _others(uow, here):
        others = {*_police(uow, row), *_workers(uow, row)} - {actor.person_id}
        told += _tell(uow, row, others, "同一当事人的另一案件现场有危险，请注意安全")
    return told


def _others(uow: UnitOfWork, here: InstanceRow) -> list[InstanceRow]:
    found = (uow.instances.get(other) for other in uow.instances.sharing_a_party(here.id) if other != here.id)
    return [row for row in found if row is not None and row.status is InstanceState.ACTIVE]


def _police(uow: UnitOfWork, row: InstanceRow) -> list[str]:
    """Return the people of the case's station, else those at the desks above its units."""
    units = uow.instances.units(row.id)
    keys = [f"{role}@{units['station']}" for role in POLICE] if "station" in units else []
    near = [person.id for person in uow.people.holding(keys)] if keys else []
    return near or people.holding_above(uow, DESK, units.values())


def _workers(uow: UnitOfWork, row: InstanceRow) -> list[str]:
    return [task.assignee_id for task in uow.user_tasks.of_instance(row.id) if task.assignee_id]


def _tell(uow: UnitOfWork, row: InstanceRow, recipients: set[str], subject: str) -> int:
    return announcing.put(
        uow,
        sorted(recipients),
        kind=NOTICE,
        subject=subject,
        body=row.title,
        link=f"/cases/{row.id}",
        instance_id=row.id,
    )
