"""Use cases of intake: dispatches by the API, CloudEvents and files; duplicates are decided here, at the door."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

from bpmn.errors import Conflict, Invalid
from bpmn.model import Json
from tasks import rules
from tasks.model import Actor
from workflows import values
from workflows.clockwork import handler_ports
from workflows.correlation import messages
from workflows.dispatches import intake_content, intake_rows
from workflows.dispatches.model import IntakeReceipt, IntakeReport, RejectedRow
from workflows.engine import Engine
from workflows.errors import IntakeInvalid
from workflows.execution import parties
from workflows.execution.starting import begin
from workflows.processes import definitions
from workflows.store.rows import DispatchRow, InstanceRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit

DISPATCH_EVENTS = frozenset({"M-110-IN", "M-SRC-IN"})
POLICE = frozenset({"110"})


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
    rules.ensure_may_register(dispatch.actor)
    content = intake_content.checked(dispatch.content, now=uow.now)
    number = content["dispatch"]["no"]
    uow.dispatches.lock_number(dispatch.source, number)
    digest = hashlib.sha256(orjson.dumps(dispatch.content, option=orjson.OPT_SORT_KEYS)).hexdigest()
    known = uow.dispatches.get(dispatch.source, number)
    if known is not None:
        return _merged(uow, dispatch, known, digest)
    instance = _start(uow, dispatch, content, number)
    uow.dispatches.add(
        DispatchRow(
            source=dispatch.source,
            no=number,
            instance_id=instance.id,
            digest=digest,
            received_at=uow.now,
            repeats=0,
            place_hash=parties.place_hash(uow.installation, content),
        )
    )
    return IntakeReceipt(
        outcome="accepted",
        instance_id=instance.id,
        business_key=instance.business_key,
        message=f"警情 {number} 已登记。",
    )


def submit_event(uow: UnitOfWork, actor: Actor, event: Mapping[str, Json]) -> Mapping[str, Json]:
    """
    Take a CloudEvents 1.0 event (structured JSON): ``type`` is the message name, ``subject`` the correlation key.

    Returns:
        ``{"outcome": …, "instance_id": …}``; a repeated ``source`` + ``id`` changes nothing.
    """
    missing = [
        name for name in ("id", "source", "type") if not isinstance(event.get(name), str) or not event[name]
    ]
    if missing or event.get("specversion") != "1.0":
        raise IntakeInvalid(
            [f"不是有效的 CloudEvents 1.0 事件，缺少：{'、'.join(missing) or 'specversion 1.0'}"]
        )
    content = event.get("data")
    if not isinstance(content, Mapping):
        raise IntakeInvalid(["事件的 data 应为 JSON 对象"])
    if event["type"] in DISPATCH_EVENTS:
        receipt = submit(uow, Dispatch(actor=actor, content=content, source=event["source"]))
        return dict(vars(receipt))
    subject = event.get("subject")
    publication = messages.publish(
        uow,
        messages.PublishMessage(
            actor=actor,
            name=event["type"],
            correlation_key=subject if isinstance(subject, str) else None,
            payload=values.from_json(content),
            message_id=f"{event['source']}#{event['id']}"[:300],
        ),
    )
    return {"outcome": publication.state, "instance_id": publication.instance_id}


def take_file(engine: Engine, actor: Actor, *, name: str, content: bytes) -> IntakeReport:
    """
    Take in a CSV (UTF-8, BOM or GB 18030), XLSX or JSONL file, one transaction a row.

    A second run of the same file changes nothing: its rows are merged.

    Raises:
        IntakeInvalid: the file as a whole cannot be read.
    """
    accepted = merged = 0
    rejected: list[RejectedRow] = []
    source = "110"
    for row in intake_rows.read(name, content):
        try:
            receipt = _take_row(engine, actor, row, source)
        except (Invalid, Conflict) as fault:
            rejected.append(RejectedRow(row=row.number, reason=fault.message))
            continue
        accepted += receipt.outcome == "accepted"
        merged += receipt.outcome == "merged"
    return IntakeReport(accepted=accepted, merged=merged, rejected=tuple(rejected))


def _merged(uow: UnitOfWork, dispatch: Dispatch, known: DispatchRow, digest: str) -> IntakeReceipt:
    """A number that was taken in before changes nothing but its count; other content is noted on the case."""
    if known.digest != digest:
        uow.dispatches.count_repeat(dispatch.source, known.no)
        detail = {"no": known.no, "digest": digest}
        audit.record(uow, dispatch.actor, "dispatch-repeated", instance_id=known.instance_id, detail=detail)
    row = uow.instances.get(known.instance_id)
    return IntakeReceipt(
        outcome="merged",
        instance_id=known.instance_id,
        business_key=row.business_key if row else known.no,
        message=f"警情 {known.no} 已经登记过，已并入原事项。",
    )


def _start(uow: UnitOfWork, dispatch: Dispatch, content: Mapping[str, Any], number: str) -> InstanceRow:
    """Start the case by the message of its source, with the counts of earlier dispatches."""
    definition = definitions.row(uow, dispatch.process_key)
    message = "M-110-IN" if dispatch.source in POLICE else "M-SRC-IN"
    starts = definitions.load(uow, definition.id).starts
    by_name = {
        start.event_name: start.element_id for start in starts if start.process_id in ("", definition.key)
    }
    found = handler_ports.repeats_of(uow, content)
    counted = {
        "repeat30": Decimal(found["repeat30"]),
        "repeat90": Decimal(found["repeat90"]),
        "related": found["related"],
    }
    filled = {**content, "dispatch": {**content["dispatch"], **counted}}
    if "channel" not in filled["dispatch"]:
        filled["dispatch"]["channel"] = (
            dispatch.source if dispatch.source in intake_content.CHANNELS else "110"
        )
    key = number if dispatch.source in POLICE else f"{dispatch.source}-{number}"[:64]
    return begin(
        uow, definition, filled, by=dispatch.actor, business_key=key, start_event=by_name.get(message)
    )


def _take_row(engine: Engine, actor: Actor, row: intake_rows.Row, source: str) -> IntakeReceipt:
    if row.content is None:
        raise IntakeInvalid([row.reason])
    with engine.begin() as uow:
        return submit(uow, Dispatch(actor=actor, content=row.content, source=source))
