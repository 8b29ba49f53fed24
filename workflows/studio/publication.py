"""A draft becomes a version: at its approval, or by the clockwork when its effective instant comes; exactly once."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bpmn.errors import DeploymentInvalid, JingfaError
from tasks.model import SYSTEM, Actor
from workflows import deployments
from workflows.inbox import announcing
from workflows.store.studio import DraftRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import drafts
from workflows.studio.errors import DraftNotPassed
from workflows.studio.model import DraftState

if TYPE_CHECKING:
    from workflows.engine import Engine

log = logging.getLogger(__name__)


def publish(uow: UnitOfWork, actor: Actor, row: DraftRow) -> None:
    """
    Deploy a locked draft that was approved; running cases stay on the version they started with.

    Raises:
        DraftNotPassed: the engine cannot run it faithfully.
    """
    command = deployments.Deploy(actor=actor, name=row.pack_key, files=drafts.contents(uow, row.id))
    try:
        made = deployments.put(uow, command)
    except DeploymentInvalid as refusal:
        raise DraftNotPassed(refusal.findings) from refusal
    drafts.move(uow, row, DraftState.PUBLISHED, deployment_id=made.id)
    drafts.note(uow, actor, row, "published")


def publish_due(engine: Engine) -> int:
    """Publish what was planned for now, each in its own transaction; returns how many."""
    with engine.begin() as uow:
        due = uow.drafts.due(uow.now)
    return sum(_publish_one(engine, draft_id) for draft_id in due)


def _publish_one(engine: Engine, draft_id: str) -> bool:
    try:
        with engine.begin() as uow:
            # Another worker that holds the row publishes it; afterwards it is no longer scheduled.
            row = uow.drafts.lock(draft_id, skip_locked=True)
            if row is None or row.state != DraftState.SCHEDULED:
                return False
            _ensure_base(uow, row)
            publish(uow, SYSTEM, row)
        return True
    except JingfaError as fault:
        log.warning("draft %s was not published: %s", draft_id, fault.message)
        _give_back(engine, draft_id, fault.message)
        return False


def _ensure_base(uow: UnitOfWork, row: DraftRow) -> None:
    if len(uow.packs.named(row.pack_key)) != (row.base_version or 0):
        raise DraftNotPassed(())


def _give_back(engine: Engine, draft_id: str, why: str) -> None:
    """What cannot be published returns to its author, who is told with the approver; it is not tried again by itself."""
    with engine.begin() as uow:
        row = uow.drafts.lock(draft_id, skip_locked=True)
        if row is None or row.state != DraftState.SCHEDULED:
            return
        drafts.move(uow, row, DraftState.EDITING, effective_at=None)
        drafts.note(uow, SYSTEM, row, "not-published", why)
        people = sorted(
            {row.created_by, row.submitted_by or row.created_by, row.approved_by or row.created_by}
        )
        announcing.put(
            uow,
            people,
            kind="studio",
            subject=f"“{row.title}”没有按计划发布",
            body=why,
            link=f"/studio/{row.id}",
        )
