"""Numbers and instants in words that a person in a hurry understands. Pure; the clock is an argument."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from api.i18n import gettext as _

ZONE: Final = ZoneInfo("Asia/Shanghai")
SOON: Final = timedelta(hours=24)
_MADE_UP: Final = re.compile(r"[a-z][a-z0-9-]*-\d{8}-[0-9a-f]{8}")

Urgency = Literal["late", "soon", "ok", "plain"]


def urgency(due_at: datetime | None, now: datetime) -> Urgency:
    """Return how pressing a due instant is: ``late``, ``soon`` (within 24 hours), ``ok``, or ``plain`` without one."""
    if due_at is None:
        return "plain"
    if due_at <= now:
        return "late"
    return "soon" if due_at - now <= SOON else "ok"


def due_words(due_at: datetime | None, now: datetime) -> str:
    """
    Say how much time is left.

    >>> noon = datetime(2026, 11, 23, 12, tzinfo=ZONE)
    >>> due_words(noon - timedelta(days=2, hours=3), noon)
    '已逾期 2 天'
    >>> due_words(noon + timedelta(hours=18, minutes=20), noon)
    '剩余 18 小时'
    >>> due_words(None, noon)
    '无时限'
    """
    if due_at is None:
        return _("无时限")
    if due_at <= now:
        return _("已逾期 %(time)s") % {"time": span_words(now - due_at)}
    return _("剩余 %(time)s") % {"time": span_words(due_at - now)}


def span_words(span: timedelta) -> str:
    """
    Say a length of time in its largest fitting unit, rounded down: never promise time that is not there.

    >>> span_words(timedelta(days=4, hours=23)), span_words(timedelta(hours=47)), span_words(timedelta(seconds=20))
    ('4 天', '47 小时', '不到 1 分钟')
    """
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return _("不到 1 分钟")
    if minutes < 60:
        return _("%(n)s 分钟") % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(n)s 小时") % {"n": minutes // 60}
    return _("%(n)s 天") % {"n": minutes // 1440}


def moment(at: datetime | date | None) -> str:
    """
    Write an instant as local date and time, a date as a date.

    >>> moment(datetime(2026, 11, 23, 2, 5, tzinfo=ZoneInfo("UTC")))
    '2026-11-23 10:05'
    """
    if at is None:
        return "—"
    if isinstance(at, datetime):
        return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
    return at.isoformat()


def weekday(on: date) -> str:
    """
    Name the day of the week, by which people plan.

    >>> weekday(date(2026, 11, 29))
    '周日'
    """
    return (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))[on.weekday()]


def day(on: date) -> str:
    """
    Write a date with the day of the week.

    >>> day(date(2026, 12, 29))
    '2026-12-29 周二'
    """
    return f"{on.isoformat()} {weekday(on)}"


def day_moment(at: datetime) -> str:
    """
    Write an instant with the day of the week.

    >>> day_moment(datetime(2026, 11, 23, 2, 5, tzinfo=ZoneInfo("UTC")))
    '2026-11-23 周一 10:05'
    """
    local = at.astimezone(ZONE)
    return f"{day(local.date())} {local:%H:%M}"


def case_no(key: str | None) -> str:
    """
    Return the number of a case that people say to each other; nothing for what a clock has made up.

    >>> case_no("JJD-2026-0083"), case_no("weekly-exchange/chengdong/2026-W48"), case_no("joint-meeting-20261129-be2c1f6a")
    ('JJD-2026-0083', '', '')
    """
    return "" if key is None or "/" in key or _MADE_UP.fullmatch(key) else key


def clock_time(at: datetime) -> str:
    """Write the local time of day, e.g. for 草稿已保存 10:23."""
    return at.astimezone(ZONE).strftime("%H:%M")
