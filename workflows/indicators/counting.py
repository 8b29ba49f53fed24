"""
What the indicators count: sets of items over the cases of a period.

Counting rule of domain E: by closing date in the period; what is late counts when its due date passes; paused and
withdrawn cases are in no denominator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from workflows.indicators.records import CaseRecord, ClockRecord, Item, World, local_day

Counted = Callable[[World], Iterable[Item]]
DISPUTE: Final = "dispute-referral"
DELIVERED: Final = ("DeliverReferral", "DeliverReferralByHand")
LOST_AFTER: Final = timedelta(days=180)


# -- which cases -------------------------------------------------------------------------------------------------------


def item(case: CaseRecord, words: str = "", value: float | None = None) -> Item:
    return Item(case_id=case.id, words=words, units=case.units, value=value)


def closed(world: World) -> list[CaseRecord]:
    """Disputes closed in the period; withdrawn ones (ended by hand) and paused ones are left out."""
    return [
        case
        for case in world.cases
        if case.process == DISPUTE
        and case.status == "completed"
        and not case.suspended
        and world.period.holds(case.ended_at)
    ]


def of(holds: Callable[[CaseRecord], Any]) -> Counted:
    """Count the closed disputes for which something holds."""
    return lambda world: [item(case) for case in closed(world) if holds(case)]


def is_dispatch(case: CaseRecord) -> bool:
    return (case.at("dispatch.channel"), case.at("dispatch.kind")) == ("110", "纠纷")


def is_mediable(case: CaseRecord) -> bool:
    return case.at("dispatch.channel") == "110" and case.at("triage.channel") in ("M", "Z-M")


def is_referred(case: CaseRecord) -> bool:
    return is_mediable(case) and case.did(*DELIVERED) is not None


def was_answered_in_time(case: CaseRecord) -> bool:
    clock = case.clock("D-104", "D-104r")
    return is_referred(case) and clock is not None and clock.is_met


def is_accepted(case: CaseRecord) -> bool:
    return bool(case.at("acceptance.accepted") == "受理")


def is_agreed(case: CaseRecord) -> bool:
    return bool(case.at("mediation.result") == "达成")


def has_failed(case: CaseRecord) -> bool:
    return case.at("mediation.result") in ("未达成", "暴力终止")


def is_written(case: CaseRecord) -> bool:
    return case.at("agreement.form") == "书面" and case.at("agreement.effectiveAt") is not None


def has_lapsed(case: CaseRecord) -> bool:
    """Both wanted the court's confirmation, and its thirty days went by."""
    clock = case.clock("D-122")
    wanted = bool(case.at("jc.willing") == "双方同意")
    return wanted and case.at("jc.filedAt") is None and clock is not None and not clock.is_met


def was_guided(case: CaseRecord) -> bool:
    clock = case.clock("D-126")
    has_days = case.did("PrepareGuidance") is not None
    return has_failed(case) and has_days and clock is not None and clock.is_met


def days(world: World) -> Iterable[Item]:
    for case in closed(world):
        begun = case.at("acceptance.at")
        if is_accepted(case) and isinstance(begun, datetime) and case.ended_at is not None:
            yield item(case, value=max(0.0, (case.ended_at - begun) / timedelta(days=1)))


def terms(world: World, *, performed: bool) -> Iterable[Item]:
    """One item for each due term: a case may have several."""
    for case in world.cases:
        for number, term in enumerate(rows(case.at("performance")), start=1):
            due = term.get("due")
            if not (case.process == DISPUTE and isinstance(due, date) and world.period.holds(due)):
                continue
            if not performed or term.get("status") == "完毕":
                yield item(case, f"第 {term.get('no') or number} 项，{due.isoformat()} 到期")


def again(days: int) -> Counted:
    return of(lambda case: case.again_days is not None and case.again_days <= days)


def turned(to: Literal["criminal", "order"]) -> Counted:
    """Count disputes under mediation that became a criminal or a public-order case within 180 days, by that day."""

    def count(world: World) -> Iterable[Item]:
        for case in world.cases:
            accepted = case.at("acceptance.at")
            filed = case.did("HandOverCriminal") if to == "criminal" else case.at("police.filedAt")
            if case.process != DISPUTE or not (
                isinstance(accepted, datetime) and isinstance(filed, datetime)
            ):
                continue
            if world.period.holds(filed) and timedelta(0) < filed - accepted <= LOST_AFTER:
                yield item(case)

    return count


def red(world: World, *, cleared: bool) -> Iterable[Item]:
    for case in world.cases:
        grades = {case.at("risk.grade"), case.at("risk.confirmed")}
        if case.process == DISPUTE and world.period.holds(case.started_at) and grades & {"红", "橙"}:
            now = case.at("risk.confirmed") or case.at("risk.grade")
            if not cleared or case.ended_at is not None or now not in ("红", "橙"):
                yield item(case)


def rows(found: Any) -> list[dict[str, Any]]:
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


# -- deadlines ---------------------------------------------------------------------------------------------------------


def clocks(
    *, klass: str = "", codes: tuple[str, ...] = (), met: bool | None = None, special: bool = False
) -> Counted:
    """Count the deadlines that came due in the period; those about special persons only where they are meant."""

    def wanted(clock: ClockRecord) -> bool:
        fits = (clock.klass == klass) if klass else clock.code in codes
        return fits and clock.is_special == special and met in (None, clock.is_met)

    def count(world: World) -> Iterable[Item]:
        for clock in world.clocks:
            passed = clock.due_at <= world.now or clock.stopped_at is not None
            if passed and clock.state != "paused" and wanted(clock):
                words = f"{clock.name}（{clock.code}），{local_day(clock.due_at)} 到期"
                yield Item(case_id=clock.case_id, words=words, units=clock.units)

    return count


# -- meetings, reviews, hand-overs -------------------------------------------------------------------------------------

CADENCES: Final = (
    "weekly-exchange",
    "monthly-analysis",
    "monthly-sharing",
    "month-end-review",
    "quarterly-meeting",
)
HELD: Final = ("HoldMeeting", "Consolidate", "IssueSummary", "SignJustice")


def meetings(world: World) -> list[CaseRecord]:
    """Periods of a cadence whose day came: those without a working day are not due."""
    due = (
        c
        for c in world.cases
        if c.process in CADENCES and "EndNoWorkday" not in c.marks and c.status != "terminated"
    )
    return [
        c for c in due if isinstance(c.at("cadence.due"), date) and world.period.holds(c.at("cadence.due"))
    ]


def due_meetings(world: World) -> Iterable[Item]:
    return (item(c) for c in meetings(world) if c.at("cadence.due") <= world.today)


def held_in_time(world: World) -> Iterable[Item]:
    for case in meetings(world):
        held = case.did(*HELD)
        if held is not None and local_day(held) <= case.at("cadence.due"):
            yield item(case)


def quorum(world: World, *, reached: bool) -> Iterable[Item]:
    for case in meetings(world):
        if case.did("HoldMeeting") is not None and (not reached or case.at("meeting.quorum") is True):
            yield item(case)


def actions(world: World, *, finished: bool) -> Iterable[Item]:
    """One item for each action whose day came: a meeting may have several."""
    for case in world.cases:
        for number, task in enumerate(rows(case.at("items")), start=1):
            due = task.get("due") or case.at("cadence.due")
            if case.process not in CADENCES or not isinstance(due, date) or not world.period.holds(due):
                continue
            if not finished or task.get("status") in ("完成", "销号"):
                yield item(case, f"第 {number} 项任务")


def ended(process: str, holds: Callable[[CaseRecord], Any]) -> Counted:
    """Count the cases of a procedure closed in the period for which something holds."""
    return lambda world: [
        item(case)
        for case in world.cases
        if case.process == process and world.period.holds(case.ended_at) and holds(case)
    ]


def done(process: str, element: str, holds: Callable[[CaseRecord], Any]) -> Counted:
    """Count the cases of a procedure in which a step was completed in the period and something holds."""
    return lambda world: [
        item(case)
        for case in world.cases
        if case.process == process and world.period.holds(case.did(element)) and holds(case)
    ]


def handovers(world: World, *, complete: bool) -> Iterable[Item]:
    for case in world.cases:
        if case.process.startswith("handover-") and world.period.holds(case.did("CheckPapers")):
            missing = [row for row in rows(case.at("papers")) if row.get("missing") is True]
            if not complete or not (missing or case.did("ChasePapers", "EscalateMissing")):
                yield item(case)


def missing_papers(world: World) -> Iterable[Item]:
    for case in world.cases:
        if case.process.startswith("handover-") and case.status == "active":
            for row in rows(case.at("papers")):
                if row.get("missing") is True:
                    yield item(case, str(row.get("name") or ""))


def lost(world: World) -> Iterable[Item]:
    for case in world.cases:
        if case.process.startswith("handover-") and world.period.holds(case.did("NotReported", "Lost")):
            yield item(case)
