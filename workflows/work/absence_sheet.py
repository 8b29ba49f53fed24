"""The hand-over sheet of an absence: open cases, next deadlines, what was promised, who has it now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasks import rules
from tasks.model import Actor, UserTask
from workflows import cases
from workflows.errors import AbsenceNotFound
from workflows.store.unit_of_work import UnitOfWork
from workflows.work.absences import AbsenceView, may_know, view


@dataclass(frozen=True, kw_only=True)
class SheetLine:
    """One case on the hand-over sheet."""

    instance_id: str
    business_key: str
    title: str  #: masked
    task_name: str
    task_id: str
    due_at: datetime | None
    next_deadline: datetime | None
    holder: str  #: who has the task now; empty = the pool
    why: str  #: ``substitute``, ``conflict``, ``not-allowed``, ``pool``; empty = not moved yet
    promises: tuple[str, ...]  #: latest notes of the absent person on the case


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What is handed over."""

    absence: AbsenceView
    lines: tuple[SheetLine, ...]


def sheet(uow: UnitOfWork, actor: Actor, absence_id: str) -> Sheet:
    """
    Return the hand-over sheet: open cases, next deadlines, notes; only of cases that the reader may see.

    Raises:
        AbsenceNotFound: no such absence, or it is none of the reader's business.
    """
    found = uow.absences.get(absence_id)
    if found is None or not may_know(uow, actor, found):
        raise AbsenceNotFound
    moved = {row["user_task_id"]: row for row in uow.absences.tasks(absence_id)}
    ids = [
        *moved,
        *(task.id for task in uow.user_tasks.claimed_by(found["person_id"]) if task.id not in moved),
    ]
    tasks = [task for task in map(uow.user_tasks.get, ids) if task is not None and task.is_open]
    lines = (_line(uow, actor, found["person_id"], task, moved.get(task.id)) for task in tasks)
    kept = [line for line in lines if line is not None]
    return Sheet(absence=view(uow, found), lines=tuple(kept))


def _line(
    uow: UnitOfWork, actor: Actor, away: str, task: UserTask, moved: Mapping[str, Any] | None
) -> SheetLine | None:
    facts = uow.instances.facts(task.instance_id)
    task = cases.with_units(task, facts)
    row = uow.instances.get(task.instance_id)
    if row is None or not rules.may_open_case(actor, facts, [task]):
        return None
    names = uow.people.names([task.assignee_id])
    notes = [n["text"] for n in uow.comments.of_instance(row.id) if n["person_id"] == away]
    return SheetLine(
        instance_id=row.id,
        business_key=row.business_key,
        title=row.title,
        task_name=task.name,
        task_id=task.id,
        due_at=task.due_at,
        next_deadline=row.due_at,
        holder=names.get(task.assignee_id or "", ""),
        why=str(moved["why"]) if moved else "",
        promises=tuple(notes[-3:]),
    )
