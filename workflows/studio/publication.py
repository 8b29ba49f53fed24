"""A draft becomes a version: at its approval, or by the clockwork when its effective instant comes; exactly once."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bpmn.errors import JingfaError, Unavailable
from tasks.model import SYSTEM, Actor
from workflows import deployments
from workflows.identity import people
from workflows.inbox import announcing
from workflows.processes import readings
from workflows.store.studio import DraftRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import drafts, proving
from workflows.studio.errors import BaseOutdated, NotPublished
from workflows.studio.model import Draft, DraftState

if TYPE_CHECKING:
    from workflows.engine import Engine

log = logging.getLogger(__name__)
DUE = (DraftState.APPROVED, DraftState.SCHEDULED)


def publish_due(engine: Engine, *, draft_id: str | None = None) -> int:
    """
    Publish what was approved for now, each in its own transaction; returns how many. Running cases stay on their version.

    Args:
        draft_id: Publish this one only, if it is due.
    """
    with engine.begin() as uow:
        due = [one for one in uow.drafts.due(uow.now) if draft_id in (None, one)]
    return sum(_publish_one(engine, one) for one in due)


def answered(engine: Engine, actor: Actor, draft_id: str) -> Draft:
    """
    Return a draft that was just approved; a short one is published first.

    Raises:
        NotPublished: it could not be published, and is its author's again.
    """
    if proving.is_short(engine, draft_id):
        publish_due(engine, draft_id=draft_id)
    with engine.begin() as uow:
        draft = drafts.get(uow, actor, draft_id)
    if draft.state is DraftState.EDITING:
        raise NotPublished
    return draft


def _publish_one(engine: Engine, draft_id: str) -> bool:
    try:
        command, models = _read(engine, draft_id)
        with engine.begin() as uow:
            # Another worker that holds the row publishes it; afterwards it is no longer due.
            row = uow.drafts.lock(draft_id, skip_locked=True)
            if row is None or row.state not in DUE:
                return False
            _ensure_base(uow, row)
            made = deployments.put(uow, command, models=models)
            drafts.move(uow, row, DraftState.PUBLISHED, deployment_id=made.id)
            drafts.note(uow, command.actor, row, "published")
        return True
    except Unavailable:
        raise  # it is still due
    except JingfaError as fault:
        log.warning("draft %s was not published: %s", draft_id, fault.message)
        _give_back(engine, draft_id, fault.message)
        return False


def _read(engine: Engine, draft_id: str) -> tuple[deployments.Deploy, readings.Models]:
    """Read the models with no transaction open; a draft that stands has been through the child before."""
    with engine.begin() as uow:
        row = uow.drafts.get(draft_id)
        assert row is not None, "a due draft is there"
        files, stands = drafts.contents(uow, draft_id), proving.stands(uow, row)
        command = deployments.Deploy(actor=_by(uow, row), name=row.pack_key, files=files, trusted=stands)
        reading = deployments.reading_of(uow, command)
    return command, readings.models_of(reading)


def _by(uow: UnitOfWork, row: DraftRow) -> Actor:
    """Whoever approved it for at once has published it; a planned one comes into force by itself."""
    at_once = row.state == DraftState.APPROVED and row.approved_by is not None
    return people.actor_of(uow, row.approved_by or "") if at_once else SYSTEM


def _ensure_base(uow: UnitOfWork, row: DraftRow) -> None:
    if len(uow.packs.named(row.pack_key)) != (row.base_version or 0):
        raise BaseOutdated


def _give_back(engine: Engine, draft_id: str, why: str) -> None:
    """What cannot be published returns to its author, who is told with the approver; it is not tried again by itself."""
    with engine.begin() as uow:
        row = uow.drafts.lock(draft_id, skip_locked=True)
        if row is None or row.state not in DUE:
            return
        drafts.move(uow, row, DraftState.EDITING, effective_at=None)
        drafts.note(uow, SYSTEM, row, "not-published", why)
        concerned = {row.created_by, row.submitted_by or row.created_by, row.approved_by or row.created_by}
        announcing.put(
            uow,
            sorted(concerned),
            kind="studio",
            subject=f"“{row.title}”没有按计划发布",
            body=why,
            link=f"/studio/{row.id}",
        )
