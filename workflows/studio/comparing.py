"""Use cases of the difference in plain words: a draft against the version it follows, and any two versions of a pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tasks import studio_rules as rules
from tasks.model import Actor
from workflows.processes import sharing
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import changes, packs
from workflows.studio.difference import Difference, of_packs
from workflows.studio.errors import PackNotFound

Files = Mapping[str, bytes]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Two states with what is different; ``running`` counts the cases on the earlier one."""

    before: Files
    after: Files
    difference: Difference
    running: int


def of_draft(uow: UnitOfWork, actor: Actor, draft_id: str) -> Compared:
    """
    Compare a draft with the version that it would follow; everything is new in a pack's first draft.

    Raises:
        DraftNotFound: no such draft.
    """
    rules.ensure_may_read(actor)
    before, after = changes.sides(uow, draft_id)
    row = uow.drafts.get(draft_id)
    running = _running(uow, actor, row.pack_key, row.base_version) if row and row.base_version else 0
    return _compared(uow, before, after, running)


def of_versions(uow: UnitOfWork, actor: Actor, pack_key: str, first: int, second: int) -> Compared:
    """
    Compare two versions of a pack.

    Raises:
        PackNotFound: no such pack or version.
    """
    before, after = (
        sharing.own_files(uow, packs.files(uow, actor, pack_key, number)) for number in (first, second)
    )
    return _compared(uow, before, after, _running(uow, actor, pack_key, first))


def _running(uow: UnitOfWork, actor: Actor, pack_key: str, version: int) -> int:
    try:
        found = packs.versions(uow, actor, pack_key)
    except PackNotFound:
        return 0
    return sum(one.running for one in found if one.version == version)


def _compared(uow: UnitOfWork, before: Files, after: Files, running: int) -> Compared:
    law = uow.installation.law
    return Compared(before=before, after=after, difference=of_packs(before, after, law), running=running)
