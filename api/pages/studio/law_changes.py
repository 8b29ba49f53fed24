"""One change of the law pack: what it does in words, whom it concerns, and the buttons of whoever decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf
from api.pages.frame import Form, Posted, go, show
from api.pages.studio.law import entry_context, shown
from api.pages.studio.review import instant
from api.routes.drafts import Approver, Reader, Writer
from bpmn.errors import Conflict, Forbidden, Invalid, JingfaError
from tasks import studio_rules as rules
from tasks.model import Actor
from workflows.engine import Engine
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import law, law_decisions

router = APIRouter(prefix="/studio/law", include_in_schema=False)


@router.get("/changes/{change_id}")
def change_page(change_id: str, request: Request, engine: EngineOf, actor: Reader) -> Response:
    """Show a change to whoever decides it."""
    return _change_page(change_id, request, engine, actor)


@router.post("/changes/{change_id}/approval")
def approve(change_id: str, request: Request, engine: EngineOf, actor: Approver, form: Form) -> Response:
    """Approve a change."""
    return _decide(
        change_id, request, engine, actor, form, "draft-approved",
        lambda uow: law_decisions.approve(uow, actor, change_id, effective_at=instant(form.text("effective")), note=form.text("note")),
    )  # fmt: skip


@router.post("/changes/{change_id}/rejection")
def reject(change_id: str, request: Request, engine: EngineOf, actor: Approver, form: Form) -> Response:
    """Refuse a change."""
    return _decide(
        change_id, request, engine, actor, form, "draft-rejected",
        lambda uow: law_decisions.reject(uow, actor, change_id, reason=form.text("reason")),
    )  # fmt: skip


@router.post("/changes/{change_id}/withdrawal")
def withdraw(change_id: str, request: Request, engine: EngineOf, actor: Writer, form: Form) -> Response:
    """Take a change back."""
    return _decide(
        change_id, request, engine, actor, form, "draft-withdrawn",
        lambda uow: law_decisions.withdraw(uow, actor, change_id),
    )  # fmt: skip


def _decide(
    change_id: str,
    request: Request,
    engine: Engine,
    actor: Actor,
    form: Posted,
    said: str,
    act: Callable[[UnitOfWork], object],
) -> Response:
    def work(uow: UnitOfWork) -> str:
        act(uow)
        return f"/studio/law/changes/{change_id}"

    try:
        return go(form.once(actor, work), said)
    except (Invalid, Conflict, Forbidden) as refused:
        return _change_page(change_id, request, engine, actor, refused, form)


def _change_page(
    change_id: str,
    request: Request,
    engine: Engine,
    actor: Actor,
    refused: JingfaError | None = None,
    form: Posted | None = None,
) -> Response:
    with engine.begin() as uow:
        change = law.get(uow, actor, change_id)
        row = change.row
        context = {
            "change": shown(change),
            "title": _title(uow, row.section, row.code),
            "concerned": law_decisions.concerned(uow, actor, row.code) if row.section == "deadline" else None,
            "may_withdraw": rules.may_edit(actor) and row.state in (law.PROPOSED, law.SCHEDULED),
            **entry_context(uow, actor, row.code, row.klass, refused, form),
        }
        status = 422 if refused else 200
        return show(request, uow, actor, "studio/law_change.html", context, active="studio", status=status)


def _title(uow: UnitOfWork, section: str, code: str) -> str:
    pack = uow.installation.law
    sections: dict[str, Any] = {
        "deadline": pack.catalogue.rules,
        "set": pack.parameter_sets,
        "list": pack.code_lists,
    }
    found = sections[section].get(code)
    return f"{code} {found.name}" if found else code
