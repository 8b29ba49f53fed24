"""The index of what instances wait for: reconciled by ``workflows/execution/recording.py``, read by the drains."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    Text,
    any_,
    bindparam,
    delete,
    func,
    or_,
    select,
    text,
    union_all,
    update,
)

from workflows.store import tables as t
from workflows.store.repository import Repository
from workflows.store.rows import DueRow, OpenWait, SubscriptionRow, TimerRow
from workflows.store.statements import Prepared, Statement

#: Everything open of one case. Literals, not parameters: they let the planner see that the partial indexes of open rows fit.
OPEN_OF = """
SELECT 'user_task' AS kind, id, activity_id, inputs_hash AS code, due_at FROM user_task
WHERE instance_id = {case} AND state IN ('created', 'claimed')
UNION ALL SELECT 'job', id, activity_id, NULL, NULL FROM job
WHERE instance_id = {case} AND state IN ('ready', 'leased', 'failed')
UNION ALL SELECT 'timer', id, activity_id, deadline, due_at FROM timer WHERE instance_id = {case}
UNION ALL SELECT 'event', id, activity_id, NULL, NULL FROM event_subscription WHERE instance_id = {case}
UNION ALL SELECT 'clock', id, activity_id, code, due_at FROM deadline WHERE instance_id = {case} AND state <> 'stopped'
"""
OPEN = Prepared(text(OPEN_OF.format(case=":id")))


def _ids(column: Any) -> Any:
    return column == any_(bindparam("ids", type_=ARRAY(Text)))


GET_TIMER = Prepared(select(t.timer).where(t.timer.c.id == bindparam("id")))
DROP_CANDIDATES = Prepared(delete(t.user_task_candidate).where(_ids(t.user_task_candidate.c.user_task_id)))
CANCEL_TASKS = Prepared(
    update(t.user_task).where(_ids(t.user_task.c.id)).values(state="cancelled", closed_at=bindparam("at"))
)
#: What closes rows of a kind; a cancelled job is kept, because its handler may still run.
CLOSE = {
    "job": Prepared(update(t.job).where(_ids(t.job.c.id)).values(state="cancelled")),
    "timer": Prepared(delete(t.timer).where(_ids(t.timer.c.id))),
    "event": Prepared(delete(t.event_subscription).where(_ids(t.event_subscription.c.id))),
}
WAKE = Statement(text("NOTIFY jingfa_work"))


class WaitStates(Repository):
    """Timers, subscriptions, and the list of everything open of one instance."""

    def open(self, instance_id: str) -> tuple[OpenWait, ...]:
        """Return every open row of the instance's index, in one round trip."""
        return self._fetch(OPEN, OpenWait, id=instance_id)

    def add_timers(self, timers: Iterable[TimerRow]) -> None:
        """Insert timers."""
        self._insert(t.timer, map(vars, timers))

    def move_timer(self, timer_id: str, due_at: datetime) -> None:
        """Give a timer another instant."""
        self._write(update(t.timer).where(t.timer.c.id == timer_id).values(due_at=due_at))

    def timer(self, timer_id: str) -> TimerRow | None:
        """Return one timer."""
        found = self._fetch(GET_TIMER, TimerRow, id=timer_id)
        return found[0] if found else None

    def due_timers(
        self, now: datetime, *, after: tuple[datetime, str] | None = None, limit: int = 200
    ) -> tuple[DueRow, ...]:
        """List due timers of instances that are not suspended, the oldest first, without locking."""
        query = (
            select(t.timer.c.id, t.timer.c.instance_id, t.timer.c.due_at)
            .join(t.process_instance, t.process_instance.c.id == t.timer.c.instance_id)
            .where(t.timer.c.due_at <= now, ~t.process_instance.c.suspended)
        )
        if after is not None:
            query = query.where(
                or_(t.timer.c.due_at > after[0], (t.timer.c.due_at == after[0]) & (t.timer.c.id > after[1]))
            )
        return self._all(query.order_by(t.timer.c.due_at, t.timer.c.id).limit(limit), DueRow)

    def next_due(self) -> datetime | None:
        """Return the next instant at which a timer, a rung or a job is due."""
        instants = union_all(
            select(func.min(t.timer.c.due_at).label("at")),
            select(func.min(t.rung.c.due_at))
            .join(t.deadline, t.deadline.c.id == t.rung.c.deadline_id)
            .where(t.rung.c.fired_at.is_(None), t.deadline.c.state == "running"),
        ).subquery()
        value = self._connection.execute(select(func.min(instants.c.at))).scalar_one()
        return value if isinstance(value, datetime) else None

    def add_subscriptions(self, subscriptions: Iterable[SubscriptionRow]) -> None:
        """Insert subscriptions."""
        self._insert(t.event_subscription, map(vars, subscriptions))

    def subscriptions(
        self, kind: str, name: str, *, instance_id: str | None = None
    ) -> tuple[SubscriptionRow, ...]:
        """List open subscriptions to a message or signal."""
        c = t.event_subscription.c
        query = select(t.event_subscription).where(c.kind == kind, c.event_name == name)
        if instance_id is not None:
            query = query.where(c.instance_id == instance_id)
        return self._all(query.order_by(c.id), SubscriptionRow)

    def messages_of(self, instance_id: str) -> tuple[SubscriptionRow, ...]:
        """List every message that a case waits for."""
        c = t.event_subscription.c
        query = select(t.event_subscription).where(c.instance_id == instance_id, c.kind == "message")
        return self._all(query.order_by(c.id), SubscriptionRow)

    def waiting_for(self, name: str, correlation_key: str | None) -> tuple[SubscriptionRow, ...]:
        """List message subscriptions that this name and key fit; a subscription without a key fits any."""
        c = t.event_subscription.c
        fits = (
            or_(c.correlation_key == correlation_key, c.correlation_key.is_(None))
            if correlation_key
            else c.correlation_key.is_(None)
        )
        query = select(t.event_subscription).where(c.kind == "message", c.event_name == name, fits)
        return self._all(query.order_by(c.correlation_key.is_(None), c.id), SubscriptionRow)

    def close(self, waits: Iterable[OpenWait], at: datetime) -> None:
        """Close rows whose wait has vanished: tasks and jobs are cancelled, timers and subscriptions deleted."""
        by_kind: dict[str, list[str]] = {}
        for wait in waits:
            by_kind.setdefault(wait.kind, []).append(wait.id)
        if tasks := by_kind.get("user_task"):
            DROP_CANDIDATES.later(self._connection, ids=tasks)
            CANCEL_TASKS.later(self._connection, ids=tasks, at=at)
        for kind in by_kind.keys() & CLOSE.keys():
            CLOSE[kind].later(self._connection, ids=by_kind[kind])

    def close_timer(self, timer_id: str) -> None:
        """Delete a timer."""
        self._write(delete(t.timer).where(t.timer.c.id == timer_id))

    def wake(self) -> None:
        """NOTIFY the workers on commit."""
        WAKE.later(self._connection)
