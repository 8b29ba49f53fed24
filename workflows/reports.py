"""Use cases of numbers: counts within the actor's scope, no names."""

from __future__ import annotations

from tasks.model import Actor
from workflows.model import Counts
from workflows.store.unit_of_work import UnitOfWork


def counts(uow: UnitOfWork, actor: Actor, *, process_key: str | None = None) -> Counts:
    """Count open, late and finished cases in the actor's scope (R15: the whole district, counts only)."""
    raise NotImplementedError
