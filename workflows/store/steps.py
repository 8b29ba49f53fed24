"""What a case looked like before each human step: what 撤回 and 退回 put back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, select, text

from workflows.store import tables as t
from workflows.store.repository import Repository
from workflows.store.rows import StepRow
from workflows.store.statements import Prepared

ADD = Prepared(
    text("""
INSERT INTO instance_step (instance_id, revision, user_task_id, element_id, person_id, at, state_before, variables_before)
SELECT id, revision + 1, :user_task_id, :element_id, :person_id, CAST(:at AS timestamptz), state, variables FROM process_instance WHERE id = :instance_id
""").bindparams(bindparam("at", type_=t.instance_step.c.at.type))
)


class Steps(Repository):
    """``instance_step``."""

    def add(self, instance_id: str, **values: Any) -> None:
        """
        Keep what the case looks like before a human step; ``Instances.save`` comes after it.

        The server copies state and variables from the case's own row, still encrypted: they have one place, and so one key.
        """
        ADD.later(self._connection, instance_id=instance_id, **values)

    def last(self, instance_id: str) -> StepRow | None:
        """Return the latest human step."""
        query = select(t.instance_step).where(t.instance_step.c.instance_id == instance_id)
        return self._one(query.order_by(t.instance_step.c.revision.desc()).limit(1), _step)

    def drop(self, instance_id: str, *, from_revision: int) -> None:
        """Forget steps that were taken back."""
        self._write(
            delete(t.instance_step).where(
                t.instance_step.c.instance_id == instance_id, t.instance_step.c.revision >= from_revision
            )
        )


def _step(**columns: Any) -> StepRow:
    return StepRow(**{**columns, "state_before": bytes(columns["state_before"])})
