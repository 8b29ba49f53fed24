"""Use cases of the files of a draft: read, write, delete, and every revision that there ever was."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from bpmn.errors import Invalid
from tasks import studio_rules as rules
from tasks.model import Actor
from workflows.store.studio import DraftRow, FileRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import drafts, editing, paths, uses
from workflows.studio.errors import DraftFileNotFound, FileChanged, FileInUse, RevisionNeeded
from workflows.studio.model import Revision
from workflows.trail import audit

LARGEST = 6 * 1024 * 1024  #: bytes of one file
LARGEST_DRAFT = 64 * 1024 * 1024  #: bytes of all


@dataclass(frozen=True, kw_only=True)
class Content:
    """A file's bytes and the revision that they are."""

    revision: int
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Save:
    """A file as an editor wants it; ``expected`` is the revision it began from, 0 = a new file."""

    actor: Actor
    draft_id: str
    path: str
    data: bytes
    expected: int | None


def read(uow: UnitOfWork, actor: Actor, draft_id: str, path: str, *, revision: int | None = None) -> Content:
    """
    Return a file, or an old revision of it.

    Raises:
        DraftFileNotFound: no such file or revision.
    """
    rules.ensure_may_read(actor)
    known = uow.drafts.revisions(draft_id, path)
    fitting = (r for r in known if (not r.aside if revision is None else r.revision == revision))
    row = next(fitting, None)
    if row is None or row.digest is None:
        raise DraftFileNotFound
    return Content(revision=row.revision, data=uow.drafts.content(row.digest))


def save(uow: UnitOfWork, command: Save) -> int:
    """
    Write a file; returns its revision. Saving the same content again changes nothing.

    Raises:
        RevisionNeeded: ``expected`` is missing.
        FileChanged: the file is no longer at that revision; says who changed it and when.
        DraftHeld: somebody else edits the draft.
        PathInvalid: a pack holds no such file.
        Invalid: too large.
    """
    rules.ensure_may_edit(command.actor)
    if command.expected is None:
        raise RevisionNeeded
    row = editing.hold(uow, command.actor, drafts.locked(uow, command.draft_id))
    present = {file.path: file for file in uow.drafts.files(row.id)}
    here = present.get(command.path)
    if here is not None and here.digest == hashlib.sha256(command.data).hexdigest():
        return here.revision
    _ensure_fits(command, present)
    if command.expected != (here.revision if here else 0):
        raise _changed(uow, here)
    return write(uow, command.actor, row, {command.path: command.data})[command.path]


def write(
    uow: UnitOfWork, actor: Actor, row: DraftRow, files: Mapping[str, bytes | None], *, aside: bool = False
) -> dict[str, int]:
    """Append a revision to each file, None deletes; returns path -> revision. The draft's row is locked."""
    last = uow.drafts.last_revisions(row.id)
    digests = uow.drafts.keep({path: data for path, data in files.items() if data is not None})
    made = {path: last.get(path, 0) + 1 for path in files}
    uow.drafts.put(
        FileRow(
            draft_id=row.id,
            path=path,
            revision=made[path],
            digest=digests.get(path),
            size=len(data or b""),
            saved_at=uow.now,
            saved_by=actor.person_id,
            aside=aside,
        )
        for path, data in files.items()
    )
    if not aside:
        uow.drafts.change(row.id, revision=row.revision + 1, changed_at=uow.now)
    detail = {"draft": row.id, "pack": row.pack_key, "files": made}
    audit.record(uow, actor, "draft-put-aside" if aside else "draft-saved", detail=detail)
    return made


def put_aside(uow: UnitOfWork, command: Save) -> None:
    """Keep what could not be saved as a revision of its own, so that nobody's work is lost; at most once each."""
    rules.ensure_may_edit(command.actor)
    row = drafts.locked(uow, command.draft_id)
    paths.ensure_sound(command.path)
    if len(command.data) > LARGEST:
        return
    digest = hashlib.sha256(command.data).hexdigest()
    if all(known.digest != digest for known in uow.drafts.revisions(row.id, command.path)):
        write(uow, command.actor, row, {command.path: command.data}, aside=True)


def delete(uow: UnitOfWork, actor: Actor, draft_id: str, path: str, *, expected: int | None = None) -> None:
    """
    Delete a file; its revisions stay.

    Raises:
        FileInUse: something in the draft still uses it; names what.
        FileChanged: it is no longer at the revision *expected*.
    """
    rules.ensure_may_edit(actor)
    row = editing.hold(uow, actor, drafts.locked(uow, draft_id))
    here = next((file for file in uow.drafts.files(row.id) if file.path == path), None)
    if here is None:
        raise DraftFileNotFound
    if expected is not None and expected != here.revision:
        raise _changed(uow, here)
    users = uses.of(path, drafts.contents(uow, row.id))
    if users:
        raise FileInUse(f"“{path}”还在使用，没有删除：{'、'.join(users[:10])}。请先改掉这些引用，再删除。")
    write(uow, actor, row, {path: None})


def revisions(uow: UnitOfWork, actor: Actor, draft_id: str, path: str) -> tuple[Revision, ...]:
    """
    Return every revision of a file, the newest first.

    Raises:
        DraftFileNotFound: there never was such a file.
    """
    rules.ensure_may_read(actor)
    rows = uow.drafts.revisions(draft_id, path)
    if not rows:
        raise DraftFileNotFound
    names = uow.people.names({row.saved_by for row in rows})
    return tuple(
        Revision(
            revision=row.revision,
            size=row.size,
            saved_at=row.saved_at,
            saved_by=names.get(row.saved_by, "系统"),
            deleted=row.digest is None,
            aside=row.aside,
        )
        for row in rows
    )


def _ensure_fits(command: Save, present: Mapping[str, FileRow]) -> None:
    paths.ensure_sound(command.path)
    paths.ensure_distinct(command.path, present)
    ensure_room(present, {command.path: command.data})


def ensure_room(present: Mapping[str, FileRow], fresh: Mapping[str, bytes]) -> None:
    """
    Refuse files with which a draft would hold too much.

    Raises:
        Invalid: more than 500 files, 64 MiB in all, or 6 MiB in one.
    """
    if any(len(data) > LARGEST for data in fresh.values()):
        raise Invalid("有文件超过 6 MB，没有保存。请把流程图拆成几个，用调用活动相连。")
    size = sum(len(data) for data in fresh.values())
    size += sum(file.size for path, file in present.items() if path not in fresh)
    if len({*present, *fresh}) > paths.MOST_FILES or size > LARGEST_DRAFT:
        raise Invalid("草稿的文件过多或总共过大，没有保存。请去掉无关文件。")


def _changed(uow: UnitOfWork, here: FileRow | None) -> FileChanged:
    if here is None:
        sentence = "这个文件已被删除，您的内容没有写入，已另存为历史版本。如需保留，请作为新文件保存。"
        return FileChanged(sentence, members={"revision": 0})
    name = uow.people.names([here.saved_by]).get(here.saved_by, "系统")
    at = here.saved_at.astimezone(uow.real_now.tzinfo)
    sentence = (
        f"“{here.path}”在 {at:%m-%d %H:%M} 已由{name}修改为第 {here.revision} 次保存，"
        "您的内容没有覆盖它，已另存为历史版本。请对照后再保存。"
    )
    members = {"revision": here.revision, "savedBy": name, "savedAt": here.saved_at.isoformat()}
    return FileChanged(sentence, members=members)
