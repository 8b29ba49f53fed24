"""
Logging in by way of another identity provider: it says who somebody is, the account exists here, roles are given here.
"""

from __future__ import annotations

import secrets

from workflows.errors import NotLoggedIn
from workflows.identity import passwords, second_factor, sessions
from workflows.identity.model import Session
from workflows.identity_provider import Identity
from workflows.store.rows import AuditRow, PersonRow
from workflows.store.unit_of_work import UnitOfWork


class NotRegisteredHere(NotLoggedIn):
    """您的统一身份认证账号尚未在警法通开通。请联系系统管理员。"""


class SecondFactorNeeded(NotLoggedIn):
    """您的账号已启用动态口令，而这次统一身份认证没有使用双因素。请用账号、密码和动态口令登录。"""


def log_in(uow: UnitOfWork, identity: Identity, *, client: str, device: str) -> Session:
    """
    Open a session for whom the provider named: by the subject it is bound to, else by account, which binds it.

    Raises:
        NotRegisteredHere: no open account of ours, or the account is bound to another subject.
        SecondFactorNeeded: the account has one-time codes, and the provider asked for one factor only.
    """
    person = _known(uow, identity)
    if person is None or not person.active:
        _note(uow, "unknown", client)
        raise NotRegisteredHere
    if second_factor.is_on(uow, person.id) and not identity.is_strong:
        raise SecondFactorNeeded
    if person.must_change_password:
        # Who signs in there needs no password here: the one-time one ends unused.
        uow.people.change(
            person.id,
            must_change_password=False,
            password_expires_at=None,
            password_hash=passwords.hashed(secrets.token_urlsafe(32)),
        )
    return sessions.open_for(uow, person.id, client=client, device=device)


def _known(uow: UnitOfWork, identity: Identity) -> PersonRow | None:
    bound = uow.sessions.of_subject(identity.issuer, identity.subject)
    if bound is not None:
        return uow.people.get(bound)
    person = uow.people.by_account(identity.account) if identity.account else None
    if person is None or person.account != identity.account or not person.active:
        return None
    is_new = uow.sessions.bind_subject(identity.issuer, identity.subject, person.id, uow.real_now)
    return person if is_new else None


def _note(uow: UnitOfWork, person_id: str, client: str) -> None:
    uow.audit.append(
        AuditRow(
            chain=f"person:{person_id}",
            at=uow.real_now,
            person_id=person_id,
            action="log-in-refused",
            client=client,
        )
    )
