"""Use cases of deadlines: the ledger, its explanation in words, extension, the rungs of the ladder."""

from __future__ import annotations

from datetime import datetime

from tasks.model import Actor
from workflows.model import DeadlineView
from workflows.store.unit_of_work import UnitOfWork


def of_instance(
    uow: UnitOfWork, actor: Actor, instance_id: str, *, running_only: bool = False
) -> tuple[DeadlineView, ...]:
    """List the deadlines of a case, the nearest first, each with ledger and explanation."""
    raise NotImplementedError


def explain(uow: UnitOfWork, actor: Actor, deadline_id: str) -> DeadlineView:
    """
    Return one deadline, recomputed from its ledger (怎么算的).

    Raises:
        NotFound: no such deadline, or its case is not visible.
    """
    raise NotImplementedError


def extend(
    uow: UnitOfWork, actor: Actor, deadline_id: str, *, amount: int | None = None, reason: str
) -> DeadlineView:
    """
    Enter an extension in the ledger; the rule says how often and how far.

    Raises:
        Forbidden: supervisors of the case only.
        Invalid: the rule allows no (further) extension.
    """
    raise NotImplementedError


def pause(
    uow: UnitOfWork, actor: Actor, deadline_id: str, *, reason: str, at: datetime | None = None
) -> DeadlineView:
    """Enter a pause in the ledger."""
    raise NotImplementedError


def resume(
    uow: UnitOfWork, actor: Actor, deadline_id: str, *, reason: str, at: datetime | None = None
) -> DeadlineView:
    """Enter the end of a pause."""
    raise NotImplementedError


def recompute_provisional(uow: UnitOfWork) -> int:
    """Recompute every running PROVISIONAL deadline after a calendar was loaded; returns how many moved."""
    raise NotImplementedError
