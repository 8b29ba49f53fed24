"""
Use cases of a look at clear personal data: by click, for a purpose, five minutes, audited with what was shown.

A look is a row. Opening the page again inside the five minutes shows the same and prolongs nothing; after them it is
over, whatever the browser does, and a new look is a new row in the audit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bpmn.deadlines.calendar import ZONE
from bpmn.deadlines.lawpack_privacy import DataField
from bpmn.errors import Invalid
from bpmn.model import Value
from tasks import anomalies, clear_view, disclosure
from tasks.clear_view import PersonView
from tasks.model import Actor, CaseFacts
from workflows import cases
from workflows.errors import RevealOver
from workflows.store.ids import new_id
from workflows.store.rows import InstanceRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit

LENGTH = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What the actor may look at, and whether a reason must be given."""

    fields: tuple[DataField, ...]
    reason_needed: bool


@dataclass(frozen=True, kw_only=True)
class Look:
    """Clear data on a screen, with what the watermark says."""

    id: str
    instance_id: str
    business_key: str
    title: str
    purpose: str
    fields: tuple[DataField, ...]
    people: tuple[PersonView, ...]
    opened_at: datetime
    expires_at: datetime
    seconds_left: int
    watermark: str  #: person, time, case


def offer(uow: UnitOfWork, actor: Actor, instance_id: str) -> Offer:
    """
    Return what can be asked for.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
        Forbidden: the actor may never see clear data of this case.
    """
    cases.visible(uow, actor, instance_id)
    facts = uow.instances.facts(instance_id)
    disclosure.ensure_may_reveal(actor, facts, "-")
    return Offer(fields=_offered(uow), reason_needed=clear_view.needs_reason(actor, facts))


def reveal(
    uow: UnitOfWork,
    actor: Actor,
    instance_id: str,
    *,
    purpose: str,
    reason: str = "",
    fields: Sequence[str] = (),
) -> str:
    """
    Begin a look; returns its id.

    Args:
        purpose: Code of the law pack's list ``purposes``.

        fields: Keys of fields; empty = all that the purpose allows.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
        Forbidden: the actor may not look, or not for this purpose, or not at these fields.
    """
    row = cases.visible(uow, actor, instance_id)
    facts = uow.instances.facts(row.id)
    chosen = _chosen(uow, purpose, fields)
    restricted = uow.privacy.is_restricted(row.id)
    clear_view.ensure_may_look(
        actor, facts, purpose=purpose, reason=reason, fields=chosen, restricted=restricted
    )
    reveal_id, keys = new_id(), tuple(field.key for field in chosen)
    # Five minutes of a person's attention are real minutes: a demo clock moves no look.
    uow.grants.add_reveal(
        id=reveal_id,
        instance_id=row.id,
        person_id=actor.person_id,
        purpose=purpose,
        fields=list(keys),
        opened_at=uow.real_now,
        expires_at=uow.real_now + LENGTH,
    )
    content = cases.content(uow, row)
    detail = {
        "reveal_id": reveal_id,
        "people": len(clear_view.people(content, chosen, actor, facts, uow.now.date())),
        "relation": _relation(uow, actor, content),
        "reason": reason[:500],
    }
    audit.record(uow, actor, "view-clear", instance_id=row.id, purpose=purpose, fields=keys, detail=detail)
    return reveal_id


def look(uow: UnitOfWork, actor: Actor, instance_id: str, reveal_id: str) -> Look:
    """
    Return what a look shows, while it lasts.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it any more.
        RevealOver: the five minutes are over, or the look is somebody else's.
    """
    row = cases.visible(uow, actor, instance_id)
    found = uow.grants.reveal(reveal_id, actor.person_id)
    if found is None or found["instance_id"] != row.id or found["expires_at"] <= uow.real_now:
        raise RevealOver
    facts = uow.instances.facts(row.id)
    disclosure.ensure_may_reveal(actor, facts, found["purpose"])
    fields = tuple(f for f in _offered(uow) if f.key in found["fields"])
    return Look(
        id=reveal_id,
        instance_id=row.id,
        business_key=row.business_key or "",
        title=row.title,
        purpose=found["purpose"],
        fields=fields,
        people=_people(uow, row, fields, actor, facts),
        opened_at=found["opened_at"],
        expires_at=found["expires_at"],
        seconds_left=max(1, int((found["expires_at"] - uow.real_now).total_seconds())),
        watermark=watermark(actor, row, found["opened_at"]),
    )


def watermark(actor: Actor, row: InstanceRow, at: datetime) -> str:
    """Return who looked at what when, for the watermark: name, account, local time, number of the case."""
    return f"{actor.name} {actor.account} {at.astimezone(ZONE):%Y-%m-%d %H:%M} {row.business_key or row.id}"


def _relation(uow: UnitOfWork, actor: Actor, content: Mapping[str, Value]) -> str:
    """Tell the officer, not the looker, when somebody looks at themselves or their own."""
    row = uow.people.get(actor.person_id)
    phone = row.phone if row else None
    return anomalies.relation(actor.name, phone, clear_view.persons(content))


def _people(
    uow: UnitOfWork, row: InstanceRow, fields: tuple[DataField, ...], actor: Actor, facts: CaseFacts
) -> tuple[PersonView, ...]:
    return clear_view.people(cases.content(uow, row), fields, actor, facts, uow.now.date())


def _offered(uow: UnitOfWork) -> tuple[DataField, ...]:
    return tuple(field for field in uow.installation.law.fields.values() if field.purposes)


def _chosen(uow: UnitOfWork, purpose: str, keys: Sequence[str]) -> tuple[DataField, ...]:
    if purpose and uow.installation.law.code_lists["purposes"].find(purpose) is None:
        raise Invalid("没有这个用途代码。请从列表中选择。")
    offered = _offered(uow)
    unknown = set(keys) - {field.key for field in offered}
    if unknown:
        raise Invalid("没有这个信息项。请从列表中选择。")
    return tuple(f for f in offered if (f.key in keys if keys else purpose in f.purposes))
