"""Use cases of the workload: who has which tasks in the units a supervisor answers for, and handing many to another."""

from __future__ import annotations

from dataclasses import dataclass

from bpmn.errors import Forbidden
from tasks import matrix, rules
from tasks.model import Actor, Person, UserTask
from workflows import cases
from workflows.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Load:
    """What one person has in hand."""

    person_id: str
    name: str
    tasks: int


def holders(uow: UnitOfWork, actor: Actor) -> tuple[Load, ...]:
    """
    List who has tasks in hand in cases of the supervisor's units, the busiest first.

    Raises:
        Forbidden: the actor supervises no unit.
    """
    if not actor.has(*matrix.SUPERVISORS):
        raise Forbidden("批量转办供单位负责人和区级主管使用。")
    found = uow.case_list.handlers(rules.scope_of(actor))
    names = uow.people.names(person for person, _ in found)
    return tuple(Load(person_id=p, name=names.get(p, p), tasks=n) for p, n in found)


def in_hand(uow: UnitOfWork, actor: Actor, person_id: str) -> tuple[UserTask, ...]:
    """List the tasks that a person has in hand and the actor may move, the most urgent first."""
    found = []
    for task in uow.user_tasks.claimed_by(person_id):
        facts = uow.instances.facts(task.instance_id)
        if rules.may_see_case(actor, facts) and rules.supervises(actor, facts.units):
            found.append(cases.with_units(task, facts))
    return tuple(sorted(found, key=lambda task: (task.due_at is None, task.due_at, task.id)))


def receivers(uow: UnitOfWork, tasks: tuple[UserTask, ...], *, but: str) -> tuple[Person, ...]:
    """List who may take at least one of the tasks, by name; the rules are asked again for each of them."""
    pools = {key for task in tasks if task.roles for key in rules.pools_of(task)}
    found = {person.id: person for person in uow.people.holding(pools)} if pools else {}
    return tuple(sorted((p for p in found.values() if p.id != but), key=lambda person: person.name))
