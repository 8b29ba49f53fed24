"""Timer events: exactly one definition, readable before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Catalogue, Diagram, children, is_bpmn, label
from bpmn.lint import iso
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
    if iso.looks_cron(text):
        yield diagram.error(
            event,
            "cron-timer",
            f"{label(event)}的定时「{text[:60]}」是 cron 表达式，引擎不支持。",
            f"请改为{_EXAMPLES['timeCycle']}。",
        )
        return
    if not iso.looks_iso(text):
        return
    fault = _fault(kind, text)
    if fault:
        yield diagram.error(
            event,
            "bad-timer",
            f"{label(event)}的定时「{text[:60]}」有误：{fault}。",
            f"请改为{_EXAMPLES[kind]}。",
        )
    elif kind == "timeDuration" and (length := iso.duration(text)) is not None and length.zero:
        yield diagram.warning(event, "zero-timer", f"{label(event)}的时长为零，会立即触发。", "请核对时长。")


def _fault(kind: str, text: str) -> str | None:
    if kind == "timeCycle":
        return iso.cycle_fault(text)
    if kind == "timeDate":
        return None if iso.is_date(text) else "不是存在的日期时间"
    length = iso.duration(text)
    if length is None:
        return "不是 ISO 8601 时长"
    if length.negative:
        return "时长为负"
    return f"时长超过 {iso.LONGEST_YEARS} 年" if length.years > iso.LONGEST_YEARS else None
