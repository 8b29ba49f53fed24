"""Use cases of incidents: technical failures and how an operator repairs them."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import Value
from tasks.model import Actor
from workflows.model import IncidentView, Page
from workflows.store.unit_of_work import UnitOfWork


def search(
    uow: UnitOfWork,
    actor: Actor,
    *,
    open_only: bool = True,
    instance_id: str | None = None,
    cursor: str | None = None,
    limit: int = 30,
) -> Page[IncidentView]:
    """List incidents of cases in the actor's scope, the newest first; R20 sees all without case data."""
    raise NotImplementedError


def get(uow: UnitOfWork, actor: Actor, incident_id: str) -> IncidentView:
    """
    Return one incident.

    Raises:
        IncidentNotFound: no such incident, or the actor may not know of it.
    """
    raise NotImplementedError


def resolve(
    uow: UnitOfWork,
    actor: Actor,
    incident_id: str,
    *,
    variables: Mapping[str, Value] | None = None,
    note: str = "",
) -> IncidentView:
    """
    Try the failed step again, after correcting variables if given; a new failure is a new incident.

    Raises:
        IncidentNotFound: no such incident.
        Forbidden: only R20 and supervisors of the case may.
    """
    raise NotImplementedError
