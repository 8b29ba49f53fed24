"""Use cases of the audit: a hash chain for each case and, for views, each person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bpmn.model import Json
from tasks import masking, offices, rules
from tasks.model import Actor
from workflows import cases, cursors
from workflows.model import AuditView, Page
from workflows.store.audit import APART, FREE_WORDS
from workflows.store.rows import AuditRow
from workflows.store.unit_of_work import UnitOfWork


def of_instance(
    uow: UnitOfWork, actor: Actor, instance_id: str, *, cursor: str | None = None, limit: int = 100
) -> Page[AuditView]:
    """List the audit of a case, oldest first; its supervisors and R19 only."""
    officer = actor.has("R19")
    if not officer:
        cases.visible(uow, actor, instance_id)
        rules.ensure_may_supervise(actor, uow.instances.facts(instance_id))
    return _page(uow, {"instance_id": instance_id}, cursor, newest=False, limit=limit, officer=officer)


def search(
    uow: UnitOfWork,
    actor: Actor,
    *,
    person_id: str | None = None,
    action: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str | None = None,
    limit: int = 100,
) -> Page[AuditView]:
    """
    List audit events, the newest first; R19 only.

    Of what people wrote in free words the officer reads why somebody looked at clear data, the case's names masked; the
    words of a case's own chain are not told: the officer sees no case content.
    """
    offices.ensure_may_audit(actor)
    filters = {"person_id": person_id, "action": action, "since": since, "until": until}
    return _page(uow, filters, cursor, newest=True, limit=limit, officer=True)


def record(
    uow: UnitOfWork,
    actor: Actor,
    action: str,
    *,
    instance_id: str | None = None,
    purpose: str | None = None,
    fields: tuple[str, ...] = (),
    detail: Mapping[str, Json] | None = None,
) -> None:
    """Append an event: to the case's chain, or to the actor's own when no case is named or it is a mere view."""
    is_view = action.startswith("view")
    chain = f"instance:{instance_id}" if instance_id and not is_view else f"person:{actor.person_id}"
    uow.audit.append(
        AuditRow(
            chain=chain,
            at=uow.now,
            person_id=actor.person_id,
            action=action,
            instance_id=instance_id,
            purpose=purpose,
            fields=fields,
            client=actor.client,
            detail=dict(detail or {}),
        )
    )


def _page(
    uow: UnitOfWork,
    filters: Mapping[str, Any],
    cursor: str | None,
    *,
    newest: bool,
    limit: int,
    officer: bool,
) -> Page[AuditView]:
    limit = max(1, min(limit, 500))
    rows = uow.audit.page(filters, cursor=cursors.number(cursor), newest=newest, limit=limit)
    names = uow.people.names(row["person_id"] for row in rows)
    said = _masked if officer else _said
    items = tuple(_view(row, names, said(uow, row)) for row in rows)
    return Page(items=items, next_cursor=str(rows[-1]["id"]) if len(rows) == limit else None)


def _masked(uow: UnitOfWork, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the detail as the officer reads it."""
    if row["apart"] is None or not row["chain"].startswith("person:"):
        detail: Mapping[str, Any] = row["detail"]
        return detail
    case = uow.instances.get(row["instance_id"]) if row["instance_id"] else None
    content = cases.content(uow, case) if case else {}
    said = _said(uow, row)
    return {
        name: masking.title(str(value), content, uow.now.date()) if name in FREE_WORDS else value
        for name, value in said.items()
    }


def _said(_uow: UnitOfWork, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the detail with the free words put back; once erased, only their digest is left."""
    words = row["apart"]["words"] if row["apart"] else {}
    return {**{k: v for k, v in row["detail"].items() if k != APART or not words}, **words}


def _view(row: Mapping[str, Any], names: Mapping[str, str], detail: Mapping[str, Json]) -> AuditView:
    return AuditView(
        seq=row["seq"],
        chain=row["chain"],
        at=row["at"],
        person_id=row["person_id"],
        person_name=names.get(row["person_id"], "系统"),
        action=row["action"],
        purpose=row["purpose"],
        fields=tuple(row["fields"]),
        detail=detail,
        hash=row["hash"],
    )
