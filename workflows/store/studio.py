"""Rows of drafts: who edits, every revision of every file, what was done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from workflows.store import tables as t
from workflows.store.contents import Contents


@dataclass(frozen=True, kw_only=True)
class DraftRow:
    """A draft of a pack."""

    id: str
    pack_key: str
    title: str
    base_version: int | None  #: the version it began from; None = a new pack
    revision: int  #: grows with every change of a file
    state: str
    created_by: str
    created_at: datetime
    changed_at: datetime
    editor_id: str | None = None  #: who may write until ``editor_until``
    editor_since: datetime | None = None
    editor_until: datetime | None = None
    submitted_revision: int | None = None
    submitted_by: str | None = None
    submitted_at: datetime | None = None
    submission_note: str | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    effective_at: datetime | None = None
    deployment_id: str | None = None  #: the version it became
    rollback_to: int | None = None  #: the old version whose content it brings back


@dataclass(frozen=True, kw_only=True)
class FileRow:
    """One revision of one file; ``digest`` None = deleted."""

    draft_id: str
    path: str
    revision: int
    digest: str | None
    size: int
    saved_at: datetime
    saved_by: str
    aside: bool = False  #: refused as the file's content, kept so that nobody's work is lost


@dataclass(frozen=True, kw_only=True)
class DraftEventRow:
    """Something that was done with a draft."""

    id: str
    draft_id: str
    at: datetime
    person_id: str
    action: str
    note: str
    revision: int


class Drafts(Contents):
    """``pack_draft``, ``draft_file``, ``draft_event``."""

    def add(self, row: DraftRow) -> None:
        """Insert a draft."""
        self._insert(t.pack_draft, [vars(row)])

    def change(self, draft_id: str, **values: Any) -> None:
        """Change columns of a draft."""
        self._write(update(t.pack_draft).where(t.pack_draft.c.id == draft_id).values(values))

    def get(self, draft_id: str) -> DraftRow | None:
        """Return a draft."""
        return self._one(select(t.pack_draft).where(t.pack_draft.c.id == draft_id), DraftRow)

    def lock(self, draft_id: str, *, skip_locked: bool = False) -> DraftRow | None:
        """Return a draft whose row stays locked until the transaction ends; None = unknown, or busy."""
        query = select(t.pack_draft).where(t.pack_draft.c.id == draft_id)
        return self._one(query.with_for_update(skip_locked=skip_locked), DraftRow)

    def all(
        self, *, states: Iterable[str] | None = None, pack_key: str | None = None
    ) -> tuple[DraftRow, ...]:
        """Return drafts, the newest first."""
        d = t.pack_draft.c
        query = select(t.pack_draft).order_by(d.id.desc()).limit(500)
        if states is not None:
            query = query.where(d.state.in_(tuple(states)))
        if pack_key is not None:
            query = query.where(d.pack_key == pack_key)
        return self._all(query, DraftRow)

    def due(self, now: datetime) -> tuple[str, ...]:
        """Return ids of approved drafts whose effective instant has come."""
        d = t.pack_draft.c
        is_approved = d.state.in_(("approved", "scheduled"))
        query = select(d.id).where(is_approved, d.effective_at <= now).order_by(d.effective_at)
        return tuple(row.id for row in self._rows(query))

    def next_due(self) -> datetime | None:
        """Return when the next scheduled draft becomes due."""
        d = t.pack_draft.c
        query = select(func.min(d.effective_at)).where(d.state == "scheduled")
        due: datetime | None = self._connection.execute(query).scalar_one()
        return due

    def of_deployments(self, ids: Iterable[str]) -> dict[str, DraftRow]:
        """Return deployment id -> the draft that it was."""
        query = select(t.pack_draft).where(t.pack_draft.c.deployment_id.in_(tuple(ids)))
        return {str(row.deployment_id): row for row in self._all(query, DraftRow)}

    # -- files

    def files(self, draft_id: str) -> tuple[FileRow, ...]:
        """Return the present files by path."""
        f = t.draft_file.c
        newest = (
            select(t.draft_file)
            .where(f.draft_id == draft_id, f.aside.is_(False))
            .order_by(f.path, f.revision.desc())
            .distinct(f.path)
        )
        return tuple(row for row in self._all(newest, FileRow) if row.digest is not None)

    def revisions(self, draft_id: str, path: str) -> tuple[FileRow, ...]:
        """Return every revision of a file, the newest first."""
        f = t.draft_file.c
        query = select(t.draft_file).where(f.draft_id == draft_id, f.path == path)
        return self._all(query.order_by(f.revision.desc()).limit(1000), FileRow)

    def put(self, rows: Iterable[FileRow]) -> None:
        """Insert revisions."""
        self._insert(t.draft_file, map(vars, rows))

    def last_revisions(self, draft_id: str) -> dict[str, int]:
        """Return path -> number of its last revision, those put aside and deleted included."""
        f = t.draft_file.c
        query = select(f.path, func.max(f.revision).label("last")).where(f.draft_id == draft_id)
        return {row.path: row.last for row in self._rows(query.group_by(f.path))}

    def content(self, digest: str) -> bytes:
        """Return a content by its hash."""
        c = t.file_content.c
        return bytes(self._connection.execute(select(c.content).where(c.digest == digest)).scalar_one())

    def contents(self, digests: Iterable[str]) -> dict[str, bytes]:
        """Return hash -> content."""
        c = t.file_content.c
        query = select(c.digest, c.content).where(c.digest.in_(tuple(digests)))
        return {row.digest: bytes(row.content) for row in self._rows(query)}

    def writers(self, draft_id: str) -> frozenset[str]:
        """Return the people who wrote a revision, those put aside included."""
        f = t.draft_file.c
        query = select(f.saved_by).where(f.draft_id == draft_id).distinct()
        return frozenset(row.saved_by for row in self._rows(query))

    # -- events

    def add_event(self, row: DraftEventRow) -> None:
        """Insert an event."""
        self._insert(t.draft_event, [vars(row)])

    def events(self, draft_id: str) -> tuple[DraftEventRow, ...]:
        """Return what was done, the oldest first."""
        e = t.draft_event.c
        query = select(t.draft_event).where(e.draft_id == draft_id).order_by(e.at, e.id)
        return self._all(query, DraftEventRow)
