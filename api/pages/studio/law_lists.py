"""Code lists of the law pack: what is offered to choose from; codes are added, renamed and retired, never taken away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf
from api.i18n import gettext as _
from api.pages.frame import Form, Posted, show
from api.pages.law import list_name
from api.pages.studio.law import CHANGERS, entry_context, found_or_404, propose, tried
from api.routes.drafts import Reader, Writer
from bpmn.deadlines import lawpack
from bpmn.deadlines.lawpack_lists import Code, CodeList
from bpmn.errors import Invalid, JingfaError
from bpmn.model import Json
from tasks.model import Actor
from workflows.engine import Engine
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import law_lists

router = APIRouter(prefix="/studio/law", include_in_schema=False)
CLASS: Final = "PARAM"  #: of every code list: policy, with one approver
NEW_ROWS: Final = 5  #: empty ones at the end of the form
MOST_CODES: Final = 300


@router.get("/lists")
def lists_page(request: Request, engine: EngineOf, actor: Reader) -> Response:
    """List the code lists with class, source and who may change them."""
    with engine.begin() as uow:
        lists = [_list(one) for one in uow.installation.law.code_lists.values()]
        return show(request, uow, actor, "studio/law_lists.html", {"lists": lists}, active="studio")


def _list(one: CodeList) -> dict[str, Any]:
    return {
        "list": one,
        "name": list_name(one),
        "word": _("工作规范"),
        "changers": _(CHANGERS[CLASS]),
        "sources": [source.citation for source in one.sources],
    }


@router.get("/lists/{code}")
def list_page(code: str, request: Request, engine: EngineOf, actor: Reader) -> Response:
    """Show one code list and, to policy editors, the form."""
    return _page(code, request, engine, actor)


@router.post("/lists/{code}")
def propose_list(code: str, request: Request, engine: EngineOf, actor: Writer, form: Form) -> Response:
    """Propose other codes for a list."""

    def work(uow: UnitOfWork) -> str:
        found = found_or_404(uow.installation.law.code_lists.get(code))
        fields: dict[str, Json] = {"codes": [law_lists.written(one) for one in _typed(form, found)]}
        return propose(uow, actor, form, lawpack.LIST, code, fields)

    return tried(actor, form, work, lambda refused: _page(code, request, engine, actor, refused, form))


def _page(
    code: str,
    request: Request,
    engine: Engine,
    actor: Actor,
    refused: JingfaError | None = None,
    form: Posted | None = None,
) -> Response:
    with engine.begin() as uow:
        found = found_or_404(uow.installation.law.code_lists.get(code))
        context = {
            **_list(found),
            "rows": [_row(number, one) for number, one in enumerate(found.codes)],
            "new_rows": range(len(found.codes), len(found.codes) + NEW_ROWS),
            **entry_context(uow, actor, code, CLASS, refused, form),
        }
        status = 422 if refused else 200
        return show(request, uow, actor, "studio/law_list.html", context, active="studio", status=status)


def _row(number: int, code: Code) -> dict[str, Any]:
    return {"n": number, "code": code}


def _typed(form: Posted, found: CodeList) -> Iterator[Code]:
    """Yield the codes as the form has them: those that are there, then the new ones."""
    for number, code in enumerate(found.codes):
        yield Code(
            code=code.code,
            name=form.text(f"name.{number}") or code.name,
            name_en=form.text(f"name_en.{number}"),
            parent=code.parent,
            note=form.text(f"note.{number}"),
            retired=form.text(f"retired.{number}") == "1",
        )
    if len(found.codes) > MOST_CODES:
        raise Invalid(_("代码表最多 300 个代码。"))
    for number in range(len(found.codes), len(found.codes) + NEW_ROWS):
        if form.text(f"code.{number}"):
            yield _new(form, number)


def _new(form: Posted, number: int) -> Code:
    name = form.text(f"name.{number}")[:80]
    code = form.text(f"code.{number}")[:40]
    if not name:
        raise Invalid(_("新增的代码“%(code)s”还没有名称。") % {"code": code})
    return Code(
        code=code,
        name=name,
        name_en=form.text(f"name_en.{number}")[:80],
        parent=form.text(f"parent.{number}")[:40] or None,
        note=form.text(f"note.{number}")[:80],
    )
