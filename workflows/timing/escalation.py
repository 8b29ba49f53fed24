"""
Rungs of escalation ladders: who is told, which record is made, as a running deadline draws near or has passed.

Missed rungs (outage, clock jump) of one deadline coalesce: everyone is told once, by the highest rung.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bpmn.model import InstanceState
from tasks import rules
from tasks.model import SYSTEM
from workflows.execution import ladder_tasks
from workflows.identity import people
from workflows.inbox import announcing
from workflows.processes import definitions
from workflows.store.rows import DeadlineRow, InstanceRow, RungRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit

#: Words of the ladder -> roles that hold the office, in the units of the case and above them.
OFFICES = {
    "unit-head": ("R04", "R06"),
    "legal-desk": ("R13", "R14"),
    "group-leader": ("R15",),
    "leader-in-charge": ("R15",),
}

MISSED = "record:missed"  #: action of the rung on which a period counts as missed


def fire(uow: UnitOfWork, instance: InstanceRow, rung_id: str) -> bool:
    """Fire a rung together with the earlier ones of its deadline that are due; False when it is gone."""
    rung = uow.deadlines.rung(rung_id)
    deadline = uow.deadlines.get(rung.deadline_id) if rung else None
    if rung is None or deadline is None or rung.fired_at is not None or deadline.state != "running":
        return False
    due = [r for r in uow.deadlines.rungs(deadline.id) if r.fired_at is None and r.due_at <= uow.now]
    if instance.status is not InstanceState.ACTIVE or not due:
        return False
    uow.deadlines.fire([r.id for r in due], uow.now)
    _make_tasks(uow, instance, deadline, due)
    _tell(uow, instance, deadline, due)
    twice = _tell_second_miss(uow, instance, deadline, due)
    _put_history(uow, instance, deadline, due, ["missed-twice"] if twice else [])
    audit.record(
        uow, SYSTEM, "rung", instance_id=instance.id, detail={"code": deadline.code, "label": due[-1].label}
    )
    return True


def _make_tasks(uow: UnitOfWork, instance: InstanceRow, deadline: DeadlineRow, due: list[RungRow]) -> None:
    words = [a.partition(":")[2] for rung in due for a in rung.actions if a.startswith("task:")]
    rule = uow.installation.law.catalogue.find(deadline.code)
    ladder_tasks.make(uow, instance, deadline, dict.fromkeys(words), rule.name)


def _tell(uow: UnitOfWork, instance: InstanceRow, deadline: DeadlineRow, due: list[RungRow]) -> None:
    actions = dict.fromkeys(action for rung in due for action in rung.actions)
    words = [action.partition(":")[2] for action in actions if action.startswith(("notify:", "task:"))]
    recipients = _recipients(uow, instance, deadline, words)
    rule = uow.installation.law.catalogue.find(deadline.code)
    overdue = uow.now > deadline.due_at
    state = "已超期" if overdue else f"将于 {deadline.due_at.astimezone(uow.now.tzinfo):%m月%d日 %H:%M} 到期"
    near, far = _by_sight(uow, instance, deadline, recipients)
    for people_, body, link in (
        (near, f"{instance.title}。{due[-1].label}。", f"/cases/{instance.id}#deadline-{deadline.id}"),
        (far, f"{due[-1].label}。案件编号 {instance.business_key}。", None),
    ):
        announcing.put(
            uow,
            people_,
            kind="overdue" if overdue else "deadline",
            subject=f"{rule.name}（{deadline.code}）{state}：{deadline.element_name}",
            body=body,
            link=link,
            instance_id=instance.id if link else None,
        )


def _tell_second_miss(
    uow: UnitOfWork, instance: InstanceRow, deadline: DeadlineRow, due: list[RungRow]
) -> bool:
    """Ladder L-C: a period missed after a missed one is told to the leading-group office; returns whether it was."""
    unit = instance.business_key.rpartition("/")[0]
    if MISSED not in [action for rung in due for action in rung.actions] or not unit:
        return False
    former = uow.instances.latest_with_key(instance.process_key, f"{unit}/%", but=instance.id)
    if former is None or not _was_missed(uow, former.id, deadline.code):
        return False
    rule = uow.installation.law.catalogue.find(deadline.code)
    announcing.put(
        uow,
        _holders(uow, instance, ("R15",)),
        kind="overdue",
        subject=f"连续两次没有按期：{rule.name}（{deadline.code}）",
        body=f"案件编号 {former.business_key}、{instance.business_key}。请领导小组办公室督办。",
        link=None,
        instance_id=None,
    )
    return True


def _was_missed(uow: UnitOfWork, instance_id: str, code: str) -> bool:
    rows = [row for row in uow.deadlines.of_instance(instance_id) if row.code == code]
    return any(
        rung.fired_at and MISSED in rung.actions for row in rows for rung in uow.deadlines.rungs(row.id)
    )


def _by_sight(
    uow: UnitOfWork, instance: InstanceRow, deadline: DeadlineRow, recipients: Iterable[str]
) -> tuple[list[str], list[str]]:
    """Part those who may open the case from those who only answer for it (R15): these get its number and no link."""
    facts, owners = uow.instances.facts(instance.id), set(owners_of(uow, instance, deadline))
    near: list[str] = []
    far: list[str] = []
    for person_id in recipients:
        sees = person_id in owners or rules.may_see_case(people.actor_of(uow, person_id), facts)
        (near if sees else far).append(person_id)
    return near, far


def _recipients(
    uow: UnitOfWork, instance: InstanceRow, deadline: DeadlineRow, words: Iterable[str]
) -> list[str]:
    """Return the ids of the people behind the ladder's words; whoever owns the work stands for an empty office."""
    owners = owners_of(uow, instance, deadline)
    found: list[str] = []
    for word in words:
        if word in ("owner", "party", "prepare", "reason-and-remedy"):
            found += owners
        elif word == "reassign":
            found += _holders(uow, instance, ("R04", "R06"))
        else:
            found += _holders(uow, instance, OFFICES.get(word, (word.upper(),)))
    return list(dict.fromkeys(found or owners))


def owners_of(uow: UnitOfWork, instance: InstanceRow, deadline: DeadlineRow) -> list[str]:
    """Return who has the work: assignees of the deadline's tasks, else the pools' members."""
    near = ladder_tasks.late_tasks(uow, deadline)
    assigned = [task.assignee_id for task in near if task.assignee_id]
    if assigned:
        return assigned
    keys = {key for task in near for key in uow.user_tasks.keys(task.id)}
    return [person.id for person in uow.people.holding(keys)] if keys else []


def _holders(uow: UnitOfWork, instance: InstanceRow, roles: Iterable[str]) -> list[str]:
    """Return people with one of the roles in a unit of the case or in one above it."""
    return people.holding_above(uow, roles, uow.instances.units(instance.id).values())


def _put_history(
    uow: UnitOfWork,
    instance: InstanceRow,
    deadline: DeadlineRow,
    due: list[RungRow],
    further: Iterable[str] = (),
) -> None:
    """Write what happened; ``record:`` actions of the ladder are sealed records of the case."""
    after = replace(instance, history_length=instance.history_length + 1)
    uow.instances.save(after)
    records = [
        action.partition(":")[2] for rung in due for action in rung.actions if action.startswith("record:")
    ]
    records += further
    element = definitions.load(uow, instance.definition_id).elements.get(deadline.element_id)
    uow.history.add(
        [
            {
                "instance_id": instance.id,
                "seq": after.history_length,
                "kind": "rung",
                "element_id": deadline.element_id,
                "element_name": deadline.element_name,
                "element_type": element.type if element else "",
                "activity_id": deadline.activity_id,
                "at": uow.now,
                "by_id": SYSTEM.person_id,
                "sources": [],
                "detail": {"code": deadline.code, "labels": [rung.label for rung in due], "records": records},
            }
        ]
    )
