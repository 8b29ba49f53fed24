"""Date and time functions (DMN 1.5, tables 78 and 82)."""

from __future__ import annotations

import calendar
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from bpmn.feel.environment import Run
from bpmn.feel.library.registry import builtin

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


@builtin("now()")
def now(run: Run) -> datetime:
    """Return the environment's instant."""
    return run.environment.now


@builtin("today()")
def today(run: Run) -> date:
    """Return the day of the environment's instant, in the environment's zone."""
    return run.environment.now.astimezone(run.environment.zone).date()


@builtin("day of year(date: day)")
def day_of_year(run: Run, day: date) -> Decimal:
    """Return the number of a day within its year."""
    return Decimal(day.timetuple().tm_yday)


@builtin("day of week(date: day)")
def day_of_week(run: Run, day: date) -> str:
    """Return the English name of a weekday, as the standard has it."""
    return _DAYS[day.weekday()]


@builtin("month of year(date: day)")
def month_of_year(run: Run, day: date) -> str:
    """Return the English name of a month, as the standard has it."""
    return _MONTHS[day.month - 1]


@builtin("week of year(date: day)")
def week_of_year(run: Run, day: date) -> Decimal:
    """Return the number of a week after ISO 8601."""
    return Decimal(day.isocalendar().week)


@builtin("last day of month(date: day)")
def last_day_of_month(run: Run, day: date) -> Decimal:
    """Return the number of a month's last day (not in DMN 1.5; widely spoken)."""
    return Decimal(calendar.monthrange(day.year, day.month)[1])
