"""Tokens for programs and who one is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi import Request as HttpRequest
from pydantic import Field

from api.auth import EngineOf, Public, SignedIn
from api.openapi import faults, open_faults
from api.problems import LoginRefused, TooManyAttempts
from api.schemas import Body, Request
from workflows import sessions
from workflows.model import Refusal

router = APIRouter(prefix="/v2/authentication", tags=["authentication"])


class Login(Request):
    """Account and password."""

    account: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=1, max_length=1000)


class Token(Body):
    """Send as ``Authorization: Bearer …``; ends when unused or logged out."""

    token: str
    token_type: str = "Bearer"
    expires_at: datetime


class RoleBody(Body):
    """A role in a unit."""

    role: str
    unit_id: str


class Me(Body):
    """Who is signed in."""

    person_id: str
    account: str
    display_name: str
    roles: list[RoleBody]


@router.post("/login", response_model=Token, responses=open_faults(401, 422, 429, 503))
def login(body: Login, request: HttpRequest, engine: EngineOf, _: Public) -> Any:
    """Exchange account and password for a token."""
    client = request.client.host if request.client else ""
    with engine.begin() as uow:
        outcome = sessions.log_in(uow, account=body.account, password=body.password, client=client)
    if isinstance(outcome, Refusal):
        raise (TooManyAttempts if outcome.retry_at else LoginRefused)(outcome.message)
    return Token(token=outcome.token, expires_at=outcome.expires_at)


@router.post("/logout", status_code=204, responses=faults())
def logout(request: HttpRequest, engine: EngineOf, actor: SignedIn) -> None:
    """End the session."""
    with engine.begin() as uow:
        sessions.log_out(uow, request.state.visitor.token)


@router.get("/me", response_model=Me, responses=faults())
def me(actor: SignedIn) -> Any:
    """Return the caller."""
    roles = [RoleBody(role=role, unit_id=unit) for role, unit in sorted(actor.roles)]
    return Me(person_id=actor.person_id, account=actor.account, display_name=actor.name, roles=roles)
