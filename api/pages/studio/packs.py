"""The studio's pages: packs and drafts, one draft with its files, its findings and what was done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf
from api.i18n import gettext as _
from api.pages.frame import Form, go, show
from api.routes.deployments import files_of
from api.routes.drafts import Reader, Writer
from bpmn.errors import Conflict, Invalid, JingfaError
from bpmn.model import Finding
from forms.locale import N_
from tasks import studio_rules as rules
from tasks.model import Actor
from workflows.engine import Engine
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import approval, checks, drafts, editing, files, packs, proving, rebasing, transfer
from workflows.studio.errors import DraftNotPassed
from workflows.studio.model import Draft, DraftState, Proof
from workflows.studio.paths import FileKind
from workflows.studio.titles import title_of

router = APIRouter(prefix="/studio", include_in_schema=False)

STATES: Final = {
    DraftState.EDITING: N_("编辑中"),
    DraftState.PROVING: N_("校验中"),
    DraftState.SUBMITTED: N_("待审批"),
    DraftState.APPROVED: N_("已批准，正在发布"),
    DraftState.SCHEDULED: N_("已批准，待生效"),
    DraftState.PUBLISHED: N_("已发布"),
    DraftState.WITHDRAWN: N_("已放弃"),
}
KINDS: Final = {
    FileKind.DIAGRAM: N_("流程图"),
    FileKind.FORM: N_("表单"),
    FileKind.DECISION: N_("决策表"),
    FileKind.DOCUMENT: N_("文书"),
    FileKind.SCENARIO: N_("场景"),
    FileKind.PACK: N_("流程包说明"),
}
ACTIONS: Final = {
    "created": N_("新建草稿"),
    "taken-over": N_("接手编辑"),
    "imported": N_("导入文件"),
    "rebased": N_("合入新版本"),
    "submitted": N_("送审"),
    "proved": N_("通过校验，交审批人"),
    "not-proved": N_("没有通过校验"),
    "proved-again": N_("重新校验"),
    "approved": N_("批准"),
    "rejected": N_("退回"),
    "withdrawn": N_("撤回"),
    "published": N_("发布"),
    "not-published": N_("没有按计划发布"),
}
REFRESH_SECONDS: Final = 3
SEVERITIES: Final = {"error": N_("须修改"), "warning": N_("请留意"), "info": N_("说明")}
#: Kinds that have an editor of their own; the others are edited as text.
DRAWN: Final = frozenset({FileKind.DIAGRAM, FileKind.FORM, FileKind.DECISION})


@router.get("")
def home(request: Request, engine: EngineOf, actor: Reader) -> Response:
    """Show the packs in force, the drafts and who edits them, and what waits for one's approval."""
    return _home(request, engine, actor)


def _home(request: Request, engine: Engine, actor: Actor, problem: str = "") -> Response:
    with engine.begin() as uow:
        open_ = drafts.listed(uow, actor)
        waiting = [draft for draft in open_ if draft.may_approve]
        context = {
            "packs": packs.listed(uow, actor),
            "drafts": [draft for draft in open_ if not draft.may_approve],
            "waiting": waiting,
            "states": _words(STATES),
            "may_edit": rules.may_edit(actor),
            "problem": problem,
        }
        status = 422 if problem else 200
        return show(request, uow, actor, "studio/packs.html", context, active="studio", status=status)


@router.post("/drafts")
def begin(request: Request, engine: EngineOf, actor: Writer, form: Form) -> Response:
    """Begin a draft."""
    version = form.text("version")
    number = int(version) if version.isascii() and version.isdigit() else None

    def work(uow: UnitOfWork) -> str:
        made = drafts.begin(uow, actor, form.text("pack"), from_version=number, title=form.text("title"))
        return f"/studio/{made.id}"

    try:
        return go(form.once(actor, work), "draft-begun")
    except (Invalid, Conflict) as refused:
        return _home(request, engine, actor, _(refused.message))


@router.get("/{draft_key}")
def draft_page(
    draft_key: str, request: Request, engine: EngineOf, actor: Reader, checked: str = ""
) -> Response:
    """Show a draft; with ``?checked=1`` its findings, too."""
    return _draft(draft_key, request, engine, actor, checked=bool(checked))


def _draft(
    draft_key: str,
    request: Request,
    engine: Engine,
    actor: Actor,
    *,
    checked: bool = False,
    refused: JingfaError | None = None,
    imported: tuple[transfer.Imported, ...] = (),
    note: str = "",
) -> Response:
    found = checks.check(engine, actor, draft_key) if checked else ()
    with engine.begin() as uow:
        draft = drafts.get(uow, actor, draft_key)
        proof = proving.of_draft(uow, draft_key)
        found = refused.findings if isinstance(refused, DraftNotPassed) else found or _failed(draft, proof)
        context = {
            "draft": draft,
            "proof": proof,
            "percent": 100 * proof.done // proof.total if proof and proof.total else 0,
            "state": _(STATES[draft.state]),
            "groups": _groups(draft, drafts.contents(uow, draft_key)),
            "may_write": rules.may_edit(actor),
            "newest": drafts.newest_version(uow, draft.pack_key),
            "held": draft.editor is not None and draft.editor.id != actor.person_id,
            "checked": checked or bool(found),
            "findings": [_finding(draft, one) for one in found],
            "events": [
                (one, _(ACTIONS.get(one.action, one.action))) for one in drafts.events(uow, actor, draft_key)
            ],
            "problem": _(refused.message) if refused else "",
            "imported": imported,
            "note": note or (draft.submission_note or "" if _failed(draft, proof) else ""),
        }
        status = 422 if refused else 200
        response = show(request, uow, actor, "studio/draft.html", context, active="studio", status=status)
    if draft.state in (DraftState.PROVING, DraftState.APPROVED):
        response.headers["Refresh"] = f"{REFRESH_SECONDS}; url=/studio/{draft_key}"
    return response


def _failed(draft: Draft, proof: Proof | None) -> tuple[Finding, ...]:
    """What the last submission found, as long as nothing has been changed since."""
    is_open = draft.state is DraftState.EDITING and proof is not None
    return proof.findings if is_open and proof and proof.revision == draft.revision else ()


def edit_link(draft: Draft, path: str, kind: FileKind) -> str:
    """Return where a file is edited."""
    room = "edit" if kind in DRAWN else "text"
    return f"/studio/{draft.id}/{room}/{quote(path)}"


def _groups(draft: Draft, contents: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Files by kind under their titles; open are the diagrams and what was changed here."""
    groups = []
    for kind, words in KINDS.items():
        found: list[dict[str, Any]] = [
            {
                "file": file,
                "title": title_of(file.path, contents.get(file.path, b"")) or file.path,
                "link": edit_link(draft, file.path, kind),
                "text": f"/studio/{draft.id}/text/{quote(file.path)}",
            }
            for file in draft.files
            if file.kind is kind
        ]
        if found:
            is_open = kind is FileKind.DIAGRAM or any(row["file"].revision > 1 for row in found)
            groups.append({"title": _(words), "files": found, "is_open": is_open})
    return groups


def _finding(draft: Draft, found: Any) -> dict[str, Any]:
    file = next((one for one in draft.files if one.path == found.file), None)
    link = edit_link(draft, file.path, file.kind) if file else ""
    if link and found.element_id:
        link += f"?element={quote(found.element_id)}"
    level = {"error": "late", "warning": "soon"}.get(found.severity, "plain")
    return {"one": found, "link": link, "level": level, "word": _(SEVERITIES[found.severity])}


def _words(table: Any) -> dict[Any, str]:
    return {name: _(words) for name, words in table.items()}


def _act(
    draft_key: str,
    request: Request,
    engine: Engine,
    actor: Actor,
    form: Any,
    said: str,
    work: Any,
    then: Callable[[], object] = lambda: None,
) -> Response:
    """Do something with a draft, *then* what follows its commit; a refusal is shown on its page with what was typed."""

    def once(uow: UnitOfWork) -> str:
        work(uow)
        return f"/studio/{draft_key}"

    try:
        target = form.once(actor, once)
        then()
        return go(target, said)
    except (Invalid, Conflict) as refused:
        return _draft(draft_key, request, engine, actor, refused=refused, note=form.text("note"))


@router.post("/{draft_key}/submission")
def submit(draft_key: str, request: Request, engine: EngineOf, actor: Writer, form: Form) -> Response:
    """Submit the draft; a long one is proved by a worker while its page says how far that is."""
    return _act(
        draft_key, request, engine, actor, form, "draft-submitted",
        lambda uow: approval.submit(uow, actor, draft_key, note=form.text("note")),
        lambda: proving.answered(engine, actor, draft_key),
    )  # fmt: skip


@router.post("/{draft_key}/withdrawal")
def withdraw(draft_key: str, request: Request, engine: EngineOf, actor: Writer, form: Form) -> Response:
    """Take back the submission, or give the draft up."""
    return _act(
        draft_key, request, engine, actor, form, "draft-withdrawn",
        lambda uow: approval.withdraw(uow, actor, draft_key, reason=form.text("reason")),
    )  # fmt: skip


@router.post("/{draft_key}/rebase")
def rebase(draft_key: str, request: Request, engine: EngineOf, actor: Writer, form: Form) -> Response:
    """Take the newest version into the draft."""
    return _act(
        draft_key, request, engine, actor, form, "draft-rebased",
        lambda uow: rebasing.take_in(uow, actor, draft_key),
    )  # fmt: skip


@router.post("/{draft_key}/takeover")
def take_over(draft_key: str, request: Request, engine: EngineOf, actor: Writer, form: Form) -> Response:
    """Take the draft from whoever edits it."""
    return _act(
        draft_key, request, engine, actor, form, "draft-taken",
        lambda uow: editing.take_over(uow, actor, draft_key, reason=form.text("reason")),
    )  # fmt: skip


@router.post("/{draft_key}/deletion")
def delete(draft_key: str, request: Request, engine: EngineOf, actor: Writer, form: Form) -> Response:
    """Delete a file that nothing uses."""
    return _act(
        draft_key, request, engine, actor, form, "draft-file-deleted",
        lambda uow: files.delete(uow, actor, draft_key, form.text("path")),
    )  # fmt: skip


@router.post("/{draft_key}/imports")
def take_in(draft_key: str, request: Request, engine: EngineOf, actor: Writer, form: Form) -> Response:
    """Take files into the draft and show what became of them."""
    try:
        uploads = files_of(
            [(file.filename or "process.bpmn", file.file.read()) for _name, file in form.files]
        )
        with engine.begin() as uow:
            found = transfer.take_in(uow, actor, draft_key, uploads)
    except (Invalid, Conflict) as refused:
        return _draft(draft_key, request, engine, actor, refused=refused)
    return _draft(draft_key, request, engine, actor, imported=found)
