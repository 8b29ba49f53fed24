"""Logging in at another identity provider: there and back."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api import auth
from api.auth import EngineOf, Public
from api.i18n import gettext as _
from api.pages.frame import way_back
from api.pages.identity.account import login_form, signed_in
from api.problems import status_of
from bpmn.errors import ExecutionFailed, JingfaError, NotFound
from workflows import identity_provider
from workflows.engine import Engine
from workflows.errors import NotLoggedIn
from workflows.identity import federation
from workflows.identity_provider import FederationFailed

router = APIRouter(include_in_schema=False)
TICKET: Final = "jf_oidc"


@router.get("/login/oidc")
def begin(request: Request, engine: EngineOf, _public: Public, next: str = "/") -> Response:
    """Send the browser to the provider; what it must bring back is in a cookie of ten minutes."""
    try:
        begun = _client(engine).begin(next=way_back(next))
    except (ExecutionFailed, FederationFailed) as fault:
        return _refused(request, fault, next=next)
    response = RedirectResponse(begun.url, status_code=303)
    auth.set_cookie(request, response, TICKET, begun.ticket, max_age=identity_provider.TICKET_SECONDS)
    return response


@router.get("/login/oidc/callback")
def finish(
    request: Request, engine: EngineOf, _public: Public, state: str = "", code: str = "", iss: str = ""
) -> Response:
    """Take the browser back, check what the provider says, and open a session."""
    ticket = request.cookies.get(auth.cookie_name(request, TICKET), "")
    try:
        identity = _client(engine).finish(ticket, state=state[:200], code=code[:4096], issuer=iss)
        with engine.begin() as uow:
            opened = federation.log_in(
                uow, identity, client=auth.client_of(request), device=auth.device_of(request)
            )
    except (ExecutionFailed, NotLoggedIn) as fault:
        response = _refused(request, fault)
    else:
        response = signed_in(request, engine, opened, next=identity.next)
    auth.forget_cookie(request, response, TICKET)
    return response


def _client(engine: Engine) -> identity_provider.Client:
    if engine.federation is None:
        raise NotFound
    return engine.federation


def _refused(request: Request, fault: JingfaError, *, next: str = "/") -> Response:
    # What the provider or the network did is for the log of the operator, not for a stranger.
    told = FederationFailed() if isinstance(fault, ExecutionFailed) else fault
    return login_form(request, next=way_back(next), problem=_(told.message), status=status_of(told))
