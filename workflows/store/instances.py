"""Rows of process instances and of what hangs directly on them: units, participants, parties, steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bpmn.model import InstanceState
from tasks.model import CaseFacts, Scope
from workflows.store import tables as t
from workflows.store.repository import Repository
from workflows.store.rows import InstanceRow, StepRow
from workflows.store.scopes import visible

INSTANCE = (
    *(c for c in t.process_instance.c if c.name != "status"),
    t.process_instance.c.status,
)


def _instance(**columns: Any) -> InstanceRow:
    return InstanceRow(
        **{**columns, "status": InstanceState(columns["status"]), "state": bytes(columns["state"])}
    )


class Instances(Repository):
    """``process_instance`` and its satellites. The instance row is the only lock, taken first everywhere."""

    def lock(self, instance_id: str, *, skip_locked: bool = False) -> InstanceRow | None:
        """Lock the row FOR UPDATE; None when there is none, or with *skip_locked* when somebody holds it."""
        query = select(*INSTANCE).where(t.process_instance.c.id == instance_id)
        return self._one(query.with_for_update(skip_locked=skip_locked), _instance)

    def get(self, instance_id: str) -> InstanceRow | None:
        """Read the row without a lock."""
        return self._one(select(*INSTANCE).where(t.process_instance.c.id == instance_id), _instance)

    def visible(self, instance_id: str, scope: Scope) -> InstanceRow | None:
        """Read the row if the scope contains it."""
        query = select(*INSTANCE).where(t.process_instance.c.id == instance_id, visible(scope))
        return self._one(query, _instance)

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
        fixed = {"id", "process_key", "business_key", "started_at", "started_by", "parent_id"}
        values = {c.name: getattr(row, c.name) for c in t.process_instance.c if c.name not in fixed}
        self._run(update(t.process_instance).where(t.process_instance.c.id == row.id).values(values))

    def set_due(self, instance_id: str, due_at: datetime | None, code: str | None) -> None:
        """Write the nearest running deadline."""
        where = t.process_instance.c.id == instance_id
        self._run(update(t.process_instance).where(where).values(due_at=due_at, due_code=code))

    # -- satellites ----------------------------------------------------------------------------------------------------

    def put_units(self, instance_id: str, units: Mapping[str, str]) -> None:
        """Make the case's units those of *units* (slot -> unit id)."""
        self._run(delete(t.instance_unit).where(t.instance_unit.c.instance_id == instance_id))
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
        self._run(delete(t.instance_party).where(t.instance_party.c.instance_id == instance_id))
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

    def add_participant(self, instance_id: str, person_id: str, part: str, at: datetime) -> bool:
        """Record that a person has a part in a case; False when already recorded."""
        values = {"instance_id": instance_id, "person_id": person_id, "part": part, "since": at}
        return self._run(upsert(t.participant).values(values).on_conflict_do_nothing()) == 1

    def facts(self, instance_id: str) -> CaseFacts:
        """Return what the rules need to know of the case."""
        rows = self._rows(
            select(t.participant.c.person_id, t.participant.c.part).where(
                t.participant.c.instance_id == instance_id
            )
        )
        doers = self._rows(
            select(t.user_task.c.element_id, t.user_task.c.completed_by)
            .where(t.user_task.c.instance_id == instance_id, t.user_task.c.state == "completed")
            .order_by(t.user_task.c.closed_at)
        )
        by_part: dict[str, set[str]] = {}
        for row in rows:
            by_part.setdefault(row.part, set()).add(row.person_id)
        return CaseFacts(
            instance_id=instance_id,
            units=frozenset(self.units(instance_id).values()),
            participants=frozenset(p for part, ps in by_part.items() if part != "conflict" for p in ps),
            conflicts=frozenset(by_part.get("conflict", ())),
            grants=self._granted(instance_id),
            sealed=self.is_sealed(instance_id),
            completed_by={row.element_id: row.completed_by for row in doers if row.completed_by},
        )

    # -- sealing -------------------------------------------------------------------------------------------------------

    def is_sealed(self, instance_id: str) -> bool:
        """Tell whether the case is seen by named grant only."""
        query = select(func.count()).select_from(t.sealed_case)
        return self._count(query.where(t.sealed_case.c.instance_id == instance_id)) > 0

    def seal(self, instance_id: str, *, reason: str, by: str, at: datetime) -> bool:
        """Seal a case; False when it was sealed before."""
        values = {"instance_id": instance_id, "reason": reason, "sealed_by": by, "sealed_at": at}
        return self._run(upsert(t.sealed_case).values(values).on_conflict_do_nothing()) == 1

    def put_grant(
        self, instance_id: str, person_id: str, *, purpose: str, by: str, at: datetime, until: datetime
    ) -> None:
        """Let a named person into a sealed case until an instant."""
        values = {"purpose": purpose, "granted_by": by, "granted_at": at, "expires_at": until}
        statement = upsert(t.named_grant).values(instance_id=instance_id, person_id=person_id, **values)
        self._run(statement.on_conflict_do_update(index_elements=["instance_id", "person_id"], set_=values))

    def drop_grant(self, instance_id: str, person_id: str) -> None:
        """Take a named grant back."""
        c = t.named_grant.c
        self._run(delete(t.named_grant).where(c.instance_id == instance_id, c.person_id == person_id))

    def _granted(self, instance_id: str) -> frozenset[str]:
        c = t.named_grant.c
        query = select(c.person_id).where(c.instance_id == instance_id, c.expires_at > func.now())
        return frozenset(row.person_id for row in self._rows(query))

    # -- steps ---------------------------------------------------------------------------------------------------------

    def add_step(self, step: StepRow) -> None:
        """Keep what the case looked like before a human step."""
        self._insert(t.instance_step, [vars(step)])

    def last_step(self, instance_id: str) -> StepRow | None:
        """Return the latest human step."""
        query = select(t.instance_step).where(t.instance_step.c.instance_id == instance_id)
        return self._one(query.order_by(t.instance_step.c.revision.desc()).limit(1), _step)

    def drop_steps(self, instance_id: str, *, from_revision: int) -> None:
        """Forget steps that were taken back."""
        self._run(
            delete(t.instance_step).where(
                t.instance_step.c.instance_id == instance_id, t.instance_step.c.revision >= from_revision
            )
        )

    # -- lists ---------------------------------------------------------------------------------------------------------

    def page(
        self, scope: Scope, filters: Mapping[str, Any], *, after: tuple[datetime, str] | None, limit: int
    ) -> tuple[InstanceRow, ...]:
        """Return visible instances, the newest first, after the cursor (started_at, id)."""
        c = t.process_instance.c
        query = _filtered(select(*INSTANCE).where(visible(scope)), filters)
        if after is not None:
            query = query.where(or_(c.started_at < after[0], (c.started_at == after[0]) & (c.id < after[1])))
        return self._all(query.order_by(c.started_at.desc(), c.id.desc()).limit(limit), _instance)

    def by_ids(self, ids: Iterable[str], scope: Scope) -> tuple[InstanceRow, ...]:
        """Return the visible ones of these instances, the newest first."""
        query = select(*INSTANCE).where(t.process_instance.c.id.in_(tuple(ids)), visible(scope))
        return self._all(query.order_by(t.process_instance.c.started_at.desc()), _instance)

    def count_running(self, definition_id: str) -> int:
        """Count running instances of one version."""
        where = (t.process_instance.c.definition_id == definition_id, t.process_instance.c.status == "active")
        return self._count(select(func.count()).select_from(t.process_instance).where(*where))


def _step(**columns: Any) -> StepRow:
    return StepRow(**{**columns, "state_before": bytes(columns["state_before"])})


def _filtered(query: Select[Any], filters: Mapping[str, Any]) -> Select[Any]:
    """Add the conditions of an ``InstanceQuery`` that are given."""
    c = t.process_instance.c
    for name in ("process_key", "definition_id", "status", "risk", "level", "business_key"):
        if filters.get(name) is not None:
            query = query.where(c[name] == filters[name])
    if filters.get("text"):
        pattern = (
            "%" + str(filters["text"]).replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
        )
        query = query.where(or_(c.title.ilike(pattern), c.business_key.ilike(pattern)))
    if filters.get("units"):
        inside = (t.instance_unit.c.instance_id == c.id) & t.instance_unit.c.unit_id.in_(
            tuple(filters["units"])
        )
        query = query.where(exists().where(inside))
    if filters.get("overdue_at"):
        query = query.where(c.status == "active", c.due_at < filters["overdue_at"])
    if filters.get("with_incidents"):
        query = query.where(
            exists().where(t.incident.c.instance_id == c.id, t.incident.c.resolved_at.is_(None))
        )
    if filters.get("element_id"):
        task = t.user_task.c
        open_ = task.state.in_(("created", "claimed"))
        query = query.where(
            exists().where(task.instance_id == c.id, task.element_id == filters["element_id"], open_)
        )
    if filters.get("started_after"):
        query = query.where(c.started_at >= filters["started_after"])
    if filters.get("started_before"):
        query = query.where(c.started_at < filters["started_before"])
    return query
