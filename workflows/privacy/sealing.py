"""
Use cases of what only named people may know: sealed cases, and named grants for those, for minors, health and special status.

Nobody decides on their own grant. Whoever asks names the number of a case and always gets the same answer: a number that
nobody knows, a case that is not sealed and a sealed one look alike (封存不确认).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bpmn.errors import Forbidden, Invalid
from tasks import matrix, rules
from tasks.errors import GrantToOneself
from tasks.model import Actor, CaseFacts
from workflows import cases
from workflows.errors import RequestNotFound
from workflows.identity import people
from workflows.inbox import announcing
from workflows.store.ids import new_id
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit

if TYPE_CHECKING:
    from workflows.engine import Engine

LONGEST = timedelta(days=180)
OPEN_FOR = timedelta(days=7)  #: a request that nobody decides on is over then


class GrantInvalid(Invalid):
    """授权须写明用途，期限为 1 至 180 天，且对方岗位可以被授权。"""


@dataclass(frozen=True, kw_only=True)
class MyGrant:
    """A running grant of the actor's."""

    instance_id: str
    business_key: str
    title: str
    purpose: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class RequestView:
    """A request for a named grant."""

    id: str
    business_key: str
    purpose: str
    reason: str
    days: int
    asked_at: datetime
    state: str  #: ``open``, ``granted``, ``refused``
    person_name: str = ""


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
    if uow.grants.seal(instance_id, reason=reason, by=actor.person_id, at=uow.now):
        _put(uow, actor, instance_id, actor.person_id, purpose=reason, days=30)
        audit.record(uow, actor, "seal", instance_id=instance_id, detail={"reason": reason})


def unseal(uow: UnitOfWork, actor: Actor, instance_id: str, *, reason: str) -> None:
    """Open a sealed case again for everybody whom the matrix lets see it; its let-in supervisors only, with a reason."""
    _, facts = cases.locked(uow, actor, instance_id)
    rules.ensure_may_supervise(actor, facts)
    rules.ensure_reason(reason)
    if uow.grants.unseal(instance_id):
        audit.record(uow, actor, "unseal", instance_id=instance_id, detail={"reason": reason})


def grant(
    uow: UnitOfWork, actor: Actor, instance_id: str, person_id: str, *, purpose: str, days: int = 30
) -> None:
    """
    Let a named person into a sealed case, or to the minors of an open one, for some days; giver and receiver are two people.

    Args:
        person_id: Id or account.

    Raises:
        GrantToOneself: the actor names themselves.
        GrantInvalid: no purpose, too long, or a role that the matrix never lets in.
    """
    _, facts = cases.locked(uow, actor, instance_id)
    rules.ensure_may_supervise(actor, facts)
    receiver = _receiver(uow, person_id)
    if receiver.person_id == actor.person_id:
        raise GrantToOneself
    _ensure_grantable(receiver, facts, purpose=purpose, days=days)
    _give(uow, actor, receiver, instance_id, purpose=purpose, days=days)


def revoke(uow: UnitOfWork, actor: Actor, instance_id: str, person_id: str) -> None:
    """Take a named grant back at once."""
    _, facts = cases.locked(uow, actor, instance_id)
    rules.ensure_may_supervise(actor, facts)
    if uow.grants.drop(instance_id, person_id):
        audit.record(uow, actor, "revoke-grant", instance_id=instance_id, detail={"person_id": person_id})


def ask(
    uow: UnitOfWork, actor: Actor, business_key: str, *, purpose: str, reason: str, days: int = 7
) -> None:
    """
    Ask to be let into the case with a number; the same answer whether there is such a case or not.

    Raises:
        Forbidden: the actor's roles are never let in.
        GrantInvalid: no number, purpose or reason, or too many days.
    """
    if not matrix.allows("sealed", "read", actor.role_codes):
        raise Forbidden("您的岗位不能申请查阅封存案件。请由本单位民警、司法所干警或社工申请。")
    fits = 0 < len(business_key) <= 200 and timedelta(0) < timedelta(days=days) <= LONGEST
    if not fits or not reason.strip() or _purpose(uow, purpose) is None:
        raise GrantInvalid
    instance_id = uow.grants.numbered(business_key)
    uow.grants.ask(
        id=new_id(),
        person_id=actor.person_id,
        business_key=business_key,
        instance_id=instance_id,
        purpose=purpose,
        reason=reason[:500],
        days=days,
        asked_at=uow.real_now,
    )
    detail = {"business_key": business_key, "days": days, "reason": reason[:500]}
    audit.record(uow, actor, "ask-grant", purpose=purpose, detail=detail)


def decide(uow: UnitOfWork, actor: Actor, request_id: str, *, granted: bool) -> None:
    """
    Grant or refuse what somebody asked for.

    Raises:
        RequestNotFound: no such open request, or it is not the actor's to decide.
    """
    found = uow.grants.request(request_id)
    if found is None or found["instance_id"] is None or _state(found, uow.real_now) != "open":
        raise RequestNotFound
    facts = uow.instances.facts(found["instance_id"])
    if actor.person_id not in deciders(uow, facts, but=found["person_id"]):
        raise RequestNotFound
    decided = {"decided_at": uow.real_now, "decided_by": actor.person_id, "granted": granted}
    uow.grants.change_requests([request_id], **decided)
    if granted:
        receiver = people.actor_of(uow, found["person_id"])
        _ensure_grantable(receiver, facts, purpose=found["purpose"], days=found["days"])
        words = f"{_purpose(uow, found['purpose'])}：{found['reason']}"
        _give(uow, actor, receiver, facts.instance_id, purpose=words, days=found["days"])
    else:
        detail = {"person_id": found["person_id"], "request_id": request_id}
        audit.record(uow, actor, "refuse-grant", instance_id=facts.instance_id, detail=detail)


def deciders(uow: UnitOfWork, facts: CaseFacts, *, but: str) -> frozenset[str]:
    """
    Return who may decide on a request: supervisors of the case who are let in, never the asker.

    When no grant of a supervisor runs any more, every supervisor of the case may: else a sealed case could be lost for good.
    """
    able = [
        one.person_id
        for one in people.actors(uow)
        if rules.supervises(one, facts.units) and one.person_id not in facts.conflicts | {but}
    ]
    let_in = [person_id for person_id in able if not facts.sealed or person_id in facts.grants]
    return frozenset(let_in or able)


def my_grants(uow: UnitOfWork, actor: Actor) -> tuple[MyGrant, ...]:
    """Return the actor's running grants, the first to end first."""
    rows = uow.grants.of_person(actor.person_id, uow.real_now)
    return tuple(
        MyGrant(
            instance_id=row["instance_id"],
            business_key=row["business_key"] or "",
            title=row["title"],
            purpose=row["purpose"],
            expires_at=row["expires_at"],
        )
        for row in rows
    )


def my_requests(uow: UnitOfWork, actor: Actor, *, limit: int = 30) -> tuple[RequestView, ...]:
    """Return what the actor asked for; what nobody decides on in seven days reads as refused."""
    return _views(uow, uow.grants.asked_by(actor.person_id, limit=limit))


def to_decide(uow: UnitOfWork, actor: Actor) -> tuple[RequestView, ...]:
    """Return the open requests that the actor may decide on."""
    rows = uow.grants.undecided(since=uow.real_now - OPEN_FOR)
    mine = (r for r in rows if actor.person_id in _deciders_of(uow, r))
    return _views(uow, mine)


def announce_requests(uow: UnitOfWork) -> int:
    """
    Tell the deciders of new requests; returns how many were told of.

    Done by the drain and not by ``ask``: the asker could tell by the time it takes whether the case exists.
    """
    rows = uow.grants.unannounced()
    for row in rows:
        subject, link = "有人申请指名授权，请审批", "/grants"
        announcing.put(uow, sorted(_deciders_of(uow, row)), kind="grant", subject=subject, link=link)
    uow.grants.change_requests([row["id"] for row in rows], announced_at=uow.real_now)
    return len(rows)


def announce_due(engine: Engine) -> int:
    """Tell of new requests, in a transaction of its own."""
    with engine.begin() as uow:
        return announce_requests(uow)


def _deciders_of(uow: UnitOfWork, row: Mapping[str, Any]) -> frozenset[str]:
    return deciders(uow, uow.instances.facts(row["instance_id"]), but=row["person_id"])


def _views(uow: UnitOfWork, rows: Iterable[Mapping[str, Any]]) -> tuple[RequestView, ...]:
    rows = tuple(rows)
    names = uow.people.names(row["person_id"] for row in rows)
    return tuple(
        RequestView(
            id=row["id"],
            business_key=row["business_key"],
            purpose=_purpose(uow, row["purpose"]) or row["purpose"],
            reason=row["reason"],
            days=row["days"],
            asked_at=row["asked_at"],
            state=_state(row, uow.real_now),
            person_name=names.get(row["person_id"], ""),
        )
        for row in rows
    )


def _state(row: Mapping[str, Any], now: datetime) -> str:
    if row["decided_at"] is not None:
        return "granted" if row["granted"] else "refused"
    return "open" if row["asked_at"] > now - OPEN_FOR else "refused"


def _purpose(uow: UnitOfWork, code: str) -> str | None:
    found = uow.installation.law.code_lists["purposes"].find(code)
    return found.name if found else None


def _receiver(uow: UnitOfWork, person: str) -> Actor:
    row = uow.people.by_account(person)
    if row is None:
        raise GrantInvalid
    return people.actor_of(uow, row.id)


def _ensure_grantable(receiver: Actor, facts: CaseFacts, *, purpose: str, days: int) -> None:
    may = matrix.allows("sealed", "read", receiver.role_codes)
    if not may or not purpose.strip() or not timedelta(0) < timedelta(days=days) <= LONGEST:
        raise GrantInvalid
    rules.ensure_no_conflict(receiver.person_id, facts)


def _give(uow: UnitOfWork, by: Actor, receiver: Actor, instance_id: str, *, purpose: str, days: int) -> None:
    _put(uow, by, instance_id, receiver.person_id, purpose=purpose, days=days)
    detail = {"person_id": receiver.person_id, "days": days, "reason": purpose}
    audit.record(uow, by, "grant", instance_id=instance_id, detail=detail)
    announcing.put(uow, [receiver.person_id], kind="grant", subject="您获得了指名授权", link="/grants")


def _put(uow: UnitOfWork, by: Actor, instance_id: str, person_id: str, *, purpose: str, days: int) -> None:
    # Grants end on the real clock: moving a demo clock neither opens nor closes anything.
    until = uow.real_now + timedelta(days=days)
    uow.grants.put(instance_id, person_id, purpose=purpose, by=by.person_id, at=uow.real_now, until=until)
