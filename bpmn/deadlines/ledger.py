"""
The ledger of one running deadline: what happened to it, checked for sense and put in order.

The due instant is never stored as truth; ``reckoning`` recomputes it from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bpmn.deadlines.calendar import FIRST_YEAR, LAST_YEAR, ZONE
from bpmn.deadlines.errors import LedgerInvalid
from bpmn.deadlines.rules import Direction, Extension, Rule


class LedgerEventKind(StrEnum):
    """What can happen to a deadline."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    STOP = "stop"


WORDS = {"start": "起算", "pause": "暂停", "resume": "恢复", "extend": "延长", "stop": "终止"}
LONGEST_EXTENSION = 3660  #: where the source names no number: refuse nonsense, not practice


@dataclass(frozen=True, kw_only=True)
class LedgerEvent:
    """One event of a deadline. ``amount`` is the length of an extension in the rule's extension unit."""

    kind: LedgerEventKind
    at: datetime  #: aware
    amount: int | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """A ledger that made sense: start, closed pauses, the open one, extensions, the stop."""

    start: datetime
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    paused_since: datetime | None = None
    extensions: tuple[int, ...] = ()
    stopped_at: datetime | None = None
    events: tuple[LedgerEvent, ...] = field(default=())

    @property
    def extended_by(self) -> int:
        """Sum of all extensions, in the rule's extension unit."""
        return sum(self.extensions)

    def pauses_until(self, at: datetime | None) -> tuple[tuple[datetime, datetime], ...]:
        """Return the pauses, an open one as lasting until *at* (nothing when *at* is None)."""
        if self.paused_since is None or at is None or at <= self.paused_since:
            return self.pauses
        return (*self.pauses, (self.paused_since, at))


DueAt = Callable[[Rule, Ledger], datetime]


def read(rule: Rule, events: Iterable[LedgerEvent], due_at: DueAt) -> Ledger:
    """
    Order the events by time and replay them.

    Args:
        rule: the catalogue entry, which limits extensions and pauses.
        events: in any order; exactly one ``start``; only a stop may come before it.
        due_at: how to reckon the due instant of a part of the ledger.

    Raises:
        LedgerInvalid: a Chinese sentence that names the event and what contradicts it.
    """
    ordered = sorted((_local(event) for event in events), key=_order)
    start = next((event for event in ordered if event.kind is LedgerEventKind.START), None)
    if start is None:
        raise LedgerInvalid(
            f"{rule.code}“{rule.name}”还没有起算，请先登记起算时间（{rule.start or '起算事件'}）。"
        )
    ledger = Ledger(start=start.at, events=tuple(ordered))
    for event in ordered:
        if event is not start:
            _ensure_running(rule, ledger, event)
            ledger = STEPS[event.kind](rule, ledger, event, due_at)
    return ledger


def _order(event: LedgerEvent) -> tuple[datetime, bool]:
    return event.at, event.kind is not LedgerEventKind.START


def _local(event: LedgerEvent) -> LedgerEvent:
    if event.at.tzinfo is None:
        raise LedgerInvalid(f"“{WORDS[event.kind]}”的时间缺少时区，请写成 2026-09-18T16:07:00+08:00。")
    if not FIRST_YEAR <= event.at.year <= LAST_YEAR:
        raise LedgerInvalid(f"“{WORDS[event.kind]}”的年份 {event.at.year} 不合理，请核对时间。")
    return replace(event, at=event.at.astimezone(ZONE))


def _what(event: LedgerEvent) -> str:
    return f"{event.at:%Y-%m-%d %H:%M}的{WORDS[event.kind]}"


def _refuse(rule: Rule, event: LedgerEvent, because: str) -> LedgerInvalid:
    return LedgerInvalid(f"{rule.code}“{rule.name}”：{_what(event)}不能登记，{because}")


def _ensure_running(rule: Rule, ledger: Ledger, event: LedgerEvent) -> None:
    if ledger.stopped_at is not None:
        raise _refuse(rule, event, f"期限已于{ledger.stopped_at:%Y-%m-%d %H:%M}终止。")
    if event.kind is LedgerEventKind.START:
        raise _refuse(rule, event, "期限已经起算；重新起算请另建一条期限。")
    # What is done early ends a period that would only begin later, or is counted back from an event.
    if event.kind is LedgerEventKind.STOP:
        return
    if event.at < ledger.start:
        raise _refuse(rule, event, f"早于起算时间{ledger.start:%Y-%m-%d %H:%M}，请核对时间。")
    if rule.direction is not Direction.FORWARD:
        raise _refuse(rule, event, "倒数的期限随所依据的日期改变，不能暂停或延长。")


def _ensure_not_expired(rule: Rule, ledger: Ledger, event: LedgerEvent, due_at: DueAt) -> None:
    if ledger.paused_since is None and event.at > (due := due_at(rule, ledger)):
        raise _refuse(rule, event, f"期限已于{due:%Y-%m-%d %H:%M}届满。")


def _pause(rule: Rule, ledger: Ledger, event: LedgerEvent, due_at: DueAt) -> Ledger:
    if ledger.paused_since is not None:
        raise _refuse(rule, event, f"期限自{ledger.paused_since:%Y-%m-%d %H:%M}起已在暂停中，请先登记恢复。")
    if not rule.may_pause:
        raise _refuse(rule, event, "这项期限不因任何事由暂停。")
    _ensure_not_expired(rule, ledger, event, due_at)
    return replace(ledger, paused_since=event.at)


def _resume(rule: Rule, ledger: Ledger, event: LedgerEvent, due_at: DueAt) -> Ledger:
    if ledger.paused_since is None:
        raise _refuse(rule, event, "期限没有在暂停中，请先登记暂停。")
    pauses = (*ledger.pauses, (ledger.paused_since, event.at))
    return replace(ledger, pauses=pauses, paused_since=None)


def _extend(rule: Rule, ledger: Ledger, event: LedgerEvent, due_at: DueAt) -> Ledger:
    if rule.extension is None:
        raise _refuse(rule, event, "这项期限不得延长。")
    if rule.extension.times is not None and len(ledger.extensions) >= rule.extension.times:
        raise _refuse(rule, event, f"这项期限最多延长{rule.extension.times}次，次数已经用完。")
    _ensure_not_expired(rule, ledger, event, due_at)
    amount = _amount(rule, rule.extension, event)
    return replace(ledger, extensions=(*ledger.extensions, amount))


def _amount(rule: Rule, extension: Extension, event: LedgerEvent) -> int:
    longest = extension.length or LONGEST_EXTENSION
    amount = extension.length if event.amount is None else event.amount
    if amount is None:
        raise _refuse(rule, event, f"请写明延长多少{extension.unit.chinese}，例如 extend:10。")
    if not 1 <= amount <= longest:
        raise _refuse(
            rule, event, f"一次延长应在1至{longest}{extension.unit.chinese}之间，登记的是{amount}。"
        )
    return amount


def _stop(rule: Rule, ledger: Ledger, event: LedgerEvent, due_at: DueAt) -> Ledger:
    if ledger.paused_since is None:
        return replace(ledger, stopped_at=event.at)
    pauses = (*ledger.pauses, (ledger.paused_since, event.at))
    return replace(ledger, pauses=pauses, paused_since=None, stopped_at=event.at)


Step = Callable[[Rule, Ledger, LedgerEvent, DueAt], Ledger]
STEPS: dict[LedgerEventKind, Step] = {
    LedgerEventKind.PAUSE: _pause,
    LedgerEventKind.RESUME: _resume,
    LedgerEventKind.EXTEND: _extend,
    LedgerEventKind.STOP: _stop,
}
