"""A task and all that working on it needs to know, read in one round trip once its case is locked."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, literal_column

from workflows.store import tables as t
from workflows.store.facts import FACTS_OF, facts_of
from workflows.store.instances import HOLD_OF_TASK, INSTANCE, instance_of
from workflows.store.repository import Repository
from workflows.store.rows import Held, OpenWait
from workflows.store.statements import Prepared
from workflows.store.user_tasks import COLUMNS, selected, task_of
from workflows.store.wait_states import OPEN_OF

CASE: Final = "case_"  #: begins the columns of the case's row; the task has some of the same names
_OF_TASK: Final = tuple(column.name for column in COLUMNS)
_OF_CASE: Final = tuple(column.name for column in INSTANCE)


def _gathered(rows: str, *columns: str) -> Any:
    """Return rows as one array of texts: as JSON they would take the server longer than to find them."""
    return literal_column(f"(SELECT array_agg(ARRAY[{', '.join(columns)}]) FROM ({rows}) AS found)")


#: The case is locked by the statement before this one: a single statement would read what held before it had to wait.
READ = Prepared(
    selected(
        t.user_task.c.inputs,
        *(column.label(CASE + column.name) for column in INSTANCE),
        _gathered(FACTS_OF.format(case="process_instance.id"), "kind", "name", "value").label("facts"),
        _gathered(
            OPEN_OF.format(case="process_instance.id"), "kind", "id", "activity_id", "code", "due_at::text"
        ).label("waits"),
    ).where(t.user_task.c.id == bindparam("id"))
)


class Holding(Repository):
    """Locks a case and reads it, its task, who has a part in it and what it waits for."""

    def task(self, user_task_id: str) -> Held | None:
        """Lock the task's case FOR UPDATE and read both; None when there is no such task."""
        HOLD_OF_TASK.later(self._connection, id=user_task_id)
        found = READ.rows(self._connection, id=user_task_id)
        return _held(found[0]) if found else None


def _held(row: tuple[Any, ...]) -> Held:
    inputs, *case, facts, waits = row[len(_OF_TASK) :]
    instance = instance_of(**dict(zip(_OF_CASE, case, strict=True)))
    return Held(
        instance=instance,
        task=task_of(**dict(zip(_OF_TASK, row, strict=False))),
        inputs=inputs,
        facts=facts_of(instance.id, facts or ()),
        waits=tuple(_wait(*wait) for wait in waits or ()),
    )


def _wait(kind: str, wait_id: str, activity_id: str, code: str | None, due_at: str | None) -> OpenWait:
    due = datetime.fromisoformat(due_at) if due_at else None
    return OpenWait(kind=kind, id=wait_id, activity_id=activity_id, code=code, due_at=due)
