"""Where one is signed in, and the one-time codes of one's telephone."""

from __future__ import annotations

import segno
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf, SignedIn, asking_again
from api.i18n import gettext as _
from api.pages.frame import Form, go, show
from api.problems import status_of
from bpmn.errors import JingfaError
from tasks.model import Actor
from workflows.engine import Engine
from workflows.identity import second_factor, sessions
from workflows.identity.second_factor import Enrolment
from workflows.store.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)


@router.get("/me/sessions")
def list_sessions(request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """List where one is signed in, the newest first."""
    with engine.begin() as uow:
        found = sessions.open_sessions(uow, actor, request.state.visitor.token)
        return show(request, uow, actor, "identity/sessions.html", {"sessions": found}, active="me")


@router.post("/me/sessions/end")
def end_others(request: Request, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Sign out everywhere else."""
    with engine.begin() as uow:
        sessions.end_other_sessions(uow, actor, request.state.visitor.token)
    return go("/me/sessions", "sessions-ended")


@router.post("/me/sessions/{session_id}/end")
def end_one(session_id: str, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Sign out on one other device."""
    with engine.begin() as uow:
        sessions.end_session(uow, actor, session_id)
    return go("/me/sessions", "session-ended")


@router.get("/me/second-factor")
def second_factor_page(request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Say whether one-time codes are on, and offer to change that."""
    with engine.begin() as uow:
        return _page(request, uow, actor)


@router.post("/me/second-factor")
def begin(request: Request, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Check the password, then show the picture for the authenticator app."""
    try:
        with asking_again(engine, actor), engine.begin() as uow:
            sessions.confirm_password(uow, actor, form.secret("password"))
            begun = second_factor.enrol(uow, actor)
            return _page(request, uow, actor, begun=begun)
    except JingfaError as refused:
        return _again(request, engine, actor, refused)


@router.post("/me/second-factor/confirmation")
def confirm(request: Request, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Switch the codes on with the first one; the recovery codes are shown now and never again."""
    try:
        with asking_again(engine, actor), engine.begin() as uow:
            codes = second_factor.confirm(uow, actor, form.text("code"))
            return _page(request, uow, actor, codes=codes)
    except JingfaError as refused:
        return _again(request, engine, actor, refused)


@router.post("/me/second-factor/recovery-codes")
def renew(request: Request, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Make new recovery codes; the old ones end."""
    try:
        with asking_again(engine, actor), engine.begin() as uow:
            codes = second_factor.renew_recovery_codes(uow, actor, form.text("code"))
            return _page(request, uow, actor, codes=codes)
    except JingfaError as refused:
        return _again(request, engine, actor, refused)


@router.post("/me/second-factor/removal")
def remove(request: Request, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Switch the codes off."""
    try:
        with asking_again(engine, actor), engine.begin() as uow:
            second_factor.turn_off(uow, actor, form.text("code"))
    except JingfaError as refused:
        return _again(request, engine, actor, refused)
    return go("/me/second-factor", "second-factor-off")


def _again(request: Request, engine: Engine, actor: Actor, refused: JingfaError) -> Response:
    """Show the page again with what was wrong; a picture that waits for its first code stays."""
    with engine.begin() as uow:
        shown = second_factor.begun(uow, actor) if request.url.path.endswith("/confirmation") else None
        return _page(request, uow, actor, begun=shown, problem=_(refused.message), status=status_of(refused))


def _page(
    request: Request,
    uow: UnitOfWork,
    actor: Actor,
    *,
    begun: Enrolment | None = None,
    codes: tuple[str, ...] = (),
    problem: str = "",
    status: int = 200,
) -> Response:
    context = {
        "is_on": second_factor.is_on(uow, actor.person_id),
        "left": second_factor.recovery_codes_left(uow, actor.person_id),
        "begun": begun,
        "picture": _picture(begun.uri) if begun else "",
        "secret": _in_groups(begun.secret) if begun else "",
        "codes": [f"{code[:5]} {code[5:]}" for code in codes],
        "problem": problem,
    }
    return show(request, uow, actor, "identity/second_factor.html", context, active="me", status=status)


def _picture(uri: str) -> str:
    """Return the QR code as an address of an SVG: drawn here, sent in the page, kept nowhere."""
    return segno.make(uri, error="m").svg_data_uri(scale=4, border=4, dark="#000", light="#fff")


def _in_groups(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
