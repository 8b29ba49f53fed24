"""Use cases of deadlines: the ledger, its explanation in words, extension, the rungs of the ladder."""

from __future__ import annotations

from datetime import datetime

from bpmn.deadlines import LedgerEventKind
from bpmn.deadlines.calendar import YearTable
from bpmn.deadlines.rules import DeadlineClass
from bpmn.errors import Conflict, Invalid, JingfaError, NotFound
from bpmn.model import Json
from tasks import rules
from tasks.model import SYSTEM, Actor
from workflows import cases, meanwhile
from workflows.errors import InstanceNotFound
from workflows.execution import ledgers
from workflows.inbox import announcing
from workflows.law import calendars, law_editions
from workflows.model import DeadlineView
from workflows.store.rows import DeadlineRow, InstanceRow, LedgerRow, RungRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.timing import escalation, retiming
from workflows.trail import audit


class NoGround(Invalid):
    """这项期限没有可以中止计算的法定事由。请核对法规依据。"""


def of_instance(
    uow: UnitOfWork, actor: Actor, instance_id: str, *, running_only: bool = False
) -> tuple[DeadlineView, ...]:
    """List the deadlines of a case, the nearest first, each with ledger and explanation."""
    cases.visible(uow, actor, instance_id)
    rows = uow.deadlines.of_instance(instance_id, open_only=running_only)
    events = uow.deadlines.ledgers(row.id for row in rows)
    rungs = uow.deadlines.ladders(row.id for row in rows)
    return tuple(_view(uow, row, events.get(row.id, ()), rungs.get(row.id, ())) for row in rows)


def explain(uow: UnitOfWork, actor: Actor, deadline_id: str) -> DeadlineView:
    """
    Return one deadline, recomputed from its ledger (怎么算的).

    Raises:
        NotFound: no such deadline, or its case is not visible.
    """
    row = uow.deadlines.get(deadline_id)
    if row is None:
        raise NotFound
    _ensure_known(uow, actor, row.instance_id)
    return _one_view(uow, row)


def extend(
    uow: UnitOfWork,
    actor: Actor,
    deadline_id: str,
    *,
    amount: int | None = None,
    reason: str,
    revision: int | None = None,
) -> DeadlineView:
    """
    Enter an extension in the ledger; the rule says how often and how far.

    Raises:
        Forbidden: supervisors of the case only.
        Invalid: the rule allows no (further) extension.
        ActedMeanwhile: the case is no longer at *revision*.
    """
    row = _supervised(uow, actor, deadline_id, reason, revision)
    return _enter(uow, actor, row, LedgerEventKind.EXTEND, uow.now, reason, amount)


def pause(
    uow: UnitOfWork,
    actor: Actor,
    deadline_id: str,
    *,
    reason: str,
    ground: str = "",
    at: datetime | None = None,
    revision: int | None = None,
) -> DeadlineView:
    """
    Enter a pause in the ledger.

    Args:
        ground: One of those that the catalogue names; without one a statutory clock is never held.

    Raises:
        NoGround: the law names no such ground for this deadline.
        Invalid: the ledger does not allow it.
        ActedMeanwhile: the case is no longer at *revision*.
    """
    row = _supervised(uow, actor, deadline_id, reason, revision)
    _ensure_ground(uow, row, ground)
    words = f"{ground}：{reason}" if ground else reason
    return _enter(uow, actor, row, LedgerEventKind.PAUSE, at or uow.now, words)


def _ensure_ground(uow: UnitOfWork, row: DeadlineRow, ground: str) -> None:
    """A statutory clock, and another body's, stands still only on a ground that its rule names."""
    rule = uow.installation.law.catalogue.find(row.code)
    if ground in rule.pause_reasons or (rule.klass is DeadlineClass.PARAM and not rule.pause_reasons):
        return
    if not rule.pause_reasons:
        raise NoGround(f"“{rule.name}”是{rule.klass.chinese}，没有可以中止计算的法定事由。")
    known = "、".join(rule.pause_reasons)
    raise NoGround(f"“{rule.name}”只能因下列事由中止计算：{known}。请选择事由，并在理由中写明依据。")


def resume(
    uow: UnitOfWork,
    actor: Actor,
    deadline_id: str,
    *,
    reason: str,
    at: datetime | None = None,
    revision: int | None = None,
) -> DeadlineView:
    """Enter the end of a pause."""
    row = _supervised(uow, actor, deadline_id, reason, revision)
    return _enter(uow, actor, row, LedgerEventKind.RESUME, at or uow.now, reason)


def import_calendar(uow: UnitOfWork, actor: Actor, year: int, table: YearTable) -> int:
    """
    Add or replace the holidays of a year and recompute what rested on it; returns how many deadlines moved.

    Owners of moved deadlines and the policy editors (R18) are told.

    Raises:
        Forbidden: policy staff (R18) and administrators (R20) only.
        CalendarInvalid: the table contradicts itself.
    """
    uow.installation.load_calendar(calendars.import_year(uow, actor, year, table))
    law_editions.restamp(uow)
    moved = recompute_provisional(uow)
    audit.record(uow, actor, "import-calendar", detail={"year": year, "moved": moved})
    announcing.put(
        uow,
        [person.id for person in uow.people.holding(["R18@*"])],
        kind="calendar",
        subject=f"{year} 年节假日安排已导入，{moved} 个暂定期限有变化",
        body="请核对节假日安排；变化的期限已通知办理人。",
    )
    return moved


def _tell_moved(uow: UnitOfWork, instance: InstanceRow, before: DeadlineRow, after: DeadlineRow) -> None:
    old, new = (row.due_at.astimezone(uow.now.tzinfo) for row in (before, after))
    announcing.put(
        uow,
        escalation.owners_of(uow, instance, after),
        kind="calendar",
        subject=f"期限按节假日安排重算：{after.element_name}（{after.code}）",
        body=f"{instance.title}。原 {old:%Y年%m月%d日} 到期，现 {new:%Y年%m月%d日} 到期。",
        link=f"/cases/{instance.id}",
        instance_id=instance.id,
    )


def recompute_provisional(uow: UnitOfWork) -> int:
    """Recompute every running PROVISIONAL deadline with the calendars of now, and tell owners; returns how many moved."""
    uow.installation.load_calendar(calendars.loaded(uow))
    moved = 0
    for row in uow.deadlines.provisional():
        instance = uow.instances.lock(row.instance_id)
        fresh = uow.deadlines.get(row.id)
        if instance is None or fresh is None or fresh.state == "stopped":
            continue
        changed = ledgers.reckoned(uow, fresh, uow.deadlines.ledger(row.id), is_red=instance.risk == "红")
        if changed.due_at != row.due_at:
            moved += 1
            _tell_moved(uow, instance, row, changed)
        retiming.follow(uow, instance, SYSTEM, action="recompute", detail={"code": row.code})
    return moved


def _ensure_known(uow: UnitOfWork, actor: Actor, instance_id: str) -> None:
    """A deadline of a case that is not the actor's is as unknown as one that does not exist."""
    try:
        cases.visible(uow, actor, instance_id)
    except InstanceNotFound:
        raise NotFound from None


def _supervised(
    uow: UnitOfWork, actor: Actor, deadline_id: str, reason: str, revision: int | None = None
) -> DeadlineRow:
    """Lock the case of an open deadline for its supervisor, who gives a reason."""
    row = uow.deadlines.get(deadline_id)
    if row is None:
        raise NotFound
    _ensure_known(uow, actor, row.instance_id)
    instance, facts = cases.locked(uow, actor, row.instance_id)
    rules.ensure_may_supervise(actor, facts)
    rules.ensure_reason(reason)
    cases.ensure_running(instance)
    meanwhile.ensure_unchanged(uow, instance, revision)
    fresh = uow.deadlines.get(deadline_id)
    if fresh is None or fresh.state == "stopped":
        raise Conflict("这个期限已经终止，不能再调整。请刷新页面。")
    return fresh


def _enter(
    uow: UnitOfWork,
    actor: Actor,
    row: DeadlineRow,
    kind: LedgerEventKind,
    at: datetime,
    reason: str,
    amount: int | None = None,
) -> DeadlineView:
    instance = uow.instances.lock(row.instance_id)
    if instance is None:
        raise NotFound
    book = ledgers.Ledgers(uow, row.instance_id, actor, is_red=instance.risk == "红")
    changed = book.enter(row, kind, at, reason=reason, amount=amount)
    retiming.follow(
        uow, instance, actor, action=f"deadline-{kind}", detail={"code": row.code, "reason": reason}
    )
    return _one_view(uow, changed)


def _one_view(uow: UnitOfWork, row: DeadlineRow) -> DeadlineView:
    return _view(uow, row, uow.deadlines.ledger(row.id), uow.deadlines.rungs(row.id))


def _view(
    uow: UnitOfWork, row: DeadlineRow, ledger: tuple[LedgerRow, ...], rungs: tuple[RungRow, ...]
) -> DeadlineView:
    """Return the deadline as reckoned now; one whose rule is gone shows what was stored."""
    try:
        found = ledgers.reckoning_of(uow, row.code, ledger)
        name, explanation = uow.installation.law.catalogue.find(row.code).name, found.explanation
        source = dict(vars(found.source)) if found.source else {}
    except JingfaError as fault:
        name, explanation, source = row.code, (fault.message,), {}
    return DeadlineView(
        **{k: v for k, v in vars(row).items() if k != "activity_id"},
        name=name,
        overdue=row.state == "running" and row.due_at < uow.now,
        explanation=explanation,
        source=source,
        ledger=tuple(_event(event) for event in ledger),
        rungs=tuple(_rung(rung) for rung in rungs),
    )


def _event(event: LedgerRow) -> dict[str, Json]:
    shown = ("kind", "at", "amount", "reason", "recorded_at", "recorded_by")
    return {name: getattr(event, name) for name in shown}


def _rung(rung: RungRow) -> dict[str, Json]:
    return {"label": rung.label, "at": rung.due_at, "fired_at": rung.fired_at, "actions": rung.actions}
