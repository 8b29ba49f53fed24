"""After a ledger moved outside a step: timers, task lists and the case's due instant follow it."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn import interpreter
from bpmn.model import Advance, InstanceState, Json
from tasks.model import Actor
from workflows import values
from workflows.execution import recording
from workflows.processes import definitions
from workflows.store.rows import InstanceRow
from workflows.store.unit_of_work import UnitOfWork


def follow(
    uow: UnitOfWork, instance: InstanceRow, by: Actor, *, action: str, detail: Mapping[str, Json]
) -> InstanceRow:
    """Record the unchanged state again, so that everything that hangs on the ledger is brought up to date."""
    definition = definitions.load(uow, instance.definition_id)
    if instance.status is not InstanceState.ACTIVE:
        return instance
    unchanged = Advance(
        state=instance.state,
        status=instance.status,
        waits=interpreter.waits(definition, instance.state),
        variables=values.decode(instance.variables),
    )
    return recording.record(uow, instance, unchanged, by=by, action=action, detail=detail)
