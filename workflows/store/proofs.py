"""Rows of proofs: the last one of each draft that was submitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from workflows.store import tables as t
from workflows.store.repository import Repository


@dataclass(frozen=True, kw_only=True)
class ProofRow:
    """The checks and scenarios of a draft at one revision."""

    draft_id: str
    revision: int
    state: str  #: ``waiting``, ``running``, ``passed``, ``failed``
    basis: str  #: what the verdict is valid for; empty until there is one
    done: int
    total: int  #: 0 until it began
    current: str  #: what is being looked at, in words
    attempts: int
    findings: Sequence[Mapping[str, Any]] = field(default_factory=list)
    ordered_at: datetime
    leased_until: datetime | None = None
    finished_at: datetime | None = None


class Proofs(Repository):
    """``draft_proof``."""

    def order(self, draft_id: str, revision: int, now: datetime) -> None:
        """Let a draft be proved; an earlier proof gives way."""
        fresh = {
            "revision": revision,
            "state": "waiting",
            "basis": "",
            "done": 0,
            "total": 0,
            "current": "",
            "attempts": 0,
            "findings": [],
            "ordered_at": now,
            "leased_until": None,
            "finished_at": None,
        }
        statement = upsert(t.draft_proof).values(draft_id=draft_id, **fresh)
        self._run(statement.on_conflict_do_update(index_elements=["draft_id"], set_=fresh))

    def get(self, draft_id: str) -> ProofRow | None:
        """Return the last proof of a draft."""
        return self._one(select(t.draft_proof).where(t.draft_proof.c.draft_id == draft_id), ProofRow)

    def lease(self, now: datetime, until: datetime, *, draft_id: str | None = None) -> ProofRow | None:
        """Take the oldest proof that nobody works on, or the one of a draft."""
        c = t.draft_proof.c
        free = or_(c.state == "waiting", (c.state == "running") & (c.leased_until < now))
        named = [] if draft_id is None else [c.draft_id == draft_id]
        query = select(c.draft_id).where(free, *named).order_by(c.ordered_at).limit(1)
        found = next(iter(self._rows(query.with_for_update(skip_locked=True))), None)
        if found is None:
            return None
        values = {"state": "running", "leased_until": until, "attempts": c.attempts + 1}
        self._run(update(t.draft_proof).where(c.draft_id == found.draft_id).values(values))
        return self.get(found.draft_id)

    def change(self, draft_id: str, revision: int, **values: Any) -> bool:
        """Record how far the proof of a revision is, or its end; tells whether it is still wanted."""
        c = t.draft_proof.c
        wanted = (c.draft_id == draft_id, c.revision == revision, c.state == "running")
        return self._run(update(t.draft_proof).where(*wanted).values(values)) > 0

    def drop(self, draft_id: str) -> None:
        """Forget the proof of a draft that was withdrawn."""
        self._write(delete(t.draft_proof).where(t.draft_proof.c.draft_id == draft_id))
