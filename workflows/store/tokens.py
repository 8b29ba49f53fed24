"""Where the running cases wait: what the board counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, and_, cast, exists, func, null, select, union_all

from workflows.store import tables as t
from workflows.store.repository import Repository

OPEN = {"user_task": ("created", "claimed"), "job": ("ready", "leased", "failed")}
NEVER: Any = cast(null(), DateTime(timezone=True))


@dataclass(frozen=True, kw_only=True)
class Token:
    """A case at an element of its diagram or of a called one."""

    instance_id: str
    definition_id: str
    element_id: str
    due_at: datetime | None  #: when the work at the element is due
    since: datetime | None  #: when the case got there; None where no instant is indexed
    started_at: datetime  #: of the case
    units: frozenset[str]  #: of the case
    aside: frozenset[str] = frozenset()  #: who has to stand aside in the case (回避)
    named: frozenset[str] | None = None  #: of a sealed case: whom a running grant names; None = not sealed

    def is_open_to(self, person_id: str) -> bool:
        """Tell whether neither a conflict of interest nor a seal keeps the person from knowing of the case."""
        return person_id not in self.aside and (self.named is None or person_id in self.named)


class Tokens(Repository):
    """Open wait states of running cases, and the call activities that were entered and not left."""

    def of(self, definition_ids: Iterable[str]) -> tuple[Token, ...]:
        """Return every token of the running cases of these versions; one statement."""
        c, unit = t.process_instance.c, t.instance_unit.c
        waits = union_all(*_waits()).subquery()
        units = (
            select(func.array_agg(unit.unit_id)).where(unit.instance_id == c.id).correlate(t.process_instance)
        )
        query = (
            select(waits, c.definition_id, c.started_at, units.scalar_subquery().label("units"))
            .join(t.process_instance, c.id == waits.c.instance_id)
            .where(c.status == "active", c.definition_id.in_(sorted(set(definition_ids))))
        )
        found = [row._asdict() for row in self._rows(query)]
        aside, named = self._aside(), self._named()
        return tuple(_token(row, aside, named) for row in found)

    def _aside(self) -> Mapping[str, frozenset[str]]:
        """Return case -> who has to stand aside; few cases have anybody."""
        part = t.participant.c
        query = select(part.instance_id, func.array_agg(part.person_id).label("people"))
        rows = self._rows(query.where(part.part == "conflict").group_by(part.instance_id))
        return {row.instance_id: frozenset(row.people) for row in rows}

    def _named(self) -> Mapping[str, frozenset[str]]:
        """Return sealed case -> whom a running grant names."""
        sealed, grant = t.sealed_case.c, t.named_grant.c
        named = func.array_remove(func.array_agg(grant.person_id), None).label("people")
        runs = and_(grant.instance_id == sealed.instance_id, grant.expires_at > func.now())
        query = select(sealed.instance_id, named).outerjoin(t.named_grant, runs)
        return {
            row.instance_id: frozenset(row.people) for row in self._rows(query.group_by(sealed.instance_id))
        }


def _token(
    row: dict[str, Any], aside: Mapping[str, frozenset[str]], named: Mapping[str, frozenset[str]]
) -> Token:
    case = row["instance_id"]
    units = frozenset(row["units"] or ())
    return Token(**{**row, "units": units}, aside=aside.get(case, frozenset()), named=named.get(case))


def _waits() -> list[Any]:
    """Return one query a kind of wait state, all with the same four columns."""
    task, job = t.user_task.c, t.job.c
    return [
        _wait(task, task.due_at, task.created_at).where(task.state.in_(OPEN["user_task"])),
        _wait(job, NEVER, job.created_at).where(job.state.in_(OPEN["job"])),
        _wait(t.timer.c, NEVER, NEVER),
        _wait(t.event_subscription.c, NEVER, NEVER),
        _calls(),
    ]


def _wait(columns: Any, due_at: Any, since: Any) -> Any:
    return select(columns.instance_id, columns.element_id, due_at.label("due_at"), since.label("since"))


def _calls() -> Any:
    """Return the call activities of running cases that the record shows entered and not left."""
    entered, left = t.history_event.alias("entered"), t.history_event.alias("left_again")
    case = t.process_instance.alias("running")
    is_left = exists().where(
        left.c.instance_id == entered.c.instance_id,
        left.c.activity_id == entered.c.activity_id,
        left.c.kind.in_(("completed", "cancelled")),
    )
    return (
        _wait(entered.c, NEVER, entered.c.at)
        .join(case, and_(case.c.id == entered.c.instance_id, case.c.status == "active"))
        .where(entered.c.kind == "entered", entered.c.element_type == "callActivity", ~is_left)
    )
