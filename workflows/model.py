"""
What use cases take and give back: frozen commands and views, free of database and web.

A *view* already holds what its actor may see: masked where the rules say so, with the actions that the rules allow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, Literal, TypeVar

from bpmn.model import Finding, InstanceState, Json, Value
from tasks.model import UserTask

Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Item]):
    """A slice of a list; ``next_cursor`` is opaque text for the next slice, None at the end."""

    items: tuple[Item, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """One pack that was deployed, with the definitions it made."""

    id: str
    name: str
    deployed_at: datetime
    deployed_by: str | None
    definitions: tuple[DefinitionView, ...] = ()
    findings: tuple[Finding, ...] = ()  #: warnings


@dataclass(frozen=True, kw_only=True)
class DefinitionView:
    """One version of a process. ``id`` is ``key:version``."""

    id: str
    key: str
    version: int
    name: str
    digest: str
    deployment_id: str
    deployed_at: datetime
    is_latest: bool = True
    starters: tuple[str, ...] = ()  #: role codes that may start it
    start_form: str | None = None
    running: int = 0  #: running instances of this version


@dataclass(frozen=True, kw_only=True)
class InstanceSummary:
    """A line in a list of cases: no personal data beyond a masked title."""

    id: str
    process_key: str
    definition_id: str
    process_name: str
    business_key: str | None
    title: str
    status: InstanceState
    suspended: bool
    started_at: datetime
    ended_at: datetime | None
    due_at: datetime | None  #: the nearest running deadline
    due_code: str | None
    waiting_for: tuple[str, ...] = ()  #: names of open user tasks
    holders: tuple[str, ...] = ()  #: names of the people who have them
    risk: str | None = None
    level: str | None = None
    units: tuple[str, ...] = ()  #: unit names
    incidents: int = 0


@dataclass(frozen=True, kw_only=True)
class ProcessInstance:
    """
    One case after a step. ``variables`` are FEEL values, masked unless ``clear``.

    ``revision`` grows by exactly one with each step.
    """

    id: str
    definition_id: str
    process_key: str
    process_name: str
    business_key: str | None
    title: str
    status: InstanceState
    suspended: bool
    revision: int
    started_at: datetime
    ended_at: datetime | None
    variables: Mapping[str, Value] = field(default_factory=dict)
    clear: bool = False
    units: Mapping[str, str] = field(default_factory=dict)  #: slot -> unit id
    parent_id: str | None = None
    risk: str | None = None
    level: str | None = None
    actions: tuple[str, ...] = ()  #: e.g. ``cancel``, ``suspend``, ``reveal``


@dataclass(frozen=True, kw_only=True)
class TaskForm:
    """A user task with all that its page needs."""

    task: UserTask
    form: Mapping[str, Json] | None  #: the form-js document; None when the task has no form
    values: Mapping[str, Value]  #: FEEL values to fill in, masked where the actor may not see them clear
    draft: Mapping[str, Json] | None  #: raw submission saved by the actor
    draft_saved_at: datetime | None
    revision: int  #: send back as ``expected_revision``
    papers: tuple[PaperView, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HistoryView:
    """One line of "what happened"; ``by`` is a person's name, "系统" for the system."""

    seq: int
    kind: str
    element_id: str
    element_name: str
    element_type: str
    at: datetime
    by: str | None = None
    sources: tuple[str, ...] = ()
    detail: Mapping[str, Json] = field(default_factory=dict)
    activity_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class DeadlineView:
    """A running, paused or stopped deadline with its ledger and its explanation in words (怎么算的)."""

    id: str
    instance_id: str
    code: str
    name: str
    klass: str  #: LOCK, PARAM or EXT
    state: Literal["running", "paused", "stopped"]
    due_at: datetime
    statutory_last_day: date | None
    unrolled: date | None
    internal_target: date | None
    provisional: bool
    element_id: str
    element_name: str
    started_at: datetime
    stopped_at: datetime | None
    overdue: bool
    explanation: tuple[str, ...] = ()
    source: Mapping[str, Json] = field(default_factory=dict)
    ledger: tuple[Mapping[str, Json], ...] = ()
    rungs: tuple[Mapping[str, Json], ...] = ()


@dataclass(frozen=True, kw_only=True)
class IncidentView:
    """A technical failure for an operator."""

    id: str
    instance_id: str
    element_id: str | None
    element_name: str
    activity_id: str | None
    job_id: str | None
    code: str
    message: str
    created_at: datetime
    resolved_at: datetime | None
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class NoticeView:
    """A line of the in-app inbox (站内信). ``link`` is a path of this site."""

    id: str
    subject: str
    body: str
    link: str | None
    kind: str
    created_at: datetime
    read_at: datetime | None
    settled_at: datetime | None = None  #: what it tells of was done before anybody read it
    instance_id: str | None = None
    business_key: str | None = None

    @property
    def is_unread(self) -> bool:
        """Whether it still asks for attention."""
        return self.read_at is None and self.settled_at is None


@dataclass(frozen=True, kw_only=True)
class AuditView:
    """One link of an audit chain."""

    seq: int
    chain: str
    at: datetime
    person_id: str
    person_name: str
    action: str
    purpose: str | None
    fields: tuple[str, ...]
    detail: Mapping[str, Json]
    hash: str


@dataclass(frozen=True, kw_only=True)
class AuditProof:
    """The result of checking every chain."""

    chains: int
    events: int
    broken: tuple[str, ...] = ()  #: Chinese sentences that name the first wrong event of a chain

    @property
    def ok(self) -> bool:
        """True when nothing was changed."""
        return not self.broken


@dataclass(frozen=True, kw_only=True)
class AttachmentView:
    """A file or photo of a case."""

    id: str
    instance_id: str | None
    name: str
    media_type: str
    size: int  #: bytes
    digest: str  #: SHA-256, hex
    created_at: datetime
    created_by: str


@dataclass(frozen=True, kw_only=True)
class PaperView:
    """An official paper (文书) of a case."""

    id: str
    instance_id: str
    code: str  #: template, e.g. ``W07``
    title: str
    created_at: datetime
    created_by: str
    digest: str  #: SHA-256 of the PDF, hex
    size: int
    signatures: tuple[SignatureView, ...] = ()
    superseded: bool = False  #: a newer paper of the same code exists


@dataclass(frozen=True, kw_only=True)
class SignatureView:
    """A named signature: who, when, bound to which hash."""

    person_id: str
    person_name: str
    signed_at: datetime
    digest: str


@dataclass(frozen=True, kw_only=True)
class Comment:
    """A note on a case (留言)."""

    id: str
    instance_id: str
    person_name: str
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Numbers for a board, no names: what R15 may see."""

    open: int | None  #: None = so small that it would name a special person
    overdue: int
    due_soon: int  #: within three days
    completed_30_days: int
    by_unit: tuple[tuple[str, str, int, int], ...] = ()  #: unit id, name, open, overdue
    by_process: tuple[tuple[str, int | None], ...] = ()
    by_risk: tuple[tuple[str, int], ...] = ()
    by_element: tuple[tuple[str, str, int], ...] = ()  #: element id, name, open tasks
