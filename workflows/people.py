"""Use cases of people and units: who there is, in which roles."""

from __future__ import annotations

from tasks.model import Actor, Organisation, Person, Unit
from workflows.store.unit_of_work import UnitOfWork


def organisation(uow: UnitOfWork) -> Organisation:
    """Return the organisation tree (public inside the house)."""
    raise NotImplementedError


def put_units(uow: UnitOfWork, actor: Actor, units: tuple[Unit, ...]) -> int:
    """Add or change units, parents first; R20 or the system."""
    raise NotImplementedError


def actor_of(uow: UnitOfWork, person_id: str, *, client: str = "") -> Actor:
    """
    Return the person as an actor with roles and reach.

    Raises:
        PersonNotFound: no such person, or no longer active.
    """
    raise NotImplementedError


def person(uow: UnitOfWork, actor: Actor, person_id: str) -> Person:
    """Return one person."""
    raise NotImplementedError


def list_people(
    uow: UnitOfWork, actor: Actor, *, unit_id: str | None = None, role: str | None = None
) -> tuple[Person, ...]:
    """List active people by name, within a unit and those below it, or with a role."""
    raise NotImplementedError


def add_person(
    uow: UnitOfWork,
    actor: Actor,
    *,
    account: str,
    name: str,
    password: str,
    roles: frozenset[tuple[str, str]] = frozenset(),
    phone: str | None = None,
    must_change_password: bool = True,
) -> Person:
    """
    Add a person; R20 or the system.

    Raises:
        Conflict: the account is taken.
        Invalid: a role, unit or the password is not acceptable.
    """
    raise NotImplementedError


def grant_role(uow: UnitOfWork, actor: Actor, person_id: str, *, role: str, unit_id: str) -> Person:
    """Give a role in a unit; nobody gives one to themselves."""
    raise NotImplementedError


def revoke_role(uow: UnitOfWork, actor: Actor, person_id: str, *, role: str, unit_id: str) -> Person:
    """Take a role away; claimed tasks that the person may no longer do go back to the pool."""
    raise NotImplementedError


def disable_person(uow: UnitOfWork, actor: Actor, person_id: str) -> Person:
    """Close an account: sessions end, claimed tasks go back to the pool."""
    raise NotImplementedError


def set_locale(uow: UnitOfWork, actor: Actor, locale: str) -> None:
    """Remember the actor's language, ``zh`` or ``en``."""
    raise NotImplementedError
