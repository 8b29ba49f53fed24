"""Jobs for programs outside (Camunda 8's job workers): activate, complete, fail, throw a business error."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi import Request as HttpRequest
from pydantic import Field

from api.auth import Allow, engine_of
from api.door import AtDoor, Door
from api.json_reading import StrictRoute
from api.openapi import faults
from api.problems import NotSignedIn
from api.schemas import Body, Request, Variables, Words, cleaned, feel_variables, json_variables
from bpmn.errors import Forbidden
from tasks.model import Actor, Job
from tasks.outcomes import BpmnError, Completed
from workflows.clockwork import outside_jobs
from workflows.clockwork.jobs import MOST_TRIES, Failed
from workflows.clockwork.outside_jobs import JobNotYours
from workflows.settings import JobWorker

router = APIRouter(route_class=StrictRoute, prefix="/v2/jobs", tags=["jobs"])
LONGEST_HOLD = 24 * 3_600_000


class JobWorkers(Allow):
    """Programs named in JINGFA_JOB_WORKERS, by their token; no person, whatever their role."""

    async def __call__(self, request: HttpRequest) -> Actor | None:
        """
        Let a worker in.

        Raises:
            Forbidden: a token came, but no worker has it.
            NotSignedIn: no token.
        """
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotSignedIn
        workers = engine_of(request).settings.job_workers
        found = [one for one in workers if hmac.compare_digest(one.token.encode(), token.strip().encode())]
        if not found:
            raise Forbidden
        request.state.job_worker = found[0]
        request.app.state.limiter.spend("person", f"job-worker:{found[0].name}")
        return None

    def __repr__(self) -> str:
        return "Allow(job workers)"


async def _worker(request: HttpRequest, _allowed: Annotated[None, Depends(JobWorkers())]) -> JobWorker:
    worker: JobWorker = request.state.job_worker
    return worker


Worker = Annotated[JobWorker, Depends(_worker)]


class Activation(Request):
    """Which jobs to take: at most ``maxJobsToActivate`` of a type, held for ``timeout`` milliseconds."""

    type: str = Field(min_length=1, max_length=200)
    timeout: int = Field(default=120_000, ge=1000, le=LONGEST_HOLD)
    max_jobs_to_activate: int = Field(default=1, ge=1, le=100)
    worker: Words = Field(default="", max_length=200, description="自报的名称，仅供阅读；身份由令牌确定")


class JobBody(Body):
    """One job in a worker's hands."""

    job_key: str
    type: str
    process_instance_key: str
    business_key: str | None
    element_id: str
    element_instance_key: str
    retries: int
    deadline: datetime | None
    variables: dict[str, Any]

    @classmethod
    def of(cls, job: Job) -> JobBody:
        """Return the body of a leased job."""
        return cls(
            job_key=job.id,
            type=job.operation,
            process_instance_key=job.instance_id,
            business_key=job.business_key,
            element_id=job.element_id,
            element_instance_key=job.activity_id,
            retries=MOST_TRIES - job.attempts,
            deadline=job.leased_until,
            variables=json_variables(job.parameters),
        )


class Activated(Body):
    """The jobs that were taken; none when nothing is due."""

    jobs: list[JobBody]


class Completion(Request):
    """What the job gave back."""

    variables: Variables


class Failure(Request):
    """Why the try failed, how many are left (none = an incident), and how long to wait, in milliseconds."""

    retries: int = Field(default=0, ge=0, le=100)
    error_message: Words = Field(default="", max_length=2000)
    retry_back_off: int = Field(default=0, ge=0, le=LONGEST_HOLD)


class ThrownError(Request):
    """A business error that the diagram catches by its code."""

    error_code: str = Field(min_length=1, max_length=200)
    error_message: Words = Field(default="", max_length=2000)
    variables: Variables


class Settled(Body):
    """What became of the job: ``done``, ``thrown``, ``retry`` or ``incident``."""

    job_key: str
    state: str


@router.post("/activation", response_model=Activated, responses=faults(404, 422))
def activate_jobs(body: Activation, worker: Worker, door: AtDoor) -> Any:
    """Take due jobs of one of the worker's types; each is the worker's until its deadline."""
    hold = timedelta(milliseconds=body.timeout)
    found = outside_jobs.activate(door.engine, worker, body.type, limit=body.max_jobs_to_activate, hold=hold)
    return Activated(jobs=[JobBody.of(job) for job in found])


@router.post("/{job_key}/completion", response_model=Settled, responses=faults(404, 409, 422))
def complete_job(job_key: str, body: Completion, worker: Worker, door: AtDoor) -> Any:
    """Complete a job; its variables go into the case as the diagram's mappings say."""
    return _settle(door, worker, job_key, Completed(feel_variables(cleaned(body.variables))))


@router.post("/{job_key}/failure", response_model=Settled, responses=faults(404, 409, 422))
def fail_job(job_key: str, body: Failure, worker: Worker, door: AtDoor) -> Any:
    """Report a failed try."""
    delay = timedelta(milliseconds=body.retry_back_off)
    return _settle(
        door, worker, job_key, Failed(message=body.error_message, retries=body.retries, delay=delay)
    )


@router.post("/{job_key}/error", response_model=Settled, responses=faults(404, 409, 422))
def throw_job_error(job_key: str, body: ThrownError, worker: Worker, door: AtDoor) -> Any:
    """Throw a business error at the job's element."""
    outcome = BpmnError(body.error_code, body.error_message, feel_variables(cleaned(body.variables)))
    return _settle(door, worker, job_key, outcome)


def _settle(
    door: Door, worker: JobWorker, job_key: str, outcome: Completed | BpmnError | Failed
) -> Settled | Any:
    by = Actor(person_id=f"job-worker:{worker.name}", name=worker.name)
    answer = door.once(
        by,
        lambda uow: Settled(job_key=job_key, state=outside_jobs.settle(uow, worker, job_key, outcome)),
    )
    state = answer.state if isinstance(answer, Settled) else answer["state"]
    if state == "ignored":
        raise JobNotYours
    return answer
