"""
The audit chains: each event's hash covers its content and the hash before it.

What somebody wrote in free words (a reason, a message) may name a person, and must be erasable one day. Such words stand
apart, encrypted, in ``audit_detail``; the event keeps their digest over a random salt, so that the chain stays whole and
says nothing when the words are gone (``docs/decisions/audit-and-erasure.md``).

The server links the chain: it locks the head, hashes and moves it in one statement, which travels with the commit. Nobody
waits for a head but for that moment, and nothing has to be read first.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any

import orjson
from sqlalchemy import bindparam, delete, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert

from workflows.store import tables as t
from workflows.store.repository import Repository
from workflows.store.rows import AuditRow
from workflows.store.statements import Prepared

GENESIS = "0" * 64
PAGE = 500  #: events that are read at once
FREE_WORDS = frozenset({"reason", "text", "note", "message"})  #: keys of an event's detail that people write
APART = "apart"  #: key under which the event keeps the digest of those words
NEW_HEAD = Prepared(
    upsert(t.audit_head).values(chain=bindparam("chain"), seq=0, hash=GENESIS).on_conflict_do_nothing()
)
#: The three texts are what ``canonical`` returns. A head that somebody moves meanwhile is read again once it is free.
LINK = Prepared(
    text("""
WITH head AS (SELECT seq + 1 AS seq, hash AS prev FROM audit_head WHERE chain = :chain FOR UPDATE),
link AS (
  SELECT seq, prev, encode(sha256(convert_to(
    CAST(:before AS text) || prev || CAST(:between AS text) || seq || CAST(:after AS text), 'UTF8')), 'hex') AS hash
  FROM head),
moved AS (UPDATE audit_head SET seq = link.seq, hash = link.hash FROM link WHERE chain = :chain)
INSERT INTO audit_event (chain, seq, at, person_id, action, instance_id, purpose, fields, client, detail, prev_hash, hash)
SELECT :chain, seq, CAST(:at AS timestamptz), :person_id, :action, :instance_id, :purpose, :fields, :client, :detail, prev, hash FROM link
""").bindparams(
        bindparam("at", type_=t.audit_event.c.at.type),
        bindparam("fields", type_=t.audit_event.c.fields.type),
        bindparam("detail", type_=t.audit_event.c.detail.type),
    )
)
#: Words of the event that was linked last: its head is still locked.
KEEP_WORDS = Prepared(
    text(
        "INSERT INTO audit_detail (chain, seq, content) SELECT chain, seq, CAST(:content AS jsonb) FROM audit_head WHERE chain = :chain"
    ).bindparams(bindparam("content", type_=t.audit_detail.c.content.type))
)
_WITH_WORDS = select(t.audit_event, t.audit_detail.c.content.label("apart")).outerjoin(
    t.audit_detail,
    (t.audit_detail.c.chain == t.audit_event.c.chain) & (t.audit_detail.c.seq == t.audit_event.c.seq),
)


def canonical(row: AuditRow) -> tuple[str, str, str]:
    """Return an event's canonical JSON (keys in order) in three pieces: between them stand the hash before it and its number."""
    content = {**vars(row), "at": row.at.astimezone(UTC).isoformat(timespec="microseconds")}
    purpose = orjson.dumps(content.pop("purpose")).decode()
    first = orjson.dumps(content, option=orjson.OPT_SORT_KEYS).decode()
    return first[:-1] + ',"prev":"', f'","purpose":{purpose},"seq":', "}"


def chained(row: AuditRow, seq: int, prev_hash: str) -> str:
    """
    Return the hash of an event: SHA-256 over its canonical JSON, hex.

    >>> from datetime import datetime
    >>> row = AuditRow(chain="person:p", at=datetime(2026, 1, 1, tzinfo=UTC), person_id="p", action="log-in")
    >>> chained(row, 1, GENESIS) == chained(row, 2, GENESIS)
    False
    """
    before, between, after = canonical(row)
    return hashlib.sha256(f"{before}{prev_hash}{between}{seq}{after}".encode()).hexdigest()


def apart(row: AuditRow, salt: str) -> tuple[AuditRow, dict[str, Any] | None]:
    """
    Return the event with the digest of its free words, and those words with their salt; None when it has none.

    >>> from datetime import datetime
    >>> row = AuditRow(chain="c", at=datetime(2026, 1, 1, tzinfo=UTC), person_id="p", action="seal", detail={"reason": "x"})
    >>> kept, words = apart(row, "salt")
    >>> list(kept.detail), words, digest(words) == kept.detail["apart"]
    (['apart'], {'salt': 'salt', 'words': {'reason': 'x'}}, True)
    """
    words = {name: value for name, value in row.detail.items() if name in FREE_WORDS and value}
    if not words:
        return row, None
    content = {"salt": salt, "words": words}
    others = {name: value for name, value in row.detail.items() if name not in FREE_WORDS}
    return replace(row, detail={**others, APART: digest(content)}), content


def digest(content: Mapping[str, Any]) -> str:
    """Return SHA-256 over words and salt, hex."""
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
        # Two first events at once: the second waits here for the first one's commit, then links to it.
        NEW_HEAD.later(self._connection, chain=chain)
        for said in rows:
            row, words = apart(said, secrets.token_hex(16))
            before, between, after = canonical(row)
            values = {**vars(row), "fields": list(row.fields)}
            LINK.later(self._connection, **values, before=before, between=between, after=after)
            if words is not None:
                KEEP_WORDS.later(self._connection, chain=chain, content=words)

    def heads(self) -> tuple[tuple[str, int, str], ...]:
        """Return (chain, seq, hash) of every chain."""
        query = select(t.audit_head.c.chain, t.audit_head.c.seq, t.audit_head.c.hash).order_by(
            t.audit_head.c.chain
        )
        return tuple((row.chain, row.seq, row.hash) for row in self._rows(query))

    def events(self, chain: str) -> Iterator[Mapping[str, Any]]:
        """Yield the events of a chain in order, read a page at a time."""
        c = t.audit_event.c
        query, last = _WITH_WORDS.where(c.chain == chain).order_by(c.seq).limit(PAGE), -1
        while rows := self._rows(query.where(c.seq > last)):
            yield from (row._asdict() for row in rows)
            last = rows[-1].seq

    def chains(self) -> tuple[str, ...]:
        """Return the chains that have events."""
        return tuple(row.chain for row in self._rows(select(t.audit_event.c.chain).distinct()))

    def page(
        self, filters: Mapping[str, Any], *, cursor: int | None, newest: bool, limit: int
    ) -> tuple[Mapping[str, Any], ...]:
        """Return events that fit the filters (column -> value; ``since`` and ``until`` are instants), words in their detail."""
        c = t.audit_event.c
        between = {"since": c.at.__ge__, "until": c.at.__lt__}
        query = _WITH_WORDS.where(
            *(
                between[name](value) if name in between else c[name] == value
                for name, value in filters.items()
                if value is not None
            )
        )
        if cursor is not None:
            query = query.where(c.id < cursor if newest else c.id > cursor)
        order = c.id.desc() if newest else c.id
        return tuple(row._asdict() for row in self._rows(query.order_by(order).limit(limit)))

    def forget_words(self, instance_id: str) -> int:
        """Erase what people wrote in free words about a case; the chains stay whole. Returns how many events lost words."""
        e, d = t.audit_event.c, t.audit_detail
        mine = select(e.chain, e.seq).where(e.instance_id == instance_id)
        return self._run(delete(d).where(tuple_(d.c.chain, d.c.seq).in_(mine)))

    def erased(self) -> frozenset[str]:
        """Return the ids of the cases whose personal data were erased."""
        e = t.audit_event.c
        return frozenset(r.instance_id for r in self._rows(select(e.instance_id).where(e.action == "erase")))

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

    def anchor_content(self, seq: int) -> str | None:
        """Return what the anchor of this number signs; None when it is not there."""
        c = t.audit_anchor.c
        found = self._connection.execute(select(c.content).where(c.seq == seq)).scalar_one_or_none()
        return None if found is None else str(found)

    def count(self) -> int:
        """Count all events."""
        return self._count(select(func.count()).select_from(t.audit_event))
