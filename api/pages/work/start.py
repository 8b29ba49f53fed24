"""Starting a case by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf, SignedIn
from api.pages.forms import FormOnPage, on_page
from api.pages.frame import Form, Posted, go, show
from api.pages.paperwork.attachments import keep_upload
from bpmn.errors import Forbidden
from bpmn.model import Json
from forms.errors import Problem, SubmissionInvalid
from tasks.model import Actor
from workflows.execution import instances
from workflows.model import DefinitionView
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import refusals

router = APIRouter(include_in_schema=False)


@router.get("/start")
def choose(request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """List what the person may start."""
    with engine.begin() as uow:
        found = instances.startable(uow, actor)
        return show(request, uow, actor, "work/start.html", {"processes": found}, active="start", keep=True)


@router.get("/start/{process_key}")
def start_form(process_key: str, request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Show the start form."""
    with engine.begin() as uow:
        process, form = _opened(uow, actor, process_key)
        values = form.first_values() if form else {}
        return _page(request, uow, actor, process, form, values)


@router.post("/start/{process_key}")
def start(process_key: str, request: Request, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Start, or show the form again with its faults or its changed rows."""
    with engine.begin() as uow:
        process, opened = _opened(uow, actor, process_key)
        verb, raw = _read(uow, actor, opened, form)
        if verb != "submit":
            return _page(request, uow, actor, process, opened, raw)
    command = instances.StartInstance(
        actor=actor, process_key=process_key, submission=raw if opened else None
    )

    def work(uow: UnitOfWork) -> str:
        return f"/cases/{instances.start(uow, command).id}"

    try:
        return go(form.once(actor, work), "started")
    except SubmissionInvalid as refused:
        with engine.begin() as uow:
            refusals.note(uow, actor, refused.problems, instance_id=None)
            return _page(request, uow, actor, process, opened, raw, refused.problems)


def _opened(uow: UnitOfWork, actor: Actor, key: str) -> tuple[DefinitionView, FormOnPage | None]:
    process = next((p for p in instances.startable(uow, actor) if p.key == key), None)
    if process is None:
        raise Forbidden
    schema = instances.start_form(uow, actor, key)
    return process, on_page(
        schema,
        installation=uow.installation,
        context={},
        environment=uow.installation.environment(uow.now),
        upload_url="/files",
    )


def _read(
    uow: UnitOfWork, actor: Actor, opened: FormOnPage | None, form: Posted
) -> tuple[str, dict[str, Json]]:
    pairs = form.pairs
    for name, upload in form.files:
        pairs.append((name.removesuffix(".upload"), keep_upload(uow, actor, upload).id))
    if opened is None:
        return "submit", {}
    action, raw = opened.read(pairs)
    return action.verb, raw


def _page(
    request: Request,
    uow: UnitOfWork,
    actor: Actor,
    process: DefinitionView,
    form: FormOnPage | None,
    values: Mapping[str, Any],
    problems: Sequence[Problem] = (),
) -> Response:
    context = {
        "name": process.name,
        "known": form.known if form else "{}",
        "fields": form.fields(values, problems) if form else "",
        "summary": form.summary(problems) if form and problems else "",
        "problems": problems,
    }
    return show(
        request,
        uow,
        actor,
        "work/start_form.html",
        context,
        active="start",
        status=422 if problems else 200,
        keep=request.method == "GET",
    )
