"""The pools in which a free user task lies."""

from __future__ import annotations

from tasks import rules
from tasks.model import UserTask
from workflows.store.unit_of_work import UnitOfWork


def pools_of(uow: UnitOfWork, task: UserTask) -> frozenset[str]:
    """Return the pools of the task's roles; a task that names none lies with everybody who takes part in its case."""
    return rules.pools_of(task) or rules.pools_of_people(uow.instances.facts(task.instance_id).participants)
