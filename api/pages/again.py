"""When a session ends in mid-form: log in again, and go on where one was, with everything that was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.pages.account import login_form
from api.pages.frame import way_back
from api.problems import answer, wants_page
from workflows.errors import NotLoggedIn

if TYPE_CHECKING:
    from fastapi import FastAPI

SAFE: Final = frozenset({"GET", "HEAD"})


def install(app: FastAPI) -> None:
    """Register the handler; it is more particular than the one for all errors."""
    app.add_exception_handler(NotLoggedIn, on_signed_out)


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


def came_from(request: Request) -> str:
    """Return the page of ours on which a form was filled in; the start page when the browser does not say."""
    referer = urlsplit(request.headers.get("referer", ""))
    if referer.netloc != request.headers.get("host"):
        return "/"
    return way_back(referer.path + (f"?{referer.query}" if referer.query else ""))


def _here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
