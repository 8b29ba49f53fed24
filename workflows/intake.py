"""Use cases of intake: dispatches by the API, CloudEvents and files; duplicates are decided here, at the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bpmn.model import Json
from tasks.model import Actor
from workflows.engine import Engine
from workflows.model import IntakeReceipt, IntakeReport
from workflows.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """
    One dispatch as a source delivers it.

    ``content`` is nested as the data dictionary says: ``{"dispatch": {"no": …, "time": …}, "parties": [...], "dispute": {...}}``.
    ``source`` and ``dispatch.no`` together are the key by which a second delivery is known.
    """

    actor: Actor
    content: Mapping[str, Json]
    source: str = "110"
    process_key: str = "dispute-referral"


def submit(uow: UnitOfWork, dispatch: Dispatch) -> IntakeReceipt:
    """
    Register a dispatch: start a case, or merge it into the one it repeats.

    Raises:
        IntakeInvalid: one sentence per fault.
        Forbidden: the actor may not register dispatches.
    """
    raise NotImplementedError


def submit_event(uow: UnitOfWork, actor: Actor, event: Mapping[str, Json]) -> Mapping[str, Json]:
    """
    Take a CloudEvents 1.0 event (structured JSON): ``type`` is the message name, ``subject`` the correlation key.

    Returns:
        ``{"outcome": …, "instance_id": …}``; a repeated ``source`` + ``id`` changes nothing.
    """
    raise NotImplementedError


def take_file(engine: Engine, actor: Actor, *, name: str, content: bytes) -> IntakeReport:
    """
    Take in a CSV (UTF-8, BOM or GB 18030), XLSX or JSONL file, one transaction a row.

    A second run of the same file changes nothing: its rows are merged.

    Raises:
        IntakeInvalid: the file as a whole cannot be read.
    """
    raise NotImplementedError
