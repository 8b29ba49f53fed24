"""
Use cases of the data-protection officer (R19): what was looked at and by whom, what was refused, what is unusual.

The officer sees who, when, what for and the case's number; never what a case says. A look through the week is recorded
like any other act.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bpmn.deadlines.calendar import ZONE
from bpmn.errors import Invalid
from tasks import anomalies, rules
from tasks.anomalies import Anomaly, Look
from tasks.model import Actor
from workflows.inbox import announcing
from workflows.model import AuditProof
from workflows.store.ids import new_id
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit, audit_proof, refusals

ALERT_AFTER = 10  #: refusals of one person within an hour


class ReviewInvalid(Invalid):
    """请写明复核结论（至少 5 个字）和起止日期。"""


@dataclass(frozen=True, kw_only=True)
class PersonCount:
    """How often somebody did something, and in how many cases."""

    person_id: str
    person_name: str
    events: int
    cases: int


@dataclass(frozen=True, kw_only=True)
class ReviewView:
    """A recorded review."""

    first_on: date
    last_on: date
    at: datetime
    person_name: str
    note: str
    anomalies: int


@dataclass(frozen=True, kw_only=True)
class Room:
    """What the officer has in front of them for a time."""

    first_on: date
    last_on: date
    denied: tuple[PersonCount, ...]
    unlawful: tuple[PersonCount, ...]  #: attempts at what may never be done to a person in care
    looks: tuple[PersonCount, ...]
    anomalies: tuple[Anomaly, ...]
    grants: tuple[Mapping[str, Any], ...]
    requests: tuple[Mapping[str, Any], ...]
    reviews: tuple[ReviewView, ...]
    names: Mapping[str, str]  #: person id -> name
    cases: Mapping[str, str]  #: number -> id, of the cases that anomalies name


def room(uow: UnitOfWork, actor: Actor, first_on: date, last_on: date) -> Room:
    """Return everything of the days from *first_on* to *last_on*; R19 only."""
    rules.ensure_may_audit(actor)
    first, last = _span(first_on, last_on)
    rows = uow.privacy.watched(first, last)
    grants = uow.grants.running(uow.real_now)
    requests = uow.grants.latest(limit=50)
    people = [r["person_id"] for r in (*rows, *grants, *requests)] + [g["granted_by"] for g in grants]
    names = uow.people.names(people)
    return Room(
        first_on=first_on,
        last_on=last_on,
        denied=_counted(uow, "denied", first, last),
        unlawful=_counted(uow, refusals.ACTION, first, last),
        looks=_counted(uow, "view-clear", first, last),
        anomalies=anomalies.found(_looks(uow, rows)),
        grants=grants,
        requests=requests,
        reviews=tuple(_reviews(uow)),
        names=names,
        cases={row["business_key"]: row["instance_id"] for row in rows if row["business_key"]},
    )


def review(uow: UnitOfWork, actor: Actor, first_on: date, last_on: date, *, note: str) -> None:
    """
    Record that the officer went through some days, with the conclusion.

    Raises:
        ReviewInvalid: no conclusion, or the days stand the wrong way round.
    """
    rules.ensure_may_audit(actor)
    if len(note.strip()) < 5 or last_on < first_on:  # noqa: PLR2004 - a conclusion, not a tick
        raise ReviewInvalid
    count = len(room(uow, actor, first_on, last_on).anomalies)
    content = {"note": note[:2000], "anomalies": count}
    uow.privacy.add_review(
        id=new_id(),
        first_on=first_on,
        last_on=last_on,
        at=uow.now,
        person_id=actor.person_id,
        content=content,
    )
    days = {"from": first_on.isoformat(), "to": last_on.isoformat()}
    audit.record(uow, actor, "review-audit", detail={**days, "anomalies": count, "note": note[:2000]})


def verify(uow: UnitOfWork, actor: Actor) -> AuditProof:
    """Recompute every chain; R19 only, recorded."""
    rules.ensure_may_audit(actor)
    proof = audit_proof.verify(uow)
    audit.record(uow, actor, "verify-audit", detail={"ok": proof.ok, "events": proof.events})
    return proof


def export(uow: UnitOfWork, actor: Actor) -> Iterator[bytes]:
    """Return the whole audit as lines for the off-line verifier; R19 only, recorded before the first line."""
    rules.ensure_may_audit(actor)
    audit.record(uow, actor, "export-audit")
    uow.flush()
    return audit_proof.export(uow)


def alert(uow: UnitOfWork, actor: Actor) -> None:
    """Tell the officers when somebody is refused for the tenth time within an hour; once, not at each further door."""
    if uow.privacy.count_denied(actor.person_id, uow.now - timedelta(hours=1)) != ALERT_AFTER - 1:
        return
    officers = [person.id for person in uow.people.all(role="R19")]
    subject = f"一小时内多次被拒：{actor.name}"
    announcing.put(uow, officers, kind="denied", subject=subject, link="/dpo")


def remind_review(uow: UnitOfWork) -> int:
    """Tell the officers that last week waits for its review; returns how many were told (weekly clockwork)."""
    last_monday = uow.now.astimezone(ZONE).date() - timedelta(days=uow.now.astimezone(ZONE).weekday() + 7)
    if any(view.first_on <= last_monday <= view.last_on for view in _reviews(uow)):
        return 0
    officers = [person.id for person in uow.people.all(role="R19")]
    return announcing.put(uow, officers, kind="review", subject="请复核上周的查看记录", link="/dpo")


def _span(first_on: date, last_on: date) -> tuple[datetime, datetime]:
    first = datetime.combine(first_on, time.min, ZONE)
    return first, datetime.combine(last_on, time.min, ZONE) + timedelta(days=1)


def _counted(uow: UnitOfWork, action: str, first: datetime, last: datetime) -> tuple[PersonCount, ...]:
    rows = uow.privacy.counts_by_person(action, first, last)
    names = uow.people.names(row["person_id"] for row in rows)
    return tuple(PersonCount(person_name=names.get(row["person_id"], "系统"), **row) for row in rows)


def _looks(uow: UnitOfWork, rows: tuple[Mapping[str, Any], ...]) -> Iterator[Look]:
    conflicts: dict[str, frozenset[str]] = {}
    for row in rows:
        case, detail = row["instance_id"], row["detail"]
        if case is not None and case not in conflicts:
            conflicts[case] = uow.instances.facts(case).conflicts
        aside = row["person_id"] in conflicts.get(case or "", frozenset())
        yield Look(
            person_id=row["person_id"],
            at=row["at"].astimezone(ZONE),
            action=row["action"],
            case=row["business_key"] or "",
            people=int(detail.get("people") or (1 if row["action"] == "view-clear" else 0)),
            relation="conflict" if aside else str(detail.get("relation") or ""),
        )


def _reviews(uow: UnitOfWork) -> Iterator[ReviewView]:
    rows = uow.privacy.reviews()
    names = uow.people.names(row["person_id"] for row in rows)
    for row in rows:
        yield ReviewView(
            first_on=row["first_on"],
            last_on=row["last_on"],
            at=row["at"],
            person_name=names.get(row["person_id"], ""),
            note=row["content"]["note"],
            anomalies=row["content"]["anomalies"],
        )
