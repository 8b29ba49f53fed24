"""The clockwork of the law pack: planned changes come into force, then running deadlines and waiting tasks follow."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bpmn.errors import JingfaError
from tasks.model import SYSTEM
from workflows.execution import ledgers
from workflows.inbox import announcing
from workflows.law import law_editions
from workflows.store.law import LawChangeRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio.law import IN_FORCE, SCHEDULED
from workflows.timing import escalation, retiming
from workflows.trail import audit
from workflows.work import user_tasks

if TYPE_CHECKING:
    from workflows.engine import Engine

log = logging.getLogger(__name__)
PARAMETER_FORM = "parameter-entry"  #: form of the task that waits for missing parameters (E-PARAM-MISSING)


def enforce_due(engine: Engine) -> int:
    """Let due changes come into force and follow each up; returns how many were done. Each is done once."""
    with engine.begin() as uow:
        due = uow.law_changes.due(uow.now)
    return sum(_enforce(engine, change_id) for change_id in due)


def _enforce(engine: Engine, change_id: str) -> bool:
    with engine.begin() as uow:
        row = uow.law_changes.lock(change_id, skip_locked=True)
        if row is None or (row.state != SCHEDULED and row.followed_at is not None):
            return False
        if row.state == SCHEDULED:
            uow.law_changes.change(row.id, state=IN_FORCE, in_force_at=uow.now)
            law_editions.restamp(uow)
            audit.record(uow, SYSTEM, "law-in-force", detail={"change": row.id, "code": row.code})
    with engine.begin() as uow:
        # The edition in memory is the new one from here on; another worker that is as far finds nothing left.
        row = uow.law_changes.lock(change_id, skip_locked=True)
        if row is None or row.state != IN_FORCE or row.followed_at is not None:
            return False
        law_editions.refresh(uow)
        _follow(uow, row)
        uow.law_changes.change(row.id, followed_at=uow.now)
    return True


def _follow(uow: UnitOfWork, row: LawChangeRow) -> None:
    if row.section == "deadline" and row.migrates:
        moved = sum(_move(uow, one.instance_id, one.id) for one in uow.deadlines.running(row.code))
        audit.record(uow, SYSTEM, "law-migrated", detail={"change": row.id, "code": row.code, "moved": moved})
    if row.section == "set":
        for task_id, instance_id in uow.user_tasks.open_with_form(PARAMETER_FORM):
            _close(uow, row, task_id, instance_id)


def _move(uow: UnitOfWork, instance_id: str, deadline_id: str) -> bool:
    """Reckon a running deadline by the new rule and tell its owners."""
    instance = uow.instances.lock(instance_id)
    before = uow.deadlines.get(deadline_id)
    if instance is None or before is None or before.state == "stopped":
        return False
    ledger = uow.deadlines.ledger(deadline_id)
    after = ledgers.reckoned(uow, before, ledger, is_red=instance.risk == "红")
    retiming.follow(uow, instance, SYSTEM, action="law-changed", detail={"code": before.code})
    old, new = (one.due_at.astimezone(uow.now.tzinfo) for one in (before, after))
    announcing.put(
        uow,
        escalation.owners_of(uow, instance, after),
        kind="deadline",
        subject=f"期限按新规定重算：{after.element_name}（{after.code}）",
        body=f"{instance.title}。原 {old:%Y年%m月%d日} 到期，现 {new:%Y年%m月%d日} 到期。",
        link=f"/cases/{instance.id}",
        instance_id=instance.id,
    )
    return after.due_at != before.due_at


def _close(uow: UnitOfWork, row: LawChangeRow, task_id: str, instance_id: str) -> None:
    """Complete a task that waited for parameters; the calculation runs again and asks again if another set is missing."""
    if uow.instances.lock(instance_id, skip_locked=True) is None:
        return  # somebody works on the case and will find the parameters entered
    values = {**row.before, **row.fields}
    given = {
        "region": str(values.get("region") or "江苏"),
        "year": int(values.get("year") or uow.now.year),
        "source": str(row.article or row.reason)[:200],
        "approved": True,
    }
    command = user_tasks.CompleteUserTask(
        user_task_id=task_id, actor=SYSTEM, submission={"parameters": given}
    )
    try:
        with uow.savepoint():
            user_tasks.complete(uow, command)
    except JingfaError as fault:
        log.warning("task %s was not closed: %s", task_id, fault.message)
