"""Deploying packs: each process that something outside can start gets a version; the lists are in ``processes.deployed``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bpmn.definition import ProcessDefinition, StartEvent
from bpmn.errors import DeploymentInvalid
from bpmn.model import Finding, Severity
from tasks import offices
from tasks.model import Actor
from workflows.clockwork import cadences, schedules
from workflows.model import Deployment
from workflows.processes import deployed, job_types, pack_files, part_checks, readings, sharing
from workflows.store.ids import new_id
from workflows.store.rows import AuditRow, DefinitionRow
from workflows.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Deploy:
    """
    A pack: path inside the pack -> content.

    ``process.bpmn`` and other ``*.bpmn``, ``decisions/*.dmn``, ``forms/*.json``, ``documents/*``, ``scenarios/*``, ``pack.toml``.
    """

    actor: Actor
    name: str
    files: Mapping[str, bytes]
    trusted: bool = False  #: shipped with the product: parsed in this process instead of a killable child


def deploy(uow: UnitOfWork, command: Deploy) -> Deployment:
    """
    Deploy every executable process of a pack; an unchanged pack makes no new version.

    Raises:
        DeploymentInvalid: what the engine cannot run faithfully, every finding at once.
        Forbidden: the actor may not deploy.
    """
    offices.ensure_may_deploy(command.actor)
    return put(uow, command)


def reading_of(uow: UnitOfWork, command: Deploy) -> readings.Reading:
    """
    Gather what ``readings.models_of`` reads.

    Raises:
        DeploymentInvalid: a used pack is not deployed.
    """
    everything = sharing.with_used_packs(uow, command.files)
    return readings.Reading(
        own=command.files,
        everything=everything,
        law=uow.installation.law,
        trusted=command.trusted,
        operations=job_types.known(uow.installation.settings),
    )


def put(uow: UnitOfWork, command: Deploy, *, models: readings.Models | None = None) -> Deployment:
    """
    Deploy for a use case that has asked for the right itself: an approved draft is published by whoever approved it.

    Args:
        models: Read beforehand; read again if anything has changed since.

    Raises:
        DeploymentInvalid: what the engine cannot run faithfully, every finding at once.
    """
    pack_files.ensure_names(command.files)
    uow.packs.serialise()
    reading = reading_of(uow, command)
    _ensure_parts(command, reading)
    own, command = command.files, replace(command, files=reading.everything)
    digest, _ = reading.key
    same = uow.packs.by_digest(command.name, digest)
    if same is not None:
        return deployed.view(uow, same)
    if models is None or models.key != reading.key:
        models = readings.models_of(reading)
    row: dict[str, Any] = {
        "id": new_id(),
        "name": command.name,
        "digest": digest,
        "deployed_at": uow.now,
        "deployed_by": command.actor.person_id,
    }
    uow.packs.add_deployment(**row)
    uow.packs.put_files(row["id"], command.files)
    is_shared = sharing.is_shared(own)
    for model in models.definitions:
        _add_version(uow, row["id"], model, shared=is_shared)
    if is_shared:
        sharing.announce(uow, command.name)
    _audit(uow, command, digest)
    return deployed.view(uow, row, _findings(uow, models.definitions))


def _findings(uow: UnitOfWork, models: Sequence[ProcessDefinition]) -> tuple[Finding, ...]:
    warnings = (finding for model in models for finding in model.warnings)
    return tuple(dict.fromkeys((*warnings, *job_types.unhandled(models, uow.installation.settings))))


def _ensure_parts(command: Deploy, reading: readings.Reading) -> None:
    if command.trusted:
        return
    findings = tuple(part_checks.check(command.files, reading.law))
    if any(one.severity is Severity.ERROR for one in findings):
        raise DeploymentInvalid(findings)


def digest_of(uow: UnitOfWork, files: Mapping[str, bytes]) -> str:
    """Return what a deployment of *files* is told by, those of used packs included."""
    return readings.digest_of(sharing.with_used_packs(uow, files))


def _add_version(uow: UnitOfWork, deployment_id: str, model: ProcessDefinition, *, shared: bool) -> None:
    latest = uow.packs.latest(model.key)
    version = latest.version + 1 if latest else 1
    process = model.elements.get(model.key)
    extensions = process.extensions if process else {}
    row = DefinitionRow(
        id=f"{model.key}:{version}",
        key=model.key,
        version=version,
        name=model.name or model.key,
        digest=model.digest,
        deployment_id=deployment_id,
        deployed_at=uow.now,
        starters=(offices.NOBODY,) if shared else _starters(model),
        start_form=_start_form(model),
        title_expression=extensions.get("title"),
    )
    uow.packs.add_definition(row, [_start(uow, model, start) for start in _own_starts(model)])
    uow.packs.put_canonical(row.id, "bpmn", model.files)
    uow.packs.put_canonical(row.id, "dmn", model.decisions)
    uow.packs.stop_timer_starts(model.key, but=row.id)


def _own_starts(model: ProcessDefinition) -> list[StartEvent]:
    return [start for start in model.starts if start.process_id in ("", model.key)]


def _start(uow: UnitOfWork, model: ProcessDefinition, start: StartEvent) -> dict[str, Any]:
    due_at, left = _first(uow, model, start)
    return {
        "element_id": start.element_id,
        "kind": start.kind,
        "event_name": start.event_name,
        "due_at": due_at,
        "firings_left": left,
    }


def _first(
    uow: UnitOfWork, model: ProcessDefinition, start: StartEvent
) -> tuple[datetime | None, int | None]:
    if not start.timer:
        return None, None
    if cadences.each(model) is not None:
        return cadences.first_due(uow, model, start), 1
    due = schedules.first(start.timer, uow.installation.environment(uow.now))
    return due.due_at, due.left


def _starters(model: ProcessDefinition) -> tuple[str, ...]:
    """Return the roles that start by hand: as the process says, else as its start events with a form say."""
    elements = [model.elements[start.element_id] for start in _own_starts(model)]
    said = [model.elements[model.key].extensions.get("starters")] if model.key in model.elements else []
    said = said if any(said) else [e.extensions.get("roles") for e in elements if e.extensions.get("form")]
    return tuple(dict.fromkeys(role for roles in said for role in str(roles or "").split()))


def _start_form(model: ProcessDefinition) -> str | None:
    elements = (model.elements.get(start.element_id) for start in _own_starts(model))
    keys = [element.extensions.get("form") for element in elements if element]
    return next((str(key) for key in keys if key), None)


def _audit(uow: UnitOfWork, command: Deploy, digest: str) -> None:
    uow.audit.append(
        AuditRow(
            chain=f"person:{command.actor.person_id}",
            at=uow.now,
            person_id=command.actor.person_id,
            action="deploy",
            client=command.actor.client,
            detail={"name": command.name, "digest": digest},
        )
    )
