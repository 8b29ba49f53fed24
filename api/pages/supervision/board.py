"""The board: every case on the diagram it runs on, numbers that change in place, and the cases behind each number."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.auth import Allow, EngineOf
from api.diagrams import Marks, to_svg
from api.headers import DIAGRAM_CSP
from api.i18n import gettext as _
from api.live import Feed
from api.pages.frame import show
from api.pages.supervision.cases import listed_row
from api.words import ZONE, span_words
from bpmn.definition import Element
from bpmn.errors import JingfaError
from tasks.model import Actor
from workflows.demonstration import clocks
from workflows.identity import people, sessions
from workflows.model import DefinitionView
from workflows.processes import deployed, diagrams
from workflows.store.unit_of_work import UnitOfWork
from workflows.supervision import board

router = APIRouter(include_in_schema=False)
WATCHERS: Final = Allow("R04", "R06", "R13", "R14", "R15")
Watcher = Annotated[Actor, Depends(WATCHERS)]
SLICE: Final = 50
STREAM_SECONDS: Final = 600  #: then the browser comes back by itself, and its rights are looked at again
SIGNED_IN_SECONDS: Final = 30  #: so long a stream may outlive its session


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks for; texts as it has them."""

    version: str = ""
    diagram: str = ""
    unit: str = ""
    begun_from: str = ""
    begun_to: str = ""

    def address(self, path: str = "/board", **more: object) -> str:
        """Return the address of a page with the same filters."""
        given = {"version": self.version, "diagram": self.diagram, "unit": self.unit}
        days = {"from": self.begun_from, "to": self.begun_to}
        return f"{path}?" + urlencode({k: v for k, v in {**given, **days, **more}.items() if v})


def asked(request: Request) -> Asked:
    """Read the filters of the address."""
    p = request.query_params
    unit = p.get("unit", "")
    names = {"version": p.get("version", ""), "diagram": p.get("diagram", ""), "unit": unit}
    days = {"begun_from": p.get("from", ""), "begun_to": p.get("to", "")}
    return Asked(**{name: value[:200] for name, value in {**names, **days}.items()})


AskedOf = Annotated[Asked, Depends(asked)]


@router.get("/board")
def page(request: Request, engine: EngineOf, actor: Watcher, filters: AskedOf) -> Response:
    """Show one diagram of one version with its numbers, and the same numbers as a table."""
    with engine.begin() as uow:
        versions = _versions(uow, actor)
        if not versions:
            return show(request, uow, actor, "supervision/board.html", {"versions": ()}, active="board")
        filters = _complete(filters, versions)
        seen = _view(uow, actor, filters)
        drawn = diagrams.of(uow, seen.definition_id)
        numbers = board.count(uow, seen)
        shown = drawn.elements.get(filters.diagram)
        if shown is None or filters.diagram not in drawn.files:
            filters = Asked(**{**vars(filters), "diagram": drawn.processes[0].id})
        context = _context(uow, actor, filters, seen, drawn, numbers, versions)
        response = show(request, uow, actor, "supervision/board.html", context, active="board")
    response.headers["Content-Security-Policy"] = DIAGRAM_CSP
    return response


def _context(
    uow: UnitOfWork,
    actor: Actor,
    filters: Asked,
    seen: board.View,
    drawn: diagrams.Drawn,
    numbers: board.Board,
    versions: tuple[DefinitionView, ...],
) -> dict[str, Any]:
    xml = diagrams.xml(uow, seen.definition_id, filters.diagram)
    here = [e for e in drawn.elements.values() if e.process_id == filters.diagram]
    process = drawn.elements[filters.diagram]
    return {
        "versions": versions,
        "f": filters,
        "may_open": seen.lists,
        "units": _units(uow, actor) if seen.lists else (),
        "pills": [_pill(filters, p, numbers) for p in drawn.processes],
        "process": process,
        "svg": to_svg(xml, _marks(numbers, here)),
        "rows": [_row(filters, seen, drawn, e, numbers.elements.get(e.id)) for e in here if _can_hold(e)],
        "above": _above(filters, drawn),
        "total": _numbers(numbers.total),
        "total_link": filters.address("/board/cases", diagram="") if seen.lists else "",
        "total_late_link": filters.address("/board/cases", diagram="", level="late") if seen.lists else "",
        "at": numbers.at.astimezone(ZONE).strftime("%H:%M:%S"),
        "numbers": orjson.dumps(as_json(numbers)).decode(),
        "stream": filters.address("/board/stream"),
        "xml": filters.address("/board/diagram.xml"),
        "words": orjson.dumps(_script_words()).decode(),
    }


def _script_words() -> dict[str, str]:
    return {
        "late": _("逾期 {n}"),
        "soon": _("临期 {n}"),
        "few": _("少于 5"),
        "updated": _("更新于 {at}"),
        "lost": _("实时更新已断开，请刷新页面"),
        "changed": _("逾期案件由 {a} 件变为 {b} 件"),
        "wait": _("等 {n}"),
        "hours": _("{n} 小时"),
        "days": _("{n} 天"),
    }


def _can_hold(element: Element) -> bool:
    waits = ("Task", "callActivity", "CatchEvent")
    return element.type.endswith(waits) and element.type not in ("scriptTask", "businessRuleTask")


def _above(filters: Asked, drawn: diagrams.Drawn) -> list[dict[str, str]]:
    """Return where the shown process is called from: the name of the step and the diagram it stands in."""
    callers = (drawn.elements[i] for i, called in drawn.calls.items() if called == filters.diagram)
    return [
        {
            "name": f"{drawn.elements[c.process_id].name or c.process_id} · {c.name or c.id}",
            "link": filters.address(diagram=c.process_id),
        }
        for c in callers
        if c.process_id in drawn.files
    ]


def _row(
    filters: Asked, seen: board.View, drawn: diagrams.Drawn, element: Element, count: board.Count | None
) -> dict[str, Any]:
    link = filters.address("/board/cases", element=element.id) if seen.lists else ""
    called = drawn.calls.get(element.id, "")
    return {
        "id": element.id,
        "name": element.name or element.id,
        "lane": element.lane or "",
        "into": filters.address(diagram=called) if called in drawn.files else "",
        "link": link,
        "late_link": f"{link}&level=late" if link else "",
        "soon_link": f"{link}&level=soon" if link else "",
        **_numbers(count or board.Count(cases=0)),
    }


def _numbers(count: board.Count) -> dict[str, str]:
    waiting = span_words(count.waiting) if count.waiting is not None else ""
    return {
        "cases": _number(count.cases),
        "late": _number(count.late),
        "soon": _number(count.soon),
        "waiting": waiting,
    }


def _number(value: int | None) -> str:
    return _("少于 5") if value is None else str(value)


def _pill(filters: Asked, process: Element, numbers: board.Board) -> dict[str, Any]:
    count = numbers.diagrams.get(process.id, board.Count(cases=0))
    return {
        "id": process.id,
        "name": process.name or process.id,
        "link": filters.address(diagram=process.id),
        "here": process.id == filters.diagram,
        "cases": _number(count.cases),
    }


def _marks(numbers: board.Board, here: list[Element]) -> Marks:
    counts = {e.id: numbers.elements[e.id] for e in here if e.id in numbers.elements}
    late = frozenset(element for element, count in counts.items() if count.late)
    return Marks(now={element: _chip(count) for element, count in counts.items()}, late=late)


def _chip(count: board.Count) -> str:
    words = [_number(count.cases)]
    if count.late:
        words.append(_("逾期 {n}").format(n=count.late))
    elif count.soon:
        words.append(_("临期 {n}").format(n=count.soon))
    return " · ".join(words)


def as_json(numbers: board.Board) -> dict[str, Any]:
    """Return the numbers as the script reads them; null = fewer than may be shown."""
    return {
        "at": numbers.at.astimezone(ZONE).strftime("%H:%M:%S"),
        "elements": {element: _plain(count) for element, count in numbers.elements.items()},
        "diagrams": {process: count.cases for process, count in numbers.diagrams.items()},
        "total": _plain(numbers.total),
    }


def _plain(count: board.Count) -> list[float | None]:
    hours = None if count.waiting is None else round(count.waiting / timedelta(hours=1), 1)
    return [count.cases, count.late, count.soon, hours]


def _versions(uow: UnitOfWork, actor: Actor) -> tuple[DefinitionView, ...]:
    found = deployed.list_definitions(uow, actor, latest_only=False)
    return tuple(v for v in sorted(found, key=lambda v: (v.key, -v.version)) if v.is_latest or v.running)


def _complete(filters: Asked, versions: tuple[DefinitionView, ...]) -> Asked:
    if filters.version:
        return filters
    # What people start themselves is what they come to look at.
    busiest = max(versions, key=lambda v: (v.start_form is not None, v.running))
    return Asked(**{**vars(filters), "version": busiest.id})


def _view(uow: UnitOfWork, actor: Actor, filters: Asked) -> board.View:
    begun_from, begun_to = board.day(filters.begun_from), board.day(filters.begun_to)
    unit = filters.unit or None
    return board.view(uow, actor, filters.version, unit_id=unit, begun_from=begun_from, begun_to=begun_to)


def _units(uow: UnitOfWork, actor: Actor) -> list[dict[str, str]]:
    tree = people.organisation(uow)
    reached = sorted({u for unit in actor.units for u in tree.below(unit)}, key=tree.name)
    return [{"id": unit, "name": tree.name(unit)} for unit in reached]


@router.get("/board/cases")
def cases(
    request: Request,
    engine: EngineOf,
    actor: Watcher,
    filters: AskedOf,
    element: str = "",
    level: str = "",
    skip: int = 0,
) -> Response:
    """List the cases behind a number."""
    chosen: board.Level = "late" if level == "late" else "soon" if level == "soon" else ""
    skip = max(0, min(skip, 1_000_000))
    with engine.begin() as uow:
        seen = _view(uow, actor, filters)
        drawn = diagrams.of(uow, seen.definition_id)
        diagram = None if element else filters.diagram or None
        place = board.Place(element_id=element or None, process_id=diagram, level=chosen)
        total, found = board.cases_at(uow, seen, place, skip=skip, limit=SLICE)
        now = clocks.now(uow)
        here = drawn.elements.get(element or filters.diagram)
        more = filters.address("/board/cases", element=element, level=level, skip=skip + SLICE)
        context = {
            "name": (here.name or here.id) if here else _("全部在办案件"),
            "level": {"late": _("逾期"), "soon": _("临期"), "": ""}[chosen],
            "total": total,
            "rows": [listed_row(case, now) for case in found],
            "back": filters.address(),
            "more": more if skip + SLICE < total else "",
        }
        return show(request, uow, actor, "supervision/board_cases.html", context, active="board")


@router.get("/board/diagram.xml")
def diagram(engine: EngineOf, actor: Watcher, filters: AskedOf) -> Response:
    """Return the diagram that the board shows."""
    with engine.begin() as uow:
        deployed.definition(uow, actor, filters.version)
        xml = diagrams.xml(uow, filters.version, filters.diagram)
    return Response(xml, media_type="text/xml; charset=utf-8")


def followed(engine: EngineOf, actor: Watcher, filters: AskedOf) -> tuple[board.View, diagrams.Drawn]:
    """Look at the rights before the stream begins, where a refusal is still an answer."""
    with engine.begin() as uow:
        seen = _view(uow, actor, filters)
        return seen, diagrams.of(uow, seen.definition_id)


Followed = Annotated[tuple[board.View, diagrams.Drawn], Depends(followed)]


def feed_of(request: Request) -> Feed:
    """Return the one poll of this process."""
    feed: Feed | None = getattr(request.app.state, "board_feed", None)
    if feed is None:
        feed = request.app.state.board_feed = Feed(request.app.state.engine)
    return feed


@router.get("/board/stream", response_class=EventSourceResponse)
async def stream(request: Request, what: Followed) -> AsyncIterator[ServerSentEvent]:
    """Send the numbers of now, then each change; the time alone where nothing changed."""
    seen, drawn = what
    before: Mapping[str, Any] = {}
    begun = asked_at = time.monotonic()
    feed = feed_of(request)
    async with aclosing(feed.readings(seen.definition_id)) as readings:
        async for reading in readings:
            numbers = as_json(await feed.numbers(reading, seen, drawn))
            yield ServerSentEvent(
                data=numbers if _differs(numbers, before) else {"at": numbers["at"]}, retry=5000
            )
            before = numbers
            now = time.monotonic()
            if now > asked_at + SIGNED_IN_SECONDS:
                asked_at = now
                if not await run_in_threadpool(_is_signed_in, request):
                    return
            if now > begun + STREAM_SECONDS:
                return


def _is_signed_in(request: Request) -> bool:
    """Tell whether the session still runs and the person still watches: a log-off from afar ends open boards, too."""
    try:
        with request.app.state.engine.begin() as uow:
            found = sessions.current(uow, request.state.visitor.token, prolong=False)
            return found.actor.has(*WATCHERS.roles)
    except JingfaError:
        return False


def _differs(numbers: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    return any(numbers[name] != before.get(name) for name in ("elements", "diagrams", "total"))
