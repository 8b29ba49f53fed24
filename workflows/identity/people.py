"""Use cases of people and units: who there is, in which roles."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import product
from typing import Any

from bpmn.errors import Conflict, Forbidden, Invalid
from forms.text import clean_line, length
from tasks import matrix, offices, rules
from tasks.model import SYSTEM, Actor, Organisation, Person, Unit, UserTaskState
from workflows.errors import PersonNotFound
from workflows.identity import passwords
from workflows.store.ids import new_id
from workflows.store.people import person_of
from workflows.store.rows import PersonRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit

LONGEST_NAME = 100


class AccountTaken(Conflict):
    """这个账号已被使用。请换一个账号。"""


def organisation(uow: UnitOfWork) -> Organisation:
    """Return the organisation tree (public inside the house)."""
    return Organisation(uow.people.units())


def holding_above(uow: UnitOfWork, roles: Iterable[str], units: Iterable[str]) -> list[str]:
    """Return the ids of the people with one of the roles in one of the units or in one above it."""
    tree = organisation(uow)
    above = sorted({place for unit in units for place in tree.above(unit)})
    keys = [f"{role}@{place}" for role, place in product(roles, above)]
    return [person.id for person in uow.people.holding(keys)] if keys else []


def put_units(uow: UnitOfWork, actor: Actor, units: tuple[Unit, ...]) -> int:
    """Add or change units, parents first; R20 or the system."""
    offices.ensure_may_administer_people(actor)
    for unit in units:
        uow.people.put_unit(unit)
    audit.record(uow, actor, "put-units", detail={"ids": [unit.id for unit in units][:100]})
    return len(units)


def actor_of(uow: UnitOfWork, person_id: str, *, client: str = "") -> Actor:
    """
    Return the person as an actor with roles and reach.

    Raises:
        PersonNotFound: no such person, or no longer active.
    """
    row = uow.people.get(person_id)
    if row is None or not row.active:
        raise PersonNotFound
    roles = uow.people.roles(person_id)
    tree = organisation(uow)
    return Actor(
        person_id=row.id,
        name=row.name,
        account=row.account,
        roles=roles,
        covers={unit: tree.below(unit) for _, unit in roles},
        client=client,
    )


def actors(uow: UnitOfWork) -> tuple[Actor, ...]:
    """Return everybody who is active as an actor, by name; two queries."""
    tree = organisation(uow)
    found = uow.people.all()
    below = {unit: tree.below(unit) for one in found for _, unit in one.roles}
    return tuple(
        Actor(
            person_id=one.id,
            name=one.name,
            account=one.account,
            roles=one.roles,
            covers={unit: below[unit] for _, unit in one.roles},
        )
        for one in sorted(found, key=lambda one: one.name)
    )


def person(uow: UnitOfWork, actor: Actor, person_id: str) -> Person:
    """Return one person."""
    row = uow.people.get(person_id)
    if row is None:
        raise PersonNotFound
    return person_of(row, uow.people.roles(person_id))


def find(uow: UnitOfWork, person_id: str) -> Person | None:
    """Return an active person, or None."""
    row = uow.people.get(person_id)
    return person_of(row, uow.people.roles(person_id)) if row is not None and row.active else None


def list_people(
    uow: UnitOfWork, actor: Actor, *, unit_id: str | None = None, role: str | None = None
) -> tuple[Person, ...]:
    """List active people by name, within a unit and those below it, or with a role."""
    units = organisation(uow).below(unit_id) if unit_id else None
    return tuple(sorted(uow.people.all(role=role, units=units), key=lambda found: found.name))


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
    password_expires_at: datetime | None = None,
) -> Person:
    """
    Add a person; R20 or the system.

    Raises:
        Conflict: the account is taken.
        Invalid: a role, unit or the password is not acceptable.
    """
    offices.ensure_may_administer_people(actor)
    _ensure_grants(uow, roles)
    offices.ensure_separate(role for role, _ in roles)
    named = _name(name)
    ensure_password(uow, password, account=account, name=named)
    row = _new_row(
        account=_account(account),
        name=named,
        password_hash=passwords.hashed(password),
        phone=phone,
        must_change_password=must_change_password,
        password_expires_at=password_expires_at,
    )
    if not uow.people.add(row, uow.now):
        raise AccountTaken
    for role, unit in sorted(roles):
        uow.people.grant(row.id, role, unit, by=actor.person_id, at=uow.now)
    audit.record(uow, actor, "add-person", detail={"person_id": row.id, "roles": sorted(map(list, roles))})
    return person_of(row, roles)


def ensure_password(uow: UnitOfWork, password: str, *, account: str, name: str) -> None:
    """Refuse a password that the rule of this installation refuses."""
    settings = uow.installation.settings
    rule, breached = settings.password_rule, settings.breached_passwords
    passwords.ensure_acceptable(password, account=account, name=name, rule=rule, breached=breached)


def _name(name: str) -> str:
    found = clean_line(name)
    if not 0 < length(found) <= LONGEST_NAME:
        raise Invalid("请填写姓名，最多 100 个字。")
    return found


def _new_row(**given: Any) -> PersonRow:
    """Return a person who has just come: in Chinese, at work, without a substitute."""
    return PersonRow(
        id=new_id(),
        active=True,
        locale="zh",
        qualification=None,
        absent_until=None,
        substitute_id=None,
        **given,
    )


def grant_role(
    uow: UnitOfWork,
    actor: Actor,
    person_id: str,
    *,
    role: str,
    unit_id: str,
    expires_at: datetime | None = None,
) -> Person:
    """
    Give a role in a unit, until an instant of the real clock or for good; nobody gives one to themselves.

    Raises:
        Invalid: no such role or unit, or the end has passed.
        Forbidden: it would join two keys of the house, or a key and casework.
    """
    offices.ensure_may_administer_people(actor)
    if person_id == actor.person_id:
        raise Forbidden("不能给自己授予岗位。请由另一位系统管理员办理。")
    row = _existing(uow, person_id)
    _ensure_grants(uow, frozenset({(role, unit_id)}))
    if expires_at is not None and expires_at <= uow.real_now:
        raise Invalid("岗位的截止日期已经过去。请改为今天以后的日期。")
    offices.ensure_separate({role} | {held for held, _ in uow.people.roles(person_id)})
    uow.people.grant(person_id, role, unit_id, by=actor.person_id, at=uow.now, expires_at=expires_at)
    until = expires_at.isoformat() if expires_at else None
    terms = {"person_id": person_id, "role": role, "unit_id": unit_id, "until": until}
    audit.record(uow, actor, "grant-role", detail=terms)
    return person_of(row, uow.people.roles(person_id))


def revoke_role(uow: UnitOfWork, actor: Actor, person_id: str, *, role: str, unit_id: str) -> Person:
    """Take a role away; claimed tasks that the person may no longer do go back to the pool."""
    offices.ensure_may_administer_people(actor)
    row = _existing(uow, person_id)
    uow.people.revoke(person_id, role, unit_id)
    audit.record(uow, actor, "revoke-role", detail={"person_id": person_id, "role": role, "unit_id": unit_id})
    _free_tasks(uow, actor, person_id)
    return person_of(row, uow.people.roles(person_id))


def retire_ended_roles(uow: UnitOfWork) -> int:
    """Take away the roles whose time is over, and put what their holders have in hand back into the pools."""
    ended = uow.people.ended_grants()
    for person_id, role, unit_id in ended:
        revoke_role(uow, SYSTEM, person_id, role=role, unit_id=unit_id)
    return len(ended)


def disable_person(uow: UnitOfWork, actor: Actor, person_id: str) -> Person:
    """Close an account: sessions end, claimed tasks go back to the pool."""
    offices.ensure_may_administer_people(actor)
    row = _existing(uow, person_id)
    uow.people.change(person_id, active=False)
    uow.sessions.drop_of(person_id)
    audit.record(uow, actor, "disable-person", detail={"person_id": person_id})
    _free_tasks(uow, actor, person_id)
    return person_of(replace(row, active=False), uow.people.roles(person_id))


def set_locale(uow: UnitOfWork, actor: Actor, locale: str) -> None:
    """Remember the actor's language, ``zh`` or ``en``."""
    if locale not in ("zh", "en"):
        raise Invalid("目前支持中文（zh）和英文（en）。")
    uow.people.change(actor.person_id, locale=locale)


def _existing(uow: UnitOfWork, person_id: str) -> PersonRow:
    row = uow.people.get(person_id)
    if row is None:
        raise PersonNotFound
    return row


def _account(account: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,63}", account):
        raise Invalid("账号只能用小写字母、数字、点、横线，2 至 64 个字符。")
    return account


def _ensure_grants(uow: UnitOfWork, roles: frozenset[tuple[str, str]]) -> None:
    """Refuse roles that the matrix does not know and units that do not exist."""
    tree = organisation(uow)
    for role, unit in roles:
        if role not in matrix.ROLES:
            raise Invalid(f"没有岗位“{role}”。岗位为 R01 至 R22。")
        if unit not in tree:
            raise Invalid(f"没有单位“{unit}”。请先维护组织机构。")


def _free_tasks(uow: UnitOfWork, by: Actor, person_id: str) -> None:
    """Put back what the person has in hand and may no longer do."""
    row = uow.people.get(person_id)
    left = Actor(
        person_id=person_id, name="", roles=uow.people.roles(person_id) if row and row.active else frozenset()
    )
    for task in sorted(uow.user_tasks.claimed_by(person_id), key=lambda found: found.instance_id):
        if uow.instances.lock(task.instance_id) is None:
            continue
        known = replace(task, case_units=frozenset(uow.instances.units(task.instance_id).values()))
        if task.roles and not rules.is_candidate(known, left):
            uow.user_tasks.assign(task.id, state=UserTaskState.CREATED, assignee_id=None, owner_id=None)
            uow.user_tasks.put_candidates(replace(known, assignee_id=None), rules.pools_of(known))
            audit.record(uow, by, "release", instance_id=task.instance_id, detail={"user_task_id": task.id})
