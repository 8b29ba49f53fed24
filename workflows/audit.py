"""Use cases of the audit: a hash chain for each case and, for views, each person."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import Json
from tasks.model import Actor
from workflows.model import AuditProof, AuditView, Page
from workflows.store.unit_of_work import UnitOfWork


def of_instance(
    uow: UnitOfWork, actor: Actor, instance_id: str, *, cursor: str | None = None, limit: int = 100
) -> Page[AuditView]:
    """List the audit of a case, oldest first; its supervisors and R19 only."""
    raise NotImplementedError


def search(
    uow: UnitOfWork,
    actor: Actor,
    *,
    person_id: str | None = None,
    action: str | None = None,
    cursor: str | None = None,
    limit: int = 100,
) -> Page[AuditView]:
    """List audit events, the newest first; R19 only."""
    raise NotImplementedError


def record(
    uow: UnitOfWork,
    actor: Actor,
    action: str,
    *,
    instance_id: str | None = None,
    purpose: str | None = None,
    fields: tuple[str, ...] = (),
    detail: Mapping[str, Json] | None = None,
) -> None:
    """Append an event: to the case's chain, or to the actor's own when no case is named or it is a mere view."""
    raise NotImplementedError


def verify(uow: UnitOfWork) -> AuditProof:
    """Recompute every chain (``jingfa audit verify``)."""
    raise NotImplementedError
