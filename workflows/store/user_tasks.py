"""Rows of user tasks: the work lists that people read all day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from tasks.model import UserTask, UserTaskState
from workflows.store import tables as t
from workflows.store.repository import Repository
from workflows.store.statements import Prepared

NEVER = datetime(9999, 12, 31, tzinfo=UTC)  #: sorts tasks without a due instant last
COLUMNS = (
    *(
        c
        for c in t.user_task.c
        if c.name not in {"sort_at", "closed_at", "reminded_at", "inputs", "inputs_hash"}
    ),
    t.user_task.c.closed_at,
    t.process_instance.c.title,
    t.process_instance.c.business_key,
    t.process_instance.c.process_key,
)


def _words(text: Any) -> tuple[str, ...]:
    return tuple(str(text or "").split())


def task_of(**columns: Any) -> UserTask:
    extensions = columns["extensions"]
    closed_at = columns.pop("closed_at")
    changed = {
        "state": UserTaskState(columns["state"]),
        "roles": tuple(columns["roles"]),
        "completed_at": closed_at,
        "papers": _words(extensions.get("papers")),
        "signs": _words(extensions.get("signs")),
        "source": _words(extensions.get("source")),
    }
    return UserTask(**(columns | changed))


def selected(*more: Any) -> Select[Any]:
    joined = t.user_task.join(t.process_instance, t.process_instance.c.id == t.user_task.c.instance_id)
    return select(*COLUMNS, *more).select_from(joined)


_TASK = t.user_task.c
_WITH_INPUTS = select(_TASK.inputs).where(_TASK.inputs.is_not(None)).order_by(_TASK.id)
GET = Prepared(selected().where(_TASK.id == bindparam("id")))
_OF_CASE = selected().where(_TASK.instance_id == bindparam("id")).order_by(_TASK.id)
OF_CASE = Prepared(_OF_CASE)
OPEN_OF_CASE = Prepared(_OF_CASE.where(text("user_task.state IN ('created', 'claimed')")))
INPUTS_OF_TASK = Prepared(_WITH_INPUTS.where(_TASK.id == bindparam("id")))
INPUTS_OF_CASE = Prepared(
    _WITH_INPUTS.where(_TASK.instance_id == bindparam("id"), text("state IN ('created', 'claimed')"))
)
CLOSE = Prepared(
    update(t.user_task)
    .where(_TASK.id == bindparam("id_"))
    .values(
        state=bindparam("state"),
        completed_by=bindparam("by"),
        assignee_id=bindparam("by"),
        closed_at=bindparam("at"),
    )
)
PUT_INPUTS = Prepared(
    update(t.user_task)
    .where(_TASK.id == bindparam("id_"))
    .values(inputs=bindparam("inputs"), inputs_hash=bindparam("inputs_hash"))
)
DROP_CANDIDATES = Prepared(
    delete(t.user_task_candidate).where(t.user_task_candidate.c.user_task_id == bindparam("id_"))
)
DROP_DRAFTS = Prepared(delete(t.draft).where(t.draft.c.user_task_id == bindparam("id_")))


class UserTasks(Repository):
    """``user_task`` and the ordered pool index ``user_task_candidate``."""

    def get(self, user_task_id: str) -> UserTask | None:
        """Return one task."""
        found = self._fetch(GET, task_of, id=user_task_id)
        return found[0] if found else None

    def instance_of(self, user_task_id: str) -> str | None:
        """Return the id of the task's instance."""
        query = select(t.user_task.c.instance_id).where(t.user_task.c.id == user_task_id)
        value = self._connection.execute(query).scalar_one_or_none()
        return None if value is None else str(value)

    def add(self, task: UserTask, keys: Iterable[str]) -> None:
        """Insert an open task; *keys* are the ``role@unit`` pools in which it lies while nobody has it."""
        values = {c.name: getattr(task, c.name) for c in t.user_task.c if hasattr(task, c.name)}
        values |= {
            "roles": list(task.roles),
            "extensions": dict(task.extensions),
            "sort_at": task.due_at or NEVER,
        }
        self._insert(t.user_task, [values])
        self.put_candidates(task, keys)

    def put_inputs(self, user_task_id: str, inputs: Any, digest: str | None) -> None:
        """Keep what the task sees beside the case's own variables."""
        PUT_INPUTS.later(self._connection, id_=user_task_id, inputs=inputs, inputs_hash=digest)

    def inputs(self, *, user_task_id: str | None = None, instance_id: str | None = None) -> tuple[Any, ...]:
        """Return what one task, or each open task of a case, sees beside the case's own variables."""
        statement = INPUTS_OF_CASE if user_task_id is None else INPUTS_OF_TASK
        asked = instance_id if user_task_id is None else user_task_id
        return self._remembered(
            (statement, asked),
            lambda: tuple(row.inputs for row in statement.rows(self._connection, id=asked)),
        )

    def put_candidates(self, task: UserTask, keys: Iterable[str]) -> None:
        """Make the pools of the task those of *keys*; none once it has an assignee."""
        rows = [
            {"key": key, "sort_at": task.due_at or NEVER, "user_task_id": task.id}
            for key in sorted(set(keys))
        ]
        self._insert(t.user_task_candidate, [] if task.assignee_id else rows)

    def keys(self, user_task_id: str) -> tuple[str, ...]:
        """Return the pools in which the task lies."""
        query = select(t.user_task_candidate.c.key).where(
            t.user_task_candidate.c.user_task_id == user_task_id
        )
        return tuple(row.key for row in self._rows(query))

    def assign(
        self, user_task_id: str, *, state: UserTaskState, assignee_id: str | None, owner_id: str | None
    ) -> None:
        """Change who has the task."""
        if assignee_id is not None:
            self._drop_candidates(user_task_id)
        self._set(user_task_id, state=str(state), assignee_id=assignee_id, owner_id=owner_id)

    def set_extensions(self, user_task_id: str, extensions: Mapping[str, Any]) -> None:
        """Write what the model, or an absence, says about the task."""
        self._set(user_task_id, extensions=dict(extensions))

    def close(self, user_task_id: str, *, state: UserTaskState, by: str | None, at: datetime) -> None:
        """Record that the task is over."""
        self._drop_candidates(user_task_id)
        CLOSE.later(self._connection, id_=user_task_id, state=str(state), by=by, at=at)

    def remind(self, user_task_id: str, at: datetime, *, not_since: datetime) -> bool:
        """Count a nudge; False when there was one since *not_since*."""
        c = t.user_task.c
        quiet = or_(c.reminded_at.is_(None), c.reminded_at < not_since)
        values = {"reminded_at": at, "reminders": c.reminders + 1}
        return self._run(update(t.user_task).where(c.id == user_task_id, quiet).values(values)) == 1

    def set_due(self, user_task_ids: Iterable[str], due_at: datetime | None) -> None:
        """Give open tasks a due instant and their place in the lists."""
        ids = tuple(user_task_ids)
        if ids:
            sort_at = due_at or NEVER
            self._write(
                update(t.user_task).where(t.user_task.c.id.in_(ids)).values(due_at=due_at, sort_at=sort_at)
            )
            where = t.user_task_candidate.c.user_task_id.in_(ids)
            self._write(update(t.user_task_candidate).where(where).values(sort_at=sort_at))

    def of_instance(self, instance_id: str, *, open_only: bool = True) -> tuple[UserTask, ...]:
        """Return the tasks of a case, oldest first."""
        statement = OPEN_OF_CASE if open_only else OF_CASE
        return self._remembered(
            (statement, instance_id), lambda: self._fetch(statement, task_of, id=instance_id)
        )

    def open_with_form(self, form_key: str) -> tuple[tuple[str, str], ...]:
        """Return (task id, instance id) of the open tasks with a form."""
        c = t.user_task.c
        query = select(c.id, c.instance_id).where(c.form_key == form_key, c.state.in_(("created", "claimed")))
        return tuple((row.id, row.instance_id) for row in self._rows(query.order_by(c.id)))

    def open_of(self, instance_ids: Iterable[str]) -> tuple[UserTask, ...]:
        """Return the open tasks of several cases."""
        query = selected().where(t.user_task.c.instance_id.in_(tuple(instance_ids)))
        return self._all(query.where(t.user_task.c.state.in_(("created", "claimed"))), task_of)

    def claimed_by(self, person_id: str) -> tuple[UserTask, ...]:
        """Return what a person has in hand."""
        return self._all(
            selected().where(t.user_task.c.assignee_id == person_id, t.user_task.c.state == "claimed"),
            task_of,
        )

    # -- drafts --------------------------------------------------------------------------------------------------------

    def save_draft(
        self, user_task_id: str, person_id: str, submission: Mapping[str, Any], at: datetime
    ) -> None:
        """Keep a draft; the last one wins."""
        values = {
            "user_task_id": user_task_id,
            "person_id": person_id,
            "submission": dict(submission),
            "saved_at": at,
        }
        statement = upsert(t.draft).values(values)
        self._write(
            statement.on_conflict_do_update(
                index_elements=["user_task_id", "person_id"],
                set_={"submission": dict(submission), "saved_at": at},
            )
        )

    def draft(self, user_task_id: str, person_id: str) -> tuple[Mapping[str, Any], datetime] | None:
        """Return the person's draft and when it was saved."""
        where = (t.draft.c.user_task_id == user_task_id, t.draft.c.person_id == person_id)
        row = self._connection.execute(
            select(t.draft.c.submission, t.draft.c.saved_at).where(*where)
        ).one_or_none()
        return None if row is None else (row.submission, row.saved_at)

    def drop_drafts(self, user_task_id: str, person_id: str | None = None) -> None:
        """Forget the drafts of a task, of one person or of all."""
        if person_id is None:
            DROP_DRAFTS.later(self._connection, id_=user_task_id)
        else:
            c = t.draft.c
            self._write(delete(t.draft).where(c.user_task_id == user_task_id, c.person_id == person_id))

    def _drop_candidates(self, user_task_id: str) -> None:
        DROP_CANDIDATES.later(self._connection, id_=user_task_id)

    def _set(self, user_task_id: str, **values: Any) -> None:
        self._write(update(t.user_task).where(t.user_task.c.id == user_task_id).values(values))
