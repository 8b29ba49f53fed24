"""
The editors of a draft: diagram, form and decision table, and what they ask while somebody works.

Files are read and written through ``/v2/drafts``; nothing here writes.
"""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from api.auth import EngineOf
from api.diagrams import to_svg
from api.headers import DIAGRAM_CSP
from api.i18n import gettext as _
from api.pages.forms import on_page
from api.pages.frame import show
from api.pages.studio import decisions as tables
from api.pages.studio import words
from api.routes.drafts import Reader
from api.schemas import Request as In
from api.templating import render
from bpmn import decisions
from bpmn.errors import NotFound
from forms.errors import FormInvalid
from tasks import studio_rules as rules
from tasks.model import Actor
from workflows.processes import job_types
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import drafts
from workflows.studio.model import Draft, DraftState
from workflows.studio.paths import FileKind, kind_of

router = APIRouter(include_in_schema=False)

EDITORS: Final = {
    FileKind.DIAGRAM: "studio/diagram.html",
    FileKind.DECISION: "studio/table.html",
    FileKind.FORM: "studio/form.html",
}


@router.get("/studio/{draft_key}/edit/{path:path}")
def edit(draft_key: str, path: str, request: Request, engine: EngineOf, actor: Reader) -> Response:
    """
    Open the editor of a file; for a form that is not there yet, an empty one.

    Raises:
        NotFound: no such draft or file, or a file without an editor of its own.
    """
    with engine.begin() as uow:
        draft = drafts.get(uow, actor, draft_key)
        template = EDITORS.get(kind_of(path))
        data = drafts.contents(uow, draft_key).get(path)
        if template is None or (data is None and kind_of(path) is not FileKind.FORM):
            raise NotFound(_("草稿里没有这个文件，可能已被删除。请返回草稿页查看。"))
        context = _context(draft, path, actor) | {"svg": _drawing(path, data)}
        response = show(request, uow, actor, template, context, active="studio")
    response.headers["Content-Security-Policy"] = DIAGRAM_CSP
    return response


def _context(draft: Draft, path: str, actor: Actor) -> dict[str, Any]:
    may_edit = rules.may_edit(actor) and draft.state is DraftState.EDITING
    return {
        "draft": draft,
        "file": path,
        "may_edit": may_edit,
        "why_not": "" if may_edit else _why_not(actor),
    }


def _why_not(actor: Actor) -> str:
    if rules.may_edit(actor):
        return _("草稿已经送审或结束，只能查看。如需修改，请先撤回送审。")
    return _("您可以查看，不能修改。修改由政策编辑员进行。")


def _drawing(path: str, data: bytes | None) -> Any:
    return to_svg(data) if data is not None and kind_of(path) is FileKind.DIAGRAM else ""


@router.get("/studio/{draft_key}/vocabulary")
def vocabulary(draft_key: str, engine: EngineOf, actor: Reader) -> Response:
    """Return what may be chosen in the editors of the draft."""
    with engine.begin() as uow:
        drafts.get(uow, actor, draft_key)
        files = drafts.contents(uow, draft_key)
        return JSONResponse(
            words.words(
                draft_key, files, uow.installation.law, sorted(job_types.known(uow.installation.settings))
            )
        )


class Previewed(In):
    """A form as it stands in the editor."""

    schema_: dict[str, Any] = Field(alias="schema")


@router.post("/studio/{draft_key}/preview")
def preview(draft_key: str, body: Previewed, request: Request, engine: EngineOf, actor: Reader) -> Response:
    """Render the page of an unsaved form, exactly as the person who fills it in gets it; nothing in it is sent."""
    with engine.begin() as uow:
        drafts.get(uow, actor, draft_key)
        response = render(request, "studio/preview.html", _shown(uow, body.schema_) | {"visitor": None})
    response.headers["Content-Security-Policy"] = DIAGRAM_CSP
    return response


def _shown(uow: UnitOfWork, schema: dict[str, Any]) -> dict[str, Any]:
    environment = uow.installation.environment(uow.now)
    try:
        form = on_page(
            schema, installation=uow.installation, context={}, environment=environment, upload_url=""
        )
    except FormInvalid as refused:
        return {"findings": refused.findings, "fields": "", "known": "{}"}
    assert form is not None, "a schema is given"
    return {"findings": (), "fields": form.fields(form.first_values()), "known": form.known}


class Tried(In):
    """A decision file as it stands in the editor, and what was typed to try it; values by path."""

    content: str = Field(max_length=6 * 1024 * 1024)
    decision: str = Field(max_length=200)
    values: dict[str, str] = Field(default_factory=dict, max_length=200)
    evaluate: bool = False


@router.post("/studio/{draft_key}/trial")
def trial(draft_key: str, body: Tried, engine: EngineOf, actor: Reader) -> Response:
    """Say what an unsaved table reads; with ``evaluate`` also what it decides and by which rules."""
    with engine.begin() as uow:
        drafts.get(uow, actor, draft_key)
        others = {
            path: data for path, data in drafts.contents(uow, draft_key).items() if path.endswith(".dmn")
        }
        environment = uow.installation.environment(uow.now)
    xml = body.content.encode()
    model = decisions.load(xml, imports=others)
    asked = tables.inputs_of(xml, model, body.decision, body.values.get)
    answer: dict[str, Any] = {"inputs": [{k: v for k, v in one.items() if k != "typed"} for one in asked]}
    if body.evaluate and not any(one["problem"] for one in asked):
        answer |= tables.tried(model, body.decision, asked, environment)
    return JSONResponse(answer)
