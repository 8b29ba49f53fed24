"""What events wait for or throw: timers, messages, signals, errors, conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from bpmn.diagram import child, children, event_definitions, extension
from bpmn.difference.change import quoted
from bpmn.difference.elements import Drawn
from bpmn.difference.timing import plain, timer_in_words
from bpmn.xml import Element, local, text_of

Read = Callable[[Drawn, Element], str]


def _timer(_drawn: Drawn, node: Element) -> str:
    found = [
        timer_in_words(text_of(one))
        for definition in event_definitions(node)
        for one in children(definition, "timeDate", "timeDuration", "timeCycle")
    ]
    return "、".join(found)


def _named(attribute: str, key: str) -> Read:
    def read(drawn: Drawn, node: Element) -> str:
        return "、".join(_referred(drawn, node, attribute, key))

    return read


def _referred(drawn: Drawn, node: Element, attribute: str, key: str) -> Iterator[str]:
    for holder in [node, *event_definitions(node)]:
        if holder.get(attribute):
            target = drawn.referred(holder, attribute)
            name = "" if target is None else target.get(key) or target.get("name") or ""
            yield quoted(name or holder.get(attribute))


def _condition(_drawn: Drawn, node: Element) -> str:
    found = [
        quoted(plain(text_of(child(one, "condition"))))
        for one in event_definitions(node)
        if local(one) == "conditionalEventDefinition"
    ]
    return "、".join(found)


def _link(_drawn: Drawn, node: Element) -> str:
    found = [
        quoted(one.get("name") or "")
        for one in event_definitions(node)
        if local(one) == "linkEventDefinition" and one.get("name")
    ]
    return "、".join(found)


def _key(_drawn: Drawn, node: Element) -> str:
    found = [value for one in event_definitions(node) if (value := extension(one, "correlationKey"))]
    return "、".join(quoted(plain(one)) for one in found)


ASPECTS: Final[tuple[tuple[str, Read], ...]] = (
    ("时间", _timer),
    ("消息", _named("messageRef", "name")),
    ("信号", _named("signalRef", "name")),
    ("错误代码", _named("errorRef", "errorCode")),
    ("升级代码", _named("escalationRef", "escalationCode")),
    ("条件", _condition),
    ("链接", _link),
    ("消息关联键", _key),
)
