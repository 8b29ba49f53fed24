"""Loops and multi-instance markers: bounded, and over something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Catalogue, Diagram, child, children, extension, label
from bpmn.model import Finding
from bpmn.vocabulary import ACTIVITIES
from bpmn.xml import Element, local, text_of

MOST: Final = 10_000  #: instances or rounds that a literal may ask for
_NUMBER: Final = re.compile(r"=?\s*([-+]?\d+(?:\.\d+)?)\s*\Z")


def is_number(text: str) -> bool:
    """Whether a text is a plain number, which this rule judges."""
    return _NUMBER.match(text.strip()) is not None


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report markers without bound, with an impossible number, or with behaviour that the engine does not have."""
    for activity in diagram.nodes:
        if local(activity) not in ACTIVITIES:
            continue
        loops = children(activity, "standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
        if len(loops) > 1:
            yield diagram.error(
                activity, "several-loops", f"{label(activity)}带有几个循环标记。", "请只保留一个。"
            )
        for loop in loops:
            yield from (_standard if local(loop).startswith("standard") else _instances)(
                diagram, activity, loop
            )


def _standard(diagram: Diagram, activity: Element, loop: Element) -> Iterator[Finding]:
    maximum = loop.get("loopMaximum")
    if maximum is None and not text_of(child(loop, "loopCondition")):
        yield diagram.error(
            activity,
            "endless-repetition",
            f"{label(activity)}的循环既没有条件，也没有次数上限。",
            "请填写循环条件（为真则再做一次）或最大次数。",
        )
    if maximum is not None:
        yield from _number(diagram, activity, maximum, "循环次数", least=1)


def _instances(diagram: Diagram, activity: Element, loop: Element) -> Iterator[Finding]:
    count, source = text_of(child(loop, "loopCardinality")), collection_of(activity, loop)
    if not count and not source:
        yield diagram.error(
            activity,
            "multi-instance-over-nothing",
            f"{label(activity)}是多实例，但没有写数量，也没有写对哪个列表逐一办理。",
            "请填写 loopCardinality，或用 jf:collection 指明列表。",
        )
    if count and source:
        yield diagram.error(
            activity,
            "multi-instance-twice",
            f"{label(activity)}同时写了数量和列表，无法确定做几次。",
            "请只保留一种。",
        )
    if count:
        yield from _number(diagram, activity, count, "多实例数量", least=0)
    yield from _behaviour(diagram, activity, loop)


def collection_of(activity: Element, loop: Element) -> str:
    """Return what a multi-instance activity runs over, empty where it names nothing."""
    return (
        extension(loop, "collection")
        or extension(activity, "collection")
        or text_of(child(loop, "loopDataInputRef"))
    )


def _number(diagram: Diagram, activity: Element, text: str, what: str, *, least: int) -> Iterator[Finding]:
    match = _NUMBER.match(text.strip())
    if match is None:
        return
    value = float(match[1])
    if value != int(value) or not least <= value <= MOST:
        yield diagram.error(
            activity,
            "impossible-count",
            f"{label(activity)}的{what}是 {match[1]}，须为 {least} 至 {MOST} 的整数。",
            "请改正数量；更多的事项请分批办理。",
        )


def _behaviour(diagram: Diagram, activity: Element, loop: Element) -> Iterator[Finding]:
    behaviour = loop.get("behavior")
    events = [name for name in ("oneBehaviorEventRef", "noneBehaviorEventRef") if loop.get(name)]
    if behaviour not in (None, "All") or events:
        yield diagram.error(
            activity,
            "multi-instance-behaviour",
            f"{label(activity)}要求多实例按 {behaviour or events[0]} 抛出事件，引擎不支持。",
            "请去掉 behavior 设置，用完成条件表达。",
        )
