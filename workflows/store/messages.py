"""Rows of messages and incidents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from tasks.model import Scope
from workflows.store import tables as t
from workflows.store.repository import Repository
from workflows.store.rows import MessageRow
from workflows.store.scopes import visible
from workflows.store.statements import Prepared

MESSAGE = tuple(c for c in t.message.c if c.name != "created_at")

PENDING = Prepared(
    select(t.message.c.id)
    .where(text("state = 'pending'"), t.message.c.id > bindparam("after"))
    .order_by(t.message.c.id)
    .limit(bindparam("most"))
)


class Messages(Repository):
    """``message``: messages and signals on their way to instances."""

    def add(self, rows: Iterable[MessageRow], at: datetime) -> None:
        """Insert messages."""
        self._insert(t.message, ({**vars(row), "created_at": at} for row in rows))

    def add_once(self, row: MessageRow, at: datetime) -> bool:
        """Insert a message with a sender's id; False when it was there."""
        values = {**vars(row), "created_at": at}
        return (
            self._run(upsert(t.message).values(values).on_conflict_do_nothing(index_elements=["message_id"]))
            == 1
        )

    def by_message_id(self, message_id: str) -> MessageRow | None:
        """Return the message that a sender's id names."""
        return self._one(select(*MESSAGE).where(t.message.c.message_id == message_id), MessageRow)

    def lock(self, id_: str) -> MessageRow | None:
        """Lock one message; None when somebody holds it or it is gone."""
        query = select(*MESSAGE).where(t.message.c.id == id_).with_for_update(skip_locked=True)
        return self._one(query, MessageRow)

    def pending(self, *, after: str = "", limit: int = 200) -> tuple[str, ...]:
        """List ids of messages to deliver, the oldest first, without locking; nothing sealed is read."""
        return tuple(row.id for row in PENDING.rows(self._connection, after=after, most=limit))

    def waiting(self, name: str, correlation_key: str | None, now: datetime) -> tuple[MessageRow, ...]:
        """List messages that wait for an instance to come, within their time to live."""
        c = t.message.c
        fits = (
            or_(c.correlation_key == correlation_key, c.correlation_key.is_(None))
            if correlation_key
            else c.id.is_not(None)
        )
        where = and_(c.state == "waiting", c.name == name, c.expires_at > now, fits)
        return self._all(select(*MESSAGE).where(where).order_by(c.id), MessageRow)

    def sent_by(self, instance_id: str, *, since: datetime) -> tuple[str, ...]:
        """Return the names of the messages and signals that a case sent since then, the oldest first."""
        c = t.message.c
        query = select(c.name).where(c.source_id == instance_id, c.created_at >= since).order_by(c.id)
        return tuple(row.name for row in self._rows(query))

    def set_state(self, ids: Iterable[str], state: str, *, target_id: str | None = None) -> None:
        """Change the state of messages."""
        values: dict[str, Any] = {"state": state}
        if target_id is not None:
            values["target_id"] = target_id
        self._write(update(t.message).where(t.message.c.id.in_(tuple(ids))).values(values))

    def starts(self, kind: str, name: str) -> tuple[tuple[str, str], ...]:
        """Return (definition id, start element id) of the latest versions that this event starts."""
        s, d = t.definition_start.c, t.process_definition
        newer = t.process_definition.alias("newer")
        latest = select(func.max(newer.c.version)).where(newer.c.key == d.c.key).scalar_subquery()
        query = (
            select(s.definition_id, s.element_id)
            .join(d, d.c.id == s.definition_id)
            .where(s.kind == kind, s.event_name == name, d.c.version == latest)
            .order_by(s.definition_id)
        )
        return tuple((row.definition_id, row.element_id) for row in self._rows(query))


class Incidents(Repository):
    """``incident``: technical failures for an operator."""

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert incidents."""
        self._insert(t.incident, rows)

    def get(self, incident_id: str) -> Mapping[str, Any] | None:
        """Return one incident as a mapping by column."""
        row = self._connection.execute(select(t.incident).where(t.incident.c.id == incident_id)).one_or_none()
        return None if row is None else row._asdict()

    def resolve(self, instance_id: str, activity_id: str | None, *, by: str, at: datetime) -> int:
        """Resolve the open incidents of one activity (of the instance when None)."""
        c = t.incident.c
        where = [c.instance_id == instance_id, c.resolved_at.is_(None)]
        if activity_id is not None:
            where.append(c.activity_id == activity_id)
        return self._run(update(t.incident).where(*where).values(resolved_at=at, resolved_by=by))

    def open_of(self, instance_ids: Iterable[str]) -> tuple[Mapping[str, Any], ...]:
        """Return open incidents of several cases."""
        c = t.incident.c
        rows = self._rows(
            select(t.incident).where(c.instance_id.in_(tuple(instance_ids)), c.resolved_at.is_(None))
        )
        return tuple(row._asdict() for row in rows)

    def page(
        self, scope: Scope, *, open_only: bool, instance_id: str | None, before: str | None, limit: int
    ) -> tuple[Mapping[str, Any], ...]:
        """Return incidents of visible cases, the newest first."""
        c = t.incident.c
        query = select(t.incident).where(visible(scope, c.instance_id))
        if open_only:
            query = query.where(c.resolved_at.is_(None))
        if instance_id is not None:
            query = query.where(c.instance_id == instance_id)
        if before is not None:
            query = query.where(c.id < before)
        return tuple(row._asdict() for row in self._rows(query.order_by(c.id.desc()).limit(limit)))
