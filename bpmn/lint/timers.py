"""Timer events: exactly one definition, readable before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC
from typing import Final

from bpmn import iso8601
from bpmn.diagram import Catalogue, Diagram, children, is_bpmn, label
from bpmn.iso8601 import Span
from bpmn.model import Finding
from bpmn.vocabulary import EVENTS
from bpmn.xml import Element, local, text_of

_KINDS: Final = ("timeDate", "timeDuration", "timeCycle")
_EXAMPLES: Final = {
    "timeDate": "日期时间，例如 2026-03-01T08:00:00+08:00",
    "timeDuration": "时长，例如 PT2H（2 小时）或 P3D（3 天）",
    "timeCycle": "周期，例如 R3/PT1H（每小时一次，共 3 次）",
}


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report timers without, with several or with unreadable expressions. FEEL is compiled by another rule."""
    for definition in diagram.elements:
        if is_bpmn(definition, "timerEventDefinition"):
            yield from _definition(diagram, definition)


def _definition(diagram: Diagram, definition: Element) -> Iterator[Finding]:
    parent = definition.getparent()
    event = parent if parent is not None and is_bpmn(parent, *EVENTS) else definition
    given = children(definition, *_KINDS)
    if len(given) > 1:
        yield diagram.error(
            event, "several-timers", f"{label(event)}同时写了日期、时长、周期中的几种。", "请只保留一种。"
        )
    if not any(text_of(one) for one in given):
        yield diagram.error(
            event, "empty-timer", f"{label(event)}没有写时间。", f"请填写{_EXAMPLES['timeDuration']}。"
        )
    for one in given:
        text = text_of(one)
        if text and not text.startswith("="):
            yield from _plain(diagram, event, local(one), text)


def _plain(diagram: Diagram, event: Element, kind: str, text: str) -> Iterator[Finding]:
    if iso8601.looks_cron(text):
        yield diagram.error(
            event,
            "cron-timer",
            f"{label(event)}的定时「{text[:60]}」是 cron 表达式，引擎不支持。",
            f"请改为{_EXAMPLES['timeCycle']}。",
        )
    elif iso8601.looks_iso(text):
        yield from _iso(diagram, event, kind, text)


def _iso(diagram: Diagram, event: Element, kind: str, text: str) -> Iterator[Finding]:
    try:
        length = _READERS[kind](text)
    except iso8601.NotISO8601 as fault:
        yield diagram.error(
            event,
            "bad-timer",
            f"{label(event)}的定时「{text[:60]}」有误：{fault}。",
            f"请改为{_EXAMPLES[kind]}。",
        )
        return
    if kind == "timeDuration" and length == iso8601.duration("PT0S"):
        yield diagram.warning(event, "zero-timer", f"{label(event)}的时长为零，会立即触发。", "请核对时长。")


def _date(text: str) -> Span | None:
    iso8601.instant(text, UTC)
    return None


def _length(text: str) -> Span:
    length = iso8601.duration(text)
    if length.is_negative:
        raise iso8601.NotISO8601("时长为负")
    if length.years > iso8601.LONGEST_YEARS:
        raise iso8601.NotISO8601(f"时长超过 {iso8601.LONGEST_YEARS} 年")
    return length


def _cycle(text: str) -> Span:
    return _length(iso8601.interval(text).period or "")


_READERS: Final[dict[str, Callable[[str], Span | None]]] = {
    "timeDate": _date,
    "timeDuration": _length,
    "timeCycle": _cycle,
}
