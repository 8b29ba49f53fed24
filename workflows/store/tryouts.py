"""Rows of shadow cases: one for each person and draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from workflows.store import tables as t
from workflows.store.repository import Repository


class Tryouts(Repository):
    """``tryout``."""

    def get(self, draft_id: str, person_id: str) -> Mapping[str, Any] | None:
        """Return what somebody tried with a draft, as the data of a scenario."""
        c = t.tryout.c
        query = select(c.script).where(c.draft_id == draft_id, c.person_id == person_id)
        found: Mapping[str, Any] | None = self._connection.execute(query).scalar_one_or_none()
        return found

    def put(self, draft_id: str, person_id: str, script: Mapping[str, Any], now: datetime) -> None:
        """Keep it; the last write wins."""
        values = {"draft_id": draft_id, "person_id": person_id, "script": dict(script), "changed_at": now}
        statement = insert(t.tryout).values(values)
        renewed = {"script": statement.excluded.script, "changed_at": statement.excluded.changed_at}
        self._write(statement.on_conflict_do_update(index_elements=["draft_id", "person_id"], set_=renewed))

    def drop(self, draft_id: str, person_id: str) -> None:
        """Forget it."""
        c = t.tryout.c
        self._write(delete(t.tryout).where(c.draft_id == draft_id, c.person_id == person_id))
