"""Rows of changes of the law pack: proposed, approved, in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from bpmn.model import Json
from workflows.store import tables as t
from workflows.store.repository import Repository


@dataclass(frozen=True, kw_only=True)
class LawChangeRow:
    """A change of one entry of the law pack."""

    id: str
    section: str  #: ``deadline`` or ``set``
    code: str
    klass: str  #: LOCK, PARAM, EXT
    before: Mapping[str, Json]
    fields: Mapping[str, Json]
    reason: str
    article: str  #: text of the provision; empty where none is needed
    migrates: bool  #: running deadlines follow
    state: str
    proposed_by: str
    proposed_at: datetime
    approvals: Sequence[Mapping[str, Json]] = field(default_factory=list)  #: ``{"by", "at", "note"}``
    rejection: str = ""
    effective_at: datetime | None = None
    in_force_at: datetime | None = None
    followed_at: datetime | None = None  #: running deadlines and waiting tasks have followed


class LawChanges(Repository):
    """``law_change``."""

    def add(self, row: LawChangeRow) -> None:
        """Insert a change."""
        self._insert(t.law_change, [vars(row)])

    def change(self, change_id: str, **values: Any) -> None:
        """Change columns."""
        self._write(update(t.law_change).where(t.law_change.c.id == change_id).values(values))

    def get(self, change_id: str) -> LawChangeRow | None:
        """Return one change."""
        return self._one(select(t.law_change).where(t.law_change.c.id == change_id), LawChangeRow)

    def lock(self, change_id: str, *, skip_locked: bool = False) -> LawChangeRow | None:
        """Return a change whose row stays locked; None = unknown, or busy."""
        query = select(t.law_change).where(t.law_change.c.id == change_id)
        return self._one(query.with_for_update(skip_locked=skip_locked), LawChangeRow)

    def all(
        self, states: Iterable[str] | None = None, *, code: str | None = None
    ) -> tuple[LawChangeRow, ...]:
        """Return changes, the newest first."""
        c = t.law_change.c
        query = select(t.law_change).order_by(c.proposed_at.desc(), c.id.desc()).limit(500)
        if states is not None:
            query = query.where(c.state.in_(tuple(states)))
        if code is not None:
            query = query.where(c.code == code)
        return self._all(query, LawChangeRow)

    def in_force(self) -> tuple[LawChangeRow, ...]:
        """Return what is in force, in the order in which it came into force."""
        c = t.law_change.c
        query = select(t.law_change).where(c.state == "in-force").order_by(c.in_force_at, c.id)
        return self._all(query, LawChangeRow)

    def due(self, now: datetime) -> tuple[str, ...]:
        """Return ids of scheduled changes whose instant has come, and of those in force that nothing has followed yet."""
        c = t.law_change.c
        come = (c.state == "scheduled") & (c.effective_at <= now)
        open_ = (c.state == "in-force") & c.followed_at.is_(None)
        return tuple(
            row.id for row in self._rows(select(c.id).where(come | open_).order_by(c.effective_at, c.id))
        )

    def next_due(self) -> datetime | None:
        """Return when the next scheduled change becomes due."""
        c = t.law_change.c
        query = select(func.min(c.effective_at)).where(c.state == "scheduled")
        due: datetime | None = self._connection.execute(query).scalar_one()
        return due
