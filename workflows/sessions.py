"""Use cases of logging in: sessions, lock-outs, passwords. They run on the real clock, never on the demo clock."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.model import Actor
from workflows.model import Refusal, Session
from workflows.store.unit_of_work import UnitOfWork


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
    raise NotImplementedError


def current(uow: UnitOfWork, token: str, *, client: str = "") -> CurrentSession:
    """
    Return who is logged in and prolong the session.

    Raises:
        NotLoggedIn: no such session, or it has ended.
    """
    raise NotImplementedError


def log_out(uow: UnitOfWork, token: str) -> None:
    """End a session; an unknown token is no error."""
    raise NotImplementedError


def confirm_password(uow: UnitOfWork, actor: Actor, password: str) -> None:
    """
    Check the password again, for signatures.

    Raises:
        WrongPassword: it does not fit.
    """
    raise NotImplementedError


def change_password(uow: UnitOfWork, actor: Actor, *, old: str, new: str) -> None:
    """
    Change the actor's password and end all other sessions.

    Raises:
        WrongPassword: the old one does not fit.
        Invalid: the new one is too short, too long or well known.
    """
    raise NotImplementedError
