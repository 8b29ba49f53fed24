"""Rows of jobs: the transactional outbox of service tasks, leased by workers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Text, all_, any_, bindparam, literal_column, null, or_, select, text, update

from tasks.model import Job, JobState
from workflows.store import tables as t
from workflows.store.repository import Repository
from workflows.store.statements import Prepared, Statement

COLUMNS = (
    *(
        t.job.c[name]
        for name in ("id", "instance_id", "activity_id", "element_id", "operation", "parameters")
    ),
    *(t.job.c[name] for name in ("state", "attempts", "leased_until")),
)

_JOB = t.job.c
_ONLY = bindparam("only", type_=ARRAY(Text))
_GIVEN = bindparam("ids", type_=ARRAY(Text))
GET = Prepared(select(*COLUMNS).where(_JOB.id == bindparam("id")))
LEASE = Prepared(select(_JOB.lease).where(_JOB.id == bindparam("id")))
# The words of the partial index stand as they are: a value in their place would hide it from the planner.
DUE = Statement(
    select(_JOB.id)
    .join(t.process_instance, t.process_instance.c.id == _JOB.instance_id)
    .where(
        text("job.state IN ('ready', 'leased')"),
        or_(text("job.state = 'ready'"), _JOB.leased_until < bindparam("now")),
        _JOB.run_at <= bindparam("now"),
        ~t.process_instance.c.suspended,
        or_(_ONLY.is_(None), _JOB.operation == any_(_ONLY)),
        _JOB.operation != all_(bindparam("without", type_=ARRAY(Text))),
    )
    .order_by(_JOB.run_at, _JOB.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=t.job)
)
TAKE = Prepared(
    update(t.job)
    .where(_JOB.id == any_(_GIVEN))
    .values(state="leased", leased_until=bindparam("leased_until"), lease=bindparam("lease"))
)
FINISH = Prepared(
    update(t.job)
    .where(_JOB.id == bindparam("id_"))
    .values(state="done", attempts=bindparam("attempts"), leased_until=null(), lease=null())
)
NEXT_RUN = Prepared(
    select(_JOB.run_at).where(text("state = 'ready'")).order_by(_JOB.run_at).limit(literal_column("1"))
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
        return next(iter(self._fetch(GET, _job, id=job_id)), None)

    def marks(self, job_id: str) -> Mapping[str, Any]:
        """Return what of a job is not sealed: where it belongs and how often it was tried."""
        c = t.job.c
        query = select(c.instance_id, c.activity_id, c.element_id, c.attempts).where(c.id == job_id)
        return self._connection.execute(query).one()._asdict()

    def lease_of(self, job_id: str) -> str | None:
        """Return the token of the current lease."""
        found = LEASE.rows(self._connection, id=job_id)
        return found[0].lease if found else None

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
        chosen = {"only": None if only is None else list(only), "without": list(without)}
        ids = tuple(row.id for row in DUE.rows(self._connection, now=now, most=limit, **chosen))
        if ids:
            TAKE.later(self._connection, ids=list(ids), leased_until=until, lease=lease)
        return ids

    def finish(self, job_id: str, *, attempts: int) -> None:
        """Record that the job is done."""
        FINISH.later(self._connection, id_=job_id, attempts=attempts)

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
        found = NEXT_RUN.rows(self._connection)
        return found[0].run_at if found else None

    def _set(self, job_id: str, **values: Any) -> None:
        self._write(update(t.job).where(t.job.c.id == job_id).values(values))
