"""What a scenario expects, compared with what a case shows; every difference is a sentence with both sides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bpmn import feel
from bpmn.deadlines.errors import DeadlineNotFound, LedgerInvalid
from bpmn.deadlines.lawpack import LawPack
from bpmn.deadlines.ledger import LedgerEvent, LedgerEventKind
from bpmn.deadlines.reckoning import Reckoning, reckon
from bpmn.model import Json
from workflows.scenarios.case import InMemoryCase
from workflows.scenarios.model import Scenario, ScenarioInvalid, moment


@dataclass(frozen=True)
class Difference:
    """One thing that was not as expected."""

    where: str
    expected: str
    got: str


def of_case(expected: Mapping[str, Json], case: InMemoryCase, where: str) -> list[Difference]:
    """
    Compare a case with an ``expect`` block.

    Raises:
        ScenarioInvalid: the block asks for something unknown.
    """
    found = [Difference(where, "没有故障", words) for words in case.incidents()]
    for name, wanted in expected.items():
        if name not in COMPARISONS:
            raise ScenarioInvalid(f"expect 里有不认识的字段 {name}。")
        found += [Difference(f"{where} {name}", *pair) for pair in COMPARISONS[name](wanted, case)]
    return found


def of_periods(periods: Iterable[Mapping[str, Json]], law: LawPack) -> Iterator[Difference]:
    """Reckon the periods that a scenario gives by themselves."""
    for period in periods:
        where = f"期限 {period.get('code')}"
        try:
            reckoning = _reckoned(period, law)
        except (LedgerInvalid, DeadlineNotFound) as refusal:
            wanted = str(period.get("refused") or "算出日期")
            if period.get("refused") is None or wanted not in refusal.message:
                yield Difference(where, wanted, refusal.message)
            continue
        if period.get("refused"):
            yield Difference(where, f"拒绝：{period['refused']}", "算出了日期")
        yield from (Difference(where, *pair) for pair in _dates(period, reckoning))


def _reckoned(period: Mapping[str, Json], law: LawPack) -> Reckoning:
    events = [LedgerEvent(kind=LedgerEventKind.START, at=moment(period["from"]))]
    for event in period.get("events") or ():
        at, _, what = str(event).partition("=")
        kind, _, amount = what.partition(":")
        events.append(
            LedgerEvent(kind=LedgerEventKind(kind), at=moment(at), amount=int(amount) if amount else None)
        )
    return reckon(law.catalogue.find(str(period["code"])), events, law.calendar)


DATES: Mapping[str, Callable[[Reckoning], object]] = {
    "last_day": lambda found: found.statutory_last_day.isoformat(),
    "unrolled": lambda found: found.unrolled.isoformat(),
    "internal_target": lambda found: found.internal_target.isoformat(),
    "due_at": lambda found: found.due_at.isoformat(timespec="minutes")[:16],
    "provisional": lambda found: found.provisional,
}


def _dates(wanted: Mapping[str, Json], found: Reckoning) -> Iterator[tuple[str, str]]:
    for name, read in DATES.items():
        if name in wanted and read(found) != wanted[name]:
            yield f"{name} {wanted[name]}", str(read(found))
    rungs = {str(rung.percent): rung.at.date().isoformat() for rung in found.rungs if rung.percent}
    for percent, day in (wanted.get("rungs") or {}).items():
        if rungs.get(str(percent)) != day:
            yield f"{percent}% {day}", str(rungs.get(str(percent)))


def _deadlines(wanted: Mapping[str, Any], case: InMemoryCase) -> Iterator[tuple[str, str]]:
    for code, dates in wanted.items():
        found = [(ledgers, ledgers.latest(code)) for ledgers in case.ledgers if ledgers.latest(code)]
        if not found:
            yield code, "没有这项期限"
            continue
        ledgers, deadline = found[-1]
        if deadline is not None:
            yield from _dates(dates, ledgers.reckoned(deadline, case.now))


def _waiting(wanted: list[str], case: InMemoryCase) -> Iterator[tuple[str, str]]:
    for element in wanted:
        if element not in case.waiting():
            yield element, "、".join(case.waiting()) or "什么也不等"


def _idle(wanted: list[str], case: InMemoryCase) -> Iterator[tuple[str, str]]:
    for element in wanted:
        if element in case.waiting():
            yield f"不等 {element}", "还在等"


def _path(wanted: list[str], case: InMemoryCase) -> Iterator[tuple[str, str]]:
    rest = iter(case.path)
    for element in wanted:
        if element not in rest:
            yield f"依次经过 {element}", "没有经过，或者次序不同"
            return


def _never(wanted: list[str], case: InMemoryCase) -> Iterator[tuple[str, str]]:
    for element in wanted:
        if element in case.path:
            yield f"不经过 {element}", "经过了"


def _variables(wanted: Mapping[str, Json], case: InMemoryCase) -> Iterator[tuple[str, str]]:
    known = case.variables()
    for name, value in wanted.items():
        got = feel.to_json(feel.evaluate(name, known, environment=case.environment))
        if got != value:
            yield f"{name} = {value}", str(got)


def _status(wanted: str, case: InMemoryCase) -> Iterator[tuple[str, str]]:
    if case.status != wanted:
        yield wanted, f"{case.status}，在等 {'、'.join(case.waiting())}"


def _papers(wanted: list[str], case: InMemoryCase) -> Iterator[tuple[str, str]]:
    for paper in wanted:
        if paper not in case.papers:
            yield f"文书 {paper}", "没有制作"


def _thrown(wanted: list[str], case: InMemoryCase) -> Iterator[tuple[str, str]]:
    names = [one.name for one in case.thrown]
    for name in wanted:
        if name not in names:
            yield f"发出 {name}", "、".join(names) or "什么也没有发出"


COMPARISONS: Mapping[str, Callable[[Any, InMemoryCase], Iterator[tuple[str, str]]]] = {
    "status": _status,
    "waiting": _waiting,
    "idle": _idle,
    "path": _path,
    "never": _never,
    "variables": _variables,
    "deadlines": _deadlines,
    "papers": _papers,
    "thrown": _thrown,
}


def summary(scenario: Scenario) -> str:
    """Return in one line what a scenario expects: its dates, how it ends, who refuses what."""
    blocks = [*(step.expect for step in scenario.steps), scenario.expect]
    told = [
        f"{code} {_day_of(dates)}"
        for block in blocks
        for code, dates in (block.get("deadlines") or {}).items()
    ]
    told += [f"{one['code']} {_day_of(one)}" for one in scenario.periods if not one.get("refused")]
    told += [f"{name}={value}" for block in blocks for name, value in (block.get("variables") or {}).items()]
    told += [f"拒绝“{step.refused}”" for step in scenario.steps if step.refused]
    told += [f"文书 {'、'.join(block['papers'])}" for block in blocks if block.get("papers")]
    told += [f"最后等 {'、'.join(blocks[-1]['waiting'])}"] if blocks[-1].get("waiting") else []
    return "；".join(dict.fromkeys(told)) or scenario.title


def _day_of(dates: Mapping[str, Json]) -> str:
    return str(dates.get("last_day") or dates.get("due_at") or dates.get("unrolled") or "")
