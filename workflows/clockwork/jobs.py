"""
Jobs: service tasks worked on outside any transaction, at least once.

Tx 1 leases a job, the handler runs, tx 2 completes, throws or schedules the retry. ``job.id`` is the idempotency key for
the outside. A late result (the task was cancelled meanwhile, or the lease ran out and another worker has it) changes
nothing but the history. Retries exhausted become an ``Incident``.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bpmn import interpreter
from bpmn.errors import ActivityNotWaiting, InstanceEnded, JingfaError, StateUnreadable, Unavailable
from bpmn.model import Advance, InstanceState
from tasks import registry
from tasks.errors import HandlerFailed, UnknownOperation
from tasks.model import SYSTEM, Job, JobState
from tasks.outcomes import BpmnError, Completed, Outcome, RetryAfter
from workflows import values
from workflows.clockwork import handler_ports
from workflows.errors import StoreUnavailable
from workflows.execution import ladder_tasks, recording
from workflows.processes import definitions
from workflows.store.ids import new_id
from workflows.store.rows import InstanceRow
from workflows.store.sealing import ContentChanged
from workflows.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from workflows.engine import Engine

log = logging.getLogger(__name__)
#: Waits after the first, second, … failure; one more failure is an incident.
BACK_OFF = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
MOST_TRIES = len(BACK_OFF) + 1

CLOSES = "archive-case"  #: the operation that closes a file
HOLD = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Failed:
    """A try failed: to be retried, or an incident when no tries are left."""

    message: str
    retries: int | None = None  #: tries left; None = as many as we count ourselves
    delay: timedelta | None = None  #: until the next try; None = our own back-off


def lease(engine: Engine, *, limit: int = 1) -> tuple[tuple[Job, str], ...]:
    """Lease due jobs; returns each with the token that its result must show."""
    return tuple((job, token) for job_id, token in _leased(engine, limit) if (job := read(engine, job_id)))


def _leased(engine: Engine, limit: int) -> tuple[tuple[str, str], ...]:
    token = new_id()
    with engine.begin() as uow:
        until = uow.now + uow.installation.settings.lease
        without = uow.installation.settings.outside_types
        return tuple(
            (job_id, token) for job_id in uow.jobs.lease(uow.now, until, token, limit=limit, without=without)
        )


def read(engine: Engine, job_id: str) -> Job | None:
    """Read a leased job; one that cannot be read is set aside, and keeps nobody behind it waiting."""
    try:
        with engine.begin() as uow:
            job = uow.jobs.get(job_id)
            key = uow.instances.business_key(job.instance_id) if job else None
        return replace(job, parameters=values.decode(job.parameters), business_key=key) if job else None
    except ContentChanged as damage:
        _set_aside(engine, job_id, damage)
    except JingfaError:
        raise
    except Exception:  # what stands there may be broken in any way
        log.exception("job %s cannot be read", job_id)
        _set_aside(engine, job_id, ContentChanged())
    return None


def run_due(engine: Engine, *, limit: int = 50) -> int:
    """Work on due jobs until none is left or *limit* is reached; returns how many were worked on."""
    done = 0
    while done < limit:
        leased = _leased(engine, 1)
        if not leased:
            break
        for job_id, token in leased:
            done += _work_on(engine, job_id, token)
    return done


def _work_on(engine: Engine, job_id: str, token: str) -> bool:
    """Work on one leased job; False when it stays for another round, or for a worker that has the keys."""
    try:
        job = read(engine, job_id)
        if job is not None:
            _perform_and_record(engine, job, token)
    except StoreUnavailable:
        raise
    except Unavailable as busy:
        log.warning("job %s stays until its lease ends: %s", job_id, busy.message)
        return False
    return True


def _perform_and_record(engine: Engine, job: Job, token: str) -> None:
    outcome = perform(engine, job)
    try:
        record_result(engine, job.id, outcome, lease=token)
    except (StateUnreadable, ContentChanged) as damage:
        _set_aside(engine, job.id, damage)
    except JingfaError:
        raise
    except Exception as bug:  # noqa: BLE001 - what cannot be recorded is this job's failure, not the worker's end
        log.exception("result of job %s could not be recorded", job.id)
        failure = Failed(message=f"{type(bug).__name__}: {bug}")
        record_result(engine, job.id, failure, lease=token)


def _set_aside(engine: Engine, job_id: str, damage: Unavailable) -> None:
    """Make an incident of a job whose case or parameters cannot be read: an operator restores them and tries again."""
    with engine.begin() as uow:
        marks = uow.jobs.marks(job_id)
        uow.instances.hold(marks["instance_id"])
        uow.jobs.fail(job_id, attempts=marks["attempts"] + 1, error=damage.message)
        uow.incidents.add(
            [
                {
                    **{name: marks[name] for name in ("instance_id", "activity_id", "element_id")},
                    "id": new_id(),
                    "job_id": job_id,
                    "code": damage.code,
                    "message": damage.message,
                    "created_at": uow.now,
                }
            ]
        )


def perform(engine: Engine, job: Job) -> Outcome | Failed:
    """Run the job's handler; whatever it raises becomes a value, because the loop must go on."""
    if job.operation == CLOSES and _is_held(engine, job):
        return RetryAfter(HOLD, "法定期限逾期，未填写原因和补救措施不得结案")
    try:
        handle = registry.find(job.operation)
        return handle(job.parameters, job, handler_ports.HandlerPorts(engine, job))
    except UnknownOperation as fault:
        return Failed(message=fault.message, retries=0)
    except JingfaError as fault:
        return Failed(message=fault.message)
    except Exception as bug:  # noqa: BLE001 - a handler may fail in any way; the worker lives on
        log.exception("handler %s of job %s failed", job.operation, job.id)
        return Failed(message=f"{type(bug).__name__}: {bug}")


def _is_held(engine: Engine, job: Job) -> bool:
    with engine.begin() as uow:
        return ladder_tasks.has_open_breach(uow, job.instance_id)


def record_result(engine: Engine, job_id: str, outcome: Outcome | Failed, *, lease: str | None = None) -> str:
    """
    Record a handler's result; returns ``done``, ``thrown``, ``retry``, ``incident`` or ``ignored``.

    Args:
        lease: The token of ``lease``; None skips the check (a result that came by hand).
    """
    with engine.begin() as uow:
        return settle(uow, job_id, outcome, lease=lease)


def settle(uow: UnitOfWork, job_id: str, outcome: Outcome | Failed, *, lease: str | None = None) -> str:
    """``record_result`` within a transaction of the caller's."""
    job = uow.jobs.get(job_id)
    row = uow.instances.lock(job.instance_id) if job else None
    job = uow.jobs.get(job_id)
    if job is None or row is None:
        return "ignored"
    if _is_late(uow, row, job, lease):
        return _ignore(uow, row, job)
    return _record(uow, row, job, outcome)


def _is_late(uow: UnitOfWork, row: InstanceRow, job: Job, lease: str | None) -> bool:
    if job.state not in (JobState.READY, JobState.LEASED) or row.status is not InstanceState.ACTIVE:
        return True
    return lease is not None and uow.jobs.lease_of(job.id) != lease


def _ignore(uow: UnitOfWork, row: InstanceRow, job: Job) -> str:
    after = replace(row, history_length=row.history_length + 1)
    uow.instances.save(after)
    definition = definitions.load(uow, row.definition_id)
    element = definition.elements.get(job.element_id)
    uow.history.add(
        [
            {
                "instance_id": row.id,
                "seq": after.history_length,
                "kind": "job-result-ignored",
                "element_id": job.element_id,
                "element_name": element.name if element else "",
                "element_type": element.type if element else "",
                "activity_id": job.activity_id,
                "at": uow.now,
                "by_id": SYSTEM.person_id,
                "sources": [],
                "detail": {"job_id": job.id, "operation": job.operation},
            }
        ]
    )
    return "ignored"


def _record(uow: UnitOfWork, row: InstanceRow, job: Job, outcome: Outcome | Failed) -> str:
    attempts = job.attempts + 1
    if isinstance(outcome, Failed):
        return _retry_or_give_up(uow, row, job, outcome, attempts)
    if isinstance(outcome, RetryAfter):
        uow.jobs.retry(job.id, attempts=job.attempts, run_at=uow.now + outcome.delay, error=outcome.reason)
        return "retry"
    try:
        advance = _advance(uow, row, job, outcome)
    except (ActivityNotWaiting, InstanceEnded):
        return _ignore(uow, row, job)
    uow.jobs.finish(job.id, attempts=attempts)
    detail = {"job_id": job.id, "operation": job.operation}
    recording.record(uow, row, advance, by=SYSTEM, action="job", detail=detail)
    return "done" if isinstance(outcome, Completed) else "thrown"


def _advance(uow: UnitOfWork, row: InstanceRow, job: Job, outcome: Completed | BpmnError) -> Advance:
    definition = definitions.load(uow, row.definition_id)
    environment = uow.installation.environment(uow.now)
    if isinstance(outcome, Completed):
        return interpreter.complete(
            definition, row.state, job.activity_id, outcome.variables, environment=environment
        )
    return interpreter.throw_error(
        definition,
        row.state,
        job.activity_id,
        outcome.code,
        message=outcome.message,
        variables=outcome.variables,
        environment=environment,
    )


def _retry_or_give_up(uow: UnitOfWork, row: InstanceRow, job: Job, failed: Failed, attempts: int) -> str:
    left = MOST_TRIES - attempts if failed.retries is None else min(failed.retries, MOST_TRIES - 1)
    attempts = MOST_TRIES - left
    if left > 0:
        delay = BACK_OFF[attempts - 1] if failed.delay is None else failed.delay
        uow.jobs.retry(job.id, attempts=attempts, run_at=uow.now + delay, error=failed.message)
        return "retry"
    uow.jobs.fail(job.id, attempts=attempts, error=failed.message)
    uow.incidents.add([_incident(uow, row, job, failed)])
    return "incident"


def _incident(uow: UnitOfWork, row: InstanceRow, job: Job, failed: Failed) -> Mapping[str, object]:
    return {
        "id": new_id(),
        "instance_id": row.id,
        "activity_id": job.activity_id,
        "element_id": job.element_id,
        "job_id": job.id,
        "code": HandlerFailed.code,
        "message": f"自动步骤“{job.operation}”{'失败' if failed.retries == 0 else '重试后仍然失败'}：{failed.message}"[
            :2000
        ],
        "created_at": uow.now,
    }
