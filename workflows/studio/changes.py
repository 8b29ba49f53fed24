"""Which files of a draft differ from the version in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from tasks import studio_rules as rules
from tasks.model import Actor
from workflows.processes import sharing
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import drafts
from workflows.studio.errors import DraftNotFound
from workflows.studio.paths import FileKind, place_of


@dataclass(frozen=True, kw_only=True)
class Change:
    """A file that is not as it was."""

    path: str
    kind: FileKind
    change: Literal["added", "changed", "removed"]


def of(uow: UnitOfWork, actor: Actor, draft_id: str) -> tuple[Change, ...]:
    """Return what differs, by path; everything is new in a pack's first draft."""
    rules.ensure_may_read(actor)
    before, after = sides(uow, draft_id)
    return tuple(_compared(before, after))


def sides(uow: UnitOfWork, draft_id: str) -> tuple[Mapping[str, bytes], Mapping[str, bytes]]:
    """Return the files of the version that the draft would follow, and the draft's."""
    row = uow.drafts.get(draft_id)
    if row is None:
        raise DraftNotFound
    versions = uow.packs.named(row.pack_key)
    base = versions[: row.base_version or 0][-1:]
    before = sharing.own_files(uow, uow.packs.files(str(base[0]["id"]))) if base else {}
    return before, drafts.contents(uow, row.id)


def _compared(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[Change]:
    for path in sorted({*before, *after}):
        if before.get(path) != after.get(path):
            change: Literal["added", "changed", "removed"] = (
                "added" if path not in before else "removed" if path not in after else "changed"
            )
            yield Change(path=path, kind=place_of(path), change=change)
