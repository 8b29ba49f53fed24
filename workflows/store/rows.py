"""Rows as frozen values, for use cases and ``recording``; no SQLAlchemy type leaves the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bpmn.model import InstanceState, Json
from tasks.model import CaseFacts, UserTask


@dataclass(frozen=True, kw_only=True)
class InstanceRow:
    """One case; ``variables`` is FEEL in its lossless JSON form."""

    id: str
    definition_id: str
    process_key: str
    business_key: str
    title: str
    status: InstanceState
    suspended: bool
    revision: int
    state: bytes
    variables: Json
    started_at: datetime
    started_by: str
    ended_at: datetime | None = None
    parent_id: str | None = None
    risk: str | None = None
    level: str | None = None
    due_at: datetime | None = None
    due_code: str | None = None
    history_length: int = 0


@dataclass(frozen=True, kw_only=True)
class DefinitionRow:
    """One version of a process."""

    id: str
    key: str
    version: int
    name: str
    digest: str
    deployment_id: str
    deployed_at: datetime
    starters: tuple[str, ...] = ()
    start_form: str | None = None
    title_expression: str | None = None


@dataclass(frozen=True, kw_only=True)
class OpenWait:
    """A row of the index of wait states; ``code`` and ``due_at`` only where the kind has them."""

    kind: str  #: ``user_task``, ``job``, ``timer``, ``event`` or ``clock``
    id: str
    activity_id: str
    code: str | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Held:
    """A task, its locked case, and what working on it needs to know; as of the moment of the lock."""

    task: UserTask
    instance: InstanceRow
    facts: CaseFacts
    inputs: Json  #: what the task sees beside the case's own variables; None for most
    waits: tuple[OpenWait, ...]  #: every open row of the case


@dataclass(frozen=True, kw_only=True)
class DueRow:
    """Something that became due: a timer, a rung of a ladder."""

    id: str
    instance_id: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class TimerRow:
    """A timer as indexed."""

    id: str
    instance_id: str
    activity_id: str
    element_id: str
    due_at: datetime
    deadline: str | None = None


@dataclass(frozen=True, kw_only=True)
class SubscriptionRow:
    """An instance that waits for a message or signal."""

    id: str
    instance_id: str
    activity_id: str
    element_id: str
    kind: str
    event_name: str
    correlation_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class MessageRow:
    """A message or signal on its way."""

    id: str
    kind: str
    name: str
    correlation_key: str | None
    payload: Json
    state: str
    target_id: str | None
    source_id: str | None
    message_id: str | None
    expires_at: datetime | None
    attempts: int = 0


@dataclass(frozen=True, kw_only=True)
class DeadlineRow:
    """A deadline with the result of its last reckoning."""

    id: str
    instance_id: str
    code: str
    activity_id: str
    element_id: str
    element_name: str
    state: str
    started_at: datetime
    stopped_at: datetime | None
    due_at: datetime
    statutory_last_day: date | None
    unrolled: date | None
    internal_target: date | None
    klass: str
    provisional: bool


@dataclass(frozen=True, kw_only=True)
class LedgerRow:
    """One event of a deadline's ledger."""

    kind: str
    at: datetime
    amount: int | None
    reason: str
    recorded_at: datetime
    recorded_by: str
    activity_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class RungRow:
    """One rung of a deadline's ladder."""

    id: str
    deadline_id: str
    step: str  #: which rung of the ladder; a step fires once
    label: str
    due_at: datetime
    fired_at: datetime | None
    actions: Json


@dataclass(frozen=True, kw_only=True)
class StepRow:
    """What a human step looked like before it was taken; allows 撤回 and 退回."""

    instance_id: str
    revision: int
    user_task_id: str
    element_id: str
    person_id: str
    at: datetime
    state_before: bytes
    variables_before: Json


@dataclass(frozen=True, kw_only=True)
class AuditRow:
    """An audit event before it is chained."""

    chain: str
    at: datetime
    person_id: str
    action: str
    instance_id: str | None = None
    purpose: str | None = None
    fields: tuple[str, ...] = ()
    client: str = ""
    detail: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class DispatchRow:
    """A dispatch that was taken in, by its source and number."""

    source: str
    no: str
    instance_id: str
    digest: str
    received_at: datetime
    repeats: int
    place_hash: str | None = None


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Who is logged in by a token, and where they have which role."""

    person_id: str
    name: str
    account: str
    active: bool
    locale: str
    must_change_password: bool
    csrf: str = field(repr=False)
    seen_at: datetime
    expires_at: datetime
    confirmed_at: datetime  #: when the password was last typed
    has_codes: bool  #: logs in with one-time codes
    grants: tuple[tuple[str, str, frozenset[str]], ...]  #: role, unit id, ids of the unit and all below it


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """A person with what the session use cases need."""

    id: str
    account: str
    name: str
    password_hash: str = field(repr=False)
    active: bool
    locale: str
    phone: str | None
    qualification: str | None
    must_change_password: bool
    absent_until: datetime | None
    substitute_id: str | None
    password_expires_at: datetime | None = None  #: of a one-time password


@dataclass(frozen=True, kw_only=True)
class GrantRow:
    """A role in a unit, with its end."""

    role: str
    unit_id: str
    granted_by: str
    granted_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    """A login as stored: only the hash of its token."""

    token_hash: str = field(repr=False)
    person_id: str
    csrf: str = field(repr=False)
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    client: str
    confirmed_at: datetime  #: when the password was typed last
    device: str = ""  #: in words, e.g. ``Chrome · Android``
