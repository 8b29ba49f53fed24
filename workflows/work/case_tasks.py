"""The open tasks of one case, whoever has them: what the case page and its diagram show."""

from __future__ import annotations

from tasks.model import Actor, UserTask
from workflows import cases, views
from workflows.store.unit_of_work import UnitOfWork


def open_in(uow: UnitOfWork, actor: Actor, instance_id: str) -> tuple[UserTask, ...]:
    """
    List the open tasks of a case, each with what the actor may do with it.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
    """
    cases.visible(uow, actor, instance_id)
    facts = uow.instances.facts(instance_id)
    return tuple(views.task(uow, task, actor, facts) for task in uow.user_tasks.of_instance(instance_id))
