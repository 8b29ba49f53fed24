"""Every FEEL expression of a model compiles before the model is deployed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from bpmn import feel, iso8601
from bpmn.diagram import Catalogue, Diagram
from bpmn.diagram import label as shown
from bpmn.dialects.expressions import is_feel
from bpmn.errors import Invalid
from bpmn.model import Finding
from bpmn.vocabulary import JF
from bpmn.xml import Element, local, namespace, text_of

_TEXTS: Final = {
    "conditionExpression": "条件",
    "condition": "触发条件",
    "loopCardinality": "多实例数量",
    "completionCondition": "完成条件",
    "loopCondition": "循环条件",
    "timeDate": "定时",
    "timeDuration": "定时",
    "timeCycle": "定时",
    "transformation": "数据转换",
    "from": "赋值来源",
}
#: our attributes that hold FEEL; the others are names
FEEL_ATTRIBUTES: Final = {
    "assignee": "办理人",
    "collection": "多实例集合",
    "outputElement": "多实例结果",
    "correlationKey": "关联键",
    "title": "标题",
    "deadlineFrom": "期限起点",
    "extendsWhen": "延长条件",
    "extendsBy": "延长长度",
}
_TIMERS: Final = ("timeDate", "timeDuration", "timeCycle")


class Place(NamedTuple):
    """One expression: whose, what it is for, and its text without leading ``=``."""

    owner: Element
    what: str
    text: str
    kind: str


def places(diagram: Diagram) -> Iterator[Place]:
    """Yield every FEEL expression of the canonical tree except scripts, in document order."""
    for element in diagram.elements:
        if local(element) in _TEXTS and (text := _text(element)) is not None:
            yield Place(owner(element), _TEXTS[local(element)], text, local(element))
        for name, what in FEEL_ATTRIBUTES.items():
            if value := element.get(f"{{{JF}}}{name}"):
                yield Place(owner(element), what, plain(value), name)
        if local(element) == "extensionElements":
            yield from _mappings(element)


def plain(text: str) -> str:
    """Return *text* without blanks around it and without a leading ``=``."""
    return text.strip().removeprefix("=").strip()


def owner(element: Element) -> Element:
    """Return the element of the drawing that an expression, which may have an id of its own, belongs to."""
    while (
        element.get("id") is None
        or local(element) in _TEXTS
        or local(element).endswith(("EventDefinition", "Characteristics", "xpression", "Association"))
    ):
        parent = element.getparent()
        if parent is None:
            break
        element = parent
    return element


def _text(element: Element) -> str | None:
    """FEEL of a BPMN element; None where another rule judges it: plain timers, foreign languages."""
    text, is_timer = text_of(element), local(element) in _TIMERS
    if (
        is_timer
        and not text.startswith("=")
        and (not text or iso8601.looks_iso(text) or iso8601.looks_cron(text))
    ):
        return None
    spoken = is_feel(element.get("language") or "") or text.startswith("=")
    return plain(text) if spoken else None


def _mappings(holder: Element) -> Iterator[Place]:
    parent = holder.getparent()
    for one in holder:
        if namespace(one) == JF and local(one) in ("input", "output") and parent is not None:
            word = "输入" if local(one) == "input" else "输出"
            yield Place(parent, f"{word}映射 {one.get('target')}", plain(one.get("source") or ""), local(one))


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report expressions that are not FEEL, each with place and suggestion."""
    for place in places(diagram):
        if not place.text:
            yield diagram.error(
                place.owner,
                "empty-expression",
                f"{shown(place.owner)}的{place.what}是空的。",
                "请填写，或删去该项。",
            )
            continue
        try:
            feel.compile(place.text)
        except Invalid as reason:
            yield diagram.error(
                place.owner,
                "bad-expression",
                f"{shown(place.owner)}的{place.what}「{place.text[:100]}」不是正确的 FEEL：{reason.message}",
                "请按提示修改表达式；字符串要用英文双引号，相等用一个 =。",
            )
