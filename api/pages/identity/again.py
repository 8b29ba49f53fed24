"""Who is there, asked again: when a session ended in mid-form, and before accounts and rights are changed. Nothing typed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.auth import EngineOf, SignedIn
from api.i18n import gettext as _
from api.pages.frame import Form, go, way_back
from api.pages.identity.account import login_form
from api.problems import ConfirmationNeeded, answer, wants_page
from api.templating import render
from workflows.errors import NotLoggedIn
from workflows.identity import sessions

if TYPE_CHECKING:
    from fastapi import FastAPI

router = APIRouter(include_in_schema=False)
SAFE: Final = frozenset({"GET", "HEAD"})


def install(app: FastAPI) -> None:
    """Register the handlers; they are more particular than the one for all errors."""
    app.add_exception_handler(NotLoggedIn, on_signed_out)
    app.add_exception_handler(ConfirmationNeeded, on_unsure)


def on_signed_out(request: Request, error: Exception) -> Response:
    """Lead a person to the log-in form and back; programs and scripts get the problem document."""
    assert isinstance(error, NotLoggedIn)
    accepts_json = "application/json" in request.headers.get("accept", "")
    if not wants_page(request.scope) or accepts_json or request.url.path.startswith("/login"):
        return answer(request.scope, error)
    if request.method in SAFE:
        return RedirectResponse(f"/login?next={quote(_here(request), safe='/')}", status_code=303)
    kept = getattr(request.state, "kept_form", ())
    return login_form(
        request, next=came_from(request), kept=kept, kept_path=request.url.path if kept else "", status=401
    )


def on_unsure(request: Request, error: Exception) -> Response:
    """Ask a person for the password and keep what they sent; programs get the problem document."""
    assert isinstance(error, ConfirmationNeeded)
    if not wants_page(request.scope) or "application/json" in request.headers.get("accept", ""):
        return answer(request.scope, error)
    context = {"kept": getattr(request.state, "kept_form", ()), "kept_path": request.url.path}
    return _confirmation(request, {**context, "back": came_from(request)}, status=403)


@router.post("/me/confirmation")
def confirm(request: Request, engine: EngineOf, actor: SignedIn, form: Form) -> Response:
    """Check the password, then offer to send what was kept; the person decides, nothing is sent by itself."""
    visitor = request.state.visitor
    with engine.begin() as uow:
        refused = sessions.confirm(
            uow, actor, visitor.token, password=form.secret("password"), code=form.text("code")[:32]
        )
    kept_path, back = way_back(form.text("kept_path")), way_back(form.text("back"))
    context = {"kept": form.kept, "kept_path": kept_path, "back": back}
    if refused is not None:
        status = 429 if refused.retry_at else 403
        return _confirmation(request, {**context, "problem": _(refused.message)}, status=status)
    if not form.kept:
        return go(back)
    return render(
        request, "identity/go_on.html", {**context, "fresh_csrf": visitor.csrf, "is_confirmed": True}
    )


def _confirmation(request: Request, context: dict[str, object], *, status: int) -> Response:
    return render(request, "confirm.html", {"problem": "", **context}, status=status)


def came_from(request: Request) -> str:
    """Return the page of ours on which a form was filled in; the start page when the browser does not say."""
    referer = urlsplit(request.headers.get("referer", ""))
    if referer.netloc != request.headers.get("host"):
        return "/"
    return way_back(referer.path + (f"?{referer.query}" if referer.query else ""))


def _here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
