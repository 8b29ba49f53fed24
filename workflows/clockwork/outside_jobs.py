"""
Jobs that programs outside work on, as Camunda's job workers do: activate, complete, fail, throw.

A worker is named in the settings with its job types and sees nothing but those jobs. It holds a job by a lease: when that
runs out the job is free again, and a result that comes later is refused and leaves its trace in the history.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bpmn.errors import Conflict, NotFound
from tasks.model import SYSTEM, Job
from tasks.outcomes import BpmnError, Completed, Outcome
from workflows.clockwork import jobs
from workflows.clockwork.jobs import Failed
from workflows.settings import JobWorker
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit

if TYPE_CHECKING:
    from workflows.engine import Engine


class JobNotFound(NotFound):
    """没有找到这项作业，或它不归这个外部程序处理。请核对作业标识和 JINGFA_JOB_WORKERS。"""


class JobNotYours(Conflict):
    """这项作业已不在您手里：可能已办结、已撤销，或占用时间已过。请重新领取。"""


def activate(
    engine: Engine, worker: JobWorker, job_type: str, *, limit: int, hold: timedelta
) -> tuple[Job, ...]:
    """
    Lease due jobs of a type, the oldest first; what leaves the house is written into the audit of its case.

    Raises:
        JobNotFound: the type is not the worker's.
    """
    if job_type not in worker.types:
        raise JobNotFound
    with engine.begin() as uow:
        found = uow.jobs.lease(uow.now, uow.now + hold, _lease(worker), limit=limit, only=[job_type])
        for job_id in found:
            _audit(uow, worker, uow.jobs.marks(job_id), "activate-job")
    return tuple(job for job_id in found if (job := jobs.read(engine, job_id)))


def settle(uow: UnitOfWork, worker: JobWorker, job_id: str, outcome: Completed | BpmnError | Failed) -> str:
    """
    Record what became of a job; returns ``done``, ``thrown``, ``retry`` or ``incident``.

    Raises:
        JobNotFound: no such job, or none of the worker's types.
        JobNotYours: the worker does not hold it any more.
    """
    job = uow.jobs.get(job_id)
    if job is None or job.operation not in worker.types:
        raise JobNotFound
    if uow.jobs.lease_of(job_id) != _lease(worker):
        raise JobNotYours
    settled: Outcome | Failed = outcome
    became = jobs.settle(uow, job_id, settled, lease=_lease(worker))
    if became != "ignored":
        _audit(uow, worker, uow.jobs.marks(job_id), "settle-job")
    return became


def _lease(worker: JobWorker) -> str:
    return f"outside:{worker.name}"


def _audit(uow: UnitOfWork, worker: JobWorker, place: Mapping[str, Any], action: str) -> None:
    detail = {"worker": worker.name, "element_id": place["element_id"]}
    audit.record(uow, SYSTEM, action, instance_id=place["instance_id"], detail=detail)
