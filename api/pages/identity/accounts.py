"""Accounts, for system administrators (R20), read along by auditors (R19). No word of a case is here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.auth import Allow, EngineOf
from api.i18n import gettext as _
from api.pages.frame import Form, Posted, go, show
from api.pages.law import role_names
from api.problems import status_of
from bpmn.deadlines.calendar import ZONE
from bpmn.errors import Conflict, Forbidden, Invalid, JingfaError, NotFound
from tasks.model import Actor
from workflows.engine import Engine
from workflows.identity import accounts, people
from workflows.store.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)

Reader = Annotated[Actor, Depends(Allow("R19", "R20"))]
Administrator = Annotated[Actor, Depends(Allow("R20", sure=True))]


@router.get("/accounts")
def list_accounts(request: Request, engine: EngineOf, actor: Reader, q: str = "") -> Response:
    """List accounts, also those that are closed."""
    with engine.begin() as uow:
        tree = people.organisation(uow)
        rows = [_line(found, tree) for found in accounts.listed(uow, actor, q)]
        context = {"rows": rows, "q": q[:100], "may_write": actor.has("R20")}
        return show(request, uow, actor, "identity/accounts.html", context, active="accounts")


@router.get("/accounts/new")
def new_account(request: Request, engine: EngineOf, actor: Administrator) -> Response:
    """Show the form for a new account."""
    with engine.begin() as uow:
        return _form(request, uow, actor)


@router.post("/accounts")
def open_account(request: Request, engine: EngineOf, actor: Administrator, form: Form) -> Response:
    """Open an account and show its one-time password, now and never again."""
    role, unit = form.text("role"), form.text("unit")
    try:
        with engine.begin() as uow:
            issued = accounts.open_account(
                uow,
                actor,
                account=form.text("account").lower(),
                name=form.text("name"),
                roles=frozenset({(role, unit)} if role else ()),
            )
            return show(request, uow, actor, "identity/issued.html", {"issued": issued}, active="accounts")
    except (Invalid, Conflict, Forbidden) as refused:
        with engine.begin() as uow:
            return _form(request, uow, actor, given=form, refused=refused)


@router.get("/accounts/{person_id}")
def show_account(person_id: str, request: Request, engine: EngineOf, actor: Reader) -> Response:
    """Show one account and what may be done with it."""
    with engine.begin() as uow:
        return _account(request, uow, actor, person_id)


@router.post("/accounts/{person_id}/password")
def issue_password(
    person_id: str, request: Request, engine: EngineOf, actor: Administrator, form: Form
) -> Response:
    """Issue a one-time password and show it, now and never again."""
    with engine.begin() as uow:
        issued = accounts.issue_password(uow, actor, person_id)
        return show(request, uow, actor, "identity/issued.html", {"issued": issued}, active="accounts")


@router.post("/accounts/{person_id}/roles")
def grant_role(
    person_id: str, request: Request, engine: EngineOf, actor: Administrator, form: Form
) -> Response:
    """Give a role, for good or until the end of a day."""

    def work(uow: UnitOfWork) -> None:
        people.grant_role(
            uow,
            actor,
            person_id,
            role=form.text("role"),
            unit_id=form.text("unit"),
            expires_at=_end_of(form.text("until")),
        )

    return _done(request, engine, actor, person_id, work, "role-granted")


@router.post("/accounts/{person_id}/roles/removal")
def revoke_role(
    person_id: str, request: Request, engine: EngineOf, actor: Administrator, form: Form
) -> Response:
    """Take a role away; what the person may no longer do goes back into its pool."""

    def work(uow: UnitOfWork) -> None:
        people.revoke_role(uow, actor, person_id, role=form.text("role"), unit_id=form.text("unit"))

    return _done(request, engine, actor, person_id, work, "role-revoked")


#: What is done at the press of one button: word in the address -> use case and the sentence afterwards.
DEEDS: dict[str, tuple[Callable[[UnitOfWork, Actor, str], None], str]] = {
    "unlock": (accounts.lift_lock, "unlocked"),
    "sessions": (accounts.end_sessions, "person-signed-out"),
    "second-factor": (accounts.remove_second_factor, "person-second-factor-off"),
    "unbinding": (accounts.unbind, "unbound"),
    "closing": (accounts.close, "account-closed"),
    "opening": (accounts.reopen, "account-opened"),
}


@router.post("/accounts/{person_id}/{deed}")
def do(
    person_id: str, deed: str, request: Request, engine: EngineOf, actor: Administrator, form: Form
) -> Response:
    """Do one of ``DEEDS`` to an account."""
    if deed not in DEEDS:
        raise NotFound
    use_case, said = DEEDS[deed]
    return _done(request, engine, actor, person_id, lambda uow: use_case(uow, actor, person_id), said)


def _done(
    request: Request,
    engine: Engine,
    actor: Actor,
    person_id: str,
    work: Callable[[UnitOfWork], None],
    said: str,
) -> Response:
    try:
        with engine.begin() as uow:
            work(uow)
    except (Invalid, Conflict, Forbidden) as refused:
        with engine.begin() as uow:
            return _account(request, uow, actor, person_id, refused=refused)
    return go(f"/accounts/{person_id}", said)


def _account(
    request: Request, uow: UnitOfWork, actor: Actor, person_id: str, *, refused: JingfaError | None = None
) -> Response:
    found = accounts.get(uow, actor, person_id)
    names, tree = role_names(), people.organisation(uow)
    context = {
        "account": found,
        "grants": [
            {"row": row, "role": names.get(row.role, row.role), "unit": tree.name(row.unit_id)}
            for row in found.grants
        ],
        "now_real": uow.real_now,
        "may_write": actor.has("R20") and actor.person_id != person_id,
        "problem": _(refused.message) if refused else "",
        **_choices(uow),
    }
    return show(
        request,
        uow,
        actor,
        "identity/account.html",
        context,
        active="accounts",
        status=status_of(refused) if refused else 200,
    )


def _form(
    request: Request,
    uow: UnitOfWork,
    actor: Actor,
    *,
    given: Posted | None = None,
    refused: JingfaError | None = None,
) -> Response:
    fields = ("account", "name", "role", "unit")
    context = {
        "given": {name: given.text(name) if given else "" for name in fields},
        "problem": _(refused.message) if refused else "",
        **_choices(uow),
    }
    return show(
        request,
        uow,
        actor,
        "identity/account_new.html",
        context,
        active="accounts",
        status=status_of(refused) if refused else 200,
    )


def _choices(uow: UnitOfWork) -> dict[str, Any]:
    units = sorted(people.organisation(uow), key=lambda unit: unit.name)
    return {"role_names": sorted(role_names().items()), "units": units}


def _line(found: accounts.Listed, tree: Any) -> dict[str, Any]:
    names = role_names()
    roles = "；".join(
        f"{names.get(role, role)}（{tree.name(unit)}）" for role, unit in sorted(found.person.roles)
    )
    return {"person": found.person, "is_locked": found.is_locked, "roles": roles}


def _end_of(day: str) -> datetime | None:
    """Return the end of a day; None for an empty field."""
    if not day:
        return None
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), tzinfo=ZONE)
    except (ValueError, OverflowError):
        raise Invalid(_("截止日期应为“年-月-日”，如 2027-03-31。")) from None
