"""Drafts of process packs: files with every revision, one editor at a time, checks, submission and approval."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, File, Header, Request, Response, UploadFile

from api.auth import Allow, EngineOf
from api.door import AtDoor
from api.json_reading import StrictRoute
from api.openapi import faults
from api.routes.deployments import files_of
from api.routes.draft_bodies import (
    Approval,
    DraftBody,
    DraftList,
    Findings,
    ImportBody,
    NewDraft,
    OptionalReason,
    ProofBody,
    Reason,
    RebaseBody,
    RevisionBody,
    RevisionList,
    Saved,
    Submission,
    Unsaved,
)
from api.schemas import FindingBody
from bpmn.model import Severity
from tasks.model import Actor
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import (
    approval,
    checks,
    drafts,
    editing,
    files,
    proving,
    publication,
    rebasing,
    transfer,
)
from workflows.studio.errors import DraftHeld, FileChanged, ProofNotFound, RevisionNeeded

router = APIRouter(route_class=StrictRoute, prefix="/v2/drafts", tags=["studio"])
READERS: Final = Allow("R13", "R14", "R15", "R18", "R19", "R20")
WRITERS: Final = Allow("R18")
APPROVERS: Final = Allow("R13", "R14", "R15")
Reader = Annotated[Actor, Depends(READERS)]
Writer = Annotated[Actor, Depends(WRITERS)]
Approver = Annotated[Actor, Depends(APPROVERS)]

#: A file is never shown as a page of ours: whatever it holds, nothing in it runs.
RAW: Final = {"Content-Security-Policy": "sandbox; default-src 'none'", "Content-Disposition": "attachment"}


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


@router.delete(
    "/{draft_key}/files/{path:path}", response_model=DraftBody, responses=faults(404, 409, 412, 428)
)
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


@router.post("/{draft_key}/imports", response_model=ImportBody, responses=faults(404, 409, 413, 422))
def import_files(
    draft_key: str,
    resources: Annotated[list[UploadFile], File(description="一个 zip，或若干 .bpmn、.dmn、.json 文件")],
    actor: Writer,
    door: AtDoor,
) -> Any:
    """Take files of any tool into the draft and say what was understood, kept and lost."""
    uploads = files_of([(one.filename or "process.bpmn", one.file.read()) for one in resources])
    content = b"".join(hashlib.sha256(data).digest() for data in uploads.values())
    return door.once(
        actor,
        lambda uow: ImportBody.of(transfer.take_in(uow, actor, draft_key, uploads)),
        content=content,
    )


@router.post("/{draft_key}/rebase", response_model=RebaseBody, responses=faults(404, 409))
def rebase_draft(draft_key: str, actor: Writer, door: AtDoor) -> Any:
    """Take the newest version into a draft that began from an older one, file by file."""

    def work(uow: UnitOfWork) -> RebaseBody:
        draft, found = rebasing.take_in(uow, actor, draft_key)
        return RebaseBody(draft=DraftBody.of(draft), taken=list(found.taken), both=list(found.both))

    return door.once(actor, work)


@router.post("/{draft_key}/checks", response_model=Findings, responses=faults(404, 413, 422))
def check_draft(draft_key: str, actor: Reader, engine: EngineOf, body: Unsaved | None = None) -> Any:
    """Check the draft, if wanted with an unsaved file in place of the saved one; nothing is written."""
    path, content = (body.path, body.content.encode()) if body else (None, b"")
    found = checks.check(engine, actor, draft_key, path=path, content=content)
    ok = all(one.severity is not Severity.ERROR for one in found)
    return Findings(ok=ok, findings=[FindingBody.of(one) for one in found])


@router.post("/{draft_key}/submission", response_model=DraftBody, responses=faults(404, 409, 422))
def submit_draft(draft_key: str, body: Submission, actor: Writer, door: AtDoor) -> Any:
    """Submit the draft. State ``proving``: its checks and scenarios run, see its proof; then it waits for a second person."""
    door.once(actor, lambda uow: DraftBody.of(approval.submit(uow, actor, draft_key, note=body.note)))
    return DraftBody.of(proving.answered(door.engine, actor, draft_key))


@router.get("/{draft_key}/proof", response_model=ProofBody, responses=faults(404))
def get_proof(draft_key: str, actor: Reader, engine: EngineOf) -> Any:
    """Say how far the proof of a submitted draft is, or what it found."""
    with engine.begin() as uow:
        drafts.get(uow, actor, draft_key)
        found = proving.of_draft(uow, draft_key)
    if found is None:
        raise ProofNotFound
    return ProofBody.of(found)


@router.post("/{draft_key}/approval", response_model=DraftBody, responses=faults(404, 409, 422))
def approve_draft(draft_key: str, body: Approval, actor: Approver, door: AtDoor) -> Any:
    """
    Approve the revision that was seen; it is published as soon as it is read, or at its effective instant. State ``proving``:
    what it rests on has changed, it is proved again and waits for a new approval.
    """
    command = approval.Approve(
        actor=actor,
        draft_id=draft_key,
        revision=body.revision,
        effective_at=body.effective_at,
        note=body.note,
    )
    door.once(actor, lambda uow: DraftBody.of(approval.approve(uow, command)))
    return DraftBody.of(publication.answered(door.engine, actor, draft_key))


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
