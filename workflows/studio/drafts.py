"""Use cases of drafts: begin one from a version or empty, list, open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from bpmn import toml
from bpmn.errors import Invalid
from tasks import studio_rules as rules
from tasks.model import Actor
from workflows.processes import sharing
from workflows.store.ids import new_id
from workflows.store.studio import DraftEventRow, DraftRow, FileRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import blank, paths
from workflows.studio.errors import DraftMoved, DraftNotFound, PackNotFound
from workflows.studio.model import OPEN, TRANSITIONS, Draft, DraftEvent, DraftFile, DraftState, Editor
from workflows.trail import audit

_KEY = re.compile(r"[a-z][a-z0-9-]{1,59}")


def begin(
    uow: UnitOfWork, actor: Actor, pack_key: str, *, from_version: int | None = None, title: str = ""
) -> Draft:
    """
    Begin a draft: from a version (the one in force when none is named), or a new pack when *title* is given.

    Raises:
        Forbidden: not a policy editor.
        PackNotFound: no such pack or version, and no title for a new one.
        Invalid: a new pack's key is malformed or taken.
    """
    rules.ensure_may_edit(actor)
    versions = uow.packs.named(pack_key)
    if not versions:
        return _begin_new(uow, actor, pack_key, title)
    if title and from_version is None:
        raise Invalid(f"流程包“{pack_key}”已经存在。请从它的版本开始草稿，或换一个标识。")
    version = from_version or len(versions)
    if not 1 <= version <= len(versions):
        raise PackNotFound
    files = sharing.own_files(uow, uow.packs.files(versions[version - 1]["id"]))
    return add(uow, actor, pack_key, files, title=title_of(files, pack_key), base_version=len(versions))


def _begin_new(uow: UnitOfWork, actor: Actor, pack_key: str, title: str) -> Draft:
    if not title.strip():
        raise PackNotFound
    if not _KEY.fullmatch(pack_key):
        raise Invalid("流程包标识只能用小写字母、数字和短横线，以字母开头，最长 60 个字符。")
    return add(uow, actor, pack_key, blank.files(pack_key, title.strip()[:80]), title=title.strip()[:80])


def add(
    uow: UnitOfWork,
    actor: Actor,
    pack_key: str,
    files: Mapping[str, bytes],
    *,
    title: str,
    base_version: int | None = None,
    rollback_to: int | None = None,
) -> Draft:
    """Insert a draft with its first files."""
    row = DraftRow(
        id=new_id(),
        pack_key=pack_key,
        title=title,
        base_version=base_version,
        revision=1,
        state=DraftState.EDITING,
        created_by=actor.person_id,
        created_at=uow.now,
        changed_at=uow.now,
        rollback_to=rollback_to,
    )
    uow.drafts.add(row)
    digests = uow.drafts.keep(files)
    uow.drafts.put(_first(row, path, digest, len(files[path])) for path, digest in digests.items())
    note(uow, actor, row, "created")
    return view(uow, actor, row)


def _first(row: DraftRow, path: str, digest: str, size: int) -> FileRow:
    return FileRow(
        draft_id=row.id,
        path=path,
        revision=1,
        digest=digest,
        size=size,
        saved_at=row.created_at,
        saved_by=row.created_by,
    )


def listed(uow: UnitOfWork, actor: Actor, *, pack_key: str | None = None) -> tuple[Draft, ...]:
    """List open drafts, the newest first, without their files."""
    rules.ensure_may_read(actor)
    rows = uow.drafts.all(states=OPEN, pack_key=pack_key)
    names = _names(uow, rows)
    return tuple(_view(uow, actor, row, names, ()) for row in rows)


def get(uow: UnitOfWork, actor: Actor, draft_id: str) -> Draft:
    """
    Open a draft.

    Raises:
        DraftNotFound: no such draft.
    """
    rules.ensure_may_read(actor)
    row = uow.drafts.get(draft_id)
    if row is None:
        raise DraftNotFound
    return view(uow, actor, row)


def locked(uow: UnitOfWork, draft_id: str) -> DraftRow:
    """
    Return the draft's row, locked until the unit of work ends.

    Raises:
        DraftNotFound: no such draft.
    """
    row = uow.drafts.lock(draft_id)
    if row is None:
        raise DraftNotFound
    return row


def move(uow: UnitOfWork, row: DraftRow, *states: DraftState, **values: object) -> None:
    """
    Let a draft pass through *states*; other columns change with it.

    Raises:
        DraftMoved: it cannot go there from where it stands.
    """
    here = DraftState(row.state)
    for state in states:
        if state not in TRANSITIONS[here]:
            raise DraftMoved
        here = state
    uow.drafts.change(row.id, state=str(here), changed_at=uow.now, **values)


def note(uow: UnitOfWork, actor: Actor, row: DraftRow, action: str, text: str = "") -> None:
    """Write down what was done, for the draft's page and for the audit."""
    event = DraftEventRow(
        id=new_id(),
        draft_id=row.id,
        at=uow.now,
        person_id=actor.person_id,
        action=action,
        note=text,
        revision=row.revision,
    )
    uow.drafts.add_event(event)
    detail = {"draft": row.id, "pack": row.pack_key, "revision": row.revision, "note": text[:500]}
    audit.record(uow, actor, f"draft-{action}", detail=detail)


def events(uow: UnitOfWork, actor: Actor, draft_id: str) -> tuple[DraftEvent, ...]:
    """Return what was done with a draft, the oldest first."""
    rules.ensure_may_read(actor)
    rows = uow.drafts.events(draft_id)
    names = uow.people.names({row.person_id for row in rows})
    return tuple(
        DraftEvent(
            at=row.at,
            by=names.get(row.person_id, "系统"),
            action=row.action,
            note=row.note,
            revision=row.revision,
        )
        for row in rows
    )


def contents(uow: UnitOfWork, draft_id: str) -> Mapping[str, bytes]:
    """Return path -> content of the present files."""
    rows = uow.drafts.files(draft_id)
    found = uow.drafts.contents({str(row.digest) for row in rows})
    return {row.path: found[str(row.digest)] for row in rows}


def newest_version(uow: UnitOfWork, pack_key: str) -> int:
    """Return the number of the newest version of a pack; 0 when there is none."""
    return len(uow.packs.named(pack_key))


def involved(uow: UnitOfWork, row: DraftRow) -> frozenset[str]:
    """Return who had a hand in a draft: none of them may approve it."""
    return uow.drafts.writers(row.id) | {row.created_by} | {row.submitted_by or row.created_by}


def title_of(files: Mapping[str, bytes], default: str) -> str:
    """Return the title that ``pack.toml`` gives; *default* when it gives none or cannot be read."""
    try:
        settings = toml.loads(files.get("pack.toml", b"").decode("utf-8"))
    except (toml.TOMLDecodeError, UnicodeDecodeError):
        return default
    return str(settings.get("title") or default)[:80]


def view(uow: UnitOfWork, actor: Actor, row: DraftRow) -> Draft:
    """Return a draft with its files as doors show it."""
    files = uow.drafts.files(row.id)
    return _view(uow, actor, row, _names(uow, [row], files), files)


def _names(uow: UnitOfWork, rows: Iterable[DraftRow], files: Iterable[FileRow] = ()) -> Mapping[str, str]:
    ids = {
        person
        for row in rows
        for person in (row.created_by, row.submitted_by, row.approved_by, row.editor_id)
    }
    return uow.people.names(person for person in ids | {file.saved_by for file in files} if person)


def holder(row: DraftRow, now: datetime) -> str | None:
    """Return who holds the draft now."""
    return row.editor_id if row.editor_until is not None and row.editor_until > now else None


def editor_of(row: DraftRow, names: Mapping[str, str], now: datetime) -> Editor | None:
    """Return who edits the draft now."""
    person = holder(row, now)
    if person is None or row.editor_since is None:
        return None
    return Editor(id=person, name=names.get(person, "系统"), since=row.editor_since)


def _view(
    uow: UnitOfWork, actor: Actor, row: DraftRow, names: Mapping[str, str], files: Iterable[FileRow]
) -> Draft:
    state = DraftState(row.state)
    mine = holder(row, uow.now) in (None, actor.person_id)
    waits = state is DraftState.SUBMITTED and rules.may_approve(actor)
    return Draft(
        id=row.id,
        pack_key=row.pack_key,
        title=row.title,
        base_version=row.base_version,
        revision=row.revision,
        state=state,
        editor=editor_of(row, names, uow.now) if state is DraftState.EDITING else None,
        may_edit=state is DraftState.EDITING and mine and rules.may_edit(actor),
        may_approve=waits and actor.person_id not in involved(uow, row),
        created_by=_named(names, row.created_by),
        created_at=row.created_at,
        changed_at=row.changed_at,
        submitted_by=_named(names, row.submitted_by),
        submitted_at=row.submitted_at,
        submission_note=row.submission_note,
        approved_by=_named(names, row.approved_by),
        approved_at=row.approved_at,
        effective_at=row.effective_at,
        rollback_to=row.rollback_to,
        files=tuple(_file(file, names) for file in files),
    )


def _named(names: Mapping[str, str], person: str | None) -> str:
    return "" if person is None else names.get(person, "系统")


def _file(row: FileRow, names: Mapping[str, str]) -> DraftFile:
    return DraftFile(
        path=row.path,
        kind=paths.place_of(row.path),
        revision=row.revision,
        size=row.size,
        saved_at=row.saved_at,
        saved_by=_named(names, row.saved_by),
    )
