"""The clock of the installation: real, or in a demo movable forward so that escalation can be seen."""

from __future__ import annotations

from datetime import datetime, timedelta

from bpmn.errors import Forbidden, Invalid
from tasks import rules
from tasks.model import Actor
from workflows.settings import CLOCK_OFFSET
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit

LONGEST = timedelta(days=90)


def now(uow: UnitOfWork) -> datetime:
    """Return the business instant: real time plus the demo offset. Aware, Asia/Shanghai."""
    return uow.now


def move(uow: UnitOfWork, actor: Actor, by: timedelta) -> datetime:
    """
    Move the demo clock forward; returns the new instant. Timers then fire through the drain.

    Raises:
        Forbidden: this is no demo installation.
        Invalid: backwards, or more than 90 days at once.
    """
    if not uow.installation.settings.demo:
        raise Forbidden("正式系统的时钟不能调整。")
    if not timedelta(0) < by <= LONGEST:
        raise Invalid("演示时钟只能向前调整，一次最多 90 天。")
    if not (rules.is_system(actor) or actor.roles):
        raise Forbidden
    offset = float(uow.settings.get(CLOCK_OFFSET) or 0) + by.total_seconds()
    uow.settings.put(CLOCK_OFFSET, offset)
    uow.now = uow.real_now + timedelta(seconds=offset)
    audit.record(uow, actor, "move-clock", detail={"seconds": by.total_seconds()})
    uow.waits.wake()
    return uow.now
