"""``next-number``: the next number of a series, counted by year: 联席〔2026〕1号."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import Value
from tasks.handlers import reading
from tasks.model import Job
from tasks.outcomes import Completed, Outcome
from tasks.ports import Ports


def handle(parameters: Mapping[str, Value], _job: Job, ports: Ports) -> Outcome:
    """Return ``number`` with ``series``, ``year``, ``number`` and ``text``; the year is that of the business day."""
    series, year = reading.text(parameters, "series"), ports.now().year
    number = ports.next_number(series, year)
    return Completed({"number": written(series, year, number)})


def written(series: str, year: int, number: int) -> dict[str, Value]:
    """Write a number as offices do, the year in 六角括号."""
    return {"series": series, "year": year, "number": number, "text": f"{series}〔{year}〕{number}号"}
