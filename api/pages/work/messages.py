"""Entering by hand what a case waits for: an opinion, a ruling, a withdrawal that came on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf, SignedIn
from api.pages.forms import FormOnPage, on_page
from api.pages.frame import Form, Posted, go, show
from api.pages.paperwork.attachments import keep_upload
from bpmn.model import Json
from forms.errors import Problem, SubmissionInvalid
from tasks.model import Actor
from workflows.correlation import case_messages
from workflows.correlation.case_messages import MessageForm
from workflows.correlation.entered import EnteredMessage
from workflows.paperwork import attachments
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import refusals

router = APIRouter(include_in_schema=False)


@router.get("/cases/{case_id}/messages/{message_id}")
def message_form(
    case_id: str, message_id: str, request: Request, engine: EngineOf, actor: SignedIn
) -> Response:
    """Show the form of a message that the case waits for."""
    with engine.begin() as uow:
        opened = case_messages.open_form(uow, actor, case_id, message_id)
        form = _on_page(uow, actor, case_id, opened)
        return _page(request, uow, actor, case_id, opened.message, form, form.first_values())


@router.post("/cases/{case_id}/messages/{message_id}")
def enter_message(
    case_id: str, message_id: str, request: Request, engine: EngineOf, actor: SignedIn, form: Form
) -> Response:
    """Give the message to the case, or show the form again with its faults or its changed rows."""
    with engine.begin() as uow:
        opened = case_messages.open_form(uow, actor, case_id, message_id)
        shown = _on_page(uow, actor, case_id, opened)
        verb, raw = _read(uow, actor, case_id, shown, form)
        if verb != "submit":
            return _page(request, uow, actor, case_id, opened.message, shown, raw)
    command = case_messages.EnterMessage(
        actor=actor, instance_id=case_id, message_id=message_id, submission=raw
    )

    def work(uow: UnitOfWork) -> str:
        return f"/cases/{case_messages.enter(uow, command).id}"

    try:
        return go(form.once(actor, work), "entered")
    except SubmissionInvalid as refused:
        with engine.begin() as uow:
            refusals.note(uow, actor, refused.problems, instance_id=case_id)
            return _page(request, uow, actor, case_id, opened.message, shown, raw, refused.problems)


def _on_page(uow: UnitOfWork, actor: Actor, case_id: str, opened: MessageForm) -> FormOnPage:
    form = on_page(
        opened.form,
        installation=uow.installation,
        context=opened.values,
        environment=uow.installation.environment(uow.now),
        upload_url="/files",
        files=attachments.of_instance(uow, actor, case_id),
    )
    assert form is not None  # noqa: S101 - a message always has a form
    return form


def _read(
    uow: UnitOfWork, actor: Actor, case_id: str, shown: FormOnPage, form: Posted
) -> tuple[str, dict[str, Json]]:
    pairs = form.pairs
    for name, upload in form.files:
        pairs.append((name.removesuffix(".upload"), keep_upload(uow, actor, upload).id))
    action, raw = shown.read(pairs)
    return action.verb, raw


def _page(
    request: Request,
    uow: UnitOfWork,
    actor: Actor,
    case_id: str,
    message: EnteredMessage,
    form: FormOnPage,
    values: Mapping[str, Any],
    problems: Sequence[Problem] = (),
) -> Response:
    context = {
        "name": message.title,
        "path": f"/cases/{case_id}/messages/{message.id}",
        "case_id": case_id,
        "known": form.known,
        "fields": form.fields(values, problems),
        "summary": form.summary(problems) if problems else "",
        "problems": problems,
    }
    status = 422 if problems else 200
    return show(request, uow, actor, "work/message.html", context, active="cases", status=status)
