"""
Use cases of whoever keeps the accounts (R20): one-time passwords, lock-outs, sessions from afar. No case is seen here.

R19 reads along. Nobody changes their own account here: that takes a second administrator.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bpmn.errors import Forbidden
from tasks import matrix, offices, rules
from tasks.model import Actor, Person
from workflows.errors import PersonNotFound
from workflows.identity import passwords, people, second_factor, sessions
from workflows.store.people import person_of
from workflows.store.rows import GrantRow, PersonRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit

ONE_TIME_HOURS = 72  #: a one-time password that nobody uses ends


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One line of the list of accounts."""

    person: Person
    is_locked: bool


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account with everything that an administrator may change."""

    person: Person
    grants: tuple[GrantRow, ...]
    locked_until: datetime | None
    must_change_password: bool
    password_expires_at: datetime | None
    has_second_factor: bool
    sessions: int


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A one-time password, shown only now."""

    person: Person
    password: str
    expires_at: datetime


def listed(uow: UnitOfWork, actor: Actor, text: str = "") -> tuple[Listed, ...]:
    """List accounts by name or account, at most 200."""
    _ensure_may_read(actor)
    return tuple(
        Listed(person=person, is_locked=locked) for person, locked in uow.people.search(text.strip()[:100])
    )


def get(uow: UnitOfWork, actor: Actor, person_id: str) -> Account:
    """
    Return one account.

    Raises:
        PersonNotFound: no such person.
    """
    _ensure_may_read(actor)
    row = _row(uow, person_id)
    return Account(
        person=person_of(row, uow.people.roles(person_id)),
        grants=uow.people.grants(person_id),
        locked_until=sessions.locked_anywhere(uow, row.account),
        must_change_password=row.must_change_password,
        password_expires_at=row.password_expires_at,
        has_second_factor=second_factor.is_on(uow, person_id),
        sessions=len(sessions.running(uow, person_id)),
    )


def open_account(
    uow: UnitOfWork,
    actor: Actor,
    *,
    account: str,
    name: str,
    roles: frozenset[tuple[str, str]] = frozenset(),
    phone: str | None = None,
) -> Issued:
    """Add a person with a one-time password, which has to be changed at the first login."""
    password, expires_at = passwords.one_time(account=account), _expiry(uow)
    person = people.add_person(
        uow,
        actor,
        account=account,
        name=name,
        password=password,
        roles=roles,
        phone=phone,
        password_expires_at=expires_at,
    )
    return Issued(person=person, password=password, expires_at=expires_at)


def issue_password(uow: UnitOfWork, actor: Actor, person_id: str) -> Issued:
    """Replace a forgotten password by a one-time one; sessions end and a lock-out is lifted."""
    row = _changeable(uow, actor, person_id)
    password, expires_at = passwords.one_time(account=row.account), _expiry(uow)
    uow.people.change(
        person_id,
        password_hash=passwords.hashed(password),
        must_change_password=True,
        password_expires_at=expires_at,
    )
    uow.sessions.drop_of(person_id)
    uow.sessions.forget_attempts(row.account)
    audit.record(uow, actor, "issue-password", detail={"person_id": person_id})
    return Issued(person=person_of(row, frozenset()), password=password, expires_at=expires_at)


def lift_lock(uow: UnitOfWork, actor: Actor, person_id: str) -> None:
    """Let somebody try again who was locked out after wrong passwords."""
    row = _changeable(uow, actor, person_id)
    uow.sessions.forget_attempts(row.account)
    audit.record(uow, actor, "lift-lock", detail={"person_id": person_id})


def end_sessions(uow: UnitOfWork, actor: Actor, person_id: str) -> None:
    """Log somebody out everywhere: a lost telephone, a suspicion."""
    _changeable(uow, actor, person_id)
    uow.sessions.drop_of(person_id)
    audit.record(uow, actor, "log-out-by-administrator", detail={"person_id": person_id})


def remove_second_factor(uow: UnitOfWork, actor: Actor, person_id: str) -> None:
    """Switch off the one-time codes of somebody who lost device and recovery codes; their sessions end."""
    _changeable(uow, actor, person_id)
    uow.sessions.drop_second_factor(person_id)
    uow.sessions.drop_of(person_id)
    audit.record(uow, actor, "second-factor-removed", detail={"person_id": person_id})


def unbind(uow: UnitOfWork, actor: Actor, person_id: str) -> None:
    """Forget which account of the identity provider belongs to the person; the next login there binds anew."""
    _changeable(uow, actor, person_id)
    uow.sessions.unbind_subjects(person_id)
    audit.record(uow, actor, "unbind-provider", detail={"person_id": person_id})


def close(uow: UnitOfWork, actor: Actor, person_id: str) -> None:
    """Close an account; see ``people.disable_person``."""
    _changeable(uow, actor, person_id)
    people.disable_person(uow, actor, person_id)


def reopen(uow: UnitOfWork, actor: Actor, person_id: str) -> None:
    """Open a closed account again; its roles are as they were."""
    _changeable(uow, actor, person_id)
    uow.people.change(person_id, active=True)
    audit.record(uow, actor, "enable-person", detail={"person_id": person_id})


def _ensure_may_read(actor: Actor) -> None:
    # The matrix gives R20 "CU": who writes accounts reads them.
    may = any(matrix.allows("users", action, actor.role_codes) for action in ("read", "create"))
    if not rules.is_system(actor) and not may:
        raise Forbidden("只有系统管理员和审计员可以查看账号。")


def _changeable(uow: UnitOfWork, actor: Actor, person_id: str) -> PersonRow:
    offices.ensure_may_administer_people(actor)
    if person_id == actor.person_id:
        raise Forbidden("不能在这里更改自己的账号。请由另一位系统管理员办理。")
    return _row(uow, person_id)


def _row(uow: UnitOfWork, person_id: str) -> PersonRow:
    row = uow.people.get(person_id)
    if row is None:
        raise PersonNotFound
    return row


def _expiry(uow: UnitOfWork) -> datetime:
    return uow.real_now + timedelta(hours=ONE_TIME_HOURS)
