"""A look at clear personal data: what for, then five minutes with a watermark, then masked again where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.auth import EngineOf, SignedIn
from api.i18n import CHINESE, locale
from api.i18n import gettext as _
from api.pages.frame import Form, go, show
from api.pages.law import purposes
from bpmn.deadlines.lawpack_privacy import DataField
from bpmn.errors import Forbidden, Invalid
from tasks.clear_view import PersonView
from tasks.model import Actor
from workflows.engine import Engine
from workflows.errors import RevealOver
from workflows.execution import instances
from workflows.privacy import revealing
from workflows.store.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)
USUAL = frozenset({"name"})  #: ticked at first: the least, and meant for every purpose


@router.get("/cases/{case_id}/reveal")
def ask(case_id: str, request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Ask for what."""
    return _ask(case_id, request, engine, actor, {})


@router.post("/cases/{case_id}/reveal")
def reveal(case_id: str, request: Request, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Begin a look and go to it, so that loading the page again begins no second one."""
    purpose, reason = form.text("purpose"), form.text("reason")[:500]
    fields = tuple(str(value) for name, value in form.pairs if name == "fields")

    def work(uow: UnitOfWork) -> str:
        begun = revealing.reveal(uow, actor, case_id, purpose=purpose, reason=reason, fields=fields)
        return f"/cases/{case_id}/reveals/{begun}"

    try:
        return go(form.once(actor, work))
    except (Invalid, Forbidden) as refused:
        given = {"purpose": purpose, "reason": reason, "fields": fields, "problem": refused}
        return _ask(case_id, request, engine, actor, given)


@router.get("/cases/{case_id}/reveals/{reveal_id}")
def look(case_id: str, reveal_id: str, request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Show clear data while the look lasts; afterwards the case, masked."""
    try:
        with engine.begin() as uow:
            found = revealing.look(uow, actor, case_id, reveal_id)
            context = {
                "look": found,
                "people": [_person(one, found.fields) for one in found.people],
                "purpose": purposes().get(found.purpose, found.purpose),
            }
            return show(request, uow, actor, "privacy/look.html", context, active="cases")
    except RevealOver:
        return RedirectResponse(f"/cases/{case_id}", status_code=303)


def _ask(case_id: str, request: Request, engine: Engine, actor: Actor, given: Mapping[str, Any]) -> Response:
    problem = given.get("problem")
    with engine.begin() as uow:
        case = instances.get(uow, actor, case_id)
        offered = revealing.offer(uow, actor, case_id)
        chosen = given.get("fields") or tuple(USUAL)
        context = {
            "case": case,
            "purposes": list(purposes().items()),
            "purpose": given.get("purpose", ""),
            "reason": given.get("reason", ""),
            "fields": [{"key": f.key, "name": named(f), "on": f.key in chosen} for f in offered.fields],
            "reason_needed": offered.reason_needed,
            "problem": problem.message if problem is not None else "",
        }
        status = 422 if isinstance(problem, Invalid) else 403 if problem is not None else 200
        return show(request, uow, actor, "privacy/reveal.html", context, active="cases", status=status)


def named(field: DataField) -> str:
    """Return the name of a kind of personal data in the reader's language."""
    return field.name if locale.get() == CHINESE or not field.name_en else field.name_en


def _person(person: PersonView, fields: tuple[DataField, ...]) -> dict[str, Any]:
    names = {field.key: named(field) for field in fields}
    lines = [{"name": names[c.key], "shown": c.shown, "masked": c.masked} for c in person.cells]
    note = _("未成年人的信息须有指名授权才能查看。") if person.is_held_back else ""
    return {"role": person.role, "minor": person.is_minor, "lines": lines, "note": note}
