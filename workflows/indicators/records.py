"""A case as indicators read it, and the periods they are counted over. Values only."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal, Self

from bpmn.deadlines.calendar import ZONE
from bpmn.errors import Invalid
from tasks import small_cells
from workflows import values

REVIEW_OF_PERSONS: Final = "month-end-review"  #: a cadence whose every item is a person


class NoSuchPeriod(Invalid):
    """没有这个统计期。月报写成 2026-11，周报写成 2026-W47。"""


@dataclass(frozen=True, kw_only=True)
class Period:
    """A calendar month or an ISO week, whole days of local time. Free spans are not offered: two of them subtracted tell too much."""

    kind: Literal["month", "week"]
    code: str  #: ``2026-11`` or ``2026-W47``
    first: date
    last: date

    def holds(self, at: datetime | date | None) -> bool:
        """Tell whether an instant or a day is in the period."""
        if at is None:
            return False
        day = at.astimezone(ZONE).date() if isinstance(at, datetime) else at
        return self.first <= day <= self.last

    @property
    def begin(self) -> datetime:
        """The first instant."""
        return datetime.combine(self.first, time.min, ZONE)

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return datetime.combine(self.last + timedelta(days=1), time.min, ZONE)

    def next(self, steps: int) -> Period:
        """Return the period some steps later, or earlier."""
        if self.kind == "week":
            return week_of(self.first + timedelta(weeks=steps))
        months = self.first.year * 12 + self.first.month - 1 + steps
        return month_of(date(months // 12, months % 12 + 1, 1))


def month_of(day: date) -> Period:
    """
    Return the month of a day.

    >>> month_of(date(2026, 11, 23)).code
    '2026-11'
    """
    last = day.replace(day=monthrange(day.year, day.month)[1])
    return Period(kind="month", code=f"{day:%Y-%m}", first=day.replace(day=1), last=last)


def week_of(day: date) -> Period:
    """
    Return the ISO week of a day.

    >>> week_of(date(2026, 11, 23)).code, week_of(date(2026, 11, 23)).last
    ('2026-W48', datetime.date(2026, 11, 29))
    """
    first = day - timedelta(days=day.weekday())
    year, number, _ = day.isocalendar()
    return Period(kind="week", code=f"{year}-W{number:02d}", first=first, last=first + timedelta(days=6))


def period(code: str) -> Period:
    """
    Read a period.

    Raises:
        NoSuchPeriod: it is neither a month nor a week of this century.
    """
    try:
        if re.fullmatch(r"20\d\d-\d\d", code):
            return month_of(date.fromisoformat(f"{code}-01"))
        if re.fullmatch(r"20\d\d-W\d\d", code):
            return week_of(date.fromisoformat(f"{code}-1"))
    except ValueError as wrong:
        raise NoSuchPeriod from wrong
    raise NoSuchPeriod


@dataclass(frozen=True, kw_only=True)
class ClockRecord:
    """One deadline of a case, as it stands."""

    case_id: str
    process: str
    code: str
    klass: str
    name: str
    state: str
    due_at: datetime
    stopped_at: datetime | None
    units: frozenset[str]

    @property
    def is_met(self) -> bool:
        """True when it was stopped in time."""
        return self.stopped_at is not None and self.stopped_at <= self.due_at

    @property
    def is_special(self) -> bool:
        """True when it is about a special person."""
        return small_cells.is_special(self.process) or self.process == REVIEW_OF_PERSONS


@dataclass(frozen=True, kw_only=True)
class CaseRecord:
    """One case: what it knows, which steps it took when."""

    id: str
    process: str
    status: str
    suspended: bool
    started_at: datetime
    ended_at: datetime | None
    units: frozenset[str]
    variables: Mapping[str, Any] = field(default_factory=dict)
    marks: Mapping[str, datetime] = field(default_factory=dict)  #: element id -> first completion
    clocks: tuple[ClockRecord, ...] = ()
    again_days: int | None = None  #: days from its closing to the next dispatch of the same parties

    @classmethod
    def of(cls, row: Mapping[str, Any], marks: Mapping[str, datetime], **more: Any) -> Self:
        """Return the record of a row of ``uow.indicators.cases``; *more* are further fields."""
        return cls(
            id=row["id"],
            process=row["process_key"],
            status=row["status"],
            suspended=row["suspended"],
            started_at=row["started_at"],
            ended_at=row["ended_at"],
            units=frozenset(row["units"]),
            variables=values.decode(row["variables"]),
            marks=marks,
            **more,
        )

    def at(self, path: str) -> Any:
        """Return a variable by dotted path; None when there is none."""
        return values.at(self.variables, path)

    def did(self, *elements: str) -> datetime | None:
        """Return when the first of these steps was completed."""
        return min((self.marks[e] for e in elements if e in self.marks), default=None)

    def clock(self, *codes: str) -> ClockRecord | None:
        """Return its first deadline of one of these codes."""
        return next((c for c in self.clocks if c.code in codes), None)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing that is counted; the list behind a number has exactly these lines."""

    case_id: str
    words: str = ""  #: what of the case is meant, where a case can be counted more than once
    units: frozenset[str] = frozenset()
    value: float | None = None  #: of measures, e.g. days


@dataclass(frozen=True)
class World:
    """Everything that the indicators of one period look at."""

    period: Period
    now: datetime
    cases: tuple[CaseRecord, ...]
    clocks: tuple[ClockRecord, ...]  #: due in the period, of all cases

    @property
    def today(self) -> date:
        """The day it is, local time."""
        return local_day(self.now)


def local_day(at: datetime) -> date:
    """Return the day of an instant, local time."""
    return at.astimezone(ZONE).date()
