"""
Use cases of supervision orders (督办): a supervisor tells somebody on a case what to do by when, and gets an answer.

An order is answered by whom it names, closed by a supervisor of the case, and stays in the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

from bpmn.deadlines.calendar import ZONE
from bpmn.errors import Conflict, Invalid, NotFound
from tasks import rules
from tasks.model import Actor, Person
from workflows import cases
from workflows.errors import InstanceNotFound, UnknownRecipient
from workflows.identity import people
from workflows.inbox import announcing
from workflows.store.ids import new_id
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit

LONGEST = 2000
State = Literal["open", "overdue", "answered", "closed"]


class OrderNotFound(NotFound):
    """没有找到这项督办，或您无权查看。"""


class OrderOver(Conflict):
    """这项督办已经答复或办结，不能再改。请刷新页面。"""


@dataclass(frozen=True, kw_only=True)
class OrderView:
    """One order as its people see it."""

    id: str
    instance_id: str
    title: str  #: of the case, masked
    business_key: str
    text: str
    to_id: str
    to: str
    by: str
    created_at: datetime
    due_at: datetime
    state: State
    answer: str | None
    answered_at: datetime | None
    closed_at: datetime | None
    may_answer: bool
    may_close: bool


def recipients(uow: UnitOfWork, actor: Actor, instance_id: str) -> tuple[Person, ...]:
    """
    List whom a supervisor may tell: those who work or worked on the case, or may take an open task of it, by name.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
    """
    row = cases.visible(uow, actor, instance_id)
    facts = uow.instances.facts(row.id)
    tasks = [cases.with_units(task, facts) for task in uow.user_tasks.of_instance(row.id)]
    pools = {key for task in tasks for key in rules.pools_of(task)}
    found = {person.id: person for person in uow.people.holding(pools)} if pools else {}
    worked = (people.find(uow, person_id) for person_id in facts.participants - found.keys())
    found |= {person.id: person for person in worked if person and not _is_keeper(person)}
    kept = [p for p in found.values() if p.id not in facts.conflicts and p.id != actor.person_id]
    return tuple(sorted(kept, key=lambda person: person.name))


def _is_keeper(person: Person) -> bool:
    return not {role for role, _ in person.roles} & rules.PARTAKERS


def give(
    uow: UnitOfWork,
    actor: Actor,
    instance_id: str,
    *,
    to: str,
    text: str,
    due_on: date,
    revision: int | None = None,
) -> OrderView:
    """
    Give an order on a running case and tell its recipient.

    Raises:
        Forbidden: supervisors of the case only.
        UnknownRecipient: *to* works on none of its open tasks.
        InstanceEnded: the case is over.
        Invalid: no text, or a day that is past.
    """
    row, facts = cases.locked(uow, actor, instance_id)
    rules.ensure_may_supervise(actor, facts)
    cases.ensure_running(row)
    _ensure_sound(text, due_on, uow.now.astimezone(ZONE).date())
    if to not in {person.id for person in recipients(uow, actor, instance_id)}:
        raise UnknownRecipient
    order_id = new_id()
    uow.orders.add(
        id=order_id,
        instance_id=row.id,
        to_id=to,
        text=text.strip()[:LONGEST],
        due_at=datetime.combine(due_on, time(23, 59, 59), ZONE),
        created_at=uow.now,
        created_by=actor.person_id,
    )
    audit.record(
        uow, actor, "order", instance_id=row.id, detail={"order_id": order_id, "to": to, "due": f"{due_on}"}
    )
    _tell(uow, to, f"督办：请于 {due_on:%m月%d日} 前答复", row.title, order_id, row.id)
    return get(uow, actor, order_id)


def get(uow: UnitOfWork, actor: Actor, order_id: str) -> OrderView:
    """
    Return one order.

    Raises:
        OrderNotFound: no such order, or it is neither the actor's nor of a case that the actor supervises.
    """
    return _view(uow, actor, _known(uow, actor, uow.orders.get(order_id)))


def answer(uow: UnitOfWork, actor: Actor, order_id: str, *, text: str) -> OrderView:
    """
    Answer an order; whom it names only.

    Raises:
        OrderOver: it was answered or closed before.
    """
    row = _known(uow, actor, uow.orders.lock(order_id))
    if row["to_id"] != actor.person_id:
        raise OrderNotFound
    if row["answered_at"] is not None or row["closed_at"] is not None:
        raise OrderOver
    if not text.strip():
        raise Invalid("请写明办理情况。")
    uow.orders.change(order_id, answer=text.strip()[:LONGEST], answered_at=uow.now)
    audit.record(uow, actor, "order-answer", instance_id=row["instance_id"], detail={"order_id": order_id})
    _tell(uow, row["created_by"], "督办已答复", "", order_id, row["instance_id"])
    return get(uow, actor, order_id)


def close(uow: UnitOfWork, actor: Actor, order_id: str) -> OrderView:
    """
    End an order, answered or not; supervisors of the case only.

    Raises:
        OrderOver: it was closed before.
    """
    row = _known(uow, actor, uow.orders.lock(order_id))
    rules.ensure_may_supervise(actor, uow.instances.facts(row["instance_id"]))
    if row["closed_at"] is not None:
        raise OrderOver
    uow.orders.change(order_id, closed_at=uow.now, closed_by=actor.person_id)
    audit.record(uow, actor, "order-close", instance_id=row["instance_id"], detail={"order_id": order_id})
    return get(uow, actor, order_id)


def of_instance(uow: UnitOfWork, actor: Actor, instance_id: str) -> tuple[OrderView, ...]:
    """List the orders of a case that the actor may know of, the newest first."""
    cases.visible(uow, actor, instance_id)
    supervises = rules.supervises(actor, uow.instances.facts(instance_id).units)
    rows = uow.orders.of_instance(instance_id)
    return tuple(_view(uow, actor, row) for row in rows if supervises or row["to_id"] == actor.person_id)


def mine(uow: UnitOfWork, actor: Actor) -> tuple[OrderView, ...]:
    """List the open orders that the actor got or gave, the most urgent first."""
    return tuple(
        _view(uow, actor, row) for row in uow.orders.of_person(actor.person_id) if _sees(uow, actor, row)
    )


def count_to_answer(uow: UnitOfWork, actor: Actor) -> int:
    """Count the orders that wait for the actor's answer; one index read."""
    return uow.orders.count_to_answer(actor.person_id)


def _known(uow: UnitOfWork, actor: Actor, row: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if row is None or not _sees(uow, actor, row):
        raise OrderNotFound
    return row


def _sees(uow: UnitOfWork, actor: Actor, row: Mapping[str, Any]) -> bool:
    """Whoever may not know of the case (any more) does not learn of its orders."""
    try:
        cases.visible(uow, actor, row["instance_id"])
    except InstanceNotFound:
        return False
    facts = uow.instances.facts(row["instance_id"])
    return row["to_id"] == actor.person_id or rules.supervises(actor, facts.units)


def _ensure_sound(text: str, due_on: date, today: date) -> None:
    if not text.strip():
        raise Invalid("请写明要办什么。")
    if not today <= due_on <= date(today.year + 1, 12, 31):
        raise Invalid("答复期限应当是今天或以后的日子，最迟到明年年底。")


def _tell(uow: UnitOfWork, to: str, subject: str, body: str, order_id: str, instance_id: str) -> None:
    announcing.put(
        uow,
        [to],
        kind="order",
        subject=subject,
        body=body,
        link=f"/orders/{order_id}",
        instance_id=instance_id,
    )


def _view(uow: UnitOfWork, actor: Actor, row: Mapping[str, Any]) -> OrderView:
    case = uow.instances.get(row["instance_id"])
    names = uow.people.names([row["to_id"], row["created_by"]])
    supervises = rules.supervises(actor, uow.instances.facts(row["instance_id"]).units)
    plain = (
        "id",
        "instance_id",
        "text",
        "to_id",
        "created_at",
        "due_at",
        "answer",
        "answered_at",
        "closed_at",
    )
    return OrderView(
        **{name: row[name] for name in plain},
        title=case.title if case else "",
        business_key=case.business_key if case else "",
        to=names.get(row["to_id"], row["to_id"]),
        by=names.get(row["created_by"], row["created_by"]),
        state=state_of(row, uow.now),
        may_answer=row["to_id"] == actor.person_id
        and row["answered_at"] is None
        and row["closed_at"] is None,
        may_close=supervises and row["closed_at"] is None,
    )


def state_of(row: Mapping[str, Any], now: datetime) -> State:
    """Return where an order stands."""
    if row["closed_at"] is not None:
        return "closed"
    if row["answered_at"] is not None:
        return "answered"
    return "overdue" if row["due_at"] < now else "open"
