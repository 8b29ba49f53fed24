"""Begin an instance: shared by people, messages, signals, timers and intake."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from bpmn import interpreter
from bpmn.model import InstanceState, Value
from tasks.model import Actor
from workflows import values
from workflows.errors import DuplicateBusinessKey
from workflows.execution import recording
from workflows.processes import definitions
from workflows.store.ids import new_id
from workflows.store.rows import DefinitionRow, InstanceRow
from workflows.store.unit_of_work import UnitOfWork


def begin(
    uow: UnitOfWork,
    definition: DefinitionRow,
    variables: Mapping[str, Value],
    *,
    by: Actor,
    business_key: str | None = None,
    start_event: str | None = None,
    parent_id: str | None = None,
) -> InstanceRow:
    """
    Start an instance and run it to its first wait states.

    Raises:
        DuplicateBusinessKey: the process has an instance with this key.
    """
    key = business_key or _made_up(uow, definition)
    row = _row(uow, definition, key, by, parent_id)
    if not uow.instances.add(row):
        raise DuplicateBusinessKey
    model = definitions.load(uow, definition.id)
    advance = interpreter.start(
        model,
        process_id=definition.key,
        start_event=start_event,
        variables=variables,
        environment=uow.installation.environment(uow.now),
        business_key=key,
    )
    uow.instances.ensure_participant(row.id, by.person_id, "starter", uow.now)
    return recording.record(uow, row, advance, by=by, action="start", detail={"definition_id": definition.id})


def period_key(process: str, variables: Mapping[str, Value]) -> str | None:
    """Return the key of a cadence's period, ``process/unit/period``; None where the variables hold no period."""
    cadence = variables.get("cadence")
    unit, period = (
        (cadence.get("unit"), cadence.get("period")) if isinstance(cadence, Mapping) else (None, None)
    )
    return f"{process}/{unit}/{period}" if unit and period else None


def _made_up(uow: UnitOfWork, definition: DefinitionRow) -> str:
    return f"{definition.key[:24]}-{uow.now:%Y%m%d}-{secrets.token_hex(4)}"


def _row(
    uow: UnitOfWork, definition: DefinitionRow, key: str, by: Actor, parent_id: str | None
) -> InstanceRow:
    return InstanceRow(
        id=new_id(),
        definition_id=definition.id,
        process_key=definition.key,
        business_key=key,
        title=key,
        status=InstanceState.ACTIVE,
        suspended=False,
        revision=0,
        state=b"",
        variables=values.encode({}),
        started_at=uow.now,
        started_by=by.person_id,
        parent_id=parent_id,
    )
