"""The index of what instances wait for: reconciled by ``workflows/recording.py``, read by the drains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, literal, null, or_, select, union_all, update

from workflows.store import tables as t
from workflows.store.repository import Repository
from workflows.store.rows import DueRow, OpenWait, SubscriptionRow, TimerRow

OPEN_TASK = t.user_task.c.state.in_(("created", "claimed"))
OPEN_JOB = t.job.c.state.in_(("ready", "leased", "failed"))


class WaitStates(Repository):
    """Timers, subscriptions, and the list of everything open of one instance."""

    def open(self, instance_id: str) -> tuple[OpenWait, ...]:
        """Return every open row of the instance's index, in one round trip."""
        none, no_time = null().label("code"), null().label("due_at")
        queries = [
            _waits(
                "user_task",
                t.user_task,
                instance_id,
                t.user_task.c.inputs_hash.label("code"),
                t.user_task.c.due_at,
            ).where(OPEN_TASK),
            _waits("job", t.job, instance_id, none, no_time).where(OPEN_JOB),
            _waits("timer", t.timer, instance_id, t.timer.c.deadline.label("code"), t.timer.c.due_at),
            _waits("event", t.event_subscription, instance_id, none, no_time),
            _waits("clock", t.deadline, instance_id, t.deadline.c.code, t.deadline.c.due_at).where(
                t.deadline.c.state != "stopped"
            ),
        ]
        return self._all(union_all(*queries), OpenWait)

    def add_timers(self, timers: Iterable[TimerRow]) -> None:
        """Insert timers."""
        self._insert(t.timer, map(vars, timers))

    def move_timer(self, timer_id: str, due_at: datetime) -> None:
        """Give a timer another instant."""
        self._run(update(t.timer).where(t.timer.c.id == timer_id).values(due_at=due_at))

    def timer(self, timer_id: str) -> TimerRow | None:
        """Return one timer."""
        return self._one(select(t.timer).where(t.timer.c.id == timer_id), TimerRow)

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
            select(func.min(t.rung.c.due_at)).where(t.rung.c.fired_at.is_(None)),
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
            self._run(delete(t.user_task_candidate).where(t.user_task_candidate.c.user_task_id.in_(tasks)))
            self._run(
                update(t.user_task).where(t.user_task.c.id.in_(tasks)).values(state="cancelled", closed_at=at)
            )
        if jobs := by_kind.get("job"):
            self._run(update(t.job).where(t.job.c.id.in_(jobs)).values(state="cancelled"))
        if timers := by_kind.get("timer"):
            self._run(delete(t.timer).where(t.timer.c.id.in_(timers)))
        if events := by_kind.get("event"):
            self._run(delete(t.event_subscription).where(t.event_subscription.c.id.in_(events)))

    def close_timer(self, timer_id: str) -> None:
        """Delete a timer."""
        self._run(delete(t.timer).where(t.timer.c.id == timer_id))

    def wake(self, channel: str = "jingfa_work") -> None:
        """NOTIFY the workers on commit."""
        self._connection.exec_driver_sql(f"NOTIFY {channel}")


def _waits(kind: str, table: Any, instance_id: str, code: Any, due_at: Any) -> Any:
    columns: Mapping[str, Any] = {"code": code, "due_at": due_at}
    return select(
        literal(kind).label("kind"), table.c.id, table.c.activity_id, columns["code"], columns["due_at"]
    ).where(table.c.instance_id == instance_id)
