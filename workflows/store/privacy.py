"""Rows of people's rights: requests, restrictions, legal holds, disposals, and the officer's reviews of the audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from workflows.store import tables as t
from workflows.store.repository import Repository
from workflows.store.rows import InstanceRow

Row = Mapping[str, Any]
#: What hangs on a case and is about people; it goes when the case is made anonymous.
CONTENT = (t.instance_step, t.comment, t.attachment, t.reveal, t.named_grant, t.instance_party, t.restriction)


class Privacy(Repository):
    """``person_request``, ``restriction``, ``legal_hold``, ``disposal`` and ``audit_review``."""

    # -- requests of people ----------------------------------------------------------------------------------------------

    def add_request(self, **values: Any) -> bool:
        """Insert a request; False when its number is taken."""
        return self._run(upsert(t.person_request).values(values).on_conflict_do_nothing()) == 1

    def request(self, number: str) -> Row | None:
        """Return and lock the request with a number."""
        query = select(t.person_request).where(t.person_request.c.number == number).with_for_update()
        row = self._connection.execute(query).one_or_none()
        return None if row is None else row._asdict()

    def requests(self, *, limit: int = 100) -> tuple[Row, ...]:
        """Return the latest requests."""
        query = select(t.person_request).order_by(t.person_request.c.id.desc()).limit(limit)
        return tuple(row._asdict() for row in self._rows(query))

    def change_request(self, number: str, **values: Any) -> None:
        """Write columns of a request."""
        self._write(update(t.person_request).where(t.person_request.c.number == number).values(values))

    def cases_of(self, key_hash: str) -> tuple[str, ...]:
        """Return ids of the cases with a party of this keyed hash, the oldest first."""
        c, p = t.process_instance.c, t.instance_party.c
        query = select(c.id).join(t.instance_party, p.instance_id == c.id).where(p.key_hash == key_hash)
        return tuple(row.id for row in self._rows(query.order_by(c.started_at)))

    def looks_at(self, instance_ids: Iterable[str]) -> tuple[Row, ...]:
        """Return when clear data of these cases were looked at, for which purpose and at which fields; no names."""
        c = t.audit_event.c
        query = select(c.at, c.purpose, c.fields, c.instance_id).where(
            c.instance_id.in_(tuple(instance_ids)), c.action == "view-clear"
        )
        return tuple(row._asdict() for row in self._rows(query.order_by(c.at)))

    # -- restrictions and holds ------------------------------------------------------------------------------------------

    def restrict(self, instance_id: str, *, number: str, by: str, at: datetime) -> None:
        """Restrict the processing of a case's personal data."""
        values = {"instance_id": instance_id, "request_number": number, "placed_by": by, "placed_at": at}
        self._write(upsert(t.restriction).values(values).on_conflict_do_nothing())

    def lift_restriction(self, instance_id: str) -> None:
        """Lift a restriction."""
        self._write(delete(t.restriction).where(t.restriction.c.instance_id == instance_id))

    def is_restricted(self, instance_id: str) -> bool:
        """Tell whether somebody had the processing restricted."""
        query = select(exists().where(t.restriction.c.instance_id == instance_id))
        return bool(self._connection.execute(query).scalar_one())

    def hold(self, instance_id: str, *, reason: str, by: str, at: datetime) -> bool:
        """Keep a case beyond its retention; False when it is held already."""
        values = {"instance_id": instance_id, "reason": reason, "placed_by": by, "placed_at": at}
        return self._run(upsert(t.legal_hold).values(values).on_conflict_do_nothing()) == 1

    def release(self, instance_id: str) -> bool:
        """Lift a legal hold; False when there was none."""
        return self._run(delete(t.legal_hold).where(t.legal_hold.c.instance_id == instance_id)) == 1

    def held(self, instance_id: str) -> Row | None:
        """Return the legal hold of a case."""
        row = self._connection.execute(
            select(t.legal_hold).where(t.legal_hold.c.instance_id == instance_id)
        ).one_or_none()
        return None if row is None else row._asdict()

    # -- disposal --------------------------------------------------------------------------------------------------------

    def ended_before(self, at: datetime) -> tuple[str, ...]:
        """Return ids of cases that ended before an instant, are not held, and were neither proposed nor done."""
        c = t.process_instance.c
        open_ = exists().where(
            t.disposal.c.instance_id == c.id, t.disposal.c.rule.like("K-%"), t.disposal.c.state != "refused"
        )
        held = exists().where(t.legal_hold.c.instance_id == c.id)
        query = select(c.id).where(c.ended_at < at, ~open_, ~held).order_by(c.ended_at)
        return tuple(row.id for row in self._rows(query))

    def propose(self, **values: Any) -> bool:
        """Insert a proposal; False when one is open."""
        return self._run(upsert(t.disposal).values(state="proposed", **values).on_conflict_do_nothing()) == 1

    def disposal(self, disposal_id: str) -> Row | None:
        """Return and lock a proposal."""
        query = select(t.disposal).where(t.disposal.c.id == disposal_id).with_for_update()
        row = self._connection.execute(query).one_or_none()
        return None if row is None else row._asdict()

    def disposals(self, *, state: str | None = None, limit: int = 200) -> tuple[Row, ...]:
        """Return proposals with number, process and end of the case, the oldest due first."""
        d, c = t.disposal, t.process_instance.c
        query = select(d, c.business_key, c.process_key, c.ended_at).join(
            t.process_instance, c.id == d.c.instance_id
        )
        query = query if state is None else query.where(d.c.state == state)
        return tuple(row._asdict() for row in self._rows(query.order_by(d.c.due_on, d.c.id).limit(limit)))

    def decide_disposal(self, disposal_id: str, **values: Any) -> None:
        """Write how a proposal was decided."""
        self._write(update(t.disposal).where(t.disposal.c.id == disposal_id).values(values))

    def empty(self, row: InstanceRow, *, state: bytes, title: str) -> dict[str, int]:
        """
        Take everything about people out of an ended case; rows that counts and chains refer to stay, empty.

        Returns:
            How many rows of each table were emptied or removed.
        """
        i = row.id
        done = {
            str(table.name): self._run(delete(table).where(table.c.instance_id == i)) for table in CONTENT
        }
        done["signature"] = self._run(
            delete(t.signature).where(
                t.signature.c.paper_id.in_(select(t.paper.c.id).where(t.paper.c.instance_id == i))
            )
        )
        done["paper"] = self._run(delete(t.paper).where(t.paper.c.instance_id == i))
        done["draft"] = self._run(
            delete(t.draft).where(
                t.draft.c.user_task_id.in_(select(t.user_task.c.id).where(t.user_task.c.instance_id == i))
            )
        )
        done["notice"] = self._run(
            update(t.notice).where(t.notice.c.instance_id == i).values(subject="", body="")
        )
        done["history_event"] = self._run(
            update(t.history_event).where(t.history_event.c.instance_id == i).values(detail={})
        )
        done["user_task"] = self._run(
            update(t.user_task).where(t.user_task.c.instance_id == i).values(inputs=None, inputs_hash=None)
        )
        done["job"] = self._run(update(t.job).where(t.job.c.instance_id == i).values(parameters={}))
        done["message"] = self._run(
            delete(t.message).where((t.message.c.target_id == i) | (t.message.c.source_id == i))
        )
        done["incident"] = self._run(
            update(t.incident).where(t.incident.c.instance_id == i).values(message="")
        )
        done["dispatch"] = self._run(
            update(t.dispatch).where(t.dispatch.c.instance_id == i).values(place_hash=None)
        )
        units = {"units": dict((row.variables or {}).get("units") or {})}
        self._run(
            update(t.process_instance)
            .where(t.process_instance.c.id == i)
            .values(variables=units, state=state, title=title)
        )
        return {name: count for name, count in done.items() if count}

    def drop_drafts_before(self, at: datetime) -> int:
        """Forget drafts that nobody touched since an instant."""
        return self._run(delete(t.draft).where(t.draft.c.saved_at < at))

    # -- reviews ---------------------------------------------------------------------------------------------------------

    def add_review(self, **values: Any) -> None:
        """Insert a review of the audit."""
        self._insert(t.audit_review, [values])

    def reviews(self, *, limit: int = 60) -> tuple[Row, ...]:
        """Return the reviews, the latest first."""
        query = select(t.audit_review).order_by(t.audit_review.c.id.desc()).limit(limit)
        return tuple(row._asdict() for row in self._rows(query))

    # -- what the officer looks for --------------------------------------------------------------------------------------

    def counts_by_person(self, action: str, first: datetime, last: datetime) -> tuple[Row, ...]:
        """Count the events of an action by person, with the cases they were about, the most first."""
        c = t.audit_event.c
        query = select(
            c.person_id, func.count().label("events"), func.count(c.instance_id.distinct()).label("cases")
        )
        query = query.where(c.action == action, c.at >= first, c.at < last).group_by(c.person_id)
        return tuple(row._asdict() for row in self._rows(query.order_by(func.count().desc())))

    def watched(self, first: datetime, last: datetime, *, limit: int = 20000) -> tuple[Row, ...]:
        """Return looks at clear data, refusals and exports between two instants, with the case's number."""
        c, i = t.audit_event.c, t.process_instance.c
        actions = or_(c.action.in_(("view-clear", "denied")), c.action.like("export%"))
        query = select(c.person_id, c.action, c.at, c.instance_id, c.detail, i.business_key)
        query = query.outerjoin(t.process_instance, i.id == c.instance_id)
        query = query.where(actions, c.at >= first, c.at < last).order_by(c.at).limit(limit)
        return tuple(row._asdict() for row in self._rows(query))

    def count_denied(self, person_id: str, since: datetime) -> int:
        """Count what a person was refused since an instant."""
        c = t.audit_event.c
        where = (c.action == "denied", c.at >= since, c.person_id == person_id)
        return self._count(select(func.count()).select_from(t.audit_event).where(*where))
