"""The work lists that people read all day: their cost does not grow with the number of open cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Select, Text, and_, bindparam, or_, select, text, union

from tasks.model import UserTask
from workflows.store import tables as t
from workflows.store.repository import Repository
from workflows.store.scopes import shut_out
from workflows.store.statements import Statement
from workflows.store.user_tasks import selected, task_of

COUNTED = 1000  #: a badge says no more than that; counting on would read a whole pool
#: A task may lie in several pools of one person: each pool is cut first, then tasks are counted once.
COUNTS = Statement(
    text("""
WITH shut AS MATERIALIZED (
  SELECT k.id FROM user_task k JOIN sealed_case s ON s.instance_id = k.instance_id
  WHERE NOT EXISTS (SELECT FROM named_grant g
                    WHERE g.instance_id = k.instance_id AND g.person_id = :person AND g.expires_at > now())
  UNION ALL
  SELECT k.id FROM participant p JOIN user_task k ON k.instance_id = p.instance_id
  WHERE p.person_id = :person AND p.part = 'conflict')
SELECT
  (SELECT count(*) FROM (
     SELECT FROM user_task WHERE assignee_id = :person AND state = 'claimed'
     AND id NOT IN (SELECT id FROM shut) LIMIT :most) a) AS mine,
  (SELECT count(DISTINCT user_task_id) FROM (
     SELECT user_task_id FROM user_task_candidate WHERE key = ANY(:keys)
     AND user_task_id NOT IN (SELECT id FROM shut) LIMIT :most) b) AS pool,
  (SELECT count(*) FROM (
     SELECT FROM user_task WHERE assignee_id = :person AND state = 'claimed' AND sort_at < :now
     AND id NOT IN (SELECT id FROM shut) LIMIT :most) c)
  + (SELECT count(DISTINCT user_task_id) FROM (
     SELECT user_task_id FROM user_task_candidate WHERE key = ANY(:keys) AND sort_at < :now
     AND user_task_id NOT IN (SELECT id FROM shut) LIMIT :most) d) AS overdue
""").bindparams(bindparam("keys", type_=ARRAY(Text)))
)


class WorkLists(Repository):
    """Ordered reads of ``user_task`` and of the pool index ``user_task_candidate``."""

    def page(
        self,
        person_id: str,
        keys: Iterable[str],
        filters: Mapping[str, Any],
        *,
        which: str,
        after: tuple[datetime, str] | None,
        limit: int,
    ) -> tuple[tuple[UserTask, ...], tuple[datetime, str] | None]:
        """
        Return open tasks in order of urgency and the key of the last one.

        Each pool is an ordered index range that is read no further than *limit*; the ranges are merged. The cost does not
        grow with the number of open cases.
        """
        if not filters:
            ids = self._first(person_id, sorted(keys), which, after, limit)
            query = selected(t.user_task.c.sort_at).where(t.user_task.c.id.in_(ids))
        else:
            query = selected(t.user_task.c.sort_at).where(_mine_or_pool(person_id, keys, which))
            query = _narrow(query, filters)
            if after is not None:
                query = query.where(_later(t.user_task.c.sort_at, t.user_task.c.id, after))
        rows = self._rows(query.order_by(t.user_task.c.sort_at, t.user_task.c.id).limit(limit))
        found = [row._asdict() for row in rows]
        last = (found[-1]["sort_at"], found[-1]["id"]) if found else None
        return tuple(task_of(**{k: v for k, v in row.items() if k != "sort_at"}) for row in found), last

    def _first(
        self, person_id: str, keys: list[str], which: str, after: tuple[datetime, str] | None, limit: int
    ) -> tuple[str, ...]:
        ranges: list[Any] = []
        if which in ("all", "mine"):
            c = t.user_task.c
            mine = select(c.sort_at, c.id).where(c.assignee_id == person_id, c.state == "claimed")
            mine = mine.where(c.id.not_in(shut_out(person_id)))
            ranges.append(_cut(mine, c.sort_at, c.id, after, limit))
        if which in ("all", "pool"):
            for key in keys:
                p = t.user_task_candidate.c
                pool = select(p.sort_at, p.user_task_id.label("id")).where(
                    p.key == key, p.user_task_id.not_in(shut_out(person_id))
                )
                ranges.append(_cut(pool, p.sort_at, p.user_task_id, after, limit))
        if not ranges:
            return ()
        merged = union(*(select(r.subquery()) for r in ranges)).subquery()
        query = select(merged.c.id).order_by(merged.c.sort_at, merged.c.id).limit(limit)
        return tuple(row.id for row in self._rows(query))

    def done_by(
        self, person_id: str, *, after: tuple[datetime, str] | None, limit: int
    ) -> tuple[UserTask, ...]:
        """Return tasks that a person completed, the latest first."""
        c = t.user_task.c
        query = selected().where(
            c.completed_by == person_id, c.state == "completed", c.id.not_in(shut_out(person_id))
        )
        if after is not None:
            query = query.where(or_(c.closed_at < after[0], and_(c.closed_at == after[0], c.id < after[1])))
        return self._all(query.order_by(c.closed_at.desc(), c.id.desc()).limit(limit), task_of)

    def counts(self, person_id: str, keys: Iterable[str], now: datetime) -> Mapping[str, int]:
        """Count what a person has in hand, in the pools and overdue in either; each up to 1000, in one round trip."""
        pools = sorted(keys)
        (row,) = COUNTS.rows(
            self._connection, person=person_id, keys=pools, now=now, most=COUNTED * max(1, len(pools))
        )
        return {name: min(int(value), COUNTED) for name, value in row._asdict().items()}


def _later(sort_at: Any, id_: Any, after: tuple[datetime, str]) -> Any:
    return or_(sort_at > after[0], and_(sort_at == after[0], id_ > after[1]))


def _cut(
    query: Select[Any], sort_at: Any, id_: Any, after: tuple[datetime, str] | None, limit: int
) -> Select[Any]:
    if after is not None:
        query = query.where(_later(sort_at, id_, after))
    return query.order_by(sort_at, id_).limit(limit)


def _mine_or_pool(person_id: str, keys: Iterable[str], which: str) -> Any:
    c = t.user_task.c
    reachable = c.id.not_in(shut_out(person_id))
    mine = and_(c.assignee_id == person_id, c.state == "claimed", reachable)
    in_pool: Any = c.id.in_(
        select(t.user_task_candidate.c.user_task_id).where(t.user_task_candidate.c.key.in_(sorted(keys)))
    )
    in_pool = and_(in_pool, reachable)
    if which == "mine":
        return mine
    return in_pool if which == "pool" else or_(mine, in_pool)


def _narrow(query: Select[Any], filters: Mapping[str, Any]) -> Select[Any]:
    if filters.get("overdue_at"):
        query = query.where(t.user_task.c.sort_at < filters["overdue_at"])
    if filters.get("process_key"):
        query = query.where(t.process_instance.c.process_key == filters["process_key"])
    if filters.get("instance_id"):
        query = query.where(t.user_task.c.instance_id == filters["instance_id"])
    if filters.get("text"):
        pattern = (
            "%" + str(filters["text"]).replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
        )
        query = query.where(
            or_(
                t.process_instance.c.title.ilike(pattern),
                t.process_instance.c.business_key.ilike(pattern),
                t.user_task.c.name.ilike(pattern),
            )
        )
    return query
