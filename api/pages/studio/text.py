"""A file of a draft as text: for papers, scenarios and the pack's own settings, and where no editor runs."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf
from api.i18n import gettext as _
from api.pages.frame import Form, go, show
from api.routes.drafts import Reader, Writer
from bpmn.errors import Conflict, Invalid, JingfaError
from tasks.model import Actor
from workflows.engine import Engine
from workflows.studio import drafts, files
from workflows.studio.errors import DraftFileNotFound, DraftHeld, FileChanged
from workflows.studio.model import Revision

router = APIRouter(prefix="/studio", include_in_schema=False)


@router.get("/{draft_key}/text/{path:path}")
def text_page(
    draft_key: str, path: str, request: Request, engine: EngineOf, actor: Reader, revision: int | None = None
) -> Response:
    """Show a file as text; ``?revision=`` an old one, which may be saved as the new content."""
    return _page(draft_key, path, request, engine, actor, old=revision)


@router.post("/{draft_key}/text/{path:path}")
def save_text(
    draft_key: str, path: str, request: Request, engine: EngineOf, actor: Writer, form: Form
) -> Response:
    """Save the text on the revision that was shown."""
    given = form.text("revision")
    command = files.Save(
        actor=actor,
        draft_id=draft_key,
        path=path,
        data=form.secret("content").replace("\r\n", "\n").encode(),
        expected=int(given) if given.isascii() and given.isdigit() else None,
    )
    try:
        with engine.begin() as uow:
            files.save(uow, command)
    except (FileChanged, DraftHeld) as refused:
        with engine.begin() as uow:
            files.put_aside(uow, command)
        return _page(draft_key, path, request, engine, actor, refused=refused, typed=command.data)
    except (Invalid, Conflict) as refused:
        return _page(draft_key, path, request, engine, actor, refused=refused, typed=command.data)
    return go(f"/studio/{draft_key}/text/{quote(path)}", "draft-saved")


@router.post("/{draft_key}/files")
def new_file(draft_key: str, request: Request, engine: EngineOf, actor: Writer, form: Form) -> Response:
    """Go to the text of a file that does not exist yet."""
    return go(f"/studio/{draft_key}/text/{quote(form.text('path'))}")


def _page(
    draft_key: str,
    path: str,
    request: Request,
    engine: Engine,
    actor: Actor,
    *,
    old: int | None = None,
    refused: JingfaError | None = None,
    typed: bytes | None = None,
) -> Response:
    with engine.begin() as uow:
        draft = drafts.get(uow, actor, draft_key)
        here = next((file for file in draft.files if file.path == path), None)
        data = b"" if here is None else files.read(uow, actor, draft_key, path).data
        if old is not None:
            data = files.read(uow, actor, draft_key, path, revision=old).data
        context: dict[str, Any] = {
            "draft": draft,
            "file_path": path,
            "here": here,
            "old": old,
            "content": (data if typed is None else typed).decode("utf-8", "replace"),
            "revisions": _revisions(uow, actor, draft_key, path),
            "problem": _(refused.message) if refused else "",
        }
        status = 409 if refused else 200
        return show(request, uow, actor, "studio/text.html", context, active="studio", status=status)


def _revisions(uow: Any, actor: Actor, draft_key: str, path: str) -> tuple[Revision, ...]:
    try:
        return files.revisions(uow, actor, draft_key, path)
    except DraftFileNotFound:
        return ()
