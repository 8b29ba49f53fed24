"""
Prefect is the clockwork, never the memory: each flow is a few lines around a use case, no rule inside.

The same functions run under ``jingfa worker`` without Prefect, so that people can work while Prefect is down.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from prefect import flow, serve
from prefect.schedules import Cron, Schedule

from bpmn.deadlines.calendar import ZONE
from bpmn.errors import ExecutionFailed
from workflows import worker
from workflows.engine import Engine
from workflows.identity import people
from workflows.privacy import measures, officer
from workflows.timing import deadlines
from workflows.trail import audit_proof

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

DRAIN_FOR = timedelta(minutes=55)  #: the long-lived flow makes room for the next run before the hour is over


@flow(name="drain", log_prints=True)
def drain_flow(minutes: float = DRAIN_FOR.total_seconds() / 60) -> None:
    """Drain timers, jobs, messages and notices for a while."""
    engine, stop = Engine.from_settings(), threading.Event()
    threading.Timer(minutes * 60, stop.set).start()
    worker.run(engine, stop)
    engine.close()


@flow(name="nightly-audit-check", log_prints=True)
def audit_flow() -> int:
    """Recompute every audit chain; a broken one fails the flow run."""
    engine = Engine.from_settings()
    with engine.begin() as uow:
        proof = audit_proof.verify(uow)
    if not proof.ok:
        raise ExecutionFailed("；".join(proof.broken))
    return proof.events


@flow(name="audit-anchor", log_prints=True)
def anchor_flow() -> int:
    """Sign all heads of the audit."""
    return audit_proof.anchor_all(Engine.from_settings())


@flow(name="calendar-check", log_prints=True)
def calendar_flow() -> int:
    """Recompute provisional deadlines."""
    with Engine.from_settings().begin() as uow:
        return deadlines.recompute_provisional(uow)


@flow(name="retention", log_prints=True)
def retention_flow() -> int:
    """Forget idempotency keys older than a week and expired exports; propose cases whose time is over to whom decides."""
    with Engine.from_settings().begin() as uow:
        uow.exports.drop_before(uow.real_now)
        uow.idempotency_keys.drop_before(uow.real_now - timedelta(days=7))
        return measures.propose_retention(uow)


@flow(name="weekly-review", log_prints=True)
def review_flow() -> int:
    """Remind the data-protection officers of last week's review."""
    with Engine.from_settings().begin() as uow:
        return officer.remind_review(uow)


@flow(name="ended-roles", log_prints=True)
def roles_flow() -> int:
    """Take away roles whose time is over."""
    with Engine.from_settings().begin() as uow:
        return people.retire_ended_roles(uow)


def _at(cron: str) -> Schedule:
    """Return a schedule by the clock of the offices; Prefect itself counts in UTC."""
    return Cron(cron, timezone=ZONE.key)


def serve_flows() -> None:
    """Register the flows with the Prefect server of ``PREFECT_API_URL`` and run them on schedule until stopped."""
    planned = (
        drain_flow.to_deployment("drain", interval=timedelta(hours=1)),
        audit_flow.to_deployment("nightly-audit-check", schedule=_at("30 2 * * *")),
        anchor_flow.to_deployment("audit-anchor", schedule=_at("5 * * * *")),
        roles_flow.to_deployment("ended-roles", schedule=_at("15 * * * *")),
        calendar_flow.to_deployment("calendar-check", schedule=_at("0 3 * * *")),
        retention_flow.to_deployment("retention", schedule=_at("30 3 * * *")),
        review_flow.to_deployment("weekly-review", schedule=_at("30 8 * * 1")),
    )
    # Prefect types its functions as perhaps asynchronous; called from plain code they are not.
    serve(*cast("tuple[RunnerDeployment, ...]", planned))


if __name__ == "__main__":
    serve_flows()
