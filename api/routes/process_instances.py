"""Cases: start, look, search, stop."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import Field

from api.auth import EngineOf, SignedIn
from api.door import AtDoor
from api.json_reading import StrictRoute
from api.openapi import faults
from api.schemas import (
    Body,
    Listing,
    OptionalText,
    PageRequest,
    Request,
    Status,
    Variables,
    Words,
    cleaned,
    feel_variables,
    json_variables,
)
from bpmn.errors import Invalid
from workflows.execution import history, instances
from workflows.model import HistoryView, InstanceSummary, ProcessInstance

router = APIRouter(route_class=StrictRoute, prefix="/v2/process-instances", tags=["process-instances"])


class CreateInstance(Request):
    """Start a process; ``submission`` is checked against the start form, ``variables`` are taken as they are."""

    process_definition_id: OptionalText = Field(default=None, description="流程标识，启动最新版本")
    process_definition_key: OptionalText = Field(default=None, description="某一版本，如 dispute-referral:3")
    business_key: str | None = Field(default=None, max_length=200)
    start_event: str | None = Field(default=None, max_length=200)
    variables: Variables
    submission: dict[str, Any] | None = None


class InstanceBody(Body):
    """One case. Personal data in ``variables`` is masked unless the caller may see it."""

    process_instance_key: str
    process_definition_key: str
    process_definition_id: str
    process_definition_name: str
    business_key: str | None
    title: str
    state: Status
    suspended: bool
    revision: int
    start_date: datetime
    end_date: datetime | None
    parent_process_instance_key: str | None
    variables: dict[str, Any]
    actions: list[str]

    @classmethod
    def of(cls, case: ProcessInstance) -> InstanceBody:
        """Return the body of a case."""
        return cls(
            process_instance_key=case.id,
            process_definition_key=case.definition_id,
            process_definition_id=case.process_key,
            process_definition_name=case.process_name,
            business_key=case.business_key,
            title=case.title,
            state=case.status,
            suspended=case.suspended,
            revision=case.revision,
            start_date=case.started_at,
            end_date=case.ended_at,
            parent_process_instance_key=case.parent_id,
            variables=json_variables(case.variables),
            actions=list(case.actions),
        )


class SummaryBody(Body):
    """A line in a list of cases."""

    process_instance_key: str
    process_definition_key: str
    process_definition_id: str
    process_definition_name: str
    business_key: str | None
    title: str
    state: Status
    suspended: bool
    start_date: datetime
    end_date: datetime | None
    due_date: datetime | None
    waiting_for: list[str]
    holders: list[str]
    has_incident: bool

    @classmethod
    def of(cls, line: InstanceSummary) -> SummaryBody:
        """Return the body of a line."""
        return cls(
            process_instance_key=line.id,
            process_definition_key=line.definition_id,
            process_definition_id=line.process_key,
            process_definition_name=line.process_name,
            business_key=line.business_key,
            title=line.title,
            state=line.status,
            suspended=line.suspended,
            start_date=line.started_at,
            end_date=line.ended_at,
            due_date=line.due_at,
            waiting_for=list(line.waiting_for),
            holders=list(line.holders),
            has_incident=line.incidents > 0,
        )


class InstanceFilter(Request):
    """What to look for; every given condition must hold."""

    text: OptionalText = Field(default=None, max_length=200)
    process_definition_id: OptionalText = None
    process_definition_key: OptionalText = None
    business_key: OptionalText = None
    state: Status | None = None
    unit_id: OptionalText = None
    risk: OptionalText = None
    level: OptionalText = None
    overdue: bool = False
    has_incident: bool = False
    element_id: OptionalText = None
    started_after: datetime | None = None
    started_before: datetime | None = None

    def query(self) -> instances.InstanceQuery:
        """Return the use case's query."""
        return instances.InstanceQuery(
            text=self.text,
            process_key=self.process_definition_id,
            definition_id=self.process_definition_key,
            status=self.state,
            unit_id=self.unit_id,
            risk=self.risk,
            level=self.level,
            overdue=self.overdue,
            with_incidents=self.has_incident,
            element_id=self.element_id,
            business_key=self.business_key,
            started_after=self.started_after,
            started_before=self.started_before,
        )


class InstanceSearch(Request):
    """A search for cases."""

    filter: InstanceFilter = InstanceFilter()
    page: PageRequest = PageRequest()


class Cancellation(Request):
    """Why a case is stopped, held or let go on."""

    reason: Words = Field(default="", max_length=2000)
    expected_revision: int | None = Field(
        default=None, ge=0, le=2_000_000_000, description="给出时，案件已有变化即拒绝"
    )


class HistoryBody(Body):
    """One line of what happened."""

    sequence: int
    kind: str
    element_id: str
    element_name: str
    element_type: str
    at: datetime
    by: str | None
    sources: list[str]
    detail: dict[str, Any]

    @classmethod
    def of(cls, line: HistoryView) -> HistoryBody:
        """Return the body of a line."""
        return cls(
            sequence=line.seq,
            kind=line.kind,
            element_id=line.element_id,
            element_name=line.element_name,
            element_type=line.element_type,
            at=line.at,
            by=line.by,
            sources=list(line.sources),
            detail=dict(line.detail),
        )


class Happened(Body):
    """What happened to a case, oldest first."""

    items: list[HistoryBody]


@router.post("", response_model=InstanceBody, responses=faults(404, 409, 422))
def create_process_instance(body: CreateInstance, actor: SignedIn, door: AtDoor) -> Any:
    """Start an instance and run it to its first wait states."""
    if (body.process_definition_id is None) == (body.process_definition_key is None):
        raise Invalid("请给出 processDefinitionId 或 processDefinitionKey 之一。")
    command = instances.StartInstance(
        actor=actor,
        process_key=body.process_definition_id,
        definition_id=body.process_definition_key,
        variables=feel_variables(cleaned(body.variables)),
        submission=body.submission,
        business_key=body.business_key,
        start_event=body.start_event,
    )
    return door.once(actor, lambda uow: InstanceBody.of(instances.start(uow, command)))


@router.post("/search", response_model=Listing[SummaryBody], responses=faults(422))
def search_process_instances(body: InstanceSearch, actor: SignedIn, engine: EngineOf) -> Any:
    """List the cases that the caller may see, the newest first."""
    with engine.begin() as uow:
        found = instances.search(
            uow, actor, body.filter.query(), cursor=body.page.after, limit=body.page.limit
        )
    return Listing.of(map(SummaryBody.of, found.items), found.next_cursor)


@router.get("/{process_instance_key}", response_model=InstanceBody, responses=faults(404))
def get_process_instance(process_instance_key: str, actor: SignedIn, engine: EngineOf) -> Any:
    """Return one case."""
    with engine.begin() as uow:
        return InstanceBody.of(instances.get(uow, actor, process_instance_key))


@router.get("/{process_instance_key}/history", response_model=Happened, responses=faults(404))
def get_history(process_instance_key: str, actor: SignedIn, engine: EngineOf, all_kinds: bool = False) -> Any:
    """List what happened to a case; ``all_kinds`` adds every token move."""
    with engine.begin() as uow:
        lines = history.of_instance(uow, actor, process_instance_key, all_kinds=all_kinds)
    return Happened(items=[HistoryBody.of(line) for line in lines])


@router.post(
    "/{process_instance_key}/cancellation", response_model=InstanceBody, responses=faults(404, 409, 422)
)
def cancel_process_instance(
    process_instance_key: str, body: Cancellation, actor: SignedIn, door: AtDoor
) -> Any:
    """Terminate a case; supervisors only, with a reason."""
    return door.once(
        actor,
        lambda uow: InstanceBody.of(
            instances.cancel(
                uow, actor, process_instance_key, reason=body.reason, revision=body.expected_revision
            )
        ),
    )


@router.post(
    "/{process_instance_key}/suspension", response_model=InstanceBody, responses=faults(404, 409, 422)
)
def suspend_process_instance(
    process_instance_key: str, body: Cancellation, actor: SignedIn, door: AtDoor
) -> Any:
    """Hold a case; statutory clocks run on."""
    return door.once(
        actor,
        lambda uow: InstanceBody.of(
            instances.suspend(
                uow, actor, process_instance_key, reason=body.reason, revision=body.expected_revision
            )
        ),
    )


@router.post(
    "/{process_instance_key}/resumption", response_model=InstanceBody, responses=faults(404, 409, 422)
)
def resume_process_instance(
    process_instance_key: str, actor: SignedIn, door: AtDoor, body: Cancellation | None = None
) -> Any:
    """Let a suspended case go on."""
    given = body or Cancellation()
    return door.once(
        actor,
        lambda uow: InstanceBody.of(
            instances.resume(
                uow,
                actor,
                process_instance_key,
                reason=given.reason,
                revision=given.expected_revision,
            )
        ),
    )
