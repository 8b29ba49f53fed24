"""Packs and their versions: what is in force, what was, the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tasks import studio_rules as rules
from tasks.model import Actor
from tasks.rules import ensure_reason
from workflows.processes import sharing
from workflows.store.studio import DraftRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import drafts, proving
from workflows.studio.errors import DraftMoved, PackNotFound
from workflows.studio.model import Draft


@dataclass(frozen=True, kw_only=True)
class PackProcess:
    """A process definition that a version of a pack made; ``running`` counts its cases."""

    key: str
    version: int
    name: str
    running: int


@dataclass(frozen=True, kw_only=True)
class PackVersion:
    """One version of a pack; people are names."""

    pack_key: str
    version: int
    deployment_id: str
    title: str
    published_at: datetime
    published_by: str
    submitted_by: str
    note: str
    rollback_to: int | None
    is_in_force: bool
    processes: tuple[PackProcess, ...]

    @property
    def running(self) -> int:
        """Cases that run on it."""
        return sum(process.running for process in self.processes)


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A pack with the version in force."""

    key: str
    title: str
    in_force: PackVersion


def listed(uow: UnitOfWork, actor: Actor) -> tuple[Pack, ...]:
    """List the packs, those with the most cases first."""
    rules.ensure_may_read(actor)
    found = (_newest(uow, key) for key in uow.packs.pack_keys())
    packs = [Pack(key=one.pack_key, title=one.title, in_force=one) for one in found]
    return tuple(sorted(packs, key=lambda pack: (-pack.in_force.running, pack.title)))


def _newest(uow: UnitOfWork, pack_key: str) -> PackVersion:
    rows = uow.packs.named(pack_key)
    return _versions(uow, rows[-1:], first=len(rows), newest=len(rows))[0]


def versions(uow: UnitOfWork, actor: Actor, pack_key: str) -> tuple[PackVersion, ...]:
    """
    List the versions of a pack, the newest first.

    Raises:
        PackNotFound: no such pack.
    """
    rules.ensure_may_read(actor)
    rows = uow.packs.named(pack_key)
    if not rows:
        raise PackNotFound
    return tuple(reversed(_versions(uow, rows, first=1, newest=len(rows))))


def _versions(
    uow: UnitOfWork, rows: Sequence[Mapping[str, Any]], *, first: int, newest: int
) -> list[PackVersion]:
    origins = uow.drafts.of_deployments(str(row["id"]) for row in rows)
    people = {row["deployed_by"] for row in rows} | {one.submitted_by for one in origins.values()}
    names = uow.people.names(people)
    made = [
        _version(uow, row, number, origins.get(str(row["id"])), names)
        for number, row in enumerate(rows, start=first)
    ]
    return [replace(one, is_in_force=one.version == newest) for one in made]


def _version(
    uow: UnitOfWork,
    row: Mapping[str, Any],
    number: int,
    origin: DraftRow | None,
    names: Mapping[str, str],
) -> PackVersion:
    deployment_id = str(row["id"])
    settings = uow.packs.file(deployment_id, "pack.toml")
    title = drafts.title_of({"pack.toml": settings or b""}, str(row["name"]))
    definitions = uow.packs.of_deployment(deployment_id)
    running = uow.instances.running(one.id for one in definitions)
    return PackVersion(
        pack_key=str(row["name"]),
        version=number,
        deployment_id=deployment_id,
        title=title,
        published_at=row["deployed_at"],
        published_by=names.get(origin.approved_by or "" if origin else row["deployed_by"], "系统"),
        submitted_by=names.get(origin.submitted_by or "", "") if origin else "",
        note=(origin.submission_note or "") if origin else "",
        rollback_to=origin.rollback_to if origin else None,
        is_in_force=False,
        processes=tuple(
            PackProcess(
                key=one.key,
                version=one.version,
                name=one.name,
                running=running.get(one.id, 0),
            )
            for one in definitions
        ),
    )


def files(uow: UnitOfWork, actor: Actor, pack_key: str, version: int) -> Mapping[str, bytes]:
    """
    Return the files of one version.

    Raises:
        PackNotFound: no such pack or version.
    """
    rules.ensure_may_read(actor)
    rows = uow.packs.named(pack_key)
    if not 1 <= version <= len(rows):
        raise PackNotFound
    return uow.packs.files(str(rows[version - 1]["id"]))


def roll_back(uow: UnitOfWork, actor: Actor, pack_key: str, version: int, *, reason: str) -> Draft:
    """
    Submit the content of an old version; a second person approves it once it has passed its proof.

    Raises:
        DraftMoved: it is the version in force.
    """
    rules.ensure_may_edit(actor)
    ensure_reason(reason)
    content = sharing.own_files(uow, files(uow, actor, pack_key, version))
    newest = len(uow.packs.named(pack_key))
    if version == newest:
        raise DraftMoved(f"第 {version} 版就是现行版本，不需要恢复。")
    title = drafts.title_of(content, pack_key)
    made = drafts.add(uow, actor, pack_key, content, title=title, base_version=newest, rollback_to=version)
    return proving.order(uow, actor, drafts.locked(uow, made.id), note=f"恢复到第 {version} 版：{reason}")
