"""Drafts of process packs: files with every revision, one editor at a time, checks, submission and approval."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import Field

from api.auth import Allow, EngineOf
from api.door import AtDoor
from api.openapi import faults
from api.schemas import Body, FindingBody, OptionalText
from api.schemas import Request as In
from bpmn.model import Severity
from tasks.model import Actor
from workflows.studio import approval, checks, drafts, editing, files
from workflows.studio.errors import DraftHeld, FileChanged, RevisionNeeded
from workflows.studio.model import Draft, Revision

router = APIRouter(prefix="/v2/drafts", tags=["studio"])
READERS: Final = Allow("R13", "R14", "R15", "R18", "R19", "R20")
WRITERS: Final = Allow("R18")
APPROVERS: Final = Allow("R13", "R14", "R15")
Reader = Annotated[Actor, Depends(READERS)]
Writer = Annotated[Actor, Depends(WRITERS)]
Approver = Annotated[Actor, Depends(APPROVERS)]

#: A file is never shown as a page of ours: whatever it holds, nothing in it runs.
RAW: Final = {"Content-Security-Policy": "sandbox; default-src 'none'", "Content-Disposition": "attachment"}


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
    title: str = Field(default="", max_length=80)


class Reason(In):
    """Why."""

    reason: str = Field(min_length=1, max_length=2000)


class OptionalReason(In):
    """Why, if anybody asks."""

    reason: str = Field(default="", max_length=2000)


class Submission(In):
    """What was changed and why."""

    note: str = Field(min_length=1, max_length=2000)


class Approval(In):
    """An approval of the revision that the approver saw; null = effective at once."""

    revision: int = Field(ge=1)
    effective_at: datetime | None = None
    note: str = Field(default="", max_length=2000)


class Unsaved(In):
    """A file to look at in place of the saved one."""

    path: OptionalText = Field(default=None, max_length=300)
    content: str = Field(default="", max_length=8 * 1024 * 1024)


class Findings(Body):
    """The findings of a check, the worst first."""

    ok: bool
    findings: list[FindingBody]


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


async def raw(request: Request) -> bytes:
    """Return the body as it came."""
    return await request.body()


Raw = Annotated[bytes, Depends(raw)]
IfMatch = Annotated[
    str | None, Header(alias="If-Match", description='所依据的文件版本，如 "3"；新文件为 "0"', max_length=40)
]


def revision_of(if_match: str | None) -> int | None:
    """
    Return the revision that a header names; None when there is no header.

    >>> revision_of('"3"'), revision_of('W/"3"'), revision_of(None)
    (3, 3, None)

    Raises:
        RevisionNeeded: it names something else.
    """
    if if_match is None:
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit()):
        raise RevisionNeeded
    return int(text)


@router.get("", response_model=DraftList, responses=faults())
def list_drafts(actor: Reader, engine: EngineOf) -> Any:
    """List open drafts, the newest first, without their files."""
    with engine.begin() as uow:
        return DraftList(items=[DraftBody.of(one) for one in drafts.listed(uow, actor)])


@router.post("", response_model=DraftBody, responses=faults(404, 409, 422))
def create_draft(body: NewDraft, actor: Writer, door: AtDoor) -> Any:
    """Begin a draft from a version (the newest when none is named), or a new pack when a title is given."""
    return door.once(
        actor,
        lambda uow: DraftBody.of(
            drafts.begin(uow, actor, body.pack_key, from_version=body.from_version, title=body.title)
        ),
    )


@router.get("/{draft_key}", response_model=DraftBody, responses=faults(404))
def get_draft(draft_key: str, actor: Reader, engine: EngineOf) -> Any:
    """Open a draft."""
    with engine.begin() as uow:
        return DraftBody.of(drafts.get(uow, actor, draft_key))


@router.get("/{draft_key}/files/{path:path}/revisions", response_model=RevisionList, responses=faults(404))
def list_file_revisions(draft_key: str, path: str, actor: Reader, engine: EngineOf) -> Any:
    """List every revision of a file, those put aside included."""
    with engine.begin() as uow:
        found = files.revisions(uow, actor, draft_key, path)
    return RevisionList(items=[RevisionBody.of(one) for one in found])


@router.get(
    "/{draft_key}/files/{path:path}",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
        **faults(404),
    },
)
def get_draft_file(
    draft_key: str, path: str, actor: Reader, engine: EngineOf, revision: int | None = None
) -> Response:
    """Return a file's bytes, its revision as ``ETag``; ``?revision=`` returns an old one."""
    with engine.begin() as uow:
        found = files.read(uow, actor, draft_key, path, revision=revision)
    headers = {**RAW, "ETag": f'"{found.revision}"'}
    return Response(found.data, media_type="application/octet-stream", headers=headers)


@router.put(
    "/{draft_key}/files/{path:path}", response_model=Saved, responses=faults(404, 409, 412, 413, 422, 428)
)
def put_draft_file(
    draft_key: str,
    path: str,
    data: Raw,
    actor: Writer,
    engine: EngineOf,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Write a file on the revision of ``If-Match``. What is refused because of somebody else is kept as a revision."""
    expected = revision_of(if_match)
    command = files.Save(actor=actor, draft_id=draft_key, path=path, data=data, expected=expected)
    try:
        with engine.begin() as uow:
            revision = files.save(uow, command)
    except (FileChanged, DraftHeld):
        with engine.begin() as uow:
            files.put_aside(uow, command)
        raise
    response.headers["ETag"] = f'"{revision}"'
    return Saved(path=path, revision=revision)


@router.delete("/{draft_key}/files/{path:path}", response_model=DraftBody, responses=faults(404, 409, 412))
def delete_draft_file(
    draft_key: str, path: str, actor: Writer, engine: EngineOf, if_match: IfMatch = None
) -> Any:
    """Delete a file that nothing in the draft uses any more; its revisions stay."""
    with engine.begin() as uow:
        files.delete(uow, actor, draft_key, path, expected=revision_of(if_match))
        return DraftBody.of(drafts.get(uow, actor, draft_key))


@router.post("/{draft_key}/editing", response_model=DraftBody, responses=faults(404, 409))
def edit_draft(draft_key: str, actor: Writer, door: AtDoor) -> Any:
    """Take or renew the lease of ten minutes."""
    return door.once(actor, lambda uow: DraftBody.of(editing.take(uow, actor, draft_key)))


@router.post("/{draft_key}/takeover", response_model=DraftBody, responses=faults(404, 409, 422))
def take_over_draft(draft_key: str, body: Reason, actor: Writer, door: AtDoor) -> Any:
    """Take the draft from whoever edits it; what they save later is put aside, not lost."""
    return door.once(
        actor, lambda uow: DraftBody.of(editing.take_over(uow, actor, draft_key, reason=body.reason))
    )


@router.post("/{draft_key}/checks", response_model=Findings, responses=faults(404, 413, 422))
def check_draft(draft_key: str, actor: Reader, engine: EngineOf, body: Unsaved | None = None) -> Any:
    """Check the draft, if wanted with an unsaved file in place of the saved one; nothing is written."""
    path, content = (body.path, body.content.encode()) if body else (None, b"")
    with engine.begin() as uow:
        found = checks.check(uow, actor, draft_key, path=path, content=content)
    ok = all(one.severity is not Severity.ERROR for one in found)
    return Findings(ok=ok, findings=[FindingBody.of(one) for one in found])


@router.post("/{draft_key}/submission", response_model=DraftBody, responses=faults(404, 409, 422))
def submit_draft(draft_key: str, body: Submission, actor: Writer, door: AtDoor) -> Any:
    """Submit the draft for approval by a second person."""
    return door.once(actor, lambda uow: DraftBody.of(approval.submit(uow, actor, draft_key, note=body.note)))


@router.post("/{draft_key}/approval", response_model=DraftBody, responses=faults(404, 409, 422))
def approve_draft(draft_key: str, body: Approval, actor: Approver, door: AtDoor) -> Any:
    """Approve the revision that was seen; it is published at once or at its effective instant."""
    command = approval.Approve(
        actor=actor,
        draft_id=draft_key,
        revision=body.revision,
        effective_at=body.effective_at,
        note=body.note,
    )
    return door.once(actor, lambda uow: DraftBody.of(approval.approve(uow, command)))


@router.post("/{draft_key}/rejection", response_model=DraftBody, responses=faults(404, 409, 422))
def reject_draft(draft_key: str, body: Reason, actor: Approver, door: AtDoor) -> Any:
    """Give the draft back to its author with the reason."""
    return door.once(
        actor, lambda uow: DraftBody.of(approval.reject(uow, actor, draft_key, reason=body.reason))
    )


@router.post("/{draft_key}/withdrawal", response_model=DraftBody, responses=faults(404, 409))
def withdraw_draft(draft_key: str, actor: Writer, door: AtDoor, body: OptionalReason | None = None) -> Any:
    """Take back the last step: a submission or a planned publication returns to editing, a draft in editing ends."""
    reason = body.reason if body else ""
    return door.once(actor, lambda uow: DraftBody.of(approval.withdraw(uow, actor, draft_key, reason=reason)))
