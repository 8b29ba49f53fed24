"""JSON bodies of drafts: what comes in and what goes out."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.schemas import Body, FindingBody, OptionalText, Words
from api.schemas import Request as In
from workflows.studio import transfer
from workflows.studio.model import Draft, Proof, Revision


class EditorBody(Body):
    """Who edits a draft."""

    id: str
    name: str
    since: datetime


class FileBody(Body):
    """A file of a draft."""

    path: str
    kind: str
    revision: int
    size: int
    saved_at: datetime
    saved_by: str


class DraftBody(Body):
    """A draft; ``files`` is empty in lists."""

    draft_key: str
    pack_key: str
    title: str
    base_version: int | None
    revision: int
    state: str
    editor: EditorBody | None
    may_edit: bool
    may_approve: bool
    created_by: str
    created_at: datetime
    changed_at: datetime
    submitted_by: str
    submitted_at: datetime | None
    submission_note: str | None
    approved_by: str
    effective_at: datetime | None
    rollback_to: int | None
    files: list[FileBody]

    @classmethod
    def of(cls, draft: Draft) -> DraftBody:
        """Return the body of a draft."""
        own = {name: getattr(draft, name) for name in cls.model_fields if hasattr(draft, name)}
        editor = EditorBody(**vars(draft.editor)) if draft.editor else None
        made = [FileBody(**{**vars(file), "kind": str(file.kind)}) for file in draft.files]
        return cls(
            **{**own, "draft_key": draft.id, "editor": editor, "files": made, "state": str(draft.state)}
        )


class DraftList(Body):
    """Open drafts, the newest first."""

    items: list[DraftBody]


class NewDraft(In):
    """A draft to begin: from a version, or a new pack with a title."""

    pack_key: str = Field(min_length=1, max_length=100)
    from_version: int | None = Field(default=None, ge=1)
    title: Words = Field(default="", max_length=80)


class Reason(In):
    """Why."""

    reason: Words = Field(min_length=1, max_length=2000)


class OptionalReason(In):
    """Why, if anybody asks."""

    reason: Words = Field(default="", max_length=2000)


class Submission(In):
    """What was changed and why."""

    note: Words = Field(min_length=1, max_length=2000)


class Approval(In):
    """An approval of the revision that the approver saw; null = effective at once."""

    revision: int = Field(ge=1)
    effective_at: datetime | None = None
    note: Words = Field(default="", max_length=2000)


class Unsaved(In):
    """A file to look at in place of the saved one."""

    path: OptionalText = Field(default=None, max_length=300)
    content: str = Field(default="", max_length=8 * 1024 * 1024)


class RebaseBody(Body):
    """A draft on the newest version: files taken over, and those that both sides changed."""

    draft: DraftBody
    taken: list[str]
    both: list[str]


class Findings(Body):
    """The findings of a check, the worst first."""

    ok: bool
    findings: list[FindingBody]


class ProofBody(Body):
    """The proof of a submitted draft: scenarios done of all, or what it found."""

    revision: int
    is_over: bool
    done: int
    total: int
    current: str
    findings: list[FindingBody]

    @classmethod
    def of(cls, proof: Proof) -> ProofBody:
        """Return the body of a proof."""
        return cls(**{**vars(proof), "findings": [FindingBody.of(one) for one in proof.findings]})


class Saved(Body):
    """A file that was written."""

    path: str
    revision: int


class RevisionBody(Body):
    """A revision of a file; ``aside`` = it was refused as the content and kept."""

    revision: int
    size: int
    saved_at: datetime
    saved_by: str
    deleted: bool
    aside: bool

    @classmethod
    def of(cls, revision: Revision) -> RevisionBody:
        """Return the body of a revision."""
        return cls(**vars(revision))


class RevisionList(Body):
    """Every revision, the newest first."""

    items: list[RevisionBody]


class NoteBody(Body):
    """What became of a setting of another tool: read, kept or lost."""

    outcome: str
    message: str
    remedy: str
    element_id: str | None


class ImportedBody(Body):
    """What became of an uploaded file: added, replaced, unchanged or lost."""

    name: str
    path: str
    outcome: str
    reason: str
    notes: list[NoteBody]


class ImportBody(Body):
    """What became of each uploaded file."""

    items: list[ImportedBody]

    @classmethod
    def of(cls, found: tuple[transfer.Imported, ...]) -> ImportBody:
        """Return the body of an import."""
        return cls(
            items=[
                ImportedBody(**{**vars(one), "notes": [NoteBody(**vars(note)) for note in one.notes]})
                for one in found
            ]
        )
