"""Use cases of process instances: start, look, search, stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bpmn.model import InstanceState, Json, Value
from tasks.model import Actor
from workflows.model import DefinitionView, InstanceSummary, Page, ProcessInstance
from workflows.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class StartInstance:
    """Start the latest version of a process, or the one that ``definition_id`` names."""

    actor: Actor
    process_key: str | None = None
    definition_id: str | None = None  #: ``key:version``
    variables: Mapping[str, Value] = field(default_factory=dict)  #: FEEL values
    submission: Mapping[str, Json] | None = None  #: raw form values for the start form; validated
    business_key: str | None = None  #: unique among the instances of a process; made up when None
    start_event: str | None = None  #: element id


@dataclass(frozen=True, kw_only=True)
class InstanceQuery:
    """What to look for; every given condition must hold."""

    text: str | None = None  #: in title or business key
    process_key: str | None = None
    definition_id: str | None = None
    status: InstanceState | None = None
    unit_id: str | None = None  #: this unit or one below it
    risk: str | None = None
    level: str | None = None
    overdue: bool = False
    with_incidents: bool = False
    element_id: str | None = None  #: with an open task at this element
    business_key: str | None = None
    started_after: datetime | None = None
    started_before: datetime | None = None


def startable(uow: UnitOfWork, actor: Actor) -> tuple[DefinitionView, ...]:
    """List the processes that the actor may start by hand."""
    raise NotImplementedError


def start_form(uow: UnitOfWork, actor: Actor, process_key: str) -> Mapping[str, Json] | None:
    """
    Return the form-js document of the start form; None when there is none.

    Raises:
        DefinitionNotFound: no such process.
        Forbidden: the actor may not start it.
    """
    raise NotImplementedError


def start(uow: UnitOfWork, command: StartInstance) -> ProcessInstance:
    """
    Start an instance and run it to its first wait states.

    Raises:
        DefinitionNotFound: no such process.
        Forbidden: the actor holds none of the starter roles.
        DuplicateBusinessKey: the process has an instance with this key.
        SubmissionInvalid: the start form has faults.
    """
    raise NotImplementedError


def get(uow: UnitOfWork, actor: Actor, instance_id: str) -> ProcessInstance:
    """
    Return one case, personal data masked.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
    """
    raise NotImplementedError


def reveal(
    uow: UnitOfWork, actor: Actor, instance_id: str, *, purpose: str, paths: tuple[str, ...] = ()
) -> ProcessInstance:
    """
    Return the case with clear personal data; audited with the purpose.

    Args:
        paths: Variables to show clear, e.g. ``parties``; empty = all that the actor may see.

    Raises:
        PurposeRequired: no purpose was given.
        Forbidden: the actor may never see this data clear.
    """
    raise NotImplementedError


def search(
    uow: UnitOfWork, actor: Actor, query: InstanceQuery, *, cursor: str | None = None, limit: int = 30
) -> Page[InstanceSummary]:
    """List the cases that the actor may see, the newest first."""
    raise NotImplementedError


def cancel(uow: UnitOfWork, actor: Actor, instance_id: str, *, reason: str) -> ProcessInstance:
    """Terminate a case; supervisors only, with a reason."""
    raise NotImplementedError


def suspend(uow: UnitOfWork, actor: Actor, instance_id: str, *, reason: str) -> ProcessInstance:
    """Hold a case: nobody completes, no timer fires, no job starts; statutory clocks run on."""
    raise NotImplementedError


def resume(uow: UnitOfWork, actor: Actor, instance_id: str) -> ProcessInstance:
    """Let a suspended case go on."""
    raise NotImplementedError


def set_variables(
    uow: UnitOfWork, actor: Actor, instance_id: str, variables: Mapping[str, Value], *, reason: str
) -> ProcessInstance:
    """Correct data of a running case; supervisors only, with a reason."""
    raise NotImplementedError


def related(uow: UnitOfWork, actor: Actor, instance_id: str) -> tuple[InstanceSummary, ...]:
    """List other cases, within the actor's scope, that share a party with this one."""
    raise NotImplementedError
