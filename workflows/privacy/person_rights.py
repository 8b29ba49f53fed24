"""
Use cases of a person's rights over their data: a copy, correction, restriction, erasure, an explanation of a grade.

The data-protection officer (R19) opens a request under a number, having checked who asks. The officer sees which cases it
touches by number alone; the copy holds the person's own data and nobody else's; what changes a case is decided by its
supervisor (``workflows/privacy/measures.py``). A sealed case is in no answer: a request confirms none.

Legal source: ``sources.toml#PIPL-45``, ``sources.toml#PIPL-46``, ``sources.toml#PIPL-24``
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bpmn.errors import Conflict, Invalid
from tasks import clear_view, masking, offices
from tasks.model import Actor
from workflows import cases, values
from workflows.errors import RequestNotFound
from workflows.processes import definitions
from workflows.store.ids import new_id
from workflows.store.rows import InstanceRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit

KINDS = ("export", "correction", "restriction", "erasure", "explanation")
CHANGEABLE = frozenset(
    {"name", "phone", "address", "birth"}
)  #: an identity number is corrected in the case itself


class NumberTaken(Conflict):
    """这个申请编号已经登记。请核对编号，或打开已有申请。"""


class RequestInvalid(Invalid):
    """请填写申请编号、18 位证件号码和申请内容，并确认已核验本人身份。更正只能涉及姓名、电话、住址、出生日期。"""


@dataclass(frozen=True, kw_only=True)
class OpenRequest:
    """What a person asks for."""

    number: str  #: of the paper request, unique
    kind: str
    id_number: str
    note: str
    checked: bool  #: the officer has checked who asks
    changes: Mapping[str, str]  #: correction: field -> right value


@dataclass(frozen=True, kw_only=True)
class RequestLine:
    """A request as the officer sees it; the identity number is masked."""

    number: str
    kind: str
    state: str  #: ``open`` or ``done``
    opened_at: datetime
    closed_at: datetime | None
    note: str
    cases: tuple[str, ...]  #: numbers of the cases it touches


def open_request(uow: UnitOfWork, actor: Actor, asked: OpenRequest) -> None:
    """
    Register a request, and propose what it asks for in every case it touches; R19 only.

    Raises:
        RequestInvalid: something is missing, or nobody has checked who asks.
        NumberTaken: the number was used before.
    """
    offices.ensure_may_audit(actor)
    _ensure_sound(asked)
    hashed = uow.installation.keyed_hash(f"id:{asked.id_number.upper()}")
    content = {"idNo": asked.id_number.upper(), "note": asked.note[:1000], "changes": dict(asked.changes)}
    values_ = {"number": asked.number, "kind": asked.kind, "subject_hash": hashed, "content": content}
    added = uow.privacy.add_request(
        id=new_id(), state="open", opened_at=uow.now, opened_by=actor.person_id, **values_
    )
    if not added:
        raise NumberTaken
    for row in _touched(uow, hashed) if asked.kind != "export" else ():
        uow.privacy.propose(
            id=new_id(),
            instance_id=row.id,
            rule=asked.kind,
            due_on=uow.now.date(),
            proposed_at=uow.now,
            request_number=asked.number,
        )
    audit.record(uow, actor, "open-request", detail={"number": asked.number, "kind": asked.kind})


def listed(uow: UnitOfWork, actor: Actor) -> tuple[RequestLine, ...]:
    """Return the requests, the latest first; R19 only."""
    offices.ensure_may_audit(actor)
    return tuple(_line(uow, row) for row in uow.privacy.requests())


def export(uow: UnitOfWork, actor: Actor, number: str) -> Mapping[str, Any]:
    """
    Return a copy of everything about the person who asked: their own data, what it is used for, who looked when.

    Raises:
        RequestNotFound: no request for a copy with this number.
    """
    offices.ensure_may_audit(actor)
    found = uow.privacy.request(number)
    if found is None or found["kind"] != "export":
        raise RequestNotFound
    rows = _touched(uow, found["subject_hash"])
    audit.record(uow, actor, "export-person", detail={"number": number, "cases": len(rows)})
    _close(uow, actor, number)
    names = uow.installation.law.code_lists["purposes"]
    looks = uow.privacy.looks_at(row.id for row in rows)
    return {
        "request": number,
        "made_at": uow.now.isoformat(),
        "records": [_record(uow, row, found["content"]["idNo"]) for row in rows],
        "looks": [
            {
                "at": look["at"].isoformat(),
                "purpose": code.name if (code := names.find(look["purpose"] or "")) else look["purpose"],
                "fields": list(look["fields"]),
            }
            for look in looks
        ],
        "fields": [
            {"name": f.name, "legal_ground": f.legal_ground} for f in uow.installation.law.fields.values()
        ],
    }


def close(uow: UnitOfWork, actor: Actor, number: str) -> None:
    """Close a request that was answered."""
    offices.ensure_may_audit(actor)
    if uow.privacy.request(number) is None:
        raise RequestNotFound
    _close(uow, actor, number)
    audit.record(uow, actor, "close-request", detail={"number": number})


def _close(uow: UnitOfWork, actor: Actor, number: str) -> None:
    uow.privacy.change_request(number, state="done", closed_at=uow.now, closed_by=actor.person_id)


def _ensure_sound(asked: OpenRequest) -> None:
    numbered = re.fullmatch(r"[0-9A-Za-z〔〕\u4e00-\u9fff-]{1,60}", asked.number) is not None
    known = asked.kind in KINDS and re.fullmatch(r"\d{17}[0-9Xx]", asked.id_number) is not None
    changes = asked.kind != "correction" or (asked.changes and CHANGEABLE.issuperset(asked.changes))
    if not (numbered and known and changes and asked.checked and asked.note.strip()):
        raise RequestInvalid


def _touched(uow: UnitOfWork, hashed: str) -> list[InstanceRow]:
    """Return the cases with this person as a party, sealed ones left out."""
    found = (uow.instances.get(instance_id) for instance_id in uow.privacy.cases_of(hashed))
    return [row for row in found if row is not None and not uow.instances.facts(row.id).sealed]


def _record(uow: UnitOfWork, row: InstanceRow, id_number: str) -> dict[str, Any]:
    return {
        "number": row.business_key,
        "process": definitions.kept_row(uow, row.definition_id).name or row.process_key,
        "from": row.started_at.isoformat(),
        "to": row.ended_at.isoformat() if row.ended_at else None,
        "own_data": list(_own(cases.content(uow, row), id_number)),
    }


def _own(variables: Mapping[str, Any], id_number: str) -> Iterable[dict[str, Any]]:
    """Yield what the case holds of this person and of nobody else, each set once."""
    told = []
    for person in clear_view.persons(variables):
        if str(person.get("idNo") or "").upper() == id_number:
            own = {
                name: values.to_json(value)
                for name, value in person.items()
                if name not in masking.CONFIDENTIAL and not _holds_others(value)
            }
            if own not in told:
                told.append(own)
                yield own


def _holds_others(value: Any) -> bool:
    items = value if isinstance(value, list | tuple) else (value,)
    return any(isinstance(item, Mapping) for item in items)


def _line(uow: UnitOfWork, row: Mapping[str, Any]) -> RequestLine:
    return RequestLine(
        number=row["number"],
        kind=row["kind"],
        state=row["state"],
        opened_at=row["opened_at"],
        closed_at=row["closed_at"],
        note=row["content"].get("note", ""),
        cases=tuple(found.business_key for found in _touched(uow, row["subject_hash"])),
    )
