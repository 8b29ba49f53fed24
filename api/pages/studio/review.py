"""Approving: what changes, who wrote it, from when, and how many cases run on the version before; and a pack's versions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import EngineOf
from api.i18n import gettext as _
from api.pages.frame import Form, Posted, go, show
from api.pages.studio.difference import grouped
from api.pages.studio.packs import KINDS, STATES
from api.routes.drafts import Approver, Reader, Writer
from api.words import ZONE
from bpmn.errors import Conflict, Forbidden, Invalid, JingfaError
from forms.locale import N_
from tasks import studio_rules as rules
from tasks.model import Actor
from workflows.engine import Engine
from workflows.store.unit_of_work import UnitOfWork
from workflows.studio import approval, changes, comparing, drafts, packs, proving, publication
from workflows.studio.errors import DraftNotPassed, PackNotFound

router = APIRouter(prefix="/studio", include_in_schema=False)
CHANGES = {"added": N_("新增"), "changed": N_("修改"), "removed": N_("删除")}


@router.get("/{draft_key}/review")
def review(draft_key: str, request: Request, engine: EngineOf, actor: Reader) -> Response:
    """Show an approver what is to be decided."""
    return _review(draft_key, request, engine, actor)


@router.post("/{draft_key}/approval")
def approve(draft_key: str, request: Request, engine: EngineOf, actor: Approver, form: Form) -> Response:
    """Approve the revision that was shown."""

    def work(uow: UnitOfWork) -> str:
        given = form.text("revision")
        command = approval.Approve(
            actor=actor,
            draft_id=draft_key,
            revision=int(given) if given.isascii() and given.isdigit() else 0,
            effective_at=instant(form.text("effective")),
            note=form.text("note"),
        )
        approval.approve(uow, command)
        return "/studio"

    return _decide(
        draft_key, request, engine, actor, form, work, lambda: _after_approval(engine, actor, draft_key)
    )


def _after_approval(engine: Engine, actor: Actor, draft_key: str) -> str:
    draft = publication.answered(engine, actor, draft_key)
    return {"published": "draft-published", "proving": "draft-proved-again"}.get(
        draft.state, "draft-approved"
    )


@router.post("/{draft_key}/rejection")
def reject(draft_key: str, request: Request, engine: EngineOf, actor: Approver, form: Form) -> Response:
    """Give the draft back with the reason."""

    def work(uow: UnitOfWork) -> str:
        approval.reject(uow, actor, draft_key, reason=form.text("reason"))
        return "/studio"

    return _decide(draft_key, request, engine, actor, form, work, lambda: "draft-rejected")


def _decide(
    draft_key: str,
    request: Request,
    engine: Engine,
    actor: Actor,
    form: Posted,
    work: Any,
    then: Callable[[], str],
) -> Response:
    """Decide, *then* do what follows the commit; it returns what is said on the next page."""
    try:
        target = form.once(actor, work)
        return go(target, then())
    except (Invalid, Conflict, Forbidden) as refused:
        return _review(draft_key, request, engine, actor, refused=refused, form=form)


def instant(text: str) -> datetime | None:
    """Read what a ``datetime-local`` field sent, as local time."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZONE) if text else None
    except ValueError:
        raise Invalid(_("生效时间读不懂。请从日历中选择日期和时间，或留空表示立即生效。")) from None


def _review(
    draft_key: str,
    request: Request,
    engine: Engine,
    actor: Actor,
    *,
    refused: JingfaError | None = None,
    form: Posted | None = None,
) -> Response:
    with engine.begin() as uow:
        draft = drafts.get(uow, actor, draft_key)
        context = {
            "draft": draft,
            "state": _(STATES[draft.state]),
            "changed": [
                (_(CHANGES[one.change]), _(KINDS[one.kind]), one.path)
                for one in changes.of(uow, actor, draft_key)
            ],
            "running": _running(uow, actor, draft.pack_key),
            "difference": (found := comparing.of_draft(uow, actor, draft_key).difference),
            "groups": grouped(found.changes),
            "findings": refused.findings if isinstance(refused, DraftNotPassed) else (),
            "problem": _(refused.message) if refused else "",
            "typed": {name: form.text(name) if form else "" for name in ("note", "effective", "reason")},
            "may_decide": rules.may_approve(actor) and draft.state == "submitted",
        }
        status = 422 if refused else 200
        return show(request, uow, actor, "studio/review.html", context, active="studio", status=status)


def _running(uow: UnitOfWork, actor: Actor, pack_key: str) -> int:
    try:
        return sum(version.running for version in packs.versions(uow, actor, pack_key))
    except PackNotFound:
        return 0


packs_router = APIRouter(prefix="/studio/packs", include_in_schema=False)


@packs_router.get("/{pack_key}")
def versions_page(pack_key: str, request: Request, engine: EngineOf, actor: Reader) -> Response:
    """Show the versions of a pack."""
    return _versions(pack_key, request, engine, actor)


@packs_router.post("/{pack_key}/rollback")
def roll_back(pack_key: str, request: Request, engine: EngineOf, actor: Writer, form: Form) -> Response:
    """Submit an old version's content for approval."""
    given = form.text("version")
    version = int(given) if given.isascii() and given.isdigit() else 0

    def work(uow: UnitOfWork) -> str:
        made = packs.roll_back(uow, actor, pack_key, version, reason=form.text("reason"))
        return f"/studio/{made.id}"

    try:
        target = form.once(actor, work)
        proving.answered(engine, actor, target.rpartition("/")[2])
        return go(target, "draft-submitted")
    except DraftNotPassed:
        return go(target)  # the draft's page lists what it found
    except (Invalid, Conflict) as refused:
        return _versions(pack_key, request, engine, actor, refused=refused)


def _versions(
    pack_key: str, request: Request, engine: Engine, actor: Actor, *, refused: JingfaError | None = None
) -> Response:
    with engine.begin() as uow:
        found = packs.versions(uow, actor, pack_key)
        context = {
            "title": found[0].title,
            "pack_key": pack_key,
            "versions": found,
            "may_edit": rules.may_edit(actor),
            "problem": _(refused.message) if refused else "",
            "findings": refused.findings if isinstance(refused, DraftNotPassed) else (),
        }
        status = 422 if refused else 200
        return show(request, uow, actor, "studio/pack.html", context, active="studio", status=status)
