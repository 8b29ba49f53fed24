"""Rows of logging in: sessions, failures, passwords of the past, second factors, accounts of other providers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from workflows.store import tables as t
from workflows.store.repository import Repository
from workflows.store.rows import SessionRow, SignedIn
from workflows.store.statements import Prepared

SESSION = Prepared(select(t.session).where(t.session.c.token_hash == bindparam("hash")))
#: Asked at every request, so in one round trip. Roles end by the real clock, never by the demo clock.
SIGNED_IN = Prepared(
    text("""
SELECT p.id AS person_id, p.name, p.account, p.active, p.locale, p.must_change_password, s.csrf, s.seen_at, s.expires_at,
  s.confirmed_at,
  EXISTS (SELECT FROM second_factor f WHERE f.person_id = p.id AND f.confirmed_at IS NOT NULL) AS has_codes,
  (SELECT jsonb_agg(jsonb_build_array(g.role, g.unit_id, reach.units)) FROM role_grant g CROSS JOIN LATERAL (
     WITH RECURSIVE below (id) AS (SELECT g.unit_id UNION SELECT u.id FROM unit u JOIN below ON u.parent = below.id)
     SELECT jsonb_agg(id) AS units FROM below) AS reach
   WHERE g.person_id = p.id AND (g.expires_at IS NULL OR g.expires_at > now())) AS grants
FROM session s JOIN person p ON p.id = s.person_id WHERE s.token_hash = :hash
""")
)


def _signed_in(**columns: Any) -> SignedIn:
    grants = tuple((role, unit, frozenset(below)) for role, unit, below in columns["grants"] or ())
    return SignedIn(**{**columns, "grants": grants})


def _counters_of(account: str) -> ColumnElement[bool]:
    c = t.login_attempt.c.account
    return or_(c == account, c.startswith(f"{account}#", autoescape=True))


class Sessions(Repository):
    """``session`` and ``login_attempt``."""

    def add(self, row: SessionRow) -> None:
        """Insert a session."""
        self._insert(t.session, [vars(row)])

    def get(self, token_hash: str) -> SessionRow | None:
        """Return the session that a token's hash names."""
        return next(iter(self._fetch(SESSION, SessionRow, hash=token_hash)), None)

    def signed_in(self, token_hash: str) -> SignedIn | None:
        """Return who is logged in by a token's hash, in one round trip."""
        return next(iter(self._fetch(SIGNED_IN, _signed_in, hash=token_hash)), None)

    def touch(self, token_hash: str, at: datetime) -> None:
        """Record that the session is in use."""
        self._write(update(t.session).where(t.session.c.token_hash == token_hash).values(seen_at=at))

    def confirm(self, token_hash: str, at: datetime) -> None:
        """Record that the password was typed again."""
        self._write(update(t.session).where(t.session.c.token_hash == token_hash).values(confirmed_at=at))

    def drop(self, token_hash: str) -> None:
        """End a session."""
        self._write(delete(t.session).where(t.session.c.token_hash == token_hash))

    def drop_of(self, person_id: str) -> None:
        """End all sessions of a person."""
        self._write(delete(t.session).where(t.session.c.person_id == person_id))

    def of_person(self, person_id: str) -> tuple[SessionRow, ...]:
        """Return the sessions of a person, the newest first."""
        query = select(t.session).where(t.session.c.person_id == person_id)
        return self._all(query.order_by(t.session.c.created_at.desc()), SessionRow)

    def second_factor(self, person_id: str) -> Mapping[str, Any] | None:
        """Return and lock the second factor of a person."""
        query = select(t.second_factor).where(t.second_factor.c.person_id == person_id)
        row = self._connection.execute(query.with_for_update()).one_or_none()
        return None if row is None else row._asdict()

    def put_second_factor(self, person_id: str, **values: Any) -> None:
        """Write a fresh second factor."""
        self.drop_second_factor(person_id)
        self._insert(t.second_factor, [{"person_id": person_id, "last_step": 0, **values}])

    def change_second_factor(self, person_id: str, **values: Any) -> None:
        """Change columns of a second factor."""
        self._run(update(t.second_factor).where(t.second_factor.c.person_id == person_id).values(values))

    def drop_second_factor(self, person_id: str) -> None:
        """Forget a second factor."""
        self._run(delete(t.second_factor).where(t.second_factor.c.person_id == person_id))

    def of_subject(self, issuer: str, subject: str) -> str | None:
        """Return the person id to whom an account of another provider belongs."""
        c = t.federated_identity.c
        query = select(c.person_id).where(c.issuer == issuer, c.subject == subject)
        return self._connection.execute(query).scalar_one_or_none()

    def bind_subject(self, issuer: str, subject: str, person_id: str, at: datetime) -> bool:
        """Bind an account of another provider to a person; False when either is bound already."""
        values = {"issuer": issuer, "subject": subject, "person_id": person_id, "bound_at": at}
        return self._run(upsert(t.federated_identity).values(values).on_conflict_do_nothing()) == 1

    def unbind_subjects(self, person_id: str) -> int:
        """Forget the accounts of other providers that belong to a person; returns how many."""
        c = t.federated_identity.c
        return self._run(delete(t.federated_identity).where(c.person_id == person_id))

    def past_passwords(self, person_id: str, *, limit: int = 5) -> tuple[Mapping[str, Any], ...]:
        """Return the latest passwords of a person, the newest first."""
        c = t.past_password.c
        query = select(t.past_password).where(c.person_id == person_id).order_by(c.set_at.desc())
        return tuple(row._asdict() for row in self._rows(query.limit(limit)))

    def add_past_password(self, person_id: str, password_hash: str, at: datetime) -> None:
        """Remember a password's hash."""
        self._insert(
            t.past_password, [{"person_id": person_id, "set_at": at, "password_hash": password_hash}]
        )

    def is_signed_in_at(self, account: str, client: str, now: datetime, idle: timedelta) -> bool:
        """Tell whether the account has a running session from an address."""
        s, p = t.session.c, t.person.c
        mine = (p.account == account, s.client == client, s.expires_at > now, s.seen_at > now - idle)
        query = select(s.token_hash).join(t.person, p.id == s.person_id).where(*mine).limit(1)
        return bool(self._rows(query))

    def attempts(self, account: str) -> Mapping[str, Any] | None:
        """Return the failures of an account."""
        query = select(t.login_attempt).where(t.login_attempt.c.account == account)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else row._asdict()

    def all_attempts(self, account: str) -> tuple[Mapping[str, Any], ...]:
        """Return the failures of an account, those counted at single addresses included."""
        rows = self._rows(select(t.login_attempt).where(_counters_of(account)))
        return tuple(row._asdict() for row in rows)

    def lock_attempts(self, account: str, at: datetime) -> Mapping[str, Any]:
        """Return the latest failures of an account and keep others from counting meanwhile; the row is made where there is none."""
        values = {"account": account, "failures": 0, "since": at, "locked_until": None}
        self._write(upsert(t.login_attempt).values(values).on_conflict_do_nothing())
        query = select(t.login_attempt).where(t.login_attempt.c.account == account).with_for_update()
        return self._connection.execute(query).one()._asdict()

    def put_attempts(
        self, account: str, *, failures: int, since: datetime, locked_until: datetime | None
    ) -> None:
        """Write the failures of an account, whose row is locked."""
        values = {"failures": failures, "since": since, "locked_until": locked_until}
        self._write(update(t.login_attempt).where(t.login_attempt.c.account == account).values(values))

    def forget_attempts(self, account: str) -> None:
        """Forget failures after a login, those counted at single addresses included."""
        self._write(delete(t.login_attempt).where(_counters_of(account)))
