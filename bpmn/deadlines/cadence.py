"""
Recurring dates of the procedures: weekly exchange, month-end review, quarterly meeting and the like.

Legal source: ``sources.toml#SEED`` (how often), ``sources.toml#POLICY`` (on which day)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bpmn.deadlines.calendar import ONE_DAY, ZONE, Calendar
from bpmn.deadlines.counting import add_months

FRIDAY = 4
WEEK_END = time(17, 0)
REVIEW_WINDOW_DAYS = 3
SHARING_DAY = 5
ANALYSIS_DAY = 20
QUARTER_ENDS = frozenset({3, 6, 9, 12})
NO_WORKDAY = "NO_WORKDAY"


@dataclass(frozen=True, kw_only=True)
class Occurrence:
    """
    One date of a cadence.

    ``opens_on`` is when preparation starts, ``due_on`` the date it is for; ``due_on`` None with the note
    ``NO_WORKDAY`` records a period without a working day.
    """

    code: str  #: catalogue code, e.g. ``D-401``
    name: str
    opens_on: date | None
    due_on: date | None
    provisional: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Collision:
    """Several cadences that fall on one day."""

    on: date
    occurrences: tuple[Occurrence, ...]

    @property
    def message(self) -> str:
        """The warning to the head of the justice office."""
        names = "、".join(item.name for item in self.occurrences)
        return f"{self.on.isoformat()} 同日有{len(self.occurrences)}项工作：{names}。请提前错开安排。"


def weekly(day: date, calendar: Calendar) -> Occurrence:
    """
    Return the exchange of the week of *day*: Friday, else the last working day of that Monday to Friday.

    >>> from bpmn.deadlines.calendar import china
    >>> weekly(date(2026, 9, 28), china()).due_on
    datetime.date(2026, 9, 30)
    """
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=i) for i in range(FRIDAY, -1, -1)]
    due = next((candidate for candidate in days if calendar.is_working_day(candidate)), None)
    return Occurrence(
        code="D-401",
        name="每周联络交换",
        opens_on=due,
        due_on=due,
        provisional=not calendar.is_loaded(monday.year),
        note="" if due else NO_WORKDAY,
    )


def weekly_due_at(day: date, calendar: Calendar) -> datetime | None:
    """Return the instant of the week's exchange (17:00); None in a week without a working day."""
    due = weekly(day, calendar).due_on
    return None if due is None else datetime.combine(due, WEEK_END, ZONE)


def next_weekly(day: date, calendar: Calendar) -> Occurrence:
    """Return the first exchange after the week of *day*; weeks without a working day are passed over."""
    found = weekly(day + timedelta(days=7), calendar)
    while found.due_on is None:
        day += timedelta(days=7)
        found = weekly(day + timedelta(days=7), calendar)
    return found


def month_end(year: int, month: int) -> date:
    """Return the last calendar day of a month."""
    return add_months(date(year, month, 1), 1) - ONE_DAY


def month_end_review(year: int, month: int, calendar: Calendar) -> Occurrence:
    """Return the special-person review: held on the last working day, opened two working days before."""
    due = calendar.roll_back(month_end(year, month))
    opens = calendar.previous_working_day(due, REVIEW_WINDOW_DAYS - 1)
    return _occurrence("D-404", "特殊人群月末研判", opens, due, calendar)


def monthly_analysis(year: int, month: int, calendar: Calendar) -> Occurrence:
    """Return the analysis meeting: opened on the 20th (rest day: next working day), held by month end."""
    opens = calendar.roll_forward(date(year, month, ANALYSIS_DAY))
    return _occurrence(
        "D-402", "镇街月度分析研判会", opens, calendar.roll_back(month_end(year, month)), calendar
    )


def monthly_sharing(year: int, month: int, calendar: Calendar) -> Occurrence:
    """Return the two bureaus' exchange about *month*: by the fifth working day of the next month."""
    last = month_end(year, month)
    due = calendar.next_working_day(last, SHARING_DAY)
    return _occurrence("D-403", "两局月度信息共享", calendar.next_working_day(last), due, calendar)


def quarterly_meeting(year: int, quarter: int, calendar: Calendar) -> Occurrence:
    """Return the leading group's meeting: by the last working day of the quarter (1 to 4)."""
    due = calendar.roll_back(month_end(year, quarter * 3))
    return _occurrence("D-405", "领导小组季度联席会", date(year, quarter * 3 - 2, 1), due, calendar)


def holiday_patrols(year: int, calendar: Calendar) -> tuple[Occurrence, ...]:
    """Return the patrol boosts of *year*: from the working day before each holiday to the one after."""
    found = []
    for first, last, name in holidays(year, calendar):
        opens, closes = calendar.previous_working_day(first), calendar.next_working_day(last)
        found.append(_occurrence("D-406", f"{name}巡查加强", opens, closes, calendar))
    return tuple(found)


def holidays(year: int, calendar: Calendar) -> Iterator[tuple[date, date, str]]:
    """Yield first day, last day and name of each run of rest days with a holiday in it."""
    day, end = date(year, 1, 1), date(year, 12, 31)
    while day <= end:
        if calendar.kind_of(day).endswith("放假"):
            last = day
            while not calendar.is_working_day(last + ONE_DAY):
                last += ONE_DAY
            first = calendar.previous_working_day(day) + ONE_DAY
            yield first, last, calendar.kind_of(day).removesuffix("放假")
            day = last
        day += ONE_DAY


def month_plan(year: int, month: int, calendar: Calendar) -> tuple[Occurrence, ...]:
    """Return everything that falls due, or for holiday patrols opens, in a month, by date."""
    previous = add_months(date(year, month, 1), -1)
    found = [
        *_weeks(year, month, calendar),
        monthly_sharing(previous.year, previous.month, calendar),
        monthly_analysis(year, month, calendar),
        month_end_review(year, month, calendar),
        *_quarter(year, month, calendar),
        *(item for item in holiday_patrols(year, calendar) if _is_in(item.opens_on, year, month)),
    ]
    return tuple(sorted(found, key=lambda item: anchor(item) or date(year, month, 1)))


def anchor(occurrence: Occurrence) -> date | None:
    """Return the day on which people have work with it: holiday patrols and analysis when they open."""
    return occurrence.opens_on if occurrence.code in {"D-402", "D-406"} else occurrence.due_on


def collisions(occurrences: Iterable[Occurrence]) -> tuple[Collision, ...]:
    """Return the days on which two or more occurrences fall, in order."""
    days: Mapping[date, list[Occurrence]] = defaultdict(list)
    for occurrence in occurrences:
        day = anchor(occurrence)
        if day is not None:
            days[day].append(occurrence)
    return tuple(
        Collision(on=day, occurrences=tuple(found)) for day, found in sorted(days.items()) if len(found) > 1
    )


def _weeks(year: int, month: int, calendar: Calendar) -> Iterator[Occurrence]:
    """Yield the weeks whose exchange falls in the month; one without a working day goes by its Friday."""
    day = date(year, month, 1) - timedelta(days=7)
    while day <= month_end(year, month) + timedelta(days=7):
        friday = day + timedelta(days=FRIDAY - day.weekday())
        found = weekly(day, calendar)
        if _is_in(found.due_on or friday, year, month):
            yield found
        day += timedelta(days=7)


def _quarter(year: int, month: int, calendar: Calendar) -> tuple[Occurrence, ...]:
    return (quarterly_meeting(year, month // 3, calendar),) if month in QUARTER_ENDS else ()


def _is_in(day: date | None, year: int, month: int) -> bool:
    return day is not None and (day.year, day.month) == (year, month)


def _occurrence(code: str, name: str, opens: date, due: date, calendar: Calendar) -> Occurrence:
    uncertain = not (calendar.is_loaded(opens.year) and calendar.is_loaded(due.year))
    return Occurrence(code=code, name=name, opens_on=opens, due_on=due, provisional=uncertain)
