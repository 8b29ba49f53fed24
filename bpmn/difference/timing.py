"""Timers and expressions in words."""

from __future__ import annotations

import re
from typing import Final

_DEADLINE: Final = re.compile(r'deadline\("(?P<code>[^"]+)"\)')
_DURATION: Final = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)
_WORDS: Final = {
    "years": "年",
    "months": "个月",
    "weeks": "周",
    "days": "天",
    "hours": "小时",
    "minutes": "分钟",
    "seconds": "秒",
}


def plain(text: str) -> str:
    """Return an expression without blanks around it and without a leading ``=``."""
    return " ".join(text.strip().removeprefix("=").split())


def timer_in_words(text: str) -> str:
    """
    Return a timer as a person says it; what is no plain period or deadline is quoted.

    >>> timer_in_words("P7D"), timer_in_words("=duration(\\"PT2H\\")"), timer_in_words('=deadline("D-110")')
    ('7天', '2小时', '期限D-110届满')
    """
    value = plain(text)
    if found := _DEADLINE.fullmatch(value):
        return f"期限{found['code']}届满"
    inner = (
        value.removeprefix("duration(").removesuffix(")").strip('"')
        if value.startswith("duration(")
        else value
    )
    return period_in_words(inner) or f"“{value}”"


def period_in_words(text: str) -> str:
    """
    Return an ISO 8601 duration or repetition in words, empty where it is none.

    >>> period_in_words("P1DT12H"), period_in_words("R3/PT1H")
    ('1天12小时', '每1小时一次，共3次')
    """
    if text.startswith("R") and "/" in text:
        count, _, rest = text.partition("/")
        every = period_in_words(rest)
        times = f"，共{count[1:]}次" if count[1:] else "，不限次数"
        return f"每{every}一次{times}" if every else ""
    found = _DURATION.fullmatch(text)
    if found is None:
        return ""
    return "".join(f"{number}{_WORDS[unit]}" for unit, number in found.groupdict().items() if number)
