"""A draft takes in what was published since it began: file by file, nobody's change is undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tasks import studio_rules as rules
from tasks.model import Actor
from workflows.processes import sharing
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import drafts, editing, files
from workflows.studio.errors import DraftMoved
from workflows.studio.model import Draft


@dataclass(frozen=True, kw_only=True)
class Merged:
    """What became of each file that the newer version changed."""

    taken: tuple[str, ...]  #: as the newer version has them: the draft had not changed them
    both: tuple[str, ...]  #: changed on both sides: the draft's stays, the newer one is a revision put aside


def take_in(uow: UnitOfWork, actor: Actor, draft_id: str) -> tuple[Draft, Merged]:
    """
    Take the newest version into a draft that began from an older one.

    Raises:
        DraftMoved: the draft is on the newest version already.
        DraftHeld: somebody else edits it.
    """
    rules.ensure_may_edit(actor)
    row = editing.hold(uow, actor, drafts.locked(uow, draft_id))
    versions = uow.packs.named(row.pack_key)
    if len(versions) == (row.base_version or 0):
        raise DraftMoved("草稿依据的就是最新版本，不需要合入。")
    newest = _own(uow, str(versions[-1]["id"]))
    base = _own(uow, str(versions[row.base_version - 1]["id"])) if row.base_version else {}
    mine = drafts.contents(uow, row.id)
    found = merged(base, newest, mine)
    changes = {path: newest.get(path) for path in found.taken}
    if changes:
        files.write(uow, actor, row, changes)
    aside = {path: newest[path] for path in found.both if path in newest}
    if aside:
        files.write(uow, actor, row, aside, aside=True)
    uow.drafts.change(row.id, base_version=len(versions))
    drafts.note(uow, actor, row, "rebased", _words(len(versions), found))
    return drafts.get(uow, actor, row.id), found


def merged(base: Mapping[str, bytes], newest: Mapping[str, bytes], mine: Mapping[str, bytes]) -> Merged:
    """
    Compare three states of a pack.

    >>> merged({"a": b"1", "b": b"1"}, {"a": b"2", "b": b"2"}, {"a": b"1", "b": b"3"})
    Merged(taken=('a',), both=('b',))
    """
    paths = sorted({*base, *newest, *mine})
    theirs = [p for p in paths if newest.get(p) != base.get(p) and newest.get(p) != mine.get(p)]
    taken = tuple(p for p in theirs if mine.get(p) == base.get(p))
    return Merged(taken=taken, both=tuple(p for p in theirs if p not in taken))


def _own(uow: UnitOfWork, deployment_id: str) -> Mapping[str, bytes]:
    return sharing.own_files(uow, uow.packs.files(deployment_id))


def _words(version: int, found: Merged) -> str:
    words = [f"第 {version} 版"]
    if found.taken:
        words.append(f"已采用：{'、'.join(found.taken)}")
    if found.both:
        words.append(f"两边都改过、请核对：{'、'.join(found.both)}")
    return "；".join(words)[:2000]
