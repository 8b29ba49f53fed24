"""
The deadlines of a simulated case: ledgers kept from the clocks that an instance waits with.

The same rules as in production (``bpmn.deadlines``), without rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bpmn.deadlines.calendar import Calendar
from bpmn.deadlines.catalogue import Catalogue
from bpmn.deadlines.ledger import LedgerEvent, LedgerEventKind
from bpmn.deadlines.reckoning import Reckoning, reckon, share
from bpmn.model import ClockWait


@dataclass(frozen=True, kw_only=True)
class RunningDeadline:
    """One ledger; closed ones are kept, so that a scenario can ask for them afterwards."""

    code: str
    activity_id: str
    events: tuple[LedgerEvent, ...]
    is_paused: bool = False
    is_open: bool = True

    def with_event(self, kind: LedgerEventKind, at: datetime, amount: int | None = None) -> RunningDeadline:
        """Return the ledger with one more event."""
        event = LedgerEvent(kind=kind, at=at, amount=amount)
        return replace(self, events=(*self.events, event))


@dataclass(frozen=True, kw_only=True)
class Ledgers:
    """All ledgers of one instance."""

    catalogue: Catalogue
    calendar: Calendar
    deadlines: tuple[RunningDeadline, ...] = ()

    def follow(self, clocks: Iterable[ClockWait], now: datetime) -> Ledgers:
        """Open a ledger for every new clock, stop those that vanished, hold and release the paused ones."""
        clocks = tuple(clocks)
        running = {(c.code, c.activity_id): c for c in clocks if c.effect == "run"}
        held = {c.code: c.since for c in reversed(clocks) if c.effect == "pause"}
        known = {(d.code, d.activity_id) for d in self.deadlines}
        kept = [_settled(d, (d.code, d.activity_id) in running, now) for d in self.deadlines]
        new = [_opened(clock) for key, clock in running.items() if key not in known]
        return replace(self, deadlines=tuple(_held(d, held.get(d.code), now) for d in (*kept, *new)))

    def extend(self, code: str, at: datetime, amount: int | None) -> Ledgers:
        """
        Extend the open ledgers of *code*.

        Raises:
            LedgerInvalid: the rule allows no further extension.
        """
        changed = tuple(
            d.with_event(LedgerEventKind.EXTEND, at, amount) if d.is_open and d.code == code else d
            for d in self.deadlines
        )
        found = replace(self, deadlines=changed)
        for deadline in changed:
            if deadline.is_open and deadline.code == code:
                found.reckoned(deadline, at)
        return found

    def latest(self, code: str) -> RunningDeadline | None:
        """Return the open ledger of *code*, else the last closed one."""
        found = [d for d in self.deadlines if d.code == code]
        return next((d for d in reversed(found) if d.is_open), found[-1] if found else None)

    def due(self, code: str, at: datetime) -> datetime | None:
        """Return when the open deadline of *code* is due as of *at*; of ``D-110@50`` when half of it is over."""
        plain, _, percent = code.partition("@")
        found = self.latest(plain)
        if found is None or not found.is_open:
            return None
        if percent:
            return share(self.catalogue.find(plain), found.events, self.calendar, int(percent), at=at)
        return self.reckoned(found, at).due_at

    def is_held(self, code: str) -> bool:
        """Whether the deadline stands still now."""
        found = self.latest(code.partition("@")[0])
        return found is not None and found.is_open and found.is_paused

    def reckoned(self, deadline: RunningDeadline, at: datetime | None = None) -> Reckoning:
        """Reckon a ledger as of *at*."""
        return reckon(self.catalogue.find(deadline.code), deadline.events, self.calendar, at=at)


def _opened(clock: ClockWait) -> RunningDeadline:
    start = LedgerEvent(kind=LedgerEventKind.START, at=clock.since)
    return RunningDeadline(code=clock.code, activity_id=clock.activity_id, events=(start,))


def _settled(deadline: RunningDeadline, is_running: bool, now: datetime) -> RunningDeadline:
    if is_running or not deadline.is_open:
        return deadline
    return replace(deadline.with_event(LedgerEventKind.STOP, now), is_open=False)


def _held(deadline: RunningDeadline, since: datetime | None, now: datetime) -> RunningDeadline:
    """Hold a ledger from the instant that the model names, as the engine does; release it now."""
    if not deadline.is_open or (since is not None) == deadline.is_paused:
        return deadline
    if since is None:
        return replace(deadline.with_event(LedgerEventKind.RESUME, now), is_paused=False)
    begun = min(now, max(since, deadline.events[-1].at))
    return replace(deadline.with_event(LedgerEventKind.PAUSE, begun), is_paused=True)
