"""Use cases of logging in: sessions, lock-outs, passwords. They run on the real clock, never on the demo clock."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.model import Actor
from workflows import passwords, people
from workflows.errors import NotLoggedIn, WrongPassword
from workflows.model import Refusal, Session
from workflows.store.rows import AuditRow, PersonRow, SessionRow
from workflows.store.unit_of_work import UnitOfWork

FAILURES = 5
WINDOW = timedelta(minutes=15)
TOUCH_EVERY = timedelta(minutes=1)  #: a session's last use is written at most this often
WRONG = "账号或密码不正确。请核对后重试，连续输错 5 次将锁定 15 分钟。"
LOCKED = "连续输错次数过多，账号已暂时锁定。请 15 分钟后再试，或联系系统管理员。"


@dataclass(frozen=True, kw_only=True)
class CurrentSession:
    """Who is logged in by a token."""

    actor: Actor
    csrf: str
    locale: str
    must_change_password: bool = False


def log_in(uow: UnitOfWork, *, account: str, password: str, client: str) -> Session | Refusal:
    """
    Log in. A wrong password takes as long as a right one, known account or not.

    Five failures of an account within 15 minutes lock it for 15 minutes; a refusal is a value, so that it is committed.
    """
    account = account.strip().lower()[:64]
    locked_until = _locked_until(uow, account)
    if locked_until is not None:
        return Refusal(message=LOCKED, retry_at=locked_until)
    row = uow.people.by_account(account)
    known = row if row is not None and row.account == account and row.active else None
    fits = passwords.fits(known.password_hash if known else passwords.NOBODY, password[: passwords.LONGEST])
    if known is None or not fits:
        return _count_failure(uow, account, known, client)
    uow.sessions.forget_attempts(account)
    return _open(uow, known, client)


def current(uow: UnitOfWork, token: str, *, client: str = "") -> CurrentSession:
    """
    Return who is logged in and prolong the session.

    Raises:
        NotLoggedIn: no such session, or it has ended.
    """
    row = uow.sessions.get(_hash(token))
    if row is None or _is_over(uow, row):
        raise NotLoggedIn
    person = uow.people.get(row.person_id)
    if person is None or not person.active:
        raise NotLoggedIn
    if uow.real_now - row.seen_at > TOUCH_EVERY:
        uow.sessions.touch(row.token_hash, uow.real_now)
    return CurrentSession(
        actor=people.actor_of(uow, row.person_id, client=client),
        csrf=row.csrf,
        locale=person.locale,
        must_change_password=person.must_change_password,
    )


def log_out(uow: UnitOfWork, token: str) -> None:
    """End a session; an unknown token is no error."""
    row = uow.sessions.get(_hash(token))
    if row is not None:
        uow.sessions.drop(row.token_hash)
        _audit(uow, row.person_id, "log-out", row.client)


def confirm_password(uow: UnitOfWork, actor: Actor, password: str) -> None:
    """
    Check the password again, for signatures.

    Raises:
        WrongPassword: it does not fit.
    """
    row = uow.people.get(actor.person_id)
    if row is None or not passwords.fits(row.password_hash, password[: passwords.LONGEST]):
        raise WrongPassword


def change_password(uow: UnitOfWork, actor: Actor, *, old: str, new: str) -> None:
    """
    Change the actor's password and end all other sessions.

    Raises:
        WrongPassword: the old one does not fit.
        Invalid: the new one is too short, too long or well known.
    """
    confirm_password(uow, actor, old)
    passwords.ensure_acceptable(new, account=actor.account, name=actor.name)
    uow.people.change(actor.person_id, password_hash=passwords.hashed(new), must_change_password=False)
    uow.sessions.drop_of(actor.person_id)
    _audit(uow, actor.person_id, "change-password", actor.client)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _locked_until(uow: UnitOfWork, account: str) -> datetime | None:
    found = uow.sessions.attempts(account)
    until = found["locked_until"] if found else None
    return until if until is not None and until > uow.real_now else None


def _count_failure(uow: UnitOfWork, account: str, known: PersonRow | None, client: str) -> Refusal:
    found = uow.sessions.attempts(account)
    fresh = found is None or found["since"] < uow.real_now - WINDOW
    failures = 1 if fresh or found is None else found["failures"] + 1
    since = uow.real_now if fresh or found is None else found["since"]
    locked_until = uow.real_now + WINDOW if failures >= FAILURES else None
    uow.sessions.put_attempts(
        account, failures=0 if locked_until else failures, since=since, locked_until=locked_until
    )
    _audit(uow, known.id if known else "unknown", "log-in-refused", client)
    return Refusal(message=LOCKED if locked_until else WRONG, retry_at=locked_until)


def _open(uow: UnitOfWork, person: PersonRow, client: str) -> Session:
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    expires_at = uow.real_now + uow.installation.settings.session_length
    uow.sessions.add(
        SessionRow(
            token_hash=_hash(token),
            person_id=person.id,
            csrf=csrf,
            created_at=uow.real_now,
            seen_at=uow.real_now,
            expires_at=expires_at,
            client=client,
        )
    )
    _audit(uow, person.id, "log-in", client)
    return Session(token=token, person_id=person.id, csrf=csrf, expires_at=expires_at)


def _is_over(uow: UnitOfWork, row: SessionRow) -> bool:
    idle = uow.real_now - row.seen_at > uow.installation.settings.session_idle
    return idle or row.expires_at <= uow.real_now


def _audit(uow: UnitOfWork, person_id: str, action: str, client: str) -> None:
    uow.audit.append(
        AuditRow(
            chain=f"person:{person_id}", at=uow.real_now, person_id=person_id, action=action, client=client
        )
    )
