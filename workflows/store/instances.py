"""Rows of process instances and of what hangs directly on them: units, participants, parties, steps."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    Text,
    bindparam,
    delete,
    func,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from bpmn.model import InstanceState
from tasks.model import CaseFacts, Scope
from workflows.store import tables as t
from workflows.store.case_filters import filtered
from workflows.store.facts import FACTS, facts_of
from workflows.store.repository import Repository
from workflows.store.rows import InstanceRow
from workflows.store.scopes import visible
from workflows.store.statements import Prepared, Statement

INSTANCE = (
    *(c for c in t.process_instance.c if c.name != "status"),
    t.process_instance.c.status,
)

KEPT_OUT = Statement(
    text("""
SELECT person_id FROM participant WHERE instance_id = :id AND part = 'conflict' AND person_id = ANY(:people)
UNION
SELECT asked.person_id FROM unnest(CAST(:people AS text[])) AS asked (person_id)
WHERE EXISTS (SELECT FROM sealed_case WHERE instance_id = :id)
  AND NOT EXISTS (SELECT FROM named_grant g
                  WHERE g.instance_id = :id AND g.person_id = asked.person_id AND g.expires_at > now())
""").bindparams(bindparam("people", type_=ARRAY(Text)))
)
_ONE = select(*INSTANCE).where(t.process_instance.c.id == bindparam("id"))
GET = Prepared(_ONE)
LOCK = Prepared(_ONE.with_for_update())
LOCK_FREE = Prepared(_ONE.with_for_update(skip_locked=True))
_OF_TASK = (
    t.process_instance.c.id
    == select(t.user_task.c.instance_id).where(t.user_task.c.id == bindparam("id")).scalar_subquery()
)
LOCK_OF_TASK = Prepared(select(*INSTANCE).where(_OF_TASK).with_for_update())
HOLD = select(t.process_instance.c.id).with_for_update(skip_locked=True)
HOLD_OF_TASK = Prepared(select(literal_column("1")).where(_OF_TASK).with_for_update())
LOCK_OF_TIMER = Prepared(
    select(*INSTANCE)
    .where(
        t.process_instance.c.id
        == select(t.timer.c.instance_id).where(t.timer.c.id == bindparam("id")).scalar_subquery()
    )
    .with_for_update(skip_locked=True)
)
FIXED = frozenset({"id", "process_key", "business_key", "started_at", "started_by", "parent_id"})
CHANGING = tuple(c.name for c in t.process_instance.c if c.name not in FIXED)
SAVE = Prepared(
    update(t.process_instance)
    .where(t.process_instance.c.id == bindparam("id_"))
    .values({name: bindparam(name) for name in CHANGING})
)
ADD_PARTICIPANT = Prepared(
    upsert(t.participant)
    .values({c.name: bindparam(c.name) for c in t.participant.c})
    .on_conflict_do_nothing()
)


def instance_of(**columns: Any) -> InstanceRow:
    return InstanceRow(
        **{**columns, "status": InstanceState(columns["status"]), "state": bytes(columns["state"])}
    )


class Instances(Repository):
    """``process_instance`` and its satellites. The instance row is the only lock, taken first everywhere."""

    def lock(self, instance_id: str, *, skip_locked: bool = False) -> InstanceRow | None:
        """Lock the row FOR UPDATE; None when there is none, or with *skip_locked* when somebody holds it."""
        found = self._fetch(LOCK_FREE if skip_locked else LOCK, instance_of, id=instance_id)
        return found[0] if found else None

    def hold(self, instance_id: str) -> bool:
        """Lock the row without reading it, so that a damaged one can be set aside; False when somebody holds it."""
        return bool(self._rows(HOLD.where(t.process_instance.c.id == instance_id)))

    def lock_of_task(self, user_task_id: str) -> InstanceRow | None:
        """Lock the row of the task's instance FOR UPDATE; None when there is no such task."""
        found = self._fetch(LOCK_OF_TASK, instance_of, id=user_task_id)
        return found[0] if found else None

    def lock_of_timer(self, timer_id: str) -> InstanceRow | None:
        """Lock the row of the timer's instance; None when the timer is gone or somebody holds the row."""
        found = self._fetch(LOCK_OF_TIMER, instance_of, id=timer_id)
        return found[0] if found else None

    def get(self, instance_id: str) -> InstanceRow | None:
        """Read the row without a lock."""
        return self._remembered(("get", instance_id), lambda: self._get(instance_id))

    def _get(self, instance_id: str) -> InstanceRow | None:
        return next(iter(self._fetch(GET, instance_of, id=instance_id)), None)

    def business_key(self, instance_id: str) -> str | None:
        """Return the number of a case; nothing sealed is read."""
        query = select(t.process_instance.c.business_key).where(t.process_instance.c.id == instance_id)
        value = self._connection.execute(query).scalar_one_or_none()
        return None if value is None else str(value)

    def visible(self, instance_id: str, scope: Scope) -> InstanceRow | None:
        """Read the row if the scope contains it."""
        return self._remembered(
            ("visible", instance_id, scope),
            lambda: self._one(
                select(*INSTANCE).where(t.process_instance.c.id == instance_id, visible(scope)), instance_of
            ),
        )

    def by_business_key(self, process_key: str, business_key: str) -> str | None:
        """Return the id of the instance with this key."""
        row = self._connection.execute(
            select(t.process_instance.c.id).where(
                t.process_instance.c.process_key == process_key,
                t.process_instance.c.business_key == business_key,
            )
        ).one_or_none()
        return None if row is None else str(row.id)

    def add(self, row: InstanceRow) -> bool:
        """Insert the row; False when the process already has an instance with this business key."""
        values = {column.name: getattr(row, column.name) for column in t.process_instance.c}
        statement = upsert(t.process_instance).values(values)
        return (
            self._run(
                statement.on_conflict_do_nothing(constraint="uq_process_instance_process_key_business_key")
            )
            == 1
        )

    def save(self, row: InstanceRow) -> None:
        """Write everything that a step may change."""
        SAVE.later(self._connection, id_=row.id, **{name: getattr(row, name) for name in CHANGING})

    def set_due(self, instance_id: str, due_at: datetime | None, code: str | None) -> None:
        """Write the nearest running deadline."""
        where = t.process_instance.c.id == instance_id
        self._write(update(t.process_instance).where(where).values(due_at=due_at, due_code=code))

    # -- satellites ----------------------------------------------------------------------------------------------------

    def put_units(self, instance_id: str, units: Mapping[str, str]) -> None:
        """Make the case's units those of *units* (slot -> unit id)."""
        self._write(delete(t.instance_unit).where(t.instance_unit.c.instance_id == instance_id))
        self._insert(
            t.instance_unit, ({"instance_id": instance_id, "slot": s, "unit_id": u} for s, u in units.items())
        )

    def units(self, instance_id: str) -> dict[str, str]:
        """Return slot -> unit id."""
        query = select(t.instance_unit.c.slot, t.instance_unit.c.unit_id)
        return {
            row.slot: row.unit_id
            for row in self._rows(query.where(t.instance_unit.c.instance_id == instance_id))
        }

    def put_parties(self, instance_id: str, hashes: Iterable[str]) -> None:
        """Make the case's party keys those of *hashes*."""
        self._write(delete(t.instance_party).where(t.instance_party.c.instance_id == instance_id))
        self._insert(
            t.instance_party, ({"instance_id": instance_id, "key_hash": h} for h in sorted(set(hashes)))
        )

    def sharing_a_party(self, instance_id: str) -> tuple[str, ...]:
        """Return ids of instances, this one included, that share a party with it."""
        mine, other = t.instance_party.alias("mine"), t.instance_party.alias("other")
        query = select(other.c.instance_id).distinct().join(mine, mine.c.key_hash == other.c.key_hash)
        return tuple(row.instance_id for row in self._rows(query.where(mine.c.instance_id == instance_id)))

    def with_parties(self, hashes: Iterable[str], *, since: datetime) -> tuple[str, ...]:
        """Return ids of instances started since then with one of these parties."""
        query = (
            select(t.instance_party.c.instance_id)
            .distinct()
            .join(t.process_instance, t.process_instance.c.id == t.instance_party.c.instance_id)
            .where(
                t.instance_party.c.key_hash.in_(sorted(set(hashes))), t.process_instance.c.started_at >= since
            )
        )
        return tuple(row.instance_id for row in self._rows(query))

    def running_with_parties(self, hashes: Iterable[str], *, process: str, but: str) -> tuple[str, ...]:
        """Return business keys of other active instances of processes LIKE *process* with one of these parties."""
        i, p = t.process_instance.c, t.instance_party.c
        query = (
            select(i.business_key)
            .distinct()
            .join(t.instance_party, i.id == p.instance_id)
            .where(p.key_hash.in_(sorted(set(hashes))), i.process_key.like(process))
            .where(i.status == InstanceState.ACTIVE, i.id != but)
        )
        return tuple(row.business_key for row in self._rows(query.order_by(i.business_key)))

    def latest_with_key(
        self, process_key: str, pattern: str, *, but: str | None = None
    ) -> InstanceRow | None:
        """Return the instance of a process that started last among those whose business key is LIKE *pattern*."""
        c = t.process_instance.c
        query = select(*INSTANCE).where(c.process_key == process_key, c.business_key.like(pattern))
        return self._one(query.where(c.id != (but or "")).order_by(c.started_at.desc()).limit(1), instance_of)

    def running_in_units(self, process: str, units: Collection[str]) -> tuple[InstanceRow, ...]:
        """Return active instances of processes LIKE *process* in any of the units, by business key."""
        return self._in_units(process, units, t.process_instance.c.status == InstanceState.ACTIVE)

    def recent_in_units(
        self, process: str, units: Collection[str], since: datetime
    ) -> tuple[InstanceRow, ...]:
        """Return instances of processes LIKE *process* in any of the units that run, or ended after *since*."""
        c = t.process_instance.c
        return self._in_units(process, units, (c.ended_at.is_(None)) | (c.ended_at >= since))

    def _in_units(self, process: str, units: Collection[str], which: Any) -> tuple[InstanceRow, ...]:
        i, u = t.process_instance.c, t.instance_unit.c
        mine = select(u.instance_id).where(u.unit_id.in_(units))
        query = select(*INSTANCE).where(i.id.in_(mine), i.process_key.like(process), which)
        return self._all(query.order_by(i.business_key), instance_of)

    def add_participant(self, instance_id: str, person_id: str, part: str, at: datetime) -> bool:
        """Record that a person has a part in a case; False when already recorded."""
        values = {"instance_id": instance_id, "person_id": person_id, "part": part, "since": at}
        return self._run(upsert(t.participant).values(values).on_conflict_do_nothing()) == 1

    def ensure_participant(self, instance_id: str, person_id: str, part: str, at: datetime) -> None:
        """Record that a person has a part in a case, recorded already or not."""
        ADD_PARTICIPANT.later(
            self._connection, instance_id=instance_id, person_id=person_id, part=part, since=at
        )

    def kept_out(self, instance_id: str, person_ids: Iterable[str]) -> frozenset[str]:
        """Return those of the people whom a conflict of interest or a seal keeps from the case; one round trip."""
        asked = sorted(set(person_ids))
        rows = KEPT_OUT.rows(self._connection, id=instance_id, people=asked) if asked else ()
        return frozenset(row.person_id for row in rows)

    def parts(self, instance_id: str) -> dict[str, frozenset[str]]:
        """Return person id -> parts in the case."""
        c = t.participant.c
        found: dict[str, frozenset[str]] = {}
        for row in self._rows(select(c.person_id, c.part).where(c.instance_id == instance_id)):
            found[row.person_id] = found.get(row.person_id, frozenset()) | {row.part}
        return found

    def facts(self, instance_id: str) -> CaseFacts:
        """Return what the rules need to know of the case, in one round trip whose cost does not grow with its age."""
        return self._remembered(
            ("facts", instance_id),
            lambda: facts_of(instance_id, FACTS.rows(self._connection, id=instance_id)),
        )

    # -- lists ---------------------------------------------------------------------------------------------------------

    def page(
        self, scope: Scope, filters: Mapping[str, Any], *, after: tuple[datetime, str] | None, limit: int
    ) -> tuple[InstanceRow, ...]:
        """Return visible instances, the newest first, after the cursor (started_at, id)."""
        c = t.process_instance.c
        query = filtered(select(*INSTANCE).where(visible(scope)), filters)
        if after is not None:
            query = query.where(or_(c.started_at < after[0], (c.started_at == after[0]) & (c.id < after[1])))
        return self._all(query.order_by(c.started_at.desc(), c.id.desc()).limit(limit), instance_of)

    def by_ids(self, ids: Iterable[str], scope: Scope) -> tuple[InstanceRow, ...]:
        """Return the visible ones of these instances, the newest first."""
        query = select(*INSTANCE).where(t.process_instance.c.id.in_(tuple(ids)), visible(scope))
        return self._all(query.order_by(t.process_instance.c.started_at.desc()), instance_of)

    def running(self, definition_ids: Iterable[str]) -> dict[str, int]:
        """Count the running instances of versions: definition id -> how many; without an entry there is none."""
        c = t.process_instance.c
        query = select(c.definition_id, func.count().label("running")).group_by(c.definition_id)
        rows = self._rows(query.where(c.definition_id.in_(tuple(definition_ids)), c.status == "active"))
        return {row.definition_id: row.running for row in rows}
