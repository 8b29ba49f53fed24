"""Use cases of sealed cases: minors, sealed records, whatever only named people may know of (封存、授权)."""

from __future__ import annotations

from datetime import timedelta

from bpmn.errors import Forbidden, Invalid
from tasks import matrix, rules
from tasks.model import Actor
from workflows import audit, cases, people
from workflows.store.unit_of_work import UnitOfWork

LONGEST = timedelta(days=180)


class GrantToOneself(Forbidden):
    """不能给自己授权查阅封存案件。请由本单位另一位负责人办理。"""


class GrantInvalid(Invalid):
    """授权须写明用途，期限为 1 至 180 天，且对方岗位可以被授权。"""


def seal(uow: UnitOfWork, actor: Actor, instance_id: str, *, reason: str) -> None:
    """
    Seal a case: from now on it exists only for those whom a running grant names, the sealer first (30 days).

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
        Forbidden: only supervisors of the case seal it.
    """
    _, facts = cases.locked(uow, actor, instance_id)
    rules.ensure_may_supervise(actor, facts)
    rules.ensure_reason(reason)
    if uow.instances.seal(instance_id, reason=reason, by=actor.person_id, at=uow.now):
        _put(uow, actor, instance_id, actor.person_id, purpose=reason, days=30)
        audit.record(uow, actor, "seal", instance_id=instance_id, purpose=reason)


def grant(
    uow: UnitOfWork, actor: Actor, instance_id: str, person_id: str, *, purpose: str, days: int = 30
) -> None:
    """
    Let a named person into a sealed case for some days; giver and receiver are two people.

    Raises:
        GrantToOneself: the actor names themselves.
        GrantInvalid: no purpose, too long, or a role that the matrix never lets in.
    """
    _, facts = cases.locked(uow, actor, instance_id)
    rules.ensure_may_supervise(actor, facts)
    if person_id == actor.person_id:
        raise GrantToOneself
    receiver = people.actor_of(uow, person_id)
    may = matrix.allows("sealed", "read", receiver.role_codes)
    if not may or not purpose.strip() or not timedelta(0) < timedelta(days=days) <= LONGEST:
        raise GrantInvalid
    rules.ensure_no_conflict(person_id, facts)
    _put(uow, actor, instance_id, person_id, purpose=purpose, days=days)
    detail = {"person_id": person_id, "days": days}
    audit.record(uow, actor, "grant", instance_id=instance_id, purpose=purpose, detail=detail)


def revoke(uow: UnitOfWork, actor: Actor, instance_id: str, person_id: str) -> None:
    """Take a named grant back at once."""
    _, facts = cases.locked(uow, actor, instance_id)
    rules.ensure_may_supervise(actor, facts)
    uow.instances.drop_grant(instance_id, person_id)
    audit.record(uow, actor, "revoke-grant", instance_id=instance_id, detail={"person_id": person_id})


def _put(uow: UnitOfWork, by: Actor, instance_id: str, person_id: str, *, purpose: str, days: int) -> None:
    # Grants end on the real clock: moving a demo clock neither opens nor closes anything.
    until = uow.real_now + timedelta(days=days)
    uow.instances.put_grant(
        instance_id, person_id, purpose=purpose, by=by.person_id, at=uow.real_now, until=until
    )
