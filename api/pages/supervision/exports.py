"""Ordering a file of the filtered case list, watching it being written, fetching it."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf, SignedIn
from api.i18n import gettext as _
from api.pages.frame import Form, go, show
from api.pages.supervision.cases import address
from api.words import moment
from bpmn.errors import Invalid
from workflows.store.unit_of_work import UnitOfWork
from workflows.supervision import case_list, exports, sheets
from workflows.supervision.exports import ExportView

router = APIRouter(include_in_schema=False)
REFRESH_SECONDS = 3


@router.post("/cases/exports")
def order(engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Order a file; a short list is written before the page comes back."""
    query = case_list.read({name: form.text(f"f.{name}") for name in case_list.NAMES})
    format_: sheets.Format = "csv" if form.text("format") == "csv" else "xlsx"
    if not form.text("purpose"):
        raise Invalid(_("请写明导出用途。"))

    def work(uow: UnitOfWork) -> str:
        made = exports.request(uow, actor, query, format_=format_, purpose=form.text("purpose"))
        return f"/exports/{made.id}"

    target = form.once(actor, work)
    export_id = target.rpartition("/")[2]
    with engine.begin() as uow:
        is_short = exports.get(uow, actor, export_id).total <= exports.AT_ONCE
    if is_short:
        exports.write_next(engine, export_id=export_id)
    return go(target)


@router.get("/exports/{export_id}")
def progress(export_id: str, request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Say how far the file is; the page comes again by itself until it is finished."""
    with engine.begin() as uow:
        view = exports.get(uow, actor, export_id)
        context = {
            "view": view,
            "percent": _percent(view),
            "back": address(view.query),
            "until": moment(view.expires_at),
        }
        response = show(request, uow, actor, "supervision/export.html", context, active="cases")
    if view.state in ("waiting", "running"):
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


def _percent(view: ExportView) -> int:
    return min(100, round(100 * view.written / view.total)) if view.total else 100


@router.get("/exports/{export_id}/file")
def fetch(export_id: str, engine: EngineOf, actor: SignedIn) -> Response:
    """Return the finished file; the download is in the audit."""
    with engine.begin() as uow:
        view, content = exports.content(uow, actor, export_id)
    disposition = f"attachment; filename*=UTF-8''{quote(view.file_name)}"
    return Response(
        content, media_type=sheets.MEDIA[view.format], headers={"Content-Disposition": disposition}
    )
