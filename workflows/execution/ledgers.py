"""
From ``ClockWait`` to deadlines: a clock that appears starts a ledger, one that vanishes stops it.

Clocks with the effect ``pause`` hold every running deadline of their code. The due instant is recomputed from the
ledger each time; what stands in the row is an index.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from bpmn import deadlines
from bpmn.deadlines import LedgerEvent, LedgerEventKind
from bpmn.deadlines.rules import Kind
from bpmn.errors import JingfaError
from bpmn.model import ClockWait
from tasks.model import Actor
from workflows.law import law_editions
from workflows.store.ids import new_id
from workflows.store.rows import DeadlineRow, LedgerRow, RungRow
from workflows.store.unit_of_work import UnitOfWork


@dataclass
class Ledgers:
    """The open deadlines of one instance while a step is recorded."""

    uow: UnitOfWork
    instance_id: str
    by: Actor
    is_red: bool = False
    restores: bool = False  #: an earlier state comes back: deadlines that stopped since then go on
    rows: dict[tuple[str, str], DeadlineRow] = field(default_factory=dict)
    faults: list[tuple[ClockWait, str]] = field(default_factory=list)

    def reconcile(self, clocks: Iterable[ClockWait], known: bool) -> None:
        """Make the ledgers those of *clocks*; *known* = the index has open deadlines of this instance."""
        clocks = tuple(clocks)
        if known:
            open_ = self.uow.deadlines.of_instance(self.instance_id, open_only=True)
            self.rows = {(row.activity_id, row.code): row for row in open_}
        runs = {(clock.activity_id, clock.code): clock for clock in clocks if clock.effect == "run"}
        for key in [key for key in self.rows if key not in runs]:
            self._stop(self.rows.pop(key))
        for key, clock in runs.items():
            if key not in self.rows:
                self._start(clock)
        self._hold([clock for clock in clocks if clock.effect == "pause"])
        self._move_held()

    def _move_held(self) -> None:
        """What stands still is due later with every day: timers that hang on it must not fire meanwhile."""
        for key, row in self.rows.items():
            if row.state == "paused":
                self.rows[key] = reckoned(
                    self.uow, row, self.uow.deadlines.ledger(row.id), is_red=self.is_red
                )

    def due(self, activity_ids: Iterable[str], process: str) -> datetime | None:
        """Return the nearest due instant of one activity's deadlines, of the innermost scope that has any, of the whole process."""
        for activity_id in activity_ids:
            found = [row.due_at for (owner, _), row in self.rows.items() if owner == activity_id]
            if found:
                return min(found)
        whole = [row.due_at for row in self.rows.values() if row.element_id == process]
        return min(whole, default=None)

    def due_of_code(self, code: str) -> datetime | None:
        """Return the nearest due instant of the open deadlines of a code; of ``D-110@50`` the half of each."""
        plain, _, percent = code.partition("@")
        found = (row for (_, c), row in self.rows.items() if c == plain)
        return min(
            (share_of(self.uow, row, int(percent)) if percent else row.due_at for row in found), default=None
        )

    def nearest(self) -> DeadlineRow | None:
        """Return the open deadline that is due first."""
        return min(self.rows.values(), key=lambda row: row.due_at, default=None)

    def extend(self, code: str, amount: int | None, reason: str) -> None:
        """Extend every running deadline of a code (``jf:extends``)."""
        for row in [row for (_, c), row in self.rows.items() if c == code]:
            self.enter(row, LedgerEventKind.EXTEND, self.uow.now, reason=reason, amount=amount)

    def enter(
        self,
        row: DeadlineRow,
        kind: LedgerEventKind,
        at: datetime,
        *,
        reason: str,
        amount: int | None = None,
        activity_id: str | None = None,
    ) -> DeadlineRow:
        """Append an event to a ledger and reckon again; raises what the rule refuses."""
        event = LedgerRow(
            kind=str(kind),
            at=at,
            amount=amount,
            reason=reason,
            recorded_at=self.uow.now,
            recorded_by=self.by.person_id,
            activity_id=activity_id,
        )
        ledger = (*self.uow.deadlines.ledger(row.id), event)
        changed = reckoned(self.uow, row, ledger, is_red=self.is_red)
        self.uow.deadlines.append(row.id, event)
        self.rows[(row.activity_id, row.code)] = changed
        return changed

    def _start(self, clock: ClockWait) -> None:
        event = LedgerRow(
            kind="start",
            at=clock.since,
            amount=None,
            reason=clock.name,
            recorded_at=self.uow.now,
            recorded_by=self.by.person_id,
            activity_id=clock.activity_id,
        )
        row = DeadlineRow(
            id=new_id(),
            instance_id=self.instance_id,
            code=clock.code,
            activity_id=clock.activity_id,
            element_id=clock.element_id,
            element_name=clock.name,
            state="running",
            started_at=clock.since,
            stopped_at=None,
            due_at=clock.since,
            statutory_last_day=None,
            unrolled=None,
            internal_target=None,
            klass="",
            provisional=False,
        )
        former = self._former(clock) if self.restores else None
        told_until = former.stopped_at if former else self._begun_in_time(clock)
        ledger = self._continued(former) if former else (event,)
        try:
            changed, rungs = _reckon(self.uow, row, ledger, is_red=self.is_red)
        except JingfaError as fault:
            self.faults.append((clock, fault.message))
            return
        self.uow.deadlines.add(changed)
        for one in ledger:
            self.uow.deadlines.append(row.id, one)
        self.uow.deadlines.put_rungs(row.id, _already_told(rungs, told_until))
        self.rows[(row.activity_id, row.code)] = changed

    def _begun_in_time(self, clock: ClockWait) -> datetime | None:
        """A period that begins by itself needs no reminder to prepare it once it has begun."""
        rule = law_editions.rule_of(self.uow, clock.code, self.uow.now)
        return min(self.uow.now, clock.since) if rule.kind is Kind.CADENCE else None

    def _former(self, clock: ClockWait) -> DeadlineRow | None:
        """Return the deadline of the same visit that stopped last."""
        rows = self.uow.deadlines.of_instance(self.instance_id)
        same = [r for r in rows if (r.activity_id, r.code) == (clock.activity_id, clock.code)]
        return max(same, key=lambda r: r.stopped_at or r.started_at, default=None)

    def _continued(self, former: DeadlineRow) -> tuple[LedgerRow, ...]:
        """Return the ledger as if it had never been stopped: pauses and extensions stay."""
        return tuple(event for event in self.uow.deadlines.ledger(former.id) if event.kind != "stop")

    def _stop(self, row: DeadlineRow) -> None:
        at = max(self.uow.now, row.started_at)
        event = LedgerRow(
            kind="stop",
            at=at,
            amount=None,
            reason="办结",
            recorded_at=self.uow.now,
            recorded_by=self.by.person_id,
        )
        self.uow.deadlines.append(row.id, event)
        self.uow.deadlines.save(replace(row, state="stopped", stopped_at=at))
        self.uow.deadlines.drop_open_rungs(row.id)

    def _hold(self, pauses: list[ClockWait]) -> None:
        held = {clock.code: clock for clock in reversed(pauses)}
        for row in list(self.rows.values()):
            clock = held.get(row.code)
            if clock is not None and row.state == "running":
                since = self._held_since(row, clock)
                self._enter_or_note(row, clock, LedgerEventKind.PAUSE, since, f"{clock.name}期间暂停")
            elif clock is None and row.state == "paused" and self._held_by_model(row):
                self._enter_or_note(row, None, LedgerEventKind.RESUME, self.uow.now, "恢复计算")

    def _held_since(self, row: DeadlineRow, clock: ClockWait) -> datetime:
        """Return from when a clock holds a deadline: the instant it names, not before what was counted already, not in future."""
        counted = max((event.at for event in self.uow.deadlines.ledger(row.id)), default=row.started_at)
        return min(max(clock.since, counted, row.started_at), max(self.uow.now, row.started_at))

    def _enter_or_note(
        self, row: DeadlineRow, clock: ClockWait | None, kind: LedgerEventKind, at: datetime, reason: str
    ) -> None:
        try:
            self.enter(row, kind, at, reason=reason, activity_id=clock.activity_id if clock else "resumed")
        except JingfaError as fault:
            if clock is not None:
                self.faults.append((clock, fault.message))

    def _held_by_model(self, row: DeadlineRow) -> bool:
        pauses = [event for event in self.uow.deadlines.ledger(row.id) if event.kind == "pause"]
        return bool(pauses and pauses[-1].activity_id)


def _already_told(rungs: Iterable[RungRow], stopped_at: datetime | None) -> tuple[RungRow, ...]:
    """Mark the rungs that were due before the deadline stopped: nobody is told twice."""
    told = stopped_at is not None
    return tuple(
        replace(rung, fired_at=stopped_at) if told and stopped_at and rung.due_at <= stopped_at else rung
        for rung in rungs
    )


def reckoned(
    uow: UnitOfWork, row: DeadlineRow, ledger: Iterable[LedgerRow], *, is_red: bool = False
) -> DeadlineRow:
    """Recompute a deadline from its ledger and write the result with its rungs."""
    changed, rungs = _reckon(uow, row, tuple(ledger), is_red=is_red)
    uow.deadlines.save(changed)
    if changed.state == "running":
        uow.deadlines.put_rungs(row.id, rungs)
    return changed


def share_of(uow: UnitOfWork, row: DeadlineRow, percent: int) -> datetime:
    """Return the instant at which *percent* of a deadline is over, as of now."""
    rule = law_editions.rule_of(uow, row.code, row.started_at)
    events = _events(uow.deadlines.ledger(row.id))
    return deadlines.share(rule, events, uow.installation.calendar, percent, at=uow.now)


def _events(ledger: Iterable[LedgerRow]) -> list[LedgerEvent]:
    return [
        LedgerEvent(kind=LedgerEventKind(e.kind), at=e.at, amount=e.amount, reason=e.reason) for e in ledger
    ]


def reckoning_of(
    uow: UnitOfWork, code: str, ledger: Iterable[LedgerRow], *, is_red: bool = False
) -> deadlines.Reckoning:
    """
    Reckon a ledger as of now.

    Raises:
        DeadlineNotFound: the law pack has no such code.
        LedgerInvalid: the events contradict the rule.
    """
    events = _events(ledger)
    rule = law_editions.rule_of(uow, code, events[0].at if events else uow.now)
    return deadlines.reckon(rule, events, uow.installation.calendar, at=uow.now, is_red=is_red)


def _reckon(
    uow: UnitOfWork, row: DeadlineRow, ledger: tuple[LedgerRow, ...], *, is_red: bool
) -> tuple[DeadlineRow, tuple[RungRow, ...]]:
    found = reckoning_of(uow, row.code, ledger, is_red=is_red)
    last = [event.kind for event in ledger if event.kind in ("pause", "resume")]
    changed = replace(
        row,
        state="paused" if last and last[-1] == "pause" else "running",
        due_at=found.due_at,
        statutory_last_day=found.statutory_last_day,
        unrolled=found.unrolled,
        internal_target=found.internal_target,
        klass=str(found.klass),
        provisional=found.provisional,
    )
    rungs = tuple(
        RungRow(
            id=new_id(),
            deadline_id=row.id,
            step=f"{rung.percent}:{rung.label}",
            label=rung.label,
            due_at=rung.at,
            fired_at=None,
            actions=list(rung.actions),
        )
        for rung in found.rungs
    )
    return changed, rungs
