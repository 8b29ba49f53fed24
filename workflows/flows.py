"""
Prefect is the clockwork, never the memory: each flow is a few lines around a use case, no rule inside.

The same functions run under ``jingfa worker`` without Prefect, so that people can work while Prefect is down.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from prefect import flow, serve

from bpmn.errors import ExecutionFailed
from workflows import audit_proof, deadlines, worker
from workflows.engine import Engine

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
    with Engine.from_settings().begin() as uow:
        return audit_proof.anchor(uow)


@flow(name="calendar-check", log_prints=True)
def calendar_flow() -> int:
    """Recompute provisional deadlines."""
    with Engine.from_settings().begin() as uow:
        return deadlines.recompute_provisional(uow)


@flow(name="retention", log_prints=True)
def retention_flow() -> int:
    """Forget idempotency keys older than a week, and exports that have expired."""
    with Engine.from_settings().begin() as uow:
        uow.exports.drop_before(uow.real_now)
        return uow.idempotency_keys.drop_before(uow.real_now - timedelta(days=7))


def serve_flows() -> None:
    """Register the flows with the Prefect server of ``PREFECT_API_URL`` and run them on schedule until stopped."""
    planned = (
        drain_flow.to_deployment("drain", interval=timedelta(hours=1)),
        audit_flow.to_deployment("nightly-audit-check", cron="30 2 * * *"),
        anchor_flow.to_deployment("audit-anchor", cron="5 * * * *"),
        calendar_flow.to_deployment("calendar-check", cron="0 3 * * *"),
        retention_flow.to_deployment("retention", cron="30 3 * * *"),
    )
    # Prefect types its functions as perhaps asynchronous; called from plain code they are not.
    serve(*cast("tuple[RunnerDeployment, ...]", planned))


if __name__ == "__main__":
    serve_flows()
