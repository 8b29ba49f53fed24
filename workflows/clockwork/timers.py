"""
The drain of everything that becomes due: timers, rungs of ladders, timer start events.

Due rows are listed without locks. Then, one transaction each: lock the *instance* with SKIP LOCKED (busy means next round),
check again, trigger, record. What fails becomes an incident and the loop goes on.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bpmn import interpreter
from bpmn.errors import ActivityNotWaiting, JingfaError, StateUnreadable, Unavailable
from bpmn.model import InstanceState
from tasks.model import SYSTEM
from workflows.clockwork import cadences, schedules
from workflows.errors import StoreUnavailable
from workflows.execution import recording
from workflows.execution.starting import begin
from workflows.processes import definitions
from workflows.store.ids import new_id
from workflows.store.rows import DueRow, InstanceRow, TimerRow
from workflows.store.sealing import ContentChanged
from workflows.store.unit_of_work import UnitOfWork
from workflows.timing import escalation, retiming

if TYPE_CHECKING:
    from workflows.engine import Engine

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where due rows come from, how the instance of one is locked, and what firing it means; True = it fired."""

    due: Callable[[UnitOfWork, tuple[datetime, str] | None], tuple[DueRow, ...]]
    #: None when the row is gone or somebody holds its instance. Asked before locking: another worker may have been
    #: here, and a lock alone costs a synced commit.
    lock: Callable[[UnitOfWork, DueRow], InstanceRow | None]
    fire: Callable[[UnitOfWork, InstanceRow, DueRow], bool]


def fire_due_timers(engine: Engine, now: datetime | None = None, *, limit: int = 1000) -> int:
    """
    Fire due timers, oldest first; returns how many fired.

    Args:
        now: Fire what is due at this instant instead of the engine's clock (only earlier or equal ones fire).
    """
    source = Source(
        due=lambda uow, after: uow.waits.due_timers(now or uow.now, after=after),
        lock=lambda uow, due: uow.instances.lock_of_timer(due.id),
        fire=_fire_timer,
    )
    return _drain(engine, source, limit)


def fire_due_rungs(engine: Engine, *, limit: int = 1000) -> int:
    """Fire due rungs of escalation ladders; missed rungs of one deadline coalesce into the highest."""
    source = Source(
        due=lambda uow, after: uow.deadlines.due_rungs(uow.now, after=after),
        lock=_lock_of_rung,
        fire=_fire_rung,
    )
    return _drain(engine, source, limit)


def fire_due_starts(engine: Engine) -> int:
    """
    Start what timer start events start, each in its own transaction; returns how many events fired.

    Repetitions missed in an outage coalesce into one. One that cannot start waits for the next round and keeps nobody.
    """
    with engine.begin() as uow:
        due = uow.packs.timer_starts(uow.now)
    return sum(_start_one(engine, start) for start in due)


def _start_one(engine: Engine, start: Mapping[str, Any]) -> bool:
    try:
        with engine.begin() as uow:
            if not uow.packs.lock_start(start["definition_id"], start["element_id"], start["due_at"]):
                return False
            _start(uow, start)
    except StoreUnavailable:
        raise
    except Exception:  # one broken start must not stop the others
        log.exception("timer start %s of %s failed", start["element_id"], start["definition_id"])
        return False
    return True


def _start(uow: UnitOfWork, start: Mapping[str, Any]) -> None:
    definition = definitions.row(uow, start["definition_id"])
    element_id = str(start["element_id"])
    events = definitions.load(uow, definition.id).starts
    timer = next((event.timer for event in events if event.element_id == element_id), None) or ""
    if cadences.each(definitions.load(uow, definition.id)) is not None:
        cadences.start_due(uow, definition, start, timer)
        return
    environment = uow.installation.environment(uow.now)
    following = schedules.following(timer, start["due_at"], start["firings_left"] or 1, environment)
    due_at, left = (following.due_at, following.left) if following else (None, 0)
    uow.packs.set_start_due(definition.id, element_id, due_at, left)
    begin(uow, definition, {}, by=SYSTEM, start_event=element_id)


def _drain(engine: Engine, source: Source, limit: int) -> int:
    fired, after = 0, None
    while fired < limit:
        with engine.begin() as uow:
            rows = source.due(uow, after)
        if not rows:
            break
        fired += sum(_fire_one(engine, row, source) for row in _from_anywhere(rows))
        after = (rows[-1].due_at, rows[-1].id)
    return fired


def _from_anywhere(rows: tuple[DueRow, ...]) -> list[DueRow]:
    """
    Return the rows beginning at an instance of our own, so that workers that listed the same rows meet seldom.

    The rows of one instance keep their order: after an outage the earlier timer may cancel the later one.
    """
    groups: dict[str, list[DueRow]] = {}
    for row in rows:
        groups.setdefault(row.instance_id, []).append(row)
    cases = list(groups)
    first = secrets.randbelow(len(cases))
    return [row for case in (*cases[first:], *cases[:first]) for row in groups[case]]


def _fire_one(engine: Engine, due: DueRow, source: Source) -> bool:
    try:
        with engine.begin() as uow:
            instance = source.lock(uow, due)
            if instance is None or instance.suspended:
                return False
            return source.fire(uow, instance, due)
    except (StateUnreadable, ContentChanged) as damage:
        return _note(engine, due, damage.code, damage.message)
    except StoreUnavailable:
        raise
    except Unavailable as busy:  # the next round, or a worker that has the keys, will do it
        log.warning("due row %s stays for the next round: %s", due.id, busy.message)
        return False
    except JingfaError as fault:
        return _note(engine, due, fault.code, fault.message)
    except Exception as bug:  # noqa: BLE001 - one broken case must not stop the others
        log.exception("due row %s of instance %s failed", due.id, due.instance_id)
        return _note(engine, due, "timer-failed", f"{type(bug).__name__}: {bug}")


def _note(engine: Engine, due: DueRow, code: str, message: str) -> bool:
    """Make an incident of a timer that failed, once; it is tried again when the incident is resolved."""
    with engine.begin() as uow:
        is_held, timer = uow.instances.hold(due.instance_id), uow.waits.timer(due.id)
        if not is_held or timer is None:
            return False
        uow.waits.close_timer(due.id)
        uow.incidents.add(
            [
                {
                    "id": new_id(),
                    "instance_id": due.instance_id,
                    "activity_id": timer.activity_id,
                    "element_id": timer.element_id,
                    "code": code,
                    "message": message[:2000],
                    "created_at": uow.now,
                }
            ]
        )
    return False


def _fire_timer(uow: UnitOfWork, instance: InstanceRow, due: DueRow) -> bool:
    timer = uow.waits.timer(due.id)
    if timer is None or timer.due_at != due.due_at or instance.status is not InstanceState.ACTIVE:
        return False
    if _stands_still(uow, timer):
        retiming.follow(uow, instance, SYSTEM, action="retime", detail=_detail(timer))
        return False
    definition = definitions.load(uow, instance.definition_id)
    environment = uow.installation.environment(max(uow.now, timer.due_at))
    try:
        advance = interpreter.trigger_timer(
            definition, instance.state, timer.activity_id, environment=environment
        )
    except ActivityNotWaiting:
        uow.waits.close_timer(timer.id)
        return False
    recording.record(uow, instance, advance, by=SYSTEM, action="timer", detail=_detail(timer))
    return True


def _stands_still(uow: UnitOfWork, timer: TimerRow) -> bool:
    """Tell whether the deadline that the timer follows is paused: then it is due later, not now."""
    if timer.deadline is None:
        return False
    code = timer.deadline.partition("@")[0]
    open_ = uow.deadlines.of_instance(timer.instance_id, open_only=True)
    return any(row.code == code and row.state == "paused" for row in open_)


def _detail(timer: TimerRow) -> dict[str, str]:
    return {"element_id": timer.element_id, "due_at": timer.due_at.isoformat()}


def _lock_of_rung(uow: UnitOfWork, due: DueRow) -> InstanceRow | None:
    rung = uow.deadlines.rung(due.id)
    if rung is None or rung.fired_at is not None:
        return None
    return uow.instances.lock(due.instance_id, skip_locked=True)


def _fire_rung(uow: UnitOfWork, instance: InstanceRow, due: DueRow) -> bool:
    return escalation.fire(uow, instance, due.id)


def next_due(engine: Engine) -> datetime | None:
    """Return the next instant at which something is due; None when nothing waits."""
    with engine.begin() as uow:
        instants: Iterable[datetime | None] = (
            uow.waits.next_due(),
            uow.jobs.next_run(),
            uow.drafts.next_due(),
            uow.law_changes.next_due(),
        )
        return min((instant for instant in instants if instant is not None), default=None)
