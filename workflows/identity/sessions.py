"""Use cases of logging in: sessions, lock-outs, passwords. They run on the real clock, never on the demo clock."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bpmn.errors import NotFound
from tasks.model import Actor
from workflows.errors import NotLoggedIn, WrongPassword
from workflows.identity import passwords, people, second_factor
from workflows.identity.model import Refusal, Session
from workflows.store.rows import AuditRow, PersonRow, SessionRow, SignedIn
from workflows.store.unit_of_work import UnitOfWork

FAILURES = 5
ADDRESS_FAILURES = 100  #: a whole office may stand behind one address
ADDRESS_MARK = "@"  #: begins the counter of an address; no account begins so
FAMILIAR_MARK = (
    "#"  #: stands between account and address in the counter of an address where the account is signed in
)
WINDOW = timedelta(minutes=15)
TOUCH_EVERY = timedelta(minutes=1)  #: a session's last use is written at most this often
WRONG = "账号或密码不正确。请核对后重试，连续输错 5 次将锁定 15 分钟。"
CODE_NEEDED = "请输入动态口令（验证器应用中的 6 位数字）或恢复码。"
EXPIRED = "一次性密码已过期。请联系系统管理员重新发放。"
LOCKED = "连续输错次数过多，账号已暂时锁定。请 15 分钟后再试，或联系系统管理员。"


@dataclass(frozen=True, kw_only=True)
class CurrentSession:
    """Who is logged in by a token."""

    actor: Actor
    csrf: str
    locale: str
    must_change_password: bool = False
    is_sure: bool = False  #: the password was typed not long ago (``Settings.confirmation``)
    must_have_codes: bool = False  #: has no second factor where the installation asks for one


def log_in(
    uow: UnitOfWork, *, account: str, password: str, client: str, code: str = "", device: str = ""
) -> Session | Refusal:
    """
    Log in. A wrong password takes as long as a right one, known account or not.

    Five failures of an account within 15 minutes lock it for 15 minutes, a hundred from one address the address; where the
    account is signed in, the address has a counter of its own. A refusal is a value, so that it is committed.

    Args:
        code: The second factor's code, for people who have one.

        device: What the browser calls itself, in words, for the list of sessions.
    """
    account = account.strip().lower()[:64].lstrip(ADDRESS_MARK)
    counter = _counter(uow, account, client)
    locked = locked_until(uow, counter) or locked_until(uow, ADDRESS_MARK + client)
    if locked is not None:
        return Refusal(message=LOCKED, retry_at=locked)
    row = uow.people.by_account(account)
    known = row if row is not None and row.account == account and row.active else None
    fits = passwords.fits(known.password_hash if known else passwords.NOBODY, password)
    if known is None or not fits:
        return _count_failure(uow, account, known, client)
    if second_factor.is_on(uow, known.id):
        if not code:
            return Refusal(message=CODE_NEEDED)
        if not second_factor.fits(uow, known.id, code):
            return _count_failure(uow, account, known, client)
    # Guesses sent at once all pass the first look: whoever guessed right meets the lock that the others have brought.
    locked = _running(uow, uow.sessions.lock_attempts(counter, uow.real_now))
    if locked is not None:
        return Refusal(message=LOCKED, retry_at=locked)
    uow.sessions.forget_attempts(counter)
    if passwords.is_outdated(known.password_hash):
        uow.people.change(known.id, password_hash=passwords.hashed(password))
    if known.password_expires_at is not None and known.password_expires_at <= uow.real_now:
        return Refusal(message=EXPIRED)
    _ask_for_new_password(uow, known)
    return _open(uow, known, client, device)


def open_for(uow: UnitOfWork, person_id: str, *, client: str, device: str) -> Session:
    """Open a session for somebody whom a trusted provider has named (``workflows/identity/federation.py``)."""
    person = uow.people.get(person_id)
    if person is None or not person.active:
        raise NotLoggedIn
    return _open(uow, person, client, device)


def _ask_for_new_password(uow: UnitOfWork, person: PersonRow) -> None:
    """等保: a password older than 90 days is changed at the next login."""
    if uow.installation.settings.password_rule != "djbh":
        return
    past = uow.sessions.past_passwords(person.id, limit=1)
    if not past:
        uow.sessions.add_past_password(person.id, person.password_hash, uow.real_now)
    elif uow.real_now - past[0]["set_at"] > passwords.ROTATE_AFTER:
        uow.people.change(person.id, must_change_password=True)


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """One of a person's logins, for the list of them."""

    id: str  #: begins the hash of its token; the token itself is nowhere
    client: str
    device: str  #: e.g. ``Chrome · Android``; empty for programs
    created_at: datetime
    seen_at: datetime
    is_this: bool


def open_sessions(uow: UnitOfWork, actor: Actor, token: str) -> tuple[OpenSession, ...]:
    """List the actor's running sessions, the newest first."""
    mine = _hash(token)
    return tuple(
        OpenSession(
            id=row.token_hash[:32],
            client=row.client,
            device=row.device,
            created_at=row.created_at,
            seen_at=row.seen_at,
            is_this=row.token_hash == mine,
        )
        for row in running(uow, actor.person_id)
    )


def locked_until(uow: UnitOfWork, account: str) -> datetime | None:
    """Return until when an account, or an address after ``@``, is locked out; None when it is not."""
    found = uow.sessions.attempts(account)
    return _running(uow, found) if found else None


def locked_anywhere(uow: UnitOfWork, account: str) -> datetime | None:
    """Return until when an account is locked at any address; None when it is nowhere."""
    ends = (_running(uow, found) for found in uow.sessions.all_attempts(account))
    return max((end for end in ends if end is not None), default=None)


def _running(uow: UnitOfWork, attempts: Mapping[str, Any]) -> datetime | None:
    until: datetime | None = attempts["locked_until"]
    return until if until is not None and until > uow.real_now else None


def running(uow: UnitOfWork, person_id: str) -> tuple[SessionRow, ...]:
    """Return a person's sessions that have not ended, the newest first."""
    return tuple(row for row in uow.sessions.of_person(person_id) if not _is_over(uow, row))


def end_session(uow: UnitOfWork, actor: Actor, session_id: str) -> None:
    """
    End one of the actor's own sessions from afar.

    Raises:
        NotFound: it is none of theirs.
    """
    rows = uow.sessions.of_person(actor.person_id)
    row = next((row for row in rows if row.token_hash[:32] == session_id), None)
    if row is None:
        raise NotFound
    uow.sessions.drop(row.token_hash)
    _audit(uow, actor.person_id, "log-out-remote", actor.client)


def end_other_sessions(uow: UnitOfWork, actor: Actor, token: str) -> int:
    """End all of the actor's sessions but the one of *token*; returns how many."""
    others = [row for row in uow.sessions.of_person(actor.person_id) if row.token_hash != _hash(token)]
    for row in others:
        uow.sessions.drop(row.token_hash)
    _audit(uow, actor.person_id, "log-out-others", actor.client)
    return len(others)


def current(uow: UnitOfWork, token: str, *, client: str = "", prolong: bool = True) -> CurrentSession:
    """
    Return who is logged in and prolong the session.

    Args:
        prolong: False where nobody has pressed anything, as for an open board.

    Raises:
        NotLoggedIn: no such session, or it has ended.
    """
    found = uow.sessions.signed_in(_hash(token))
    if found is None or not found.active or _is_over(uow, found):
        raise NotLoggedIn
    if prolong and uow.real_now - found.seen_at > TOUCH_EVERY:
        uow.sessions.touch(_hash(token), uow.real_now)
    actor = Actor(
        person_id=found.person_id,
        name=found.name,
        account=found.account,
        roles=frozenset((role, unit) for role, unit, _ in found.grants),
        covers={unit: below for _, unit, below in found.grants},
        client=client,
    )
    return CurrentSession(
        actor=actor,
        csrf=found.csrf,
        locale=found.locale,
        must_change_password=found.must_change_password,
        is_sure=uow.real_now - found.confirmed_at <= uow.installation.settings.confirmation,
        must_have_codes=not found.has_codes
        and second_factor.is_asked_of(actor, uow.installation.settings.second_factor),
    )


def log_out(uow: UnitOfWork, token: str) -> None:
    """End a session; an unknown token is no error."""
    row = uow.sessions.get(_hash(token))
    if row is not None:
        uow.sessions.drop(row.token_hash)
        _audit(uow, row.person_id, "log-out", row.client)


def confirm(uow: UnitOfWork, actor: Actor, token: str, *, password: str, code: str = "") -> Refusal | None:
    """
    Ask again who is there, before accounts or rights are changed (ASVS 5 7.5); None = it is them.

    Whoever has one-time codes gives one here, too. Wrong ones count as at the log-in; a refusal is a value, so that it is committed.
    """
    row = uow.people.get(actor.person_id)
    locked = locked_until(uow, _counter(uow, actor.account, actor.client))
    if locked is not None:
        return Refusal(message=LOCKED, retry_at=locked)
    if row is None or not passwords.fits(row.password_hash, password):
        return _count_failure(uow, actor.account, row, actor.client)
    if second_factor.is_on(uow, row.id) and not second_factor.fits(uow, row.id, code):
        return (
            Refusal(message=CODE_NEEDED) if not code else _count_failure(uow, row.account, row, actor.client)
        )
    uow.sessions.confirm(_hash(token), uow.real_now)
    _audit(uow, actor.person_id, "log-in-confirmed", actor.client)
    return None


def ensure_not_locked(uow: UnitOfWork, actor: Actor) -> None:
    """
    Refuse to try a password or a code once more.

    Raises:
        WrongPassword: too many wrong ones.
    """
    if locked_until(uow, _counter(uow, actor.account, actor.client)) is not None:
        raise WrongPassword(LOCKED)


def count_wrong(uow: UnitOfWork, actor: Actor) -> None:
    """Count a wrong password or code of somebody who is signed in as one at the log-in: a stolen session guesses no further."""
    _count_failure(uow, actor.account, uow.people.get(actor.person_id), actor.client)


def confirm_password(uow: UnitOfWork, actor: Actor, password: str) -> None:
    """
    Check the password again, for signatures.

    Raises:
        WrongPassword: it does not fit.
    """
    row = uow.people.get(actor.person_id)
    if row is None or not passwords.fits(row.password_hash, password):
        raise WrongPassword


def change_password(uow: UnitOfWork, actor: Actor, *, old: str, new: str) -> None:
    """
    Change the actor's password and end all other sessions.

    Raises:
        WrongPassword: the old one does not fit.
        Invalid: the new one is too short, too long or well known.
    """
    confirm_password(uow, actor, old)
    people.ensure_password(uow, new, account=actor.account, name=actor.name)
    composed = uow.installation.settings.password_rule == "djbh"
    past = uow.sessions.past_passwords(actor.person_id) if composed else ()
    if new == old or any(passwords.fits(row["password_hash"], new) for row in past):
        raise passwords.PasswordRefused("不能使用最近用过的密码。请换一个密码。")
    made = passwords.hashed(new)
    uow.people.change(
        actor.person_id, password_hash=made, must_change_password=False, password_expires_at=None
    )
    uow.sessions.add_past_password(actor.person_id, made, uow.real_now)
    uow.sessions.drop_of(actor.person_id)
    _audit(uow, actor.person_id, "change-password", actor.client)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _count_failure(uow: UnitOfWork, account: str, known: PersonRow | None, client: str) -> Refusal:
    until = _count(uow, _counter(uow, account, client), FAILURES)
    _count(uow, ADDRESS_MARK + client, ADDRESS_FAILURES)
    _audit(uow, known.id if known else "unknown", "log-in-refused", client)
    return Refusal(message=LOCKED if until else WRONG, retry_at=until)


def _counter(uow: UnitOfWork, account: str, client: str) -> str:
    """
    Return the name of the counter of failures.

    An address from which the account is signed in counts by itself: else a stranger who guesses five times anywhere keeps
    an officer from signing papers and from coming back.
    """
    idle = uow.installation.settings.session_idle
    is_familiar = client and uow.sessions.is_signed_in_at(account, client, uow.real_now, idle)
    return f"{account}{FAMILIAR_MARK}{client}" if is_familiar else account


def _count(uow: UnitOfWork, key: str, most: int) -> datetime | None:
    """Count a failure of an account or address; returns the end of the lock-out that it brings, or that others have brought."""
    found = uow.sessions.lock_attempts(key, uow.real_now)
    running = _running(uow, found)
    if running is not None:
        return running
    fresh = found["since"] < uow.real_now - WINDOW
    failures = 1 if fresh else found["failures"] + 1
    until = uow.real_now + WINDOW if failures >= most else None
    uow.sessions.put_attempts(
        key,
        failures=0 if until else failures,
        since=uow.real_now if fresh else found["since"],
        locked_until=until,
    )
    return until


def _open(uow: UnitOfWork, person: PersonRow, client: str, device: str = "") -> Session:
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
            confirmed_at=uow.real_now,
            device=device[:80],
        )
    )
    _audit(uow, person.id, "log-in", client)
    return Session(token=token, person_id=person.id, csrf=csrf, expires_at=expires_at)


def _is_over(uow: UnitOfWork, row: SessionRow | SignedIn) -> bool:
    idle = uow.real_now - row.seen_at > uow.installation.settings.session_idle
    return idle or row.expires_at <= uow.real_now


def _audit(uow: UnitOfWork, person_id: str, action: str, client: str) -> None:
    uow.audit.append(
        AuditRow(
            chain=f"person:{person_id}", at=uow.real_now, person_id=person_id, action=action, client=client
        )
    )
