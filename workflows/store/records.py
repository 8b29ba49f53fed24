"""Rows that only grow: history, comments, notices, files, papers, idempotency keys, dispatches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Text,
    bindparam,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from workflows.store import tables as t
from workflows.store.repository import Repository
from workflows.store.rows import DispatchRow
from workflows.store.scopes import shut_out_cases
from workflows.store.sealing import OVERHEAD
from workflows.store.statements import Prepared, insert_whole_later

_KEY = t.idempotency_key.c
CLAIM = Prepared(
    insert(t.idempotency_key).values(
        {name: bindparam(name) for name in ("person_id", "key", "request_hash", "created_at")}
    )
)
ANSWER = Prepared(
    update(t.idempotency_key)
    .where(_KEY.person_id == bindparam("person_id_"), _KEY.key == bindparam("key_"))
    .values(status=bindparam("status"), body=bindparam("body"))
)


def _may_know(person_id: str | BindParameter[str]) -> ColumnElement[bool]:
    """A notice of a case from which its reader is kept out by now is not there any more."""
    c = t.notice.c
    return or_(c.instance_id.is_(None), c.instance_id.not_in(shut_out_cases(person_id)))


_UNREAD = (t.notice.c.read_at.is_(None), t.notice.c.settled_at.is_(None))
_READER = bindparam("person", type_=Text)
UNREAD = Prepared(
    select(func.count().label("unread")).select_from(
        select(t.notice.c.id)
        .where(t.notice.c.person_id == _READER, *_UNREAD, _may_know(_READER))
        .limit(literal_column("1000"))
        .subquery()
    )
)


class History(Repository):
    """``history_event``: what happened to a case."""

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert events that are already numbered."""
        events = tuple(rows)
        if events:
            insert_whole_later(self._connection, t.history_event, events)

    def of_instance(
        self, instance_id: str, *, kinds: Iterable[str] | None = None
    ) -> tuple[Mapping[str, Any], ...]:
        """Return the events of a case in order."""
        c = t.history_event.c
        query = select(t.history_event).where(c.instance_id == instance_id)
        if kinds is not None:
            query = query.where(c.kind.in_(tuple(kinds)))
        return tuple(row._asdict() for row in self._rows(query.order_by(c.seq)))


class Comments(Repository):
    """``comment``: notes of people on a case."""

    def add(self, **values: Any) -> None:
        """Insert a note."""
        self._insert(t.comment, [values])

    def of_instance(self, instance_id: str) -> tuple[Mapping[str, Any], ...]:
        """Return the notes of a case, oldest first."""
        query = select(t.comment).where(t.comment.c.instance_id == instance_id).order_by(t.comment.c.id)
        return tuple(row._asdict() for row in self._rows(query))


#: Of a case that is over, what asks for work is settled at once; news may be read for a week.
NEWS = timedelta(days=7)
SETTLE = text("""
WITH looked AS (
    SELECT id, person_id, kind, instance_id, link, created_at, read_at IS NULL AND settled_at IS NULL AS is_unread
    FROM notice WHERE id > :after ORDER BY id LIMIT :many
), settled AS (
    UPDATE notice SET settled_at = CAST(:at AS timestamptz) FROM looked n
    WHERE notice.id = n.id AND n.is_unread AND CASE
        WHEN n.link LIKE '/orders/%' THEN EXISTS (
            SELECT FROM supervision_order o WHERE o.id = substr(n.link, 9) AND o.closed_at IS NOT NULL)
        ELSE EXISTS (
            SELECT FROM process_instance i WHERE i.id = n.instance_id AND i.status <> 'active'
            AND (n.kind NOT IN ('notice', 'copy') OR i.ended_at < CAST(:news_until AS timestamptz)))
        OR n.link LIKE '/tasks/%' AND EXISTS (
            SELECT FROM user_task u WHERE u.id = substr(n.link, 8)
            AND (u.state IN ('completed', 'cancelled') OR u.assignee_id <> n.person_id))
        OR n.link LIKE '%#deadline-%' AND EXISTS (
            SELECT FROM deadline d WHERE d.id = split_part(n.link, '#deadline-', 2) AND d.state = 'stopped')
        OR n.kind = 'referral' AND EXISTS (
            SELECT FROM user_task u WHERE u.instance_id = n.instance_id AND u.state = 'completed'
            AND u.closed_at > n.created_at
            AND u.unit_id IN (SELECT g.unit_id FROM role_grant g WHERE g.person_id = n.person_id))
        END
    RETURNING notice.id
)
SELECT (SELECT max(id) FROM looked) AS last, (SELECT count(*) FROM looked) AS seen, (SELECT count(*) FROM settled) AS settled
""")


class Notices(Repository):
    """``notice`` (the in-app inbox) and ``delivery`` (the outbox to other channels)."""

    def add(self, rows: Iterable[Mapping[str, Any]], deliveries: Iterable[Mapping[str, Any]]) -> None:
        """Insert notices and their deliveries."""
        self._insert(t.notice, rows)
        self._insert(t.delivery, deliveries)

    def get(self, person_id: str, notice_id: str) -> Mapping[str, Any] | None:
        """Return one of a person's notices."""
        c = t.notice.c
        query = select(t.notice).where(c.id == notice_id, c.person_id == person_id, _may_know(person_id))
        row = self._connection.execute(query).one_or_none()
        return None if row is None else row._asdict()

    def page(
        self,
        person_id: str,
        *,
        unread_only: bool,
        kind: str | None = None,
        before: str | None = None,
        limit: int,
    ) -> tuple[Mapping[str, Any], ...]:
        """Return a person's notices, of one kind or of all, with the numbers of their cases, the newest first."""
        c = t.notice.c
        query = select(t.notice, t.process_instance.c.business_key).where(
            c.person_id == person_id, _may_know(person_id)
        )
        query = query.outerjoin(t.process_instance, t.process_instance.c.id == c.instance_id)
        if unread_only:
            query = query.where(*_UNREAD)
        if kind is not None:
            query = query.where(c.kind == kind)
        if before is not None:
            query = query.where(c.id < before)
        return tuple(row._asdict() for row in self._rows(query.order_by(c.id.desc()).limit(limit)))

    def count_unread(self, person_id: str) -> int:
        """Count unread notices, up to 1000; every page asks."""
        return int(UNREAD.rows(self._connection, person=person_id)[0].unread)

    def mark_read(self, person_id: str, ids: Iterable[str], at: datetime) -> int:
        """Mark notices of a person (all when *ids* is empty) as read."""
        c = t.notice.c
        where = [c.person_id == person_id, c.read_at.is_(None)]
        chosen = tuple(ids)
        if chosen:
            where.append(c.id.in_(chosen))
        return self._run(update(t.notice).where(*where).values(read_at=at))

    def settle(self, *, after: str, limit: int, at: datetime) -> tuple[str, int, int]:
        """
        Settle the notices of a slice whose matter is done; unread ones only.

        Returns:
            The last id of the slice, how many notices it had, and how many were settled.
        """
        values = {"after": after, "many": limit, "at": at, "news_until": at - NEWS}
        row = self._connection.execute(SETTLE, values).one()
        return row.last or "", row.seen, row.settled

    def lease_deliveries(self, now: datetime, until: datetime, *, limit: int) -> tuple[str, ...]:
        """Lease due deliveries; returns their ids. Nothing sealed is read here."""
        d = t.delivery.c
        due = select(d.id).where(d.state == "ready", d.run_at <= now).order_by(d.run_at, d.id).limit(limit)
        ids = [row.id for row in self._rows(due.with_for_update(skip_locked=True))]
        if ids:
            self._write(update(t.delivery).where(d.id.in_(ids)).values(run_at=until))
        return tuple(ids)

    def delivery(self, delivery_id: str) -> Mapping[str, Any]:
        """Return a delivery with its notice."""
        d = t.delivery.c
        query = select(t.notice, d.id.label("delivery_id"), d.attempts)
        joined = query.join(t.delivery, d.notice_id == t.notice.c.id).where(d.id == delivery_id)
        return self._connection.execute(joined).one()._asdict()

    def set_delivery(self, delivery_id: str, **values: Any) -> None:
        """Record how a delivery went."""
        self._write(update(t.delivery).where(t.delivery.c.id == delivery_id).values(values))


class Files(Repository):
    """``attachment``, ``paper`` and ``signature``."""

    def add_attachment(self, **values: Any) -> None:
        """Insert a file."""
        self._insert(t.attachment, [values])

    def attachment(self, attachment_id: str) -> Mapping[str, Any] | None:
        """Return a file with its content."""
        row = self._connection.execute(
            select(t.attachment).where(t.attachment.c.id == attachment_id)
        ).one_or_none()
        return None if row is None else row._asdict()

    def attachments(self, instance_id: str) -> tuple[Mapping[str, Any], ...]:
        """Return the files of a case without content."""
        columns = [c for c in t.attachment.c if c.name != "content"]
        query = select(*columns).where(t.attachment.c.instance_id == instance_id).order_by(t.attachment.c.id)
        return tuple(row._asdict() for row in self._rows(query))

    def bind(self, attachment_ids: Iterable[str], instance_id: str, person_id: str) -> None:
        """Give loose files of a person to a case."""
        c = t.attachment.c
        where = (c.id.in_(tuple(attachment_ids)), c.instance_id.is_(None), c.created_by == person_id)
        self._write(update(t.attachment).where(*where).values(instance_id=instance_id))

    def add_paper(self, **values: Any) -> None:
        """Insert a paper."""
        self._insert(t.paper, [values])

    def paper(self, paper_id: str) -> Mapping[str, Any] | None:
        """Return a paper with its PDF."""
        row = self._connection.execute(select(t.paper).where(t.paper.c.id == paper_id)).one_or_none()
        return None if row is None else row._asdict()

    def papers(self, instance_id: str) -> tuple[Mapping[str, Any], ...]:
        """Return the papers of a case, oldest first; ``size`` instead of the PDF."""
        return self._remembered(("papers", instance_id), lambda: self._papers(instance_id))

    def _papers(self, instance_id: str) -> tuple[Mapping[str, Any], ...]:
        columns = [c for c in t.paper.c if c.name not in {"pdf", "content"}]
        query = select(*columns, (func.octet_length(t.paper.c.pdf) - OVERHEAD).label("size"))
        query = query.where(t.paper.c.instance_id == instance_id).order_by(t.paper.c.id)
        return tuple(row._asdict() for row in self._rows(query))

    def sign(self, **values: Any) -> bool:
        """Insert a signature; False when the person signed before."""
        return self._run(upsert(t.signature).values(values).on_conflict_do_nothing()) == 1

    def signatures(self, paper_ids: Iterable[str]) -> tuple[Mapping[str, Any], ...]:
        """Return the signatures of papers, oldest first."""
        query = select(t.signature).where(t.signature.c.paper_id.in_(tuple(paper_ids)))
        return tuple(row._asdict() for row in self._rows(query.order_by(t.signature.c.signed_at)))


class IdempotencyKeys(Repository):
    """``idempotency_key``: answers that were given."""

    def claim(self, **values: Any) -> None:
        """
        Insert the key, with the next statement, which waits there for a concurrent first request.

        That statement raises ``RequestRepeated`` when the key was there; the transaction is over then.
        """
        CLAIM.later(self._connection, **values)

    def get(self, person_id: str, key: str) -> Mapping[str, Any] | None:
        """Return the key's row."""
        c = t.idempotency_key.c
        query = select(t.idempotency_key).where(c.person_id == person_id, c.key == key)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else row._asdict()

    def answer(self, person_id: str, key: str, status: int, body: Any) -> None:
        """Keep the answer."""
        ANSWER.later(self._connection, person_id_=person_id, key_=key, status=status, body=body)

    def drop_before(self, at: datetime) -> int:
        """Forget old keys."""
        return self._run(t.idempotency_key.delete().where(t.idempotency_key.c.created_at < at))


class Dispatches(Repository):
    """``dispatch``: what was taken in, unique by source and number."""

    def lock_number(self, source: str, no: str) -> None:
        """Let one delivery of a number at a time decide whether it is new."""
        self._connection.execute(
            select(func.pg_advisory_xact_lock(func.hashtextextended(f"{source}\x1f{no}", 73)))
        )

    def get(self, source: str, no: str) -> DispatchRow | None:
        """Return the dispatch of a source and number."""
        c = t.dispatch.c
        return self._one(select(t.dispatch).where(c.source == source, c.no == no), DispatchRow)

    def add(self, row: DispatchRow) -> None:
        """Insert a dispatch."""
        self._insert(t.dispatch, [vars(row)])

    def count_repeat(self, source: str, no: str) -> None:
        """Count another delivery of the same number."""
        c = t.dispatch.c
        self._write(update(t.dispatch).where(c.source == source, c.no == no).values(repeats=c.repeats + 1))

    def at_place(self, place_hash: str, *, since: datetime) -> tuple[DispatchRow, ...]:
        """Return dispatches of one place since then."""
        c = t.dispatch.c
        return self._all(
            select(t.dispatch).where(c.place_hash == place_hash, c.received_at >= since), DispatchRow
        )

    def of_instances(self, instance_ids: Iterable[str]) -> tuple[DispatchRow, ...]:
        """Return the dispatches of cases."""
        return self._all(
            select(t.dispatch).where(t.dispatch.c.instance_id.in_(tuple(instance_ids))), DispatchRow
        )
