"""Rows of people, units, roles, sessions and settings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, not_, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from tasks.model import Person, Unit, UnitKind
from workflows.store import tables as t
from workflows.store.repository import Repository
from workflows.store.rows import GrantRow, PersonRow
from workflows.store.statements import Prepared, Statement

#: Roles end by the real clock, never by the demo clock.
RUNNING = or_(t.role_grant.c.expires_at.is_(None), t.role_grant.c.expires_at > func.now())
PERSON = tuple(c for c in t.person.c if c.name != "created_at")
# Asked at every request, to know who clicks.
UNITS = Statement(select(t.unit).order_by(t.unit.c.id))
GET = Prepared(select(*PERSON).where(t.person.c.id == bindparam("id")))
ROLES = Prepared(
    select(t.role_grant.c.role, t.role_grant.c.unit_id).where(
        t.role_grant.c.person_id == bindparam("id"), RUNNING
    )
)
SETTING = Prepared(select(t.setting.c.value).where(t.setting.c.key == bindparam("key_")))


def _unit(**columns: Any) -> Unit:
    return Unit(**{**columns, "kind": UnitKind(columns["kind"])})


class People(Repository):
    """``person``, ``role_grant`` and ``unit``."""

    def units(self) -> tuple[Unit, ...]:
        """Return every unit, by id."""
        return self._remembered(UNITS, lambda: self._fetch(UNITS, _unit))

    def put_unit(self, unit: Unit) -> None:
        """Add or change a unit."""
        values = {**vars(unit), "kind": str(unit.kind)}
        statement = upsert(t.unit).values(values)
        self._write(statement.on_conflict_do_update(index_elements=["id"], set_=values))

    def get(self, person_id: str) -> PersonRow | None:
        """Return one person."""
        return next(iter(self._fetch(GET, PersonRow, id=person_id)), None)

    def by_account(self, account: str) -> PersonRow | None:
        """Return the person with an account or id."""
        query = select(*PERSON).where(or_(t.person.c.account == account, t.person.c.id == account))
        return self._one(query, PersonRow)

    def add(self, row: PersonRow, at: datetime) -> bool:
        """Insert a person; False when the account is taken."""
        statement = upsert(t.person).values({**vars(row), "created_at": at})
        return self._run(statement.on_conflict_do_nothing()) == 1

    def change(self, person_id: str, **values: Any) -> None:
        """Change columns of a person."""
        self._write(update(t.person).where(t.person.c.id == person_id).values(values))

    def roles(self, person_id: str) -> frozenset[tuple[str, str]]:
        """Return the (role, unit id) pairs of a person that have not ended."""
        return frozenset((row.role, row.unit_id) for row in ROLES.rows(self._connection, id=person_id))

    def grant(
        self,
        person_id: str,
        role: str,
        unit_id: str,
        *,
        by: str,
        at: datetime,
        expires_at: datetime | None = None,
    ) -> None:
        """Give a role in a unit, or change when it ends."""
        terms = {"granted_by": by, "granted_at": at, "expires_at": expires_at}
        statement = upsert(t.role_grant).values(
            {"person_id": person_id, "role": role, "unit_id": unit_id, **terms}
        )
        keys = ["person_id", "role", "unit_id"]
        self._write(statement.on_conflict_do_update(index_elements=keys, set_=terms))

    def grants(self, person_id: str) -> tuple[GrantRow, ...]:
        """Return a person's roles with their ends, those that are over too."""
        g = t.role_grant.c
        query = select(g.role, g.unit_id, g.granted_by, g.granted_at, g.expires_at)
        return self._all(query.where(g.person_id == person_id).order_by(g.role, g.unit_id), GrantRow)

    def ended_grants(self) -> tuple[tuple[str, str, str], ...]:
        """Return (person id, role, unit id) of every role whose time is over."""
        g = t.role_grant.c
        query = select(g.person_id, g.role, g.unit_id).where(not_(RUNNING)).order_by(g.person_id)
        return tuple((row.person_id, row.role, row.unit_id) for row in self._rows(query))

    def roles_held(self) -> frozenset[str]:
        """Return the role codes that somebody active holds."""
        query = select(t.role_grant.c.role).join(t.person, t.person.c.id == t.role_grant.c.person_id)
        return frozenset(row.role for row in self._rows(query.where(t.person.c.active).distinct()))

    def revoke(self, person_id: str, role: str, unit_id: str) -> None:
        """Take a role away."""
        c = t.role_grant.c
        self._write(
            delete(t.role_grant).where(c.person_id == person_id, c.role == role, c.unit_id == unit_id)
        )

    def all(self, *, role: str | None = None, units: Iterable[str] | None = None) -> tuple[Person, ...]:
        """Return active people with their roles; with a role, or a role in one of the units."""
        query = select(*PERSON).where(t.person.c.active)
        g = t.role_grant.c
        if role is not None or units is not None:
            held = select(g.person_id).where(RUNNING)
            held = held if role is None else held.where(g.role == role)
            held = held if units is None else held.where(g.unit_id.in_(tuple(units)))
            query = query.where(t.person.c.id.in_(held))
        return self._people(self._all(query, PersonRow))

    def holding(self, keys: Iterable[str]) -> tuple[Person, ...]:
        """Return active people who hold one of the ``role@unit`` pairs; ``role@*`` means in any unit."""
        pairs = [key.split("@", 1) for key in keys]
        anywhere = [role for role, unit in pairs if unit == "*"]
        g = t.role_grant.c
        within = [(g.role == role) & (g.unit_id == unit) for role, unit in pairs if unit != "*"]
        held = select(g.person_id).where(RUNNING, or_(g.role.in_(anywhere), *within))
        return self._people(
            self._all(select(*PERSON).where(t.person.c.active, t.person.c.id.in_(held)), PersonRow)
        )

    def search(self, text: str, *, limit: int = 200) -> tuple[tuple[Person, bool], ...]:
        """Return people, closed accounts too, whose account or name holds a text, each with whether they are locked out."""
        c, a = t.person.c, t.login_attempt.c
        query = select(*PERSON).order_by(c.account).limit(limit)
        if text:
            query = query.where(
                or_(c.account.contains(text, autoescape=True), c.name.contains(text, autoescape=True))
            )
        people = self._people(self._all(query, PersonRow))
        # ``account`` or ``account#address``: locked anywhere is locked out for whoever keeps the accounts.
        account = func.split_part(a.account, "#", 1)
        accounts = [person.account for person in people]
        locked = select(account.label("name")).where(a.locked_until > func.now(), account.in_(accounts))
        names = {row.name for row in self._rows(locked)}
        return tuple((person, person.account in names) for person in people)

    def names(self, person_ids: Iterable[str | None]) -> dict[str, str]:
        """Return id -> name."""
        ids = {person_id for person_id in person_ids if person_id}
        if not ids:
            return {}
        query = select(t.person.c.id, t.person.c.name).where(t.person.c.id.in_(sorted(ids)))
        return {row.id: row.name for row in self._rows(query)}

    def _people(self, rows: tuple[PersonRow, ...]) -> tuple[Person, ...]:
        grants: dict[str, set[tuple[str, str]]] = {}
        g = t.role_grant.c
        for row in self._rows(
            select(g.person_id, g.role, g.unit_id).where(g.person_id.in_([r.id for r in rows]), RUNNING)
        ):
            grants.setdefault(row.person_id, set()).add((row.role, row.unit_id))
        return tuple(person_of(row, frozenset(grants.get(row.id, ()))) for row in rows)


def person_of(row: PersonRow, roles: frozenset[tuple[str, str]]) -> Person:
    """Return the row as a person, without secrets."""
    left_out = {"password_hash", "must_change_password", "password_expires_at"}
    return Person(**{k: v for k, v in vars(row).items() if k not in left_out}, roles=roles)


class StoredSettings(Repository):
    """``setting``, ``calendar_year`` and ``lawpack_version``: what staff may change while the system runs."""

    def get(self, key: str) -> Any:
        """Return a setting; None when it was never set."""
        found = SETTING.rows(self._connection, key_=key)
        return found[0].value if found else None

    def put(self, key: str, value: Any) -> None:
        """Write a setting."""
        statement = upsert(t.setting).values(key=key, value=value)
        self._write(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))

    def put_if_absent(self, key: str, value: Any) -> Any:
        """Write a setting unless there is one; returns the one that holds."""
        self._write(upsert(t.setting).values(key=key, value=value).on_conflict_do_nothing())
        return self.get(key)

    def take_number(self, series: str, year: int, taken_by: str) -> int:
        """
        Return the next number of a series in a year, from 1, without gaps; *taken_by* gets the same one again.

        The row of the series stays locked until the transaction ends, so two takers never get the same number.
        """
        key = f"number/{series}/{year}"
        self._run(upsert(t.setting).values(key=key, value={}).on_conflict_do_nothing())
        query = select(t.setting.c.value).where(t.setting.c.key == key).with_for_update()
        taken: dict[str, int] = dict(self._connection.execute(query).scalar_one())
        if taken_by not in taken:
            taken[taken_by] = len(taken) + 1
            self.put(key, taken)
        return taken[taken_by]

    def calendar_years(self) -> dict[int, Any]:
        """Return the imported calendar years: year -> table."""
        return {
            row.year: row.days for row in self._rows(select(t.calendar_year.c.year, t.calendar_year.c.days))
        }

    def put_calendar_year(self, year: int, days: Any, at: datetime) -> None:
        """Add or replace a calendar year."""
        values = {"days": days, "loaded_at": at}
        statement = upsert(t.calendar_year).values(year=year, **values)
        self._write(statement.on_conflict_do_update(index_elements=["year"], set_=values))
