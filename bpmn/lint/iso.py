"""ISO 8601 text of timers: durations, dates and repeating intervals, judged strictly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

_DURATION: Final = re.compile(
    r"(?P<sign>-?)P(?=[\dT])(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?"
    r"(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?\Z",
    re.ASCII,
)
_LOOKS: Final = re.compile(
    r"[-+]?P[T\d]|[-+]?P\Z|R\d*/|R-?\d+\Z|\d{4}-?\d\d-?\d\d(?!\w*\s*[-+*/(])", re.ASCII
)
_CRON: Final = re.compile(r"[\d*?/,LW#A-Z-]+(?:\s+[\d*?/,LW#A-Z-]+){4,6}\Z", re.ASCII)
LONGEST_YEARS: Final = 200


@dataclass(frozen=True)
class Length:
    """A duration's sign and whether it is zero; ``years`` is its rough size."""

    negative: bool
    zero: bool
    years: float


def looks_iso(text: str) -> bool:
    """
    Whether *text* is meant as ISO 8601 and not as FEEL.

    >>> looks_iso("PT1H"), looks_iso("R3/PT10M"), looks_iso("Period"), looks_iso("due date")
    (True, True, False, False)
    """
    return _LOOKS.match(text.strip()) is not None


def looks_cron(text: str) -> bool:
    """
    Whether *text* is a cron expression.

    >>> looks_cron("0 0/5 * * * ?")
    True
    """
    return _CRON.match(text.strip()) is not None and bool(set(text) & set("*?"))


def duration(text: str) -> Length | None:
    """
    Read a duration; None where it is none.

    >>> duration("PT1H").zero, duration("PT"), duration("-P1D").negative
    (False, None, True)
    """
    match = _DURATION.match(text.strip())
    if match is None:
        return None
    amounts = [float((one or "0").replace(",", ".")) for one in match.groups()[1:]]
    sizes = (1, 1 / 12, 7 / 365, 1 / 365, 1 / 8760, 1 / 525600, 1 / 31536000)
    years = sum(amount * size for amount, size in zip(amounts, sizes, strict=True))
    return Length(negative=bool(match["sign"]), zero=not any(amounts), years=years)


def is_date(text: str) -> bool:
    """
    Whether *text* is a date or a date and time, with or without offset.

    >>> is_date("2026-03-01T08:00:00+08:00"), is_date("2026-02-30")
    (True, False)
    """
    try:
        datetime.fromisoformat(re.sub(r"\[[^\]]*\]\Z", "", text.strip()))
    except ValueError:
        return False
    return True


def cycle_fault(text: str) -> str | None:
    """
    Return in Chinese what is wrong with a repeating interval, None where it is right.

    >>> cycle_fault("R3/PT1H") is None, cycle_fault("R/PT0S")
    (True, '间隔为零，会无休止地触发')
    """
    head, *parts = text.strip().split("/")
    if not re.fullmatch(r"R\d*", head):
        return "重复次数写法不对"
    if head != "R" and not 1 <= int(head[1:10]) <= 1_000_000:
        return "重复次数须为 1 至 1000000"
    if not 1 <= len(parts) <= 2:
        return "应写成 R次数/间隔 或 R次数/开始时间/间隔"
    lengths = [found for part in parts if (found := duration(part)) is not None]
    dates = [part for part in parts if is_date(part)]
    if len(lengths) != 1 or len(lengths) + len(dates) != len(parts):
        return "间隔或时间写法不对"
    return _length_fault(lengths[0])


def _length_fault(length: Length) -> str | None:
    if length.zero:
        return "间隔为零，会无休止地触发"
    if length.negative:
        return "间隔为负"
    return f"间隔超过 {LONGEST_YEARS} 年" if length.years > LONGEST_YEARS else None
