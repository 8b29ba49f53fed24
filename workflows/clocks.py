"""The clock of the installation: real, or in a demo movable forward so that escalation can be seen."""

from __future__ import annotations

from datetime import datetime, timedelta

from tasks.model import Actor
from workflows.store.unit_of_work import UnitOfWork


def now(uow: UnitOfWork) -> datetime:
    """Return the business instant: real time plus the demo offset. Aware, Asia/Shanghai."""
    raise NotImplementedError


def move(uow: UnitOfWork, actor: Actor, by: timedelta) -> datetime:
    """
    Move the demo clock forward; returns the new instant. Timers then fire through the drain.

    Raises:
        Forbidden: this is no demo installation.
        Invalid: backwards, or more than 90 days at once.
    """
    raise NotImplementedError
