"""Rows of deployments: content-addressed files, versions, what starts them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from workflows.store import tables as t
from workflows.store.contents import Contents
from workflows.store.rows import DefinitionRow

COLUMNS = tuple(t.process_definition.c)


def _definition(**columns: Any) -> DefinitionRow:
    return DefinitionRow(**{**columns, "starters": tuple(columns["starters"])})


class Packs(Contents):
    """``deployment``, ``file_content``, ``process_definition``."""

    def serialise(self) -> None:
        """Let one deployment at a time count versions."""
        self._connection.exec_driver_sql("SELECT pg_advisory_xact_lock(73001)")

    def put_canonical(self, definition_id: str, kind: str, files: Mapping[str, bytes]) -> None:
        """Keep what the engine runs: ``kind`` is ``bpmn`` or ``dmn``."""
        digests = self.keep(files)
        rows = (
            {"definition_id": definition_id, "kind": kind, "name": n, "digest": d} for n, d in digests.items()
        )
        self._insert(t.definition_file, rows)

    def canonical(self, definition_id: str, kind: str) -> dict[str, bytes]:
        """Return what the engine runs."""
        f = t.definition_file.c
        query = select(f.name, t.file_content.c.content).join(
            t.file_content, f.digest == t.file_content.c.digest
        )
        rows = self._rows(query.where(f.definition_id == definition_id, f.kind == kind))
        return {row.name: bytes(row.content) for row in rows}

    def put_files(self, deployment_id: str, files: Mapping[str, bytes]) -> None:
        """Keep the files of a deployment; equal contents are kept once."""
        digests = self.keep(files)
        self._insert(
            t.deployment_file,
            (
                {"deployment_id": deployment_id, "path": path, "digest": digest}
                for path, digest in digests.items()
            ),
        )

    def add_deployment(self, **values: Any) -> None:
        """Insert a deployment."""
        self._insert(t.deployment, [values])

    def by_digest(self, name: str, digest: str) -> Mapping[str, Any] | None:
        """Return the latest deployment of a pack when its files are these."""
        query = (
            select(t.deployment)
            .where(t.deployment.c.name == name)
            .order_by(t.deployment.c.id.desc())
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return row._asdict() if row is not None and row.digest == digest else None

    def has_digest(self, name: str, digest: str) -> bool:
        """Tell whether a pack was ever deployed with these files."""
        d = t.deployment.c
        query = select(func.count()).select_from(t.deployment).where(d.name == name, d.digest == digest)
        return self._count(query) > 0

    def latest_named(self, name: str) -> str | None:
        """Return the id of the newest deployment of a pack."""
        query = select(t.deployment.c.id).where(t.deployment.c.name == name)
        return self._connection.execute(
            query.order_by(t.deployment.c.id.desc()).limit(1)
        ).scalar_one_or_none()

    def named(self, name: str) -> tuple[Mapping[str, Any], ...]:
        """Return the deployments of a pack, the oldest first: the first is version 1."""
        query = select(t.deployment).where(t.deployment.c.name == name).order_by(t.deployment.c.id)
        return tuple(row._asdict() for row in self._rows(query))

    def pack_keys(self) -> tuple[str, ...]:
        """Return the names of all packs that were ever deployed."""
        query = select(t.deployment.c.name).distinct().order_by(t.deployment.c.name)
        return tuple(row.name for row in self._rows(query))

    def deployments(self, *, before: str | None, limit: int) -> tuple[Mapping[str, Any], ...]:
        """Return deployments, the newest first."""
        query = select(t.deployment)
        if before is not None:
            query = query.where(t.deployment.c.id < before)
        return tuple(
            row._asdict() for row in self._rows(query.order_by(t.deployment.c.id.desc()).limit(limit))
        )

    def paths(self, deployment_id: str) -> tuple[str, ...]:
        """Return the paths of a deployment's files."""
        query = select(t.deployment_file.c.path).where(t.deployment_file.c.deployment_id == deployment_id)
        return tuple(row.path for row in self._rows(query.order_by(t.deployment_file.c.path)))

    def digests(self, deployment_id: str) -> dict[str, str]:
        """Return path -> hash of a deployment's files."""
        f = t.deployment_file.c
        return {
            row.path: row.digest
            for row in self._rows(select(f.path, f.digest).where(f.deployment_id == deployment_id))
        }

    def file(self, deployment_id: str, path: str) -> bytes | None:
        """Return one file."""
        f = t.deployment_file.c
        query = select(t.file_content.c.content).join(t.deployment_file, f.digest == t.file_content.c.digest)
        value = self._connection.execute(
            query.where(f.deployment_id == deployment_id, f.path == path)
        ).scalar_one_or_none()
        return None if value is None else bytes(value)

    def files(self, deployment_id: str) -> dict[str, bytes]:
        """Return every file of a deployment."""
        f = t.deployment_file.c
        query = select(f.path, t.file_content.c.content).join(
            t.file_content, f.digest == t.file_content.c.digest
        )
        return {
            row.path: bytes(row.content) for row in self._rows(query.where(f.deployment_id == deployment_id))
        }

    def add_definition(self, row: DefinitionRow, starts: Iterable[Mapping[str, Any]]) -> None:
        """Insert a version and what starts it."""
        self._insert(t.process_definition, [{**vars(row), "starters": list(row.starters)}])
        self._insert(t.definition_start, ({"definition_id": row.id, **start} for start in starts))

    def latest(self, key: str) -> DefinitionRow | None:
        """Return the latest version of a process."""
        query = select(*COLUMNS).where(t.process_definition.c.key == key)
        return self._one(query.order_by(t.process_definition.c.version.desc()).limit(1), _definition)

    def get(self, definition_id: str) -> DefinitionRow | None:
        """Return one version."""
        return self._one(select(*COLUMNS).where(t.process_definition.c.id == definition_id), _definition)

    def of_deployment(self, deployment_id: str) -> tuple[DefinitionRow, ...]:
        """Return the versions that a deployment made."""
        query = select(*COLUMNS).where(t.process_definition.c.deployment_id == deployment_id)
        return self._all(query.order_by(t.process_definition.c.key), _definition)

    def all(self, *, latest_only: bool) -> tuple[DefinitionRow, ...]:
        """Return versions by key, the newest first."""
        return self._remembered(("all", latest_only), lambda: self._versions(latest_only))

    def _versions(self, latest_only: bool) -> tuple[DefinitionRow, ...]:
        d = t.process_definition.c
        query = select(*COLUMNS).order_by(d.key, d.version.desc())
        return self._all(query.distinct(d.key) if latest_only else query, _definition)

    def names(self) -> dict[str, str]:
        """Return definition id -> name."""
        return {
            row.id: row.name
            for row in self._rows(select(t.process_definition.c.id, t.process_definition.c.name))
        }

    def latest_deployments(self) -> tuple[str, ...]:
        """Return ids of the deployments that hold a latest version, the newest first."""
        d = t.process_definition.c
        newest = select(d.key, func.max(d.version).label("version")).group_by(d.key).subquery()
        query = (
            select(d.deployment_id)
            .join(newest, (newest.c.key == d.key) & (newest.c.version == d.version))
            .distinct()
        )
        return tuple(sorted((row.deployment_id for row in self._rows(query)), reverse=True))

    def timer_starts(self, now: datetime) -> tuple[Mapping[str, Any], ...]:
        """List due timer start events without locks: ``definition_id``, ``element_id``, ``due_at``, ``firings_left``."""
        s = t.definition_start.c
        query = select(t.definition_start).where(s.kind == "timer", s.due_at <= now)
        return tuple(row._asdict() for row in self._rows(query.order_by(s.due_at)))

    def lock_start(self, definition_id: str, element_id: str, due_at: datetime) -> bool:
        """Lock a timer start event; False when somebody holds it or it is due at another time by now."""
        s = t.definition_start.c
        query = select(s.due_at).where(
            s.definition_id == definition_id, s.element_id == element_id, s.due_at == due_at
        )
        return bool(self._rows(query.with_for_update(skip_locked=True)))

    def start_due(self, key: str, element_id: str) -> datetime | None:
        """Return when a timer start event of any version of a process is due."""
        older = select(t.process_definition.c.id).where(t.process_definition.c.key == key)
        s = t.definition_start.c
        query = select(func.min(s.due_at)).where(
            s.definition_id.in_(older), s.element_id == element_id, s.kind == "timer"
        )
        due: datetime | None = self._connection.execute(query).scalar_one()
        return due

    def set_start_due(
        self, definition_id: str, element_id: str, due_at: datetime | None, left: int | None
    ) -> None:
        """Write when a timer start event fires next, and how often still."""
        s = t.definition_start
        where = (s.c.definition_id == definition_id, s.c.element_id == element_id)
        self._write(s.update().where(*where).values(due_at=due_at, firings_left=left))

    def stop_timer_starts(self, key: str, *, but: str) -> None:
        """Older versions of a process no longer start by timer."""
        older = select(t.process_definition.c.id).where(
            t.process_definition.c.key == key, t.process_definition.c.id != but
        )
        s = t.definition_start
        self._write(s.update().where(s.c.definition_id.in_(older), s.c.kind == "timer").values(due_at=None))
