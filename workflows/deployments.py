"""Use cases of deployments: packs come in, definitions and their files go out."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from bpmn import decisions, isolated, parser
from bpmn.deadlines.lawpack import LawPack
from bpmn.definition import ProcessDefinition, StartEvent
from bpmn.diagram import Catalogue
from bpmn.errors import DeploymentInvalid
from bpmn.model import Finding, Json, Severity, Value
from tasks import registry, rules
from tasks.model import Actor
from workflows import cursors
from workflows.clockwork import cadences, schedules
from workflows.errors import DefinitionNotFound
from workflows.model import DefinitionView, Deployment, Page
from workflows.processes import definitions, sharing
from workflows.store.ids import new_id
from workflows.store.rows import AuditRow, DefinitionRow
from workflows.store.unit_of_work import UnitOfWork

MOST_FILES, LARGEST_PACK = 500, 64 * 1024 * 1024


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
    rules.ensure_may_deploy(command.actor)
    return put(uow, command)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What the models of a pack are read from, gathered beforehand: reading takes seconds and needs no connection."""

    own: Mapping[str, bytes]
    everything: Mapping[str, bytes]  #: with the files of used packs
    law: LawPack
    trusted: bool

    @property
    def key(self) -> tuple[str, str]:
        """What a result is valid for."""
        return _digest(self.everything), self.law.digest


@dataclass(frozen=True, kw_only=True)
class Models:
    """The processes of a pack that something outside can start, and what they were read from."""

    key: tuple[str, str]
    definitions: tuple[ProcessDefinition, ...]


def reading_of(uow: UnitOfWork, command: Deploy) -> Reading:
    """
    Gather what ``models_of`` reads.

    Raises:
        DeploymentInvalid: a used pack is not deployed.
    """
    everything = sharing.with_used_packs(uow, command.files)
    law = uow.installation.law
    return Reading(own=command.files, everything=everything, law=law, trusted=command.trusted)


def put(uow: UnitOfWork, command: Deploy, *, models: Models | None = None) -> Deployment:
    """
    Deploy for a use case that has asked for the right itself: an approved draft is published by whoever approved it.

    Args:
        models: Read beforehand; read again if anything has changed since.

    Raises:
        DeploymentInvalid: what the engine cannot run faithfully, every finding at once.
    """
    _ensure_names(command.files)
    uow.packs.serialise()
    reading = reading_of(uow, command)
    own, command = command.files, replace(command, files=reading.everything)
    digest, _ = reading.key
    same = uow.packs.by_digest(command.name, digest)
    if same is not None:
        return _deployment(uow, same)
    if models is None or models.key != reading.key:
        models = models_of(reading)
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
    findings = tuple(dict.fromkeys(finding for model in models.definitions for finding in model.warnings))
    return _deployment(uow, row, findings)


def digest_of(uow: UnitOfWork, files: Mapping[str, bytes]) -> str:
    """Return what a deployment of *files* is told by, those of used packs included."""
    return _digest(sharing.with_used_packs(uow, files))


def files_of_folder(path: str) -> Mapping[str, bytes]:
    """Read a pack folder or zip into the mapping that ``Deploy.files`` wants; refuses links and odd paths."""
    place = Path(path)
    if place.is_dir():
        return {str(p.relative_to(place).as_posix()): p.read_bytes() for p in _regular_files(place)}
    if zipfile.is_zipfile(place):
        return files_of_zip(place.read_bytes())
    return {place.name: place.read_bytes()}


def list_deployments(
    uow: UnitOfWork, actor: Actor, *, cursor: str | None = None, limit: int = 30
) -> Page[Deployment]:
    """List deployments, the newest first."""
    rules.ensure_may_read_models(actor)
    limit = max(1, min(limit, 200))
    found = uow.packs.deployments(before=cursors.id_of(cursor), limit=limit)
    items = tuple(_deployment(uow, row) for row in found)
    return Page(items=items, next_cursor=items[-1].id if len(items) == limit else None)


def list_definitions(
    uow: UnitOfWork, actor: Actor, *, latest_only: bool = True
) -> tuple[DefinitionView, ...]:
    """List process definitions by key."""
    rules.ensure_may_read_models(actor)
    rows = uow.packs.all(latest_only=latest_only)
    return tuple(definitions.view(uow, row) for row in rows)


def definition(uow: UnitOfWork, actor: Actor, definition_id: str) -> DefinitionView:
    """
    Return one version; a bare key means its latest.

    Raises:
        DefinitionNotFound: no such version.
    """
    rules.ensure_may_read_models(actor)
    return definitions.view(uow, definitions.row(uow, definition_id))


def diagram(uow: UnitOfWork, actor: Actor, definition_id: str) -> bytes:
    """Return the BPMN XML of the version, as it was uploaded."""
    rules.ensure_may_read_models(actor)
    row = definitions.row(uow, definition_id)
    model = definitions.load(uow, row.id)
    for path in sorted(model.files):
        content = uow.packs.file(row.deployment_id, path) or model.files[path]
        if f'id="{row.key}"'.encode() in content or len(model.files) == 1:
            return content
    raise DefinitionNotFound


def pack_file(uow: UnitOfWork, actor: Actor, definition_id: str, path: str) -> bytes:
    """
    Return one file of the version's pack.

    Raises:
        DefinitionNotFound: no such version or file.
    """
    rules.ensure_may_read_models(actor)
    content = uow.packs.file(definitions.row(uow, definition_id).deployment_id, path)
    if content is None:
        raise DefinitionNotFound("流程包里没有这个文件。请核对路径。")
    return content


def evaluate_decision(
    uow: UnitOfWork,
    actor: Actor,
    decision_id: str,
    context: Mapping[str, Value],
    *,
    definition_id: str | None = None,
) -> Mapping[str, Json]:
    """
    Evaluate a deployed decision (latest version unless a definition is named).

    Returns:
        ``{"decisions": {...}, "matched": {...}, "annotations": {...}, "reasons": [...]}`` with FEEL values.

    Raises:
        DefinitionNotFound: no deployed pack has this decision.
    """
    rules.ensure_may_read_models(actor)
    environment = uow.installation.environment(uow.now)
    for model in _decision_models(uow, definition_id):
        if any(decision_id in (decision.id, decision.name) for decision in model.decisions):
            outcome = model.evaluate(decision_id, context, environment=environment)
            return {
                "decisions": dict(outcome.values),
                "matched": {name: list(ids) for name, ids in outcome.matched.items()},
                "annotations": {name: list(texts) for name, texts in outcome.annotations.items()},
                "reasons": list(outcome.reasons),
            }
    raise DefinitionNotFound("没有已部署的决策表使用这个标识。请核对决策标识。")


def files_of_zip(content: bytes) -> Mapping[str, bytes]:
    """
    Read a zip into the mapping that ``Deploy.files`` wants.

    Raises:
        DeploymentInvalid: it is no zip, too large when unpacked, or holds odd paths.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST_PACK:
                raise DeploymentInvalid(
                    [_refusal("pack-too-large", "流程包解压后过大或文件过多。", "请去掉无关文件。")]
                )
            files = {entry.filename: _unpacked(archive, entry) for entry in entries}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise DeploymentInvalid(
            [_refusal("not-a-zip", "文件不是有效的 ZIP 包。", "请重新打包后上传。")]
        ) from error
    _ensure_names(files)
    return files


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Read no more than the entry declares: a bomb lies about its size."""
    with archive.open(entry) as stream:
        data = stream.read(entry.file_size + 1)
    if len(data) > entry.file_size:
        raise zipfile.BadZipFile
    return data


def _regular_files(place: Path) -> Iterator[Path]:
    for path in sorted(place.rglob("*")):
        # Below the pack only: a house under ~/.local is none of its hidden files.
        hidden = any(part.startswith(".") for part in path.relative_to(place).parts)
        if path.is_file() and not path.is_symlink() and not hidden:
            yield path


def _ensure_names(files: Mapping[str, bytes]) -> None:
    """Refuse paths that could mean something outside the pack."""
    for name in files:
        path = PurePosixPath(name)
        odd = path.is_absolute() or ".." in path.parts or "\\" in name or "\x00" in name or len(name) > 300
        if odd or not name:
            raise DeploymentInvalid(
                [_refusal("odd-path", f"流程包里的路径“{name[:80]}”不允许。", "请使用包内相对路径。")]
            )


def _refusal(code: str, message: str, remedy: str) -> Finding:
    return Finding(severity=Severity.ERROR, code=code, message=message, remedy=remedy)


def _digest(files: Mapping[str, bytes]) -> str:
    content = hashlib.sha256()
    for path in sorted(files):
        content.update(f"{path}\0{hashlib.sha256(files[path]).hexdigest()}\0".encode())
    return content.hexdigest()


def models_of(reading: Reading) -> Models:
    """
    Parse the pack once for each process of its *own* that something outside can start.

    Raises:
        DeploymentInvalid: what the engine cannot run faithfully, every finding at once.
    """
    files = reading.everything
    models = {name: data for name, data in files.items() if name.endswith((".bpmn", ".xml", ".dmn"))}
    catalogue = catalogue_of(reading.law, files)
    parse = parser.parse if reading.trusted else isolated.parse_isolated
    whole = parse(models, catalogue=catalogue)
    keys = _startable_keys(whole, models) & parser.processes_of(reading.own)
    first = (
        whole
        if whole.key in keys or not keys
        else parser.parse(models, process_id=min(keys), catalogue=catalogue)
    )
    others = (parser.parse(models, process_id=key, catalogue=catalogue) for key in sorted(keys - {first.key}))
    return Models(key=reading.key, definitions=(first, *others))


def _startable_keys(model: ProcessDefinition, files: Mapping[str, bytes]) -> set[str]:
    called = {
        key
        for name, data in files.items()
        if not name.endswith(".dmn")
        for key in parser.called_processes(data)
    }
    triggered = {start.process_id for start in model.starts if start.kind != "none"}
    processes = {element.id for element in model.elements.values() if element.type == "process"}
    return (processes - called) | (triggered & processes)


def catalogue_of(law: LawPack, files: Mapping[str, bytes]) -> Catalogue:
    """Return the names that exist around the models of a pack: what it brings and what the law pack knows."""
    forms = {
        PurePosixPath(name).stem for name in files if name.startswith("forms/") and name.endswith(".json")
    }
    papers = {PurePosixPath(name).stem for name in files if name.startswith("documents/")}
    return Catalogue(
        deadlines=frozenset(rule.code for rule in law.catalogue),
        roles=frozenset(law.roles) if law.roles else None,
        forms=frozenset(forms) if forms else None,
        papers=frozenset(papers) if papers else None,
        operations=None if not forms else frozenset(registry.OPERATIONS),
        sources=frozenset(law.sources),
    )


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
        starters=(rules.NOBODY,) if shared else _starters(model),
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


def _deployment(uow: UnitOfWork, row: Mapping[str, Any], findings: tuple[Finding, ...] = ()) -> Deployment:
    made = uow.packs.of_deployment(row["id"])
    return Deployment(
        id=row["id"],
        name=row["name"],
        deployed_at=row["deployed_at"],
        deployed_by=row["deployed_by"],
        definitions=tuple(definitions.view(uow, definition) for definition in made),
        findings=findings,
    )


def _decision_models(uow: UnitOfWork, definition_id: str | None) -> Iterator[decisions.DecisionModel]:
    ids = (
        [definitions.row(uow, definition_id).deployment_id]
        if definition_id
        else uow.packs.latest_deployments()
    )
    for deployment_id in ids:
        tables = {p: c for p, c in uow.packs.files(deployment_id).items() if p.endswith(".dmn")}
        for path, content in tables.items():
            imports = {name: data for name, data in tables.items() if name != path}
            yield decisions.load(content, imports=imports)
