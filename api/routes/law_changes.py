"""Changes of the law pack: time limits, parameter sets and code lists; proposed by policy staff, decided by others."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field

from api.auth import EngineOf
from api.door import AtDoor
from api.json_reading import StrictRoute
from api.openapi import faults
from api.routes.draft_bodies import Reason
from api.routes.drafts import Approver, Reader, Writer
from api.schemas import Body, Request
from workflows.studio import law, law_decisions
from workflows.studio.law import LawChange

router = APIRouter(route_class=StrictRoute, prefix="/v2/law-changes", tags=["studio"])
Section = Literal["deadline", "set", "list"]


class LawChangeBody(Body):
    """A change: what it replaces, what it sets, in words, and how far it is decided."""

    law_change_key: str
    section: Section
    code: str
    law_class: str
    state: str
    sentences: list[str]
    before: dict[str, Any]
    fields: dict[str, Any]
    reason: str
    article: str
    migrates: bool
    proposed_by: str
    proposed_at: datetime
    approved_by: list[str]
    approvals_needed: int
    may_approve: bool
    rejection: str
    effective_at: datetime | None

    @classmethod
    def of(cls, change: LawChange) -> LawChangeBody:
        """Return the body of a change."""
        row = change.row
        plain = ("code", "state", "reason", "article", "migrates", "proposed_at", "rejection", "effective_at")
        return cls(
            law_change_key=row.id,
            section=row.section,  # type: ignore[arg-type]
            law_class=row.klass,
            sentences=list(change.sentences),
            before=dict(row.before),
            fields=dict(row.fields),
            proposed_by=change.proposed_by,
            approved_by=list(change.approved_by),
            approvals_needed=change.needed,
            may_approve=change.may_approve,
            **{name: getattr(row, name) for name in plain},
        )


class LawChangeList(Body):
    """Changes, the newest first."""

    items: list[LawChangeBody]


class NewLawChange(Request):
    """A change to propose; ``fields`` are members of the entry in the words of the law pack's files."""

    section: Section
    code: str = Field(min_length=1, max_length=60)
    fields: dict[str, Any] = Field(max_length=30)
    reason: str = Field(min_length=1, max_length=2000)
    article: str = Field(default="", max_length=5000)
    migrates: bool = False


class LawApproval(Request):
    """An approval; null = effective with the last approval."""

    effective_at: datetime | None = None
    note: str = Field(default="", max_length=2000)


@router.get("", response_model=LawChangeList, responses=faults())
def list_law_changes(actor: Reader, engine: EngineOf, open_only: bool = False) -> Any:
    """List changes, the newest first."""
    with engine.begin() as uow:
        found = law.listed(uow, actor, open_only=open_only)
    return LawChangeList(items=[LawChangeBody.of(one) for one in found])


@router.post("", response_model=LawChangeBody, responses=faults(404, 409, 422))
def propose_law_change(body: NewLawChange, actor: Writer, door: AtDoor) -> Any:
    """Propose a change; a statutory one (LOCK) with the text of its provision."""
    command = law.Propose(
        actor=actor,
        section=body.section,
        code=body.code,
        fields=body.fields,
        reason=body.reason,
        article=body.article,
        migrates=body.migrates,
    )
    return door.once(actor, lambda uow: LawChangeBody.of(law.propose(uow, command)))


@router.get("/{law_change_key}", response_model=LawChangeBody, responses=faults(404))
def get_law_change(law_change_key: str, actor: Reader, engine: EngineOf) -> Any:
    """Open a change."""
    with engine.begin() as uow:
        return LawChangeBody.of(law.get(uow, actor, law_change_key))


@router.post("/{law_change_key}/approval", response_model=LawChangeBody, responses=faults(404, 409, 422))
def approve_law_change(law_change_key: str, body: LawApproval, actor: Approver, door: AtDoor) -> Any:
    """Approve a change; with the last approval it comes into force at once or at its effective instant."""
    return door.once(
        actor,
        lambda uow: LawChangeBody.of(
            law_decisions.approve(uow, actor, law_change_key, effective_at=body.effective_at, note=body.note)
        ),
    )


@router.post("/{law_change_key}/rejection", response_model=LawChangeBody, responses=faults(404, 409, 422))
def reject_law_change(law_change_key: str, body: Reason, actor: Approver, door: AtDoor) -> Any:
    """Refuse a change, with the reason for its author."""
    return door.once(
        actor,
        lambda uow: LawChangeBody.of(law_decisions.reject(uow, actor, law_change_key, reason=body.reason)),
    )


@router.post("/{law_change_key}/withdrawal", response_model=LawChangeBody, responses=faults(404, 409))
def withdraw_law_change(law_change_key: str, actor: Writer, door: AtDoor) -> Any:
    """Take a change back before it is in force."""
    return door.once(actor, lambda uow: LawChangeBody.of(law_decisions.withdraw(uow, actor, law_change_key)))
