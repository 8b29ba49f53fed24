"""Use cases of "谁看得到": who can see and do what with one case, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasks import rules, sight
from tasks.model import Actor, CaseFacts
from tasks.sight import Sight
from workflows import cases
from workflows.errors import InstanceNotFound
from workflows.identity import people
from workflows.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class GrantView:
    """A named grant that runs."""

    person_id: str
    person_name: str
    purpose: str
    granted_by: str  #: name of the giver
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Access:
    """Everybody who sees the case, everybody whom something keeps out, and the grants that run."""

    instance_id: str
    business_key: str
    title: str  #: empty for the auditor, who sees no case
    sealed: bool
    seeing: tuple[Sight, ...]
    kept_out: tuple[Sight, ...]
    grants: tuple[GrantView, ...]
    units: Mapping[str, str]  #: unit id -> name


def of_case(uow: UnitOfWork, actor: Actor, instance_id: str) -> Access:
    """
    Return who can see and do what.

    Whoever sees the case sees who else does; the auditor (R19) sees who does, and nothing of the case.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
    """
    if actor.has("R19"):
        row = uow.instances.get(instance_id)
        if row is None:
            raise InstanceNotFound
    else:
        row = cases.visible(uow, actor, instance_id)
    facts = uow.instances.facts(instance_id)
    seen = everybody(uow, facts)
    tree = people.organisation(uow)
    return Access(
        instance_id=instance_id,
        business_key=row.business_key or "",
        title="" if rules.sees_no_cases(actor) else row.title,
        sealed=facts.sealed,
        seeing=tuple(one for one in seen if one.sees),
        kept_out=tuple(one for one in seen if one.is_kept_out),
        grants=tuple(grants(uow, instance_id)),
        units={unit.id: unit.name for unit in tree},
    )


def everybody(uow: UnitOfWork, facts: CaseFacts) -> list[Sight]:
    """Return how everybody who is active stands to the case."""
    found = uow.user_tasks.of_instance(facts.instance_id)
    tasks = [cases.with_units(task, facts) for task in found]
    parts = uow.instances.parts(facts.instance_id)
    return [sight.of(one, facts, tasks, parts) for one in people.actors(uow)]


def grants(uow: UnitOfWork, instance_id: str) -> list[GrantView]:
    """Return the running grants of a case, the first to end first."""
    rows = uow.grants.of_case(instance_id, uow.real_now)
    names = uow.people.names(person for row in rows for person in (row["person_id"], row["granted_by"]))
    return [_grant(row, names) for row in rows]


def _grant(row: Mapping[str, Any], names: Mapping[str, str]) -> GrantView:
    return GrantView(
        person_id=row["person_id"],
        person_name=names.get(row["person_id"], ""),
        purpose=row["purpose"],
        granted_by=names.get(row["granted_by"], ""),
        expires_at=row["expires_at"],
    )
