"""Signing in and out, the language, the password, the page about oneself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from api import auth
from api.auth import EngineOf, Public, SignedIn
from api.i18n import COOKIE as LANGUAGE_COOKIE
from api.i18n import LANGUAGES
from api.i18n import gettext as _
from api.pages.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from api.pages.frame import Form, Posted, go, show, way_back
from api.pages.law import role_names
from api.pages.offline import lend_key, take_key
from api.templating import render
from bpmn.errors import Invalid
from tasks.model import Actor
from workflows.demonstration import clocks
from workflows.engine import Engine
from workflows.errors import NotLoggedIn, WrongPassword
from workflows.identity import passwords, people, sessions
from workflows.identity.model import Refusal, Session
from workflows.store.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)
ONE_YEAR = 365 * 86400


@router.get("/login")
def login_page(
    request: Request,
    engine: EngineOf,
    _public: Public,
    next: str = "/",
    chosen: Annotated[str, Query(alias="as")] = "",
) -> Response:
    """Show the login form, in a demo with a chosen account filled in; somebody signed in goes on."""
    token = request.cookies.get(auth.cookie_name(request, auth.COOKIE))
    if token and _is_open(engine, token):
        return RedirectResponse(way_back(next), status_code=303)
    return login_form(
        request, next=way_back(next), account=chosen if _is_demo_account(engine, chosen) else ""
    )


@router.post("/login")
def login(request: Request, engine: EngineOf, form: Form, _public: Public) -> Response:
    """Sign in; a refusal shows the form again with the account kept."""
    auth.ensure_visit(request, form.text(auth.CSRF_FIELD))
    request.app.state.limiter.spend("account", form.text("account").lower()[:64])
    with engine.begin() as uow:
        outcome = sessions.log_in(
            uow,
            account=form.text("account"),
            password=form.secret("password"),
            client=auth.client_of(request),
            code=form.text("code")[:32],
            device=auth.device_of(request),
        )
    if isinstance(outcome, Refusal):
        status = 429 if outcome.retry_at else 401
        return login_form(
            request,
            next=form.text("next"),
            problem=outcome.message,
            account=form.text("account"),
            status=status,
            kept=form.kept,
            kept_path=form.text("kept_path"),
        )
    page = _go_on(request, form, opened=outcome) if form.kept else None
    return signed_in(request, engine, outcome, next=form.text("next"), page=page)


def _go_on(request: Request, form: Posted, *, opened: Session) -> Response:
    """Offer to send what was typed before the session ended; the person decides, nothing is sent by itself."""
    context = {
        "kept": form.kept,
        "kept_path": way_back(form.text("kept_path")),
        "fresh_csrf": opened.csrf,
        "is_confirmed": False,
        "back": way_back(form.text("next")),
    }
    return render(request, "identity/go_on.html", context)


def signed_in(
    request: Request, engine: Engine, opened: Session, *, next: str, page: Response | None = None
) -> Response:
    """Go on under a fresh token; whatever this browser was signed in as before ends."""
    before = request.cookies.get(auth.cookie_name(request, auth.COOKIE))
    if before:
        with engine.begin() as uow:
            sessions.log_out(uow, before)
    response = page or go(way_back(next))
    auth.set_cookie(request, response, auth.COOKIE, opened.token)
    auth.forget_cookie(request, response, auth.VISIT_COOKIE)
    lend_key(request, response, opened)
    return response


def _is_demo_account(engine: Engine, account: str) -> bool:
    return engine.settings.demo and any(account == known["account"] for known in DEMO_ACCOUNTS)


def login_form(
    request: Request,
    *,
    next: str,
    problem: str = "",
    account: str = "",
    status: int = 200,
    kept: Sequence[tuple[str, str]] = (),
    kept_path: str = "",
) -> Response:
    """Show the log-in form, with what was wrong."""
    visit = request.cookies.get(auth.cookie_name(request, auth.VISIT_COOKIE)) or auth.new_visit()
    engine = auth.engine_of(request)
    with engine.begin() as uow:
        now = clocks.now(uow) if engine.settings.demo else None
    context = {
        "next": next,
        "problem": problem,
        "kept": kept,
        "kept_path": kept_path,
        "provider": engine.settings.oidc.name if engine.settings.oidc else "",
        "account": account,
        "visit_csrf": auth.visit_token(visit),
        "accounts": [{**a, "words": _(a["words"])} for a in DEMO_ACCOUNTS] if engine.settings.demo else (),
        "demo_password": DEMO_PASSWORD,
        "password": DEMO_PASSWORD if account and not problem else "",
        "now": now,
    }
    response = render(request, "identity/login.html", context, status=status)
    auth.set_cookie(request, response, auth.VISIT_COOKIE, visit)
    take_key(request, response)
    return response


def _is_open(engine: Any, token: str) -> bool:
    try:
        with engine.begin() as uow:
            sessions.current(uow, token)
    except NotLoggedIn:
        return False
    return True


@router.post("/logout")
def logout(request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Sign out here."""
    with engine.begin() as uow:
        sessions.log_out(uow, request.state.visitor.token)
    response = go("/login")
    auth.forget_cookie(request, response, auth.COOKIE)
    take_key(request, response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@router.post("/language")
def switch_language(request: Request, form: Form, _public: Public) -> Response:
    """Remember the language in this browser; harmless, so that strangers may do it too."""
    wanted = form.text("lang")
    response = go(way_back(form.text("back")))
    if wanted in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, wanted, max_age=ONE_YEAR, path="/", httponly=True, samesite="lax"
        )
    return response


@router.get("/me")
def me(request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Show who one is, in which roles, and the rest of the menu."""
    names = role_names()
    with engine.begin() as uow:
        tree = people.organisation(uow)
        roles = [
            {"name": names.get(role, role), "unit": tree.name(unit)} for role, unit in sorted(actor.roles)
        ]
        return show(request, uow, actor, "identity/me.html", {"roles": roles}, active="me")


@router.get("/me/password")
def password_page(request: Request, engine: EngineOf, actor: SignedIn) -> Response:
    """Show the form for a new password."""
    with engine.begin() as uow:
        return _password_form(request, uow, actor)


@router.post("/me/password")
def change_password(request: Request, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Change the password and end all other sessions; this one goes on under a new token."""
    try:
        with auth.asking_again(engine, actor), engine.begin() as uow:
            sessions.change_password(uow, actor, old=form.secret("old"), new=form.secret("new"))
            opened = sessions.open_for(
                uow, actor.person_id, client=actor.client, device=auth.device_of(request)
            )
    except (WrongPassword, Invalid) as refused:
        with engine.begin() as uow:
            return _password_form(request, uow, actor, problem=_(refused.message))
    response = go("/" if request.state.visitor.must_change_password else "/me", "password")
    auth.set_cookie(request, response, auth.COOKIE, opened.token)
    lend_key(request, response, opened)
    return response


def _password_form(request: Request, uow: UnitOfWork, actor: Actor, *, problem: str = "") -> Response:
    context = {
        "problem": problem,
        "rules": [
            _(sentence) for sentence in passwords.policy(auth.engine_of(request).settings.password_rule)
        ],
        "is_first": request.state.visitor.must_change_password,
    }
    return show(
        request, uow, actor, "identity/password.html", context, active="me", status=422 if problem else 200
    )
