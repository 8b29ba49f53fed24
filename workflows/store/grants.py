"""Rows of what only named people may know: sealed cases, named grants, requests for them, looks at clear data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from workflows.store import tables as t
from workflows.store.repository import Repository

Row = Mapping[str, Any]


class Grants(Repository):
    """``sealed_case``, ``named_grant``, ``grant_request`` and ``reveal``."""

    # -- sealing -------------------------------------------------------------------------------------------------------

    def seal(self, instance_id: str, *, reason: str, by: str, at: datetime) -> bool:
        """Seal a case; False when it was sealed before."""
        values = {"instance_id": instance_id, "reason": reason, "sealed_by": by, "sealed_at": at}
        return self._run(upsert(t.sealed_case).values(values).on_conflict_do_nothing()) == 1

    def unseal(self, instance_id: str) -> bool:
        """Open a sealed case; False when it was not sealed."""
        return self._run(delete(t.sealed_case).where(t.sealed_case.c.instance_id == instance_id)) == 1

    # -- named grants --------------------------------------------------------------------------------------------------

    def put(
        self, instance_id: str, person_id: str, *, purpose: str, by: str, at: datetime, until: datetime
    ) -> None:
        """Let a named person into a sealed case until an instant."""
        values = {"purpose": purpose, "granted_by": by, "granted_at": at, "expires_at": until}
        statement = upsert(t.named_grant).values(instance_id=instance_id, person_id=person_id, **values)
        self._run(statement.on_conflict_do_update(index_elements=["instance_id", "person_id"], set_=values))

    def drop(self, instance_id: str, person_id: str) -> bool:
        """Take a named grant back; False when there was none."""
        c = t.named_grant.c
        return (
            self._run(delete(t.named_grant).where(c.instance_id == instance_id, c.person_id == person_id))
            == 1
        )

    def of_case(self, instance_id: str, now: datetime) -> tuple[Row, ...]:
        """Return the running grants of a case, the first to end first."""
        return self._running(now, t.named_grant.c.instance_id == instance_id)

    def of_person(self, person_id: str, now: datetime) -> tuple[Row, ...]:
        """Return the running grants of a person with number and title of the case, the first to end first."""
        return self._running(now, t.named_grant.c.person_id == person_id)

    def running(self, now: datetime) -> tuple[Row, ...]:
        """Return every running grant, the first to end first."""
        return self._running(now)

    def _running(self, now: datetime, *where: Any) -> tuple[Row, ...]:
        grant, case = t.named_grant, t.process_instance
        query = select(grant, case.c.business_key, case.c.title).join(case, case.c.id == grant.c.instance_id)
        query = query.where(grant.c.expires_at > now, *where).order_by(grant.c.expires_at)
        return tuple(row._asdict() for row in self._rows(query))

    # -- requests ------------------------------------------------------------------------------------------------------

    def ask(self, **values: Any) -> None:
        """Insert a request."""
        self._insert(t.grant_request, [values])

    def numbered(self, business_key: str) -> str | None:
        """Return the id of the latest case with this number, whoever may see it."""
        c = t.process_instance.c
        query = select(c.id).where(c.business_key == business_key).order_by(c.started_at.desc()).limit(1)
        return self._connection.execute(query).scalar_one_or_none()

    def request(self, request_id: str) -> Row | None:
        """Return and lock a request."""
        query = select(t.grant_request).where(t.grant_request.c.id == request_id).with_for_update()
        row = self._connection.execute(query).one_or_none()
        return None if row is None else row._asdict()

    def asked_by(self, person_id: str, *, limit: int) -> tuple[Row, ...]:
        """Return what a person asked for, the newest first."""
        c = t.grant_request.c
        query = select(t.grant_request).where(c.person_id == person_id).order_by(c.id.desc()).limit(limit)
        return tuple(row._asdict() for row in self._rows(query))

    def undecided(self, *, since: datetime, limit: int = 200) -> tuple[Row, ...]:
        """Return open requests about cases that exist, the oldest first."""
        c = t.grant_request.c
        where = (c.instance_id.is_not(None), c.decided_at.is_(None), c.asked_at >= since)
        return tuple(
            row._asdict()
            for row in self._rows(select(t.grant_request).where(*where).order_by(c.id).limit(limit))
        )

    def latest(self, *, limit: int) -> tuple[Row, ...]:
        """Return the latest requests of everybody."""
        query = select(t.grant_request).order_by(t.grant_request.c.id.desc()).limit(limit)
        return tuple(row._asdict() for row in self._rows(query))

    def unannounced(self) -> tuple[Row, ...]:
        """Return and lock requests that nobody was told of."""
        c = t.grant_request.c
        where = (c.instance_id.is_not(None), c.decided_at.is_(None), c.announced_at.is_(None))
        query = select(t.grant_request).where(*where).order_by(c.id).limit(50)
        return tuple(row._asdict() for row in self._rows(query.with_for_update(skip_locked=True)))

    def change_requests(self, ids: Iterable[str], **values: Any) -> None:
        """Write columns of requests."""
        self._write(update(t.grant_request).where(t.grant_request.c.id.in_(tuple(ids))).values(values))

    # -- looks at clear data -------------------------------------------------------------------------------------------

    def add_reveal(self, **values: Any) -> None:
        """Insert a look at clear data."""
        self._insert(t.reveal, [values])

    def reveal(self, reveal_id: str, person_id: str) -> Row | None:
        """Return a person's look, over or not."""
        c = t.reveal.c
        row = self._connection.execute(
            select(t.reveal).where(c.id == reveal_id, c.person_id == person_id)
        ).one_or_none()
        return None if row is None else row._asdict()
