"""Packs go out as folders and come in from any tool; the list of what was kept, read and lost comes with them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bpmn import isolated
from bpmn.errors import DeploymentInvalid
from bpmn.model import Severity
from bpmn.parser import SUFFIXES
from bpmn.xml import read
from tasks import studio_rules as rules
from tasks.model import Actor
from workflows.processes import sharing
from workflows.store.studio import FileRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import drafts, editing, files, packs, paths
from workflows.studio.errors import PathInvalid
from workflows.studio.model import Draft
from workflows.trail import audit


@dataclass(frozen=True, kw_only=True)
class Note:
    """What became of a setting of another tool: ``read`` understood, ``kept`` in the file only, ``lost`` without effect."""

    outcome: str
    message: str
    remedy: str
    element_id: str | None


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What became of an uploaded file: ``added``, ``replaced``, ``unchanged`` or ``lost`` with the reason."""

    name: str
    path: str
    outcome: str
    reason: str = ""
    notes: tuple[Note, ...] = ()


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


def take_in(
    uow: UnitOfWork, actor: Actor, draft_id: str, uploads: Mapping[str, bytes]
) -> tuple[Imported, ...]:
    """
    Write uploaded files into a draft; returns for each what became of it. Nothing in a diagram is changed: settings of other
    tools stay in the file, and the list says which of them are understood here.

    Args:
        uploads: Path in the pack, or a mere name, whose place follows from its kind.

    Raises:
        DraftHeld: somebody else edits the draft.
        Invalid: too many or too large files.
    """
    rules.ensure_may_edit(actor)
    row = editing.hold(uow, actor, drafts.locked(uow, draft_id))
    present = {file.path: file for file in uow.drafts.files(row.id)}
    placed = [_placed(name, data, present) for name, data in uploads.items()]
    fresh = {one.path: uploads[one.name] for one in placed if one.outcome in ("added", "replaced")}
    files.ensure_room(present, fresh)
    if fresh:
        files.write(uow, actor, row, fresh)
    drafts.note(uow, actor, row, "imported", "、".join(sorted(fresh))[:500])
    return tuple(replace(one, notes=_notes(one.path, fresh)) for one in placed)


def _placed(name: str, data: bytes, present: Mapping[str, FileRow]) -> Imported:
    path = _place(name)
    try:
        paths.ensure_sound(path)
        paths.ensure_distinct(path, present)
        if path.endswith((*SUFFIXES, ".dmn")):
            read(data, file=path)
    except PathInvalid as odd:
        return Imported(name=name, path=path, outcome="lost", reason=odd.message)
    except DeploymentInvalid as refusal:
        return Imported(name=name, path=path, outcome="lost", reason=refusal.findings[0].message)
    here = present.get(path)
    if here is not None and here.digest == hashlib.sha256(data).hexdigest():
        return Imported(name=name, path=path, outcome="unchanged")
    return Imported(name=name, path=path, outcome="added" if here is None else "replaced")


def _place(name: str) -> str:
    """
    Return where a file of that name belongs.

    >>> _place("triage.dmn"), _place("Order.bpmn20.xml"), _place("forms/a.json")
    ('decisions/triage.dmn', 'Order.bpmn', 'forms/a.json')
    """
    if "/" in name:
        return name
    stem, dot, suffix = name.partition(".")
    if name.endswith((".bpmn20.xml", ".bpmn2", ".xml")):
        return f"{stem}.bpmn"
    folder = {".dmn": "decisions/", ".json": "forms/", ".form": "forms/", ".yaml": "scenarios/"}
    place = folder.get(name[name.rfind(".") :] if dot else "", "")
    return f"{place}{stem}.json" if suffix == "form" else f"{place}{name}"


def _notes(path: str, fresh: Mapping[str, bytes]) -> tuple[Note, ...]:
    """Say what of other tools is understood in a diagram, what merely stays in the file, and what has no effect."""
    if path not in fresh or not path.endswith(SUFFIXES):
        return ()
    try:
        found = isolated.check_isolated({path: fresh[path]})
    except DeploymentInvalid as refusal:
        found = refusal.findings
    kinds = {Severity.WARNING: "lost", Severity.ERROR: "lost"}
    return tuple(
        Note(
            outcome=kinds.get(one.severity, "read" if one.code == "imported" else "kept"),
            message=one.message,
            remedy=one.remedy,
            element_id=one.element_id,
        )
        for one in found
        if one.severity is not Severity.ERROR or one.code not in ("unknown-call",)
    )
