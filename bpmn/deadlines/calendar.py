"""
The Chinese working-day calendar: which days are worked, and during which hours.

A calendar is a frozen value. Importing a year makes a new one with a new ``version``, so that a
reckoning can always say by which calendar it was made. How periods are counted is in ``counting``.

Legal source: ``sources.toml#MSSS-85`` (rest-day rule); the yearly State Council notices for the tables.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from types import MappingProxyType
from zoneinfo import ZoneInfo

import chinese_calendar
from chinese_calendar import constants

from bpmn.deadlines.errors import CalendarInvalid

ZONE = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 1950, 2200  #: years outside are refused: no table, no law of ours reaches there

#: Statutory days with a fixed solar date (month, day): all that is certain before the yearly notice.
FIXED_DAYS: Mapping[tuple[int, int], str] = MappingProxyType(
    {
        (1, 1): "元旦",
        (5, 1): "劳动节",
        (5, 2): "劳动节",
        (10, 1): "国庆节",
        (10, 2): "国庆节",
        (10, 3): "国庆节",
    }
)


@dataclass(frozen=True, kw_only=True)
class YearTable:
    """The exceptions of one year: days off and adjusted working weekends, each with the holiday's name."""

    rest: Mapping[date, str]
    work: Mapping[date, str]
    source: str  #: the notice or package the table came from


@dataclass(frozen=True, kw_only=True)
class OfficeSpan:
    """One stretch of office hours, ``opens`` before ``closes`` on the same day."""

    opens: time
    closes: time


OFFICE_HOURS = (
    OfficeSpan(opens=time(9, 0), closes=time(12, 0)),
    OfficeSpan(opens=time(14, 0), closes=time(17, 30)),
)


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """
    Working days and office hours.

    ``years`` holds the tables that are loaded; ``movable`` are festival days of other years that follow the
    lunar calendar. A date in a year without a table is answered from weekends and statutory days, and
    whatever is built on it is provisional.
    """

    years: Mapping[int, YearTable]
    office_hours: tuple[OfficeSpan, ...] = OFFICE_HOURS
    movable: Mapping[date, str] = field(default_factory=dict)

    @cached_property
    def version(self) -> str:
        """Digest of everything that can change an answer, e.g. ``2004-2026#1f2e3d4c``."""
        return f"{min(self.years, default='')}-{max(self.years, default='')}#{_digest(self)}"

    def is_loaded(self, year: int) -> bool:
        """Say whether the State Council's arrangement of *year* is in the table."""
        return year in self.years

    def is_working_day(self, day: date) -> bool:
        """Say whether *day* is worked: adjusted weekends are, holidays and other weekends are not."""
        table = self.years.get(day.year)
        if table is None:
            return day.weekday() < 5 and self._statutory_name(day) is None  # noqa: PLR2004
        if day in table.rest or day in table.work:
            return day in table.work
        return day.weekday() < 5  # noqa: PLR2004

    def kind_of(self, day: date) -> str:
        """Name the day in Chinese for explanations: 工作日, 调休上班, 周末, 休息日, or the holiday's name."""
        table = self.years.get(day.year)
        if table is not None and day in table.work:
            return "调休上班"
        name = table.rest.get(day) if table is not None else self._statutory_name(day)
        if name:
            return f"{name}放假"
        return "工作日" if self.is_working_day(day) else "周末"

    def next_working_day(self, day: date, n: int = 1) -> date:
        """Return the *n*-th working day after *day* (``n`` ≥ 1)."""
        return self._step(day, n, ONE_DAY)

    def previous_working_day(self, day: date, n: int = 1) -> date:
        """Return the *n*-th working day before *day* (``n`` ≥ 1)."""
        return self._step(day, n, -ONE_DAY)

    def roll_forward(self, day: date) -> date:
        """Return *day* if it is worked, else the next working day."""
        return day if self.is_working_day(day) else self.next_working_day(day)

    def roll_back(self, day: date) -> date:
        """Return *day* if it is worked, else the working day before."""
        return day if self.is_working_day(day) else self.previous_working_day(day)

    def working_days_between(self, start: date, end: date) -> int:
        """Count working days after *start* up to and including *end*; negative when *end* is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        days = (end - start).days
        return sum(self.is_working_day(start + timedelta(days=i + 1)) for i in range(days))

    def spans_of(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """Return the office hours of *day* as aware instants; empty on rest days."""
        if not self.is_working_day(day):
            return ()
        return tuple(
            (datetime.combine(day, span.opens, ZONE), datetime.combine(day, span.closes, ZONE))
            for span in self.office_hours
        )

    def with_year(self, year: int, table: YearTable) -> Calendar:
        """
        Return a calendar that also knows *year*; an older table of that year is replaced.

        Raises:
            CalendarInvalid: a date lies in another year, or is both worked and off.
        """
        _ensure_table(year, table)
        years = {**self.years, year: table}
        return replace(self, years=MappingProxyType(dict(sorted(years.items()))))

    def _statutory_name(self, day: date) -> str | None:
        return FIXED_DAYS.get((day.month, day.day)) or self.movable.get(day)

    def _step(self, day: date, n: int, step: timedelta) -> date:
        while n > 0:
            day += step
            n -= self.is_working_day(day)
        return day


@cache
def china() -> Calendar:
    """Return the calendar of the ``chinesecalendar`` package; further years come from the law pack or staff."""
    holidays, workdays = constants.holidays, constants.workdays
    years = sorted({day.year for day in holidays})
    source = f"chinesecalendar（国务院办公厅历年放假通知），{years[0]}-{years[-1]}"
    tables = {year: _packaged(year, holidays, workdays, source) for year in years}
    return Calendar(years=MappingProxyType(tables))


def _packaged(
    year: int, holidays: Mapping[date, str], workdays: Mapping[date, str], source: str
) -> YearTable:
    def of_year(days: Mapping[date, str]) -> dict[date, str]:
        return {day: _chinese(name) for day, name in sorted(days.items()) if day.year == year}

    return YearTable(rest=of_year(holidays), work=of_year(workdays), source=source)


@cache
def _chinese(name: str) -> str:
    chinese: str = chinese_calendar.Holiday(name).chinese
    return chinese


def _ensure_table(year: int, table: YearTable) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CalendarInvalid(f"年份 {year} 超出可导入的范围（{FIRST_YEAR}—{LAST_YEAR}）。")
    for day in (*table.rest, *table.work):
        if day.year != year:
            raise CalendarInvalid(f"{day.isoformat()} 不是 {year} 年的日期，请从表中删去或改正年份。")
    both = sorted(set(table.rest) & set(table.work))
    if both:
        raise CalendarInvalid(f"{both[0].isoformat()} 既列为休息又列为上班，请只保留一种。")
    if not table.rest:
        raise CalendarInvalid(f"{year} 年的表里没有任何放假日期，请补全后再导入。")


def _digest(calendar: Calendar) -> str:
    parts = [f"{s.opens}-{s.closes}" for s in calendar.office_hours]
    parts += [f"m{day}" for day in sorted(calendar.movable)]
    for year, table in sorted(calendar.years.items()):
        parts += [str(year), *(f"r{d}" for d in sorted(table.rest)), *(f"w{d}" for d in sorted(table.work))]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:8]
