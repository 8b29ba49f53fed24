"""Tokens for programs and who one is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi import Request as HttpRequest
from pydantic import Field

from api.auth import EngineOf, Public, SignedIn, asking_again, client_of, device_of
from api.json_reading import StrictRoute
from api.openapi import faults, open_faults
from api.problems import LoginRefused, TooManyAttempts
from api.schemas import Body, Request
from workflows.errors import WrongPassword
from workflows.identity import second_factor, sessions
from workflows.identity.model import Refusal

router = APIRouter(route_class=StrictRoute, prefix="/v2/authentication", tags=["authentication"])


class Login(Request):
    """Account and password."""

    account: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=1, max_length=1000)
    code: str = Field(default="", max_length=32, description="动态口令或恢复码（已启用时）")


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
    request.app.state.limiter.spend("account", body.account.strip().lower()[:64])
    with engine.begin() as uow:
        outcome = sessions.log_in(
            uow,
            account=body.account,
            password=body.password,
            client=client_of(request),
            code=body.code,
            device=device_of(request),
        )
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


class SessionBody(Body):
    """One of the caller's logins."""

    id: str
    client: str
    device: str = Field(description="浏览器与系统，如 Chrome · Android；程序为空")
    created_at: datetime
    seen_at: datetime
    is_this: bool


class Sessions(Body):
    """The caller's logins, the newest first."""

    items: list[SessionBody]


@router.get("/sessions", response_model=Sessions, responses=faults())
def list_sessions(request: HttpRequest, actor: SignedIn, engine: EngineOf) -> Any:
    """List where one is signed in."""
    with engine.begin() as uow:
        found = sessions.open_sessions(uow, actor, request.state.visitor.token)
    return Sessions(items=[SessionBody(**vars(one)) for one in found])


@router.delete("/sessions/{session_id}", status_code=204, responses=faults(404))
def end_session(session_id: str, actor: SignedIn, engine: EngineOf) -> None:
    """End one of one's own sessions from afar."""
    with engine.begin() as uow:
        sessions.end_session(uow, actor, session_id)


class Enrolment(Body):
    """For the authenticator app; counts after a first code is confirmed."""

    secret: str
    uri: str


class PasswordAgain(Request):
    """The password once more, and a one-time code of whoever has them on."""

    password: str = Field(min_length=1, max_length=1000)
    code: str = Field(default="", max_length=32, description="动态口令或恢复码（已启用时）")


class Code(Request):
    """A one-time code."""

    code: str = Field(min_length=1, max_length=32)


class RecoveryCodes(Body):
    """Each lets in once; shown only now."""

    codes: list[str]


@router.post("/confirmation", status_code=204, responses=faults(422, 429))
def confirm(body: PasswordAgain, request: HttpRequest, actor: SignedIn, engine: EngineOf) -> None:
    """Give the password again, before accounts, grants or seals are changed; holds for some minutes."""
    token = request.state.visitor.token
    with engine.begin() as uow:
        refused = sessions.confirm(uow, actor, token, password=body.password, code=body.code)
    if refused is not None:
        raise TooManyAttempts(refused.message) if refused.retry_at else WrongPassword(refused.message)


@router.post("/second-factor", response_model=Enrolment, responses=faults(409, 422))
def enrol_second_factor(body: PasswordAgain, actor: SignedIn, engine: EngineOf) -> Any:
    """Begin with one-time codes (TOTP)."""
    with asking_again(engine, actor), engine.begin() as uow:
        sessions.confirm_password(uow, actor, body.password)
        return Enrolment(**vars(second_factor.enrol(uow, actor)))


@router.post("/second-factor/confirmation", response_model=RecoveryCodes, responses=faults(409, 422))
def confirm_second_factor(body: Code, actor: SignedIn, engine: EngineOf) -> Any:
    """Switch one-time codes on."""
    with asking_again(engine, actor), engine.begin() as uow:
        return RecoveryCodes(codes=list(second_factor.confirm(uow, actor, body.code)))


@router.post("/second-factor/removal", status_code=204, responses=faults(422))
def remove_second_factor(body: Code, actor: SignedIn, engine: EngineOf) -> None:
    """Switch one-time codes off."""
    with asking_again(engine, actor), engine.begin() as uow:
        second_factor.turn_off(uow, actor, body.code)
