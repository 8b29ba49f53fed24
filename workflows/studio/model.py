"""The words of the studio: a draft, its files and who edits it. States are data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from bpmn.model import Finding
from workflows.studio.paths import FileKind

LEASE = timedelta(minutes=10)  #: how long one editor keeps a draft without writing


class DraftState(StrEnum):
    """Where a draft stands."""

    EDITING = "editing"
    PROVING = "proving"  #: submitted; its checks and scenarios run
    SUBMITTED = "submitted"
    APPROVED = "approved"  #: in force as soon as its models are read
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


_S = DraftState
TRANSITIONS: Mapping[DraftState, frozenset[DraftState]] = MappingProxyType(
    {
        _S.EDITING: frozenset({_S.PROVING, _S.WITHDRAWN}),
        _S.PROVING: frozenset({_S.SUBMITTED, _S.EDITING}),
        _S.SUBMITTED: frozenset({_S.APPROVED, _S.SCHEDULED, _S.PROVING, _S.EDITING}),
        _S.APPROVED: frozenset({_S.PUBLISHED, _S.EDITING}),
        _S.SCHEDULED: frozenset({_S.PUBLISHED, _S.EDITING}),
        _S.PUBLISHED: frozenset(),
        _S.WITHDRAWN: frozenset(),
    }
)
OPEN = tuple(state for state, following in TRANSITIONS.items() if following)


@dataclass(frozen=True, kw_only=True)
class Editor:
    """Who holds the draft."""

    id: str
    name: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class DraftFile:
    """A present file of a draft."""

    path: str
    kind: FileKind
    revision: int
    size: int  #: bytes
    saved_at: datetime
    saved_by: str  #: name


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One revision of a file; ``aside`` = it was refused as the content and kept."""

    revision: int
    size: int
    saved_at: datetime
    saved_by: str  #: name
    deleted: bool
    aside: bool


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A draft as pages and programs see it; people are names."""

    id: str
    pack_key: str
    title: str
    base_version: int | None
    revision: int
    state: DraftState
    editor: Editor | None
    may_edit: bool
    may_approve: bool
    created_by: str
    created_at: datetime
    changed_at: datetime
    submitted_by: str | None
    submitted_at: datetime | None
    submission_note: str | None
    approved_by: str | None
    approved_at: datetime | None
    effective_at: datetime | None
    rollback_to: int | None
    files: tuple[DraftFile, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The checks and scenarios of a submitted draft: how far they are, or what they found."""

    revision: int
    is_over: bool
    done: int
    total: int  #: 0 until it began
    current: str  #: what is being looked at
    findings: tuple[Finding, ...]  #: why it did not pass


@dataclass(frozen=True, kw_only=True)
class DraftEvent:
    """Something that was done with a draft, for its page."""

    at: datetime
    by: str  #: name
    action: str
    note: str
    revision: int
