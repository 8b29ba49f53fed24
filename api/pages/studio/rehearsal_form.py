"""The forms of a shadow case: a start event or an open task, filled with typical answers, checked as the real one is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf
from api.i18n import gettext as _
from api.pages.forms import FormOnPage, on_page
from api.pages.frame import Form, Posted, go, show
from api.routes.drafts import Reader
from bpmn.errors import Conflict, Invalid
from bpmn.model import Json, UserTaskWait
from forms import validation
from forms.errors import Problem, SubmissionInvalid
from tasks.model import Actor
from workflows.scenarios.case import InMemoryCase
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import drafts, tryout

router = APIRouter(prefix="/studio", include_in_schema=False)


@router.get("/{draft_key}/try/{element_id}")
def form_page(draft_key: str, element_id: str, request: Request, engine: EngineOf, actor: Reader) -> Response:
    """Show the form of a start event or of an open task, filled with typical answers."""
    who = request.query_params.get("as", "")
    with engine.begin() as uow:
        return _form(draft_key, element_id, request, uow, actor, who=who)


def _form(
    draft_key: str,
    element_id: str,
    request: Request,
    uow: UnitOfWork,
    actor: Actor,
    *,
    who: str,
    raw: Mapping[str, Json] | None = None,
    problems: Sequence[Problem] = (),
    refused: str = "",
) -> Response:
    draft = drafts.get(uow, actor, draft_key)
    opened = _opened(uow, actor, draft_key, element_id)
    shown = raw if raw is not None else opened["typical"]
    form: FormOnPage | None = opened["form"]
    role = who.partition("@")[0].partition("=")[0]
    known = uow.installation.law.roles.get(role)
    context = {
        "draft": draft,
        "name": opened["name"],
        "clock": opened["clock"],
        "who": who,
        "persona": known.name if known else role,
        "known": form.known if form else "{}",
        "fields": form.fields(shown, problems) if form else "",
        "summary": form.summary(problems) if form and problems else "",
        "problems": problems,
        "refused": refused,
    }
    status = 422 if problems or refused else 200
    return show(request, uow, actor, "studio/rehearsal_form.html", context, active="studio", status=status)


def _opened(uow: UnitOfWork, actor: Actor, draft_key: str, element_id: str) -> dict[str, Any]:
    """What a start event or an open task shows: its form, what is known, typical answers."""
    pack = tryout.pack_of(uow, draft_key)
    now = tryout.current(uow, actor, draft_key)
    wait = (
        next((w for w in tryout.waits(now.case, UserTaskWait) if w.element_id == element_id), None)
        if now
        else None
    )
    element = pack.definition.elements.get(element_id)
    if element is None or (wait is None and element.type != "startEvent"):
        raise tryout.TryoutBroken(_("这一步现在不等人办理。请返回演练，选择正在等待的步骤。"))
    case = now.case if now and wait else _fresh(pack, uow)
    key = str((wait.extensions if wait else element.extensions).get("form") or "")
    schema = pack.forms[key].schema if key in pack.forms else None
    form = on_page(
        schema,
        installation=uow.installation,
        context=wait.variables if wait else {},
        environment=case.environment,
        upload_url=f"/studio/{draft_key}/try/{element_id}",
    )
    start = next((s for s in pack.definition.starts if s.element_id == element_id), None)
    typical = case.sample(key or (start.event_name if start else "") or "", {})
    first = dict(form.first_values()) if form else {}
    return {
        "pack": pack,
        "form": form,
        "start": start if wait is None else None,
        "name": element.name or element_id,
        "clock": case.now,
        "typical": {**first, **typical},
    }


def _fresh(pack: Any, uow: UnitOfWork) -> InMemoryCase:
    script = {"start": {"at": _minute(uow.now), "message": "-"}, "steps": []}
    return InMemoryCase(pack, tryout.scenario_of(script), now=uow.now)


def _minute(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:00%z")


@router.post("/{draft_key}/try/{element_id}")
def fill(
    draft_key: str, element_id: str, request: Request, engine: EngineOf, actor: Reader, form: Form
) -> Response:
    """Begin, or complete an open task, with what was filled in; or show the form again."""
    who = form.text("_who")
    with engine.begin() as uow:
        opened = _opened(uow, actor, draft_key, element_id)
        verb, raw = _read(opened["form"], form)
        if verb != "submit":
            return _form(draft_key, element_id, request, uow, actor, who=who, raw=raw)
        problems = _problems(opened["form"], raw)
        if problems:
            return _form(draft_key, element_id, request, uow, actor, who=who, raw=raw, problems=problems)

    def work(uow: UnitOfWork) -> str:
        if opened["start"] is not None:
            _begin(uow, actor, draft_key, opened, raw)
        else:
            added = {"do": [element_id], "who": who, "values": raw}
            tryout.step(uow, actor, draft_key, {name: value for name, value in added.items() if value})
        return f"/studio/{draft_key}/try"

    try:
        return go(form.once(actor, work))
    except (Invalid, Conflict) as refused:
        with engine.begin() as uow:
            return _form(
                draft_key, element_id, request, uow, actor, who=who, raw=raw, refused=_(refused.message)
            )


def _begin(
    uow: UnitOfWork, actor: Actor, draft_key: str, opened: Mapping[str, Any], raw: Mapping[str, Json]
) -> None:
    script = tryout.start_of(opened["pack"], opened["start"], uow.now, raw)
    begun = tryout.played(opened["pack"], script)
    if begun.stopped:
        raise Invalid(begun.stopped)
    tryout.keep(uow, actor, draft_key, script)


def _read(form: FormOnPage | None, posted: Posted) -> tuple[str, dict[str, Json]]:
    if form is None:
        return "submit", {}
    # Files of a rehearsal are kept nowhere: their names stand for them.
    pairs = [
        *posted.pairs,
        *((name.removesuffix(".upload"), str(file.filename)) for name, file in posted.files),
    ]
    action, raw = form.read([pair for pair in pairs if not str(pair[0]).endswith(".upload")])
    return action.verb, raw


def _problems(form: FormOnPage | None, raw: Mapping[str, Json]) -> Sequence[Problem]:
    if form is None:
        return ()
    try:
        validation.validate(form.form, raw, context=form.context, environment=form.environment)
    except SubmissionInvalid as refused:
        return refused.problems
    return ()
