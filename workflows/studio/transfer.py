"""Packs go out as folders and come in from any tool; the list of what was kept, read and lost comes with them."""

from __future__ import annotations

from collections.abc import Mapping

from tasks import studio_rules as rules
from tasks.model import Actor
from workflows import audit, sharing
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import drafts, packs
from workflows.studio.model import Draft


def export_version(uow: UnitOfWork, actor: Actor, pack_key: str, version: int) -> Mapping[str, bytes]:
    """Return a version's own files, those of used packs left out."""
    content = packs.files(uow, actor, pack_key, version)
    audit.record(uow, actor, "export-pack", detail={"pack": pack_key, "version": version})
    return sharing.own_files(uow, content)


def export_draft(uow: UnitOfWork, actor: Actor, draft_id: str) -> tuple[Draft, Mapping[str, bytes]]:
    """Return a draft with its files."""
    rules.ensure_may_read(actor)
    draft = drafts.get(uow, actor, draft_id)
    audit.record(uow, actor, "export-draft", detail={"draft": draft_id, "pack": draft.pack_key})
    return draft, drafts.contents(uow, draft_id)
