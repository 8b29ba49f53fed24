"""A task and all that working on it needs to know, read in one round trip once its case is locked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, literal_column

from workflows.store import tables as t
from workflows.store.facts import FACTS_OF, facts_of
from workflows.store.instances import HOLD_OF_TASK, INSTANCE, instance_of
from workflows.store.repository import Repository
from workflows.store.rows import Held, OpenWait
from workflows.store.statements import Prepared
from workflows.store.user_tasks import selected, task_of
from workflows.store.wait_states import OPEN_OF

CASE: Final = "case_"  #: begins the columns of the case's row; the task has some of the same names


def _gathered(rows: str) -> Any:
    return literal_column(f"(SELECT jsonb_agg(to_jsonb(found)) FROM ({rows}) AS found)")


#: The case is locked by the statement before this one: a single statement would read what held before it had to wait.
READ = Prepared(
    selected(
        t.user_task.c.inputs,
        *(column.label(CASE + column.name) for column in INSTANCE),
        _gathered(FACTS_OF.format(case="process_instance.id")).label("facts"),
        _gathered(OPEN_OF.format(case="process_instance.id")).label("waits"),
    ).where(t.user_task.c.id == bindparam("id"))
)


class Holding(Repository):
    """Locks a case and reads it, its task, who has a part in it and what it waits for."""

    def task(self, user_task_id: str) -> Held | None:
        """Lock the task's case FOR UPDATE and read both; None when there is no such task."""
        HOLD_OF_TASK.later(self._connection, id=user_task_id)
        found = READ.rows(self._connection, id=user_task_id)
        return _held(found[0]._asdict()) if found else None


def _held(columns: dict[str, Any]) -> Held:
    inputs, facts, waits = (columns.pop(name) for name in ("inputs", "facts", "waits"))
    case = {name.removeprefix(CASE): columns.pop(name) for name in tuple(columns) if name.startswith(CASE)}
    return Held(
        instance=instance_of(**case),
        task=task_of(**columns),
        inputs=inputs,
        facts=facts_of(case["id"], ((f["kind"], f["name"], f["value"]) for f in facts or ())),
        waits=tuple(_wait(wait) for wait in waits or ()),
    )


def _wait(columns: Mapping[str, Any]) -> OpenWait:
    due_at = columns["due_at"]
    return OpenWait(**{**columns, "due_at": datetime.fromisoformat(due_at) if due_at else None})
