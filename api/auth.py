"""
Who is at the door: sessions by cookie or bearer token, the CSRF check, and the declaration that every route needs.

Default deny lives here: a route without an ``Allow`` among its dependencies does not start (``undeclared``), and
``Allow`` refuses whoever it does not name. What a person may do with a *case* is decided by the use cases.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, cast
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api import devices
from api.problems import (
    ConfirmationNeeded,
    CrossSiteRequest,
    MalformedRequest,
    NotSignedIn,
    PasswordChangeNeeded,
    SecondFactorNeeded,
)
from bpmn.errors import Forbidden
from tasks.model import Actor
from workflows.engine import Engine
from workflows.errors import NotLoggedIn, WrongPassword
from workflows.identity import sessions
from workflows.identity.second_factor import WrongCode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import FastAPI
    from fastapi.dependencies.models import Dependant
    from starlette.responses import Response
    from starlette.routing import BaseRoute

COOKIE: Final = "jf_session"
VISIT_COOKIE: Final = "jf_visit"  #: before login: what the login form's token is made from
CSRF_FIELD: Final = "_csrf"
CSRF_HEADER: Final = "x-csrf-token"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_TYPES: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
#: Where a person with a first password may still go.
PASSWORD_PATHS: Final = frozenset({"/me/password", "/logout", "/language"})
#: Where a person may still go who has no one-time codes and must.
FACTOR_PATHS: Final = re.compile(
    r"^/(me|v2/authentication)/(second-factor(/\w+)?|confirmation|logout)$|^/static/|^/v2/authentication/(me|logout)$"
)
#: Fields whose content is never written into a page.
SECRET_FIELDS: Final = frozenset({"password", "old", "new", "code"})
LARGEST_FIELD: Final = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who is signed in at this request."""

    actor: Actor
    csrf: str
    token: str
    by_cookie: bool
    must_change_password: bool = False
    is_sure: bool = False  #: the password was typed not long ago
    must_have_codes: bool = False  #: has no second factor where the installation asks for one


def engine_of(request: Request) -> Engine:
    """Return the engine that the application was built with."""
    return cast("Engine", request.app.state.engine)


async def given_engine(request: Request) -> Engine:
    """``engine_of`` as a dependency: asynchronous, because a plain function would queue for a thread to do nothing."""
    return engine_of(request)


class Allow:
    """
    Who may use a route: everybody, everybody signed in, or the holders of some roles.

    Used as a dependency; yields the ``Actor``. Cookie requests that change something also need the CSRF token.
    """

    def __init__(self, *roles: str, public: bool = False, sure: bool = False) -> None:
        self.roles = frozenset(roles)
        self.public = public
        self.sure = sure  #: changes need a password that was typed not long ago

    async def __call__(self, request: Request) -> Actor | None:
        """
        Return the actor, or refuse.

        Raises:
            NotSignedIn: no valid session.
            CrossSiteRequest: an unsafe cookie request without the token of its session.
            Forbidden: the actor holds none of the roles.
            ConfirmationNeeded: the password was typed too long ago for this.
            TooManyRequests: the person asks more often than anybody works.
        """
        if request.method not in SAFE_METHODS:
            ensure_same_site(request)
        if self.public:
            return None
        try:
            visitor = await run_in_threadpool(_visitor, request)
        except NotLoggedIn:
            await _keep_form(request)
            raise
        request.state.visitor = visitor
        request.app.state.limiter.spend_at(request.method, request.url.path, visitor.actor.person_id)
        if visitor.by_cookie and request.method not in SAFE_METHODS:
            await _ensure_token(request, visitor.csrf)
        if self.roles and not visitor.actor.has(*self.roles):
            raise Forbidden
        if self.sure and request.method not in SAFE_METHODS and not visitor.is_sure:
            await _keep_form(request)
            raise ConfirmationNeeded
        return visitor.actor

    def __repr__(self) -> str:
        who = "everybody" if self.public else "signed in" if not self.roles else " ".join(sorted(self.roles))
        return f"Allow({who}{', password again' if self.sure else ''})"


PUBLIC: Final = Allow(public=True)
SIGNED_IN: Final = Allow()
SURE: Final = Allow(sure=True)
SUPERVISORS: Final = Allow("R04", "R05", "R06", "R13", "R14", "R15")
DEPLOYERS: Final = Allow("R20")
OPERATORS: Final = Allow("R04", "R06", "R13", "R14", "R20")

Public = Annotated[None, Depends(PUBLIC)]
SignedIn = Annotated[Actor, Depends(SIGNED_IN)]
Sure = Annotated[Actor, Depends(SURE)]
EngineOf = Annotated[Engine, Depends(given_engine)]


def declared(route: APIRoute) -> Allow | None:
    """Return what a route declares; None when it declares nothing."""
    return next((d for d in _calls(route.dependant) if isinstance(d, Allow)), None)


def undeclared(app: FastAPI) -> list[str]:
    """Return the paths of routes that do not say who may use them; the application refuses to start with any."""
    return [str(getattr(r, "path", r)) for r in app.routes if not _is_framework(r) and not _is_declared(r)]


def _is_declared(route: BaseRoute) -> bool:
    return isinstance(route, APIRoute) and declared(route) is not None


def _is_framework(route: BaseRoute) -> bool:
    # The API description is public on purpose; everything else says who may use it.
    return getattr(route, "path", "") == "/openapi.json"


def _calls(dependant: Dependant) -> Iterable[object]:
    for child in dependant.dependencies:
        yield child.call
        yield from _calls(child)


def _visitor(request: Request) -> Visitor:
    token, by_cookie = _credentials(request)
    with engine_of(request).begin() as uow:
        found = sessions.current(uow, token, client=client_of(request))
    path = request.url.path
    if found.must_change_password and path not in PASSWORD_PATHS:
        raise PasswordChangeNeeded
    if found.must_have_codes and not (path in PASSWORD_PATHS or FACTOR_PATHS.match(path)):
        raise SecondFactorNeeded
    return Visitor(
        actor=found.actor,
        csrf=found.csrf,
        token=token,
        by_cookie=by_cookie,
        must_change_password=found.must_change_password,
        is_sure=found.is_sure,
        must_have_codes=found.must_have_codes,
    )


@contextmanager
def asking_again(engine: Engine, actor: Actor) -> Iterator[None]:
    """Surround what asks for a password or a code again: wrong ones count as at the log-in, and lock the account."""
    with engine.begin() as uow:
        sessions.ensure_not_locked(uow, actor)
    try:
        yield
    except (WrongPassword, WrongCode):
        with engine.begin() as uow:
            sessions.count_wrong(uow, actor)
        raise


def client_of(request: Request) -> str:
    """Return the address that a request comes from; empty when the server does not know it."""
    return request.client.host if request.client else ""


def device_of(request: Request) -> str:
    """Return what the browser calls itself, in words."""
    return devices.name_of(request.headers.get("user-agent", ""))


def _credentials(request: Request) -> tuple[str, bool]:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and value:
        return value.strip(), False
    token = request.cookies.get(cookie_name(request, COOKIE))
    if not token:
        raise NotSignedIn
    return token, True


# --- cookies ---------------------------------------------------------------------------------------------------------


def cookie_name(request: Request, name: str) -> str:
    """Return the cookie's name; ``__Host-`` over HTTPS, so that no other host can plant it."""
    return f"__Host-{name}" if request.url.scheme == "https" else name


def set_cookie(
    request: Request, response: Response, name: str, value: str, *, max_age: int | None = None
) -> None:
    """Set a cookie that scripts cannot read and other sites cannot send with a form."""
    response.set_cookie(
        cookie_name(request, name),
        value,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def forget_cookie(request: Request, response: Response, name: str) -> None:
    """Remove a cookie."""
    response.delete_cookie(
        cookie_name(request, name),
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


# --- cross-site requests ---------------------------------------------------------------------------------------------


def ensure_same_site(request: Request) -> None:
    """
    Refuse what another site sent.

    Raises:
        CrossSiteRequest: the browser says so, or the origin is not ours.
    """
    if request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
        raise CrossSiteRequest
    origin = request.headers.get("origin")
    if origin is None:
        return
    ours = {request.headers.get("host", ""), urlsplit(engine_of(request).settings.base_url).netloc}
    try:
        theirs = urlsplit(origin).netloc
    except ValueError:  # no address at all
        raise CrossSiteRequest from None
    if theirs not in ours:
        raise CrossSiteRequest


async def _ensure_token(request: Request, expected: str) -> None:
    given = request.headers.get(CSRF_HEADER) or await _field(request, CSRF_FIELD)
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise CrossSiteRequest


async def _field(request: Request, name: str) -> str:
    if not request.headers.get("content-type", "").startswith(FORM_TYPES):
        return ""
    value = (await read_form(request)).get(name, "")
    return value if isinstance(value, str) else ""


async def read_form(request: Request) -> FormData:
    """Return the posted form, parsed once; at most 2,000 fields and 20 files."""
    if any(text in request.headers.get("content-type", "") for text in FORM_TYPES):
        form = await request.form(max_files=20, max_fields=2000, max_part_size=LARGEST_FIELD)
        request.state.posted_form = form  # closed by the request guard: uploads are files on disk
        return form
    raise MalformedRequest


async def _keep_form(request: Request) -> None:
    """Keep what somebody typed whose session has ended, for ``api/pages/identity/again.py``; never a password, never a file."""
    if request.method == "POST" and request.headers.get("content-type", "").startswith(FORM_TYPES):
        form = await read_form(request)
        request.state.kept_form = [
            (name, value)
            for name, value in form.multi_items()
            if isinstance(value, str) and name != CSRF_FIELD and name not in SECRET_FIELDS
        ]


def visit_token(visit: str) -> str:
    """Return the token that the login form carries for a visit cookie."""
    return hashlib.sha256(f"login:{visit}".encode()).hexdigest()


def new_visit() -> str:
    """Return a fresh value for the visit cookie."""
    return secrets.token_urlsafe(24)


def ensure_visit(request: Request, given: str) -> None:
    """
    Check the login form's token against the visit cookie.

    Raises:
        CrossSiteRequest: the form was not made for this browser.
    """
    visit = request.cookies.get(cookie_name(request, VISIT_COOKIE), "")
    if not visit or not hmac.compare_digest(given, visit_token(visit)):
        raise CrossSiteRequest
