"""
Use cases of absence (请假即交接): dates and a substitute; the work moves by rule, and comes back on return.

No task stays with somebody who is away: what they have goes to the substitute where the rules let the substitute have it,
else to the pool. Whoever has to stand aside in a case (回避) gets nothing of it, on the way out or back. The substitute works
under their own name; the audit says for whom.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bpmn.errors import Conflict, Forbidden, Invalid, Unavailable
from bpmn.model import Json
from tasks import rules
from tasks.model import Actor, UserTask, UserTaskState
from workflows import cases
from workflows.errors import AbsenceNotFound, PersonNotFound, StoreUnavailable, UnknownRecipient
from workflows.execution import pools
from workflows.identity import people
from workflows.inbox import announcing
from workflows.store.ids import new_id
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit

if TYPE_CHECKING:
    from workflows.engine import Engine

log = logging.getLogger(__name__)
LONGEST = timedelta(days=366)
ACTING_FOR = "actingFor"  #: extension of a task that a substitute has: for whom


class AbsenceInvalid(Invalid):
    """请填写先后正确的起止时间（最长一年），并选择本人之外的在岗同事代办，或不选由单位待签收。"""


class AbsenceOverlaps(Conflict):
    """这段时间已经登记过请假。请先结束原来的登记。"""


@dataclass(frozen=True, kw_only=True)
class AbsenceView:
    """One absence."""

    id: str
    person_id: str
    person_name: str
    substitute_id: str | None
    substitute_name: str
    begins_at: datetime
    ends_at: datetime
    state: str  #: ``planned``, ``running``, ``over``
    moved: int  #: tasks that moved for it


def announce(
    uow: UnitOfWork,
    actor: Actor,
    *,
    begins_at: datetime,
    ends_at: datetime,
    substitute: str = "",
    reason: str = "",
    person: str = "",
) -> str:
    """
    Announce an absence; returns its id. What has begun already moves at once.

    Args:
        substitute: Id or account; empty = everything goes to the pools.

        person: Id or account of a colleague who cannot do it; their supervisor may. Empty = the actor.

    Raises:
        AbsenceInvalid: dates or substitute do not fit.
        AbsenceOverlaps: there is one in this time.
        Forbidden: the actor does not supervise the colleague.
    """
    away = _whom(uow, actor, person)
    stand_in = _substitute(uow, away, substitute)
    if not begins_at < ends_at <= begins_at + LONGEST or ends_at <= uow.now:
        raise AbsenceInvalid
    if uow.absences.overlapping(away.person_id, begins_at, ends_at):
        raise AbsenceOverlaps
    absence_id = new_id()
    uow.absences.add(
        id=absence_id,
        person_id=away.person_id,
        substitute_id=stand_in,
        begins_at=begins_at,
        ends_at=ends_at,
        reason=reason[:500],
        announced_at=uow.now,
        announced_by=actor.person_id,
    )
    detail = {"absence_id": absence_id, "person_id": away.person_id, "substitute_id": stand_in}
    dates = {"from": begins_at.isoformat(), "to": ends_at.isoformat()}
    audit.record(uow, actor, "announce-absence", detail={**detail, **dates, "reason": reason[:500]})
    if stand_in is not None:
        subject, link = f"{away.name}请假，由您代办", f"/absences/{absence_id}"
        announcing.put(uow, [stand_in], kind="absence", subject=subject, link=link)
    return absence_id


def end(uow: UnitOfWork, actor: Actor, absence_id: str) -> None:
    """Be back early, or take an absence back; the person or their supervisor."""
    found = uow.absences.get(absence_id)
    if found is None or found["ended_at"] is not None or not may_know(uow, actor, found, substitute=False):
        raise AbsenceNotFound
    uow.absences.change(absence_id, ends_at=uow.now)
    audit.record(
        uow, actor, "end-absence", detail={"absence_id": absence_id, "person_id": found["person_id"]}
    )


def mine(uow: UnitOfWork, actor: Actor) -> tuple[AbsenceView, ...]:
    """Return the absences that the actor takes or stands in for, the latest first."""
    return tuple(view(uow, row) for row in uow.absences.of_person(actor.person_id))


def substitutes(uow: UnitOfWork, actor: Actor) -> tuple[Actor, ...]:
    """Return colleagues with a role of the actor's in the same unit, by name: who may have most of the work."""
    held = rules.keys_of(actor)
    away = uow.absences.absent(uow.now)
    return tuple(
        one
        for one in people.actors(uow)
        if one.person_id != actor.person_id
        and one.person_id not in away
        and any(not key.endswith("@*") for key in held & rules.keys_of(one))
    )


def turn_due(engine: Engine) -> int:
    """Move work out of and back into the hands of those who go and come; returns how many tasks moved."""
    with engine.begin() as uow:
        due = [row["id"] for row in uow.absences.open(uow.now)]
    moved = 0
    for absence_id in due:
        moved += _turn(engine, absence_id)
    return moved


def _turn(engine: Engine, absence_id: str) -> int:
    """Move one absence's tasks, each in a transaction of its own: a busy case waits for the next round."""
    with engine.begin() as uow:
        found = uow.absences.get(absence_id)
        if found is None or found["ended_at"] is not None:
            return 0
        is_over = found["ends_at"] <= uow.now
        ids = _to_return(uow, found) if is_over else _to_move(uow, found)
        if not is_over and found["begun_at"] is None:
            _begin(uow, found)
        if is_over and not ids:
            _close(uow, found)
    step = _give_back if is_over else _move
    return sum(_safely(engine, step, found, task_id) for task_id in ids)


def _safely(engine: Engine, step: Any, found: Mapping[str, Any], task_id: str) -> bool:
    try:
        with engine.begin() as uow:
            return bool(step(uow, found, task_id))
    except StoreUnavailable:
        raise
    except Unavailable as busy:  # held by somebody, or damaged: the next round asks again
        log.warning("task %s of absence %s stays: %s", task_id, found["id"], busy.message)
        return False


def _begin(uow: UnitOfWork, found: Mapping[str, Any]) -> None:
    uow.absences.change(found["id"], begun_at=uow.now)
    uow.people.change(found["person_id"], absent_until=found["ends_at"], substitute_id=found["substitute_id"])


def _close(uow: UnitOfWork, found: Mapping[str, Any]) -> None:
    uow.absences.change(found["id"], ended_at=uow.now)
    uow.people.change(found["person_id"], absent_until=None, substitute_id=None)


def _to_move(uow: UnitOfWork, found: Mapping[str, Any]) -> list[str]:
    return [task.id for task in uow.user_tasks.claimed_by(found["person_id"])]


def _to_return(uow: UnitOfWork, found: Mapping[str, Any]) -> list[str]:
    rows = uow.absences.tasks(found["id"])
    return [row["user_task_id"] for row in rows if row["returned_at"] is None]


def _move(uow: UnitOfWork, found: Mapping[str, Any], task_id: str) -> bool:
    task = _locked(uow, task_id)
    if task is None or task.assignee_id != found["person_id"]:
        return False
    to, why = _receiver(uow, task, found["substitute_id"])
    away = people.actor_of(uow, found["person_id"])
    _put(uow, away, task, to, for_whom=away.person_id, action="absence-out", absence_id=found["id"], why=why)
    uow.absences.add_task(
        absence_id=found["id"],
        user_task_id=task.id,
        to_id=to.person_id if to else None,
        why=why,
        moved_at=uow.now,
    )
    return True


def _give_back(uow: UnitOfWork, found: Mapping[str, Any], task_id: str) -> bool:
    task = _locked(uow, task_id)
    (row,) = (r for r in uow.absences.tasks(found["id"]) if r["user_task_id"] == task_id)
    uow.absences.task_returned(found["id"], task_id, uow.now)
    if task is None or task.assignee_id not in (row["to_id"], None):
        return False
    back, why = _receiver(uow, task, found["person_id"])
    if back is None:
        return False
    giver = people.actor_of(uow, row["to_id"] or found["person_id"])
    _put(uow, giver, task, back, for_whom=None, action="absence-back", absence_id=found["id"], why=why)
    return True


def _locked(uow: UnitOfWork, task_id: str) -> UserTask | None:
    row = uow.instances.lock_of_task(task_id)
    task = uow.user_tasks.get(task_id)
    if row is None or task is None or not task.is_open:
        return None
    return cases.with_units(task, uow.instances.facts(row.id))


def _receiver(uow: UnitOfWork, task: UserTask, person_id: str | None) -> tuple[Actor | None, str]:
    """Return who gets the task and why; None = the pool."""
    if person_id is None:
        return None, "pool"
    facts = uow.instances.facts(task.instance_id)
    if person_id in facts.conflicts:
        return None, "conflict"
    try:
        receiver = people.actor_of(uow, person_id)
        rules.ensure_may_receive(task, receiver, facts)
    except (Forbidden, PersonNotFound):
        return None, "not-allowed"
    if uow.absences.running(person_id, uow.now) is not None or not rules.is_let_in(receiver, facts):
        return None, "not-allowed"
    return receiver, "substitute"


def _put(
    uow: UnitOfWork,
    by: Actor,
    task: UserTask,
    to: Actor | None,
    *,
    for_whom: str | None,
    action: str,
    absence_id: str,
    why: str,
) -> None:
    person_id = to.person_id if to else None
    state = UserTaskState.CLAIMED if to else UserTaskState.CREATED
    uow.user_tasks.assign(task.id, state=state, assignee_id=person_id, owner_id=task.owner_id)
    extensions = {name: value for name, value in task.extensions.items() if name != ACTING_FOR}
    if for_whom and to:
        extensions[ACTING_FOR] = for_whom
    uow.user_tasks.set_extensions(task.id, extensions)
    if to is None:
        changed = replace(task, state=state, assignee_id=None)
        uow.user_tasks.put_candidates(changed, pools.pools_of(uow, changed))
    else:
        uow.instances.ensure_participant(task.instance_id, to.person_id, "assignee", uow.now)
    detail: dict[str, Json] = {"user_task_id": task.id, "absence_id": absence_id, "why": why}
    people_: dict[str, Json] = {"from": task.assignee_id, "to": person_id}
    audit.record(uow, by, action, instance_id=task.instance_id, detail={**detail, **people_})


def _whom(uow: UnitOfWork, actor: Actor, person: str) -> Actor:
    if not person or person in (actor.person_id, actor.account):
        return actor
    row = uow.people.by_account(person)
    if row is None:
        raise UnknownRecipient
    away = people.actor_of(uow, row.id)
    if not rules.supervises(actor, away.units):
        raise Forbidden("只有本人或本单位负责人可以登记请假。")
    return away


def _substitute(uow: UnitOfWork, away: Actor, account: str) -> str | None:
    if not account:
        return None
    row = uow.people.by_account(account)
    if row is None or not row.active or row.id == away.person_id:
        raise AbsenceInvalid
    return row.id


def may_know(uow: UnitOfWork, actor: Actor, found: Mapping[str, Any], *, substitute: bool = True) -> bool:
    if actor.person_id == found["person_id"] or (substitute and actor.person_id == found["substitute_id"]):
        return True
    units = {unit for _, unit in uow.people.roles(found["person_id"])}
    return rules.supervises(actor, units)


def view(uow: UnitOfWork, row: Mapping[str, Any]) -> AbsenceView:
    names = uow.people.names([row["person_id"], row["substitute_id"]])
    over = row["ended_at"] is not None or row["ends_at"] <= uow.now
    return AbsenceView(
        id=row["id"],
        person_id=row["person_id"],
        person_name=names.get(row["person_id"], ""),
        substitute_id=row["substitute_id"],
        substitute_name=names.get(row["substitute_id"] or "", ""),
        begins_at=row["begins_at"],
        ends_at=row["ends_at"],
        state="over" if over else "running" if row["begins_at"] <= uow.now else "planned",
        moved=len(uow.absences.tasks(row["id"])),
    )
