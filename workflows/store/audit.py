"""The audit chains: each event's hash covers its content and the hash before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

import orjson
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from workflows.store import tables as t
from workflows.store.repository import Repository
from workflows.store.rows import AuditRow
from workflows.store.statements import Prepared, Statement

GENESIS = "0" * 64
PAGE = 500  #: events that are read at once
_HEAD = t.audit_head.c
LOCK_HEAD = Prepared(select(_HEAD.seq, _HEAD.hash).where(_HEAD.chain == bindparam("chain")).with_for_update())
NEW_HEAD = Statement(
    upsert(t.audit_head).values(chain=bindparam("chain"), seq=0, hash=GENESIS).on_conflict_do_nothing()
)
MOVE_HEAD = Statement(
    update(t.audit_head)
    .where(_HEAD.chain == bindparam("chain_"))
    .values(seq=bindparam("seq"), hash=bindparam("hash"))
)


def chained(row: AuditRow, seq: int, prev_hash: str) -> str:
    """
    Return the hash of an event: SHA-256 over its canonical JSON, hex.

    >>> from datetime import datetime
    >>> row = AuditRow(chain="person:p", at=datetime(2026, 1, 1, tzinfo=UTC), person_id="p", action="log-in")
    >>> chained(row, 1, GENESIS) == chained(row, 2, GENESIS)
    False
    """
    content = {
        **vars(row),
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "seq": seq,
        "prev": prev_hash,
    }
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


class Audit(Repository):
    """``audit_event`` (append-only) and ``audit_head``. Events gather in memory and are chained at the end."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self._gathered: list[AuditRow] = []

    def append(self, row: AuditRow) -> None:
        """Gather an event; ``flush`` writes it in this transaction."""
        self._gathered.append(row)

    def flush(self) -> None:
        """
        Chain and write what was gathered; chains in order of name, so that two transactions never wait for each other.
        """
        rows, self._gathered = self._gathered, []
        for chain in sorted({row.chain for row in rows}):
            self._extend(chain, [row for row in rows if row.chain == chain])

    def _extend(self, chain: str, rows: list[AuditRow]) -> None:
        seq, last = self._lock_head(chain)
        written = []
        for row in rows:
            seq += 1
            link = chained(row, seq, last)
            written.append(
                {**vars(row), "fields": list(row.fields), "seq": seq, "prev_hash": last, "hash": link}
            )
            last = link
        self._insert(t.audit_event, written)
        MOVE_HEAD.later(self._connection, chain_=chain, seq=seq, hash=last)

    def _lock_head(self, chain: str) -> tuple[int, str]:
        """Lock the chain's head and return it; a new chain gets one."""
        found = LOCK_HEAD.rows(self._connection, chain=chain)
        if not found:
            # Two first events at once: the second waits here for the first one's commit, then reads it.
            NEW_HEAD.later(self._connection, chain=chain)
            found = LOCK_HEAD.rows(self._connection, chain=chain)
        return int(found[0].seq), str(found[0].hash)

    def heads(self) -> tuple[tuple[str, int, str], ...]:
        """Return (chain, seq, hash) of every chain."""
        query = select(t.audit_head.c.chain, t.audit_head.c.seq, t.audit_head.c.hash).order_by(
            t.audit_head.c.chain
        )
        return tuple((row.chain, row.seq, row.hash) for row in self._rows(query))

    def events(self, chain: str) -> Iterator[Mapping[str, Any]]:
        """Yield the events of a chain in order, read a page at a time."""
        c = t.audit_event.c
        query, last = select(t.audit_event).where(c.chain == chain).order_by(c.seq).limit(PAGE), -1
        while rows := self._rows(query.where(c.seq > last)):
            yield from (row._asdict() for row in rows)
            last = rows[-1].seq

    def chains(self) -> tuple[str, ...]:
        """Return the chains that have events."""
        return tuple(row.chain for row in self._rows(select(t.audit_event.c.chain).distinct()))

    def page(
        self, filters: Mapping[str, Any], *, cursor: int | None, newest: bool, limit: int
    ) -> tuple[Mapping[str, Any], ...]:
        """Return events that fit the filters (column -> value)."""
        c = t.audit_event.c
        query = select(t.audit_event).where(
            *(c[name] == value for name, value in filters.items() if value is not None)
        )
        if cursor is not None:
            query = query.where(c.id < cursor if newest else c.id > cursor)
        order = c.id.desc() if newest else c.id
        return tuple(row._asdict() for row in self._rows(query.order_by(order).limit(limit)))

    def link(self, chain: str, seq: int) -> str | None:
        """Return the hash of one event; None when it is not there."""
        c = t.audit_event.c
        return self._connection.execute(
            select(c.hash).where(c.chain == chain, c.seq == seq)
        ).scalar_one_or_none()

    def add_anchor(self, **values: Any) -> None:
        """Insert a signed anchor."""
        self._insert(t.audit_anchor, [values])

    def anchors(self) -> tuple[Mapping[str, Any], ...]:
        """Return the anchors, oldest first."""
        return tuple(
            row._asdict() for row in self._rows(select(t.audit_anchor).order_by(t.audit_anchor.c.seq))
        )

    def last_anchor(self) -> Mapping[str, Any] | None:
        """Return the newest anchor."""
        query = select(t.audit_anchor).order_by(t.audit_anchor.c.seq.desc()).limit(1)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else row._asdict()

    def count(self) -> int:
        """Count all events."""
        return self._count(select(func.count()).select_from(t.audit_event))
