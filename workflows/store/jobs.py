"""Rows of jobs: the transactional outbox of service tasks, leased by workers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, update

from tasks.model import Job, JobState
from workflows.store import tables as t
from workflows.store.repository import Repository

COLUMNS = (
    *(
        t.job.c[name]
        for name in ("id", "instance_id", "activity_id", "element_id", "operation", "parameters")
    ),
    *(t.job.c[name] for name in ("state", "attempts", "leased_until")),
)


def _job(**columns: Any) -> Job:
    return Job(**{**columns, "state": JobState(columns["state"])})


class Jobs(Repository):
    """``job``: written with the advance, worked on outside any transaction."""

    def add(self, jobs: Iterable[Mapping[str, Any]]) -> None:
        """Insert ready jobs."""
        self._insert(t.job, jobs)

    def get(self, job_id: str) -> Job | None:
        """Return one job; its parameters in their lossless JSON form."""
        return self._one(select(*COLUMNS).where(t.job.c.id == job_id), _job)

    def marks(self, job_id: str) -> Mapping[str, Any]:
        """Return what of a job is not sealed: where it belongs and how often it was tried."""
        c = t.job.c
        query = select(c.instance_id, c.activity_id, c.element_id, c.attempts).where(c.id == job_id)
        return self._connection.execute(query).one()._asdict()

    def lease_of(self, job_id: str) -> str | None:
        """Return the token of the current lease."""
        value = self._connection.execute(
            select(t.job.c.lease).where(t.job.c.id == job_id)
        ).scalar_one_or_none()
        return None if value is None else str(value)

    def lease(
        self,
        now: datetime,
        until: datetime,
        lease: str,
        *,
        limit: int = 1,
        only: Collection[str] | None = None,
        without: Collection[str] = (),
    ) -> tuple[str, ...]:
        """
        Lease due jobs whose instance is not suspended, the oldest first; returns their ids.

        A lease that ran out counts as due again. Nothing sealed is read here: one damaged row must not undo the lease.

        Args:
            only: The operations to lease; None = every one.
            without: Operations to leave alone.
        """
        c = t.job.c
        free = or_(c.state == "ready", and_(c.state == "leased", c.leased_until < now))
        due = (
            select(c.id)
            .join(t.process_instance, t.process_instance.c.id == c.instance_id)
            .where(c.state.in_(("ready", "leased")), free, c.run_at <= now, ~t.process_instance.c.suspended)
            .where(*([] if only is None else [c.operation.in_(only)]))
            .where(*([c.operation.not_in(without)] if without else []))
            .order_by(c.run_at, c.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=t.job)
        )
        ids = tuple(row.id for row in self._rows(due))
        if not ids:
            return ()
        values = {"state": "leased", "leased_until": until, "lease": lease}
        self._write(update(t.job).where(c.id.in_(ids)).values(values))
        return ids

    def finish(self, job_id: str, *, attempts: int) -> None:
        """Record that the job is done."""
        self._set(job_id, state="done", attempts=attempts, leased_until=None, lease=None)

    def retry(self, job_id: str, *, attempts: int, run_at: datetime, error: str) -> None:
        """Put the job back for a later try."""
        self._set(
            job_id,
            state="ready",
            attempts=attempts,
            run_at=run_at,
            leased_until=None,
            lease=None,
            error=error,
        )

    def begun(self, instance_id: str, *, since: datetime) -> tuple[str, ...]:
        """Return the element ids of the case's jobs made since then whose handler ran or runs, the oldest first."""
        c = t.job.c
        touched = or_(c.state.in_(("leased", "done", "failed")), c.attempts > 0)
        query = select(c.element_id).where(c.instance_id == instance_id, c.created_at >= since, touched)
        return tuple(row.element_id for row in self._rows(query.order_by(c.id)))

    def run_at_once(self, instance_id: str, now: datetime) -> None:
        """Let the waiting jobs of a case run now."""
        c = t.job.c
        waiting = (c.instance_id == instance_id, c.state == "ready", c.run_at > now)
        self._write(update(t.job).where(*waiting).values(run_at=now))

    def fail(self, job_id: str, *, attempts: int, error: str) -> None:
        """Record that the retries are exhausted."""
        self._set(job_id, state="failed", attempts=attempts, leased_until=None, lease=None, error=error)

    def next_run(self) -> datetime | None:
        """Return when the next ready job may run."""
        query = select(t.job.c.run_at).where(t.job.c.state == "ready").order_by(t.job.c.run_at).limit(1)
        value = self._connection.execute(query).scalar_one_or_none()
        return value if isinstance(value, datetime) else None

    def _set(self, job_id: str, **values: Any) -> None:
        self._write(update(t.job).where(t.job.c.id == job_id).values(values))
