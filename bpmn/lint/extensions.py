"""Our own namespace: attributes and elements are spelled right, stand where they mean something, and name what exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Catalogue, Diagram, label
from bpmn.model import Finding
from bpmn.vocabulary import ACTIVITIES, EVENTS, JF, TASKS
from bpmn.xml import Element, local, namespace

_USER: Final = frozenset({"userTask", "manualTask", "task"})
_LOOPS: Final = frozenset({"multiInstanceLoopCharacteristics"})
_ANYWHERE: Final = frozenset(ACTIVITIES | EVENTS | {"process"})
_MESSAGES: Final = frozenset(
    {"message", "receiveTask", "sendTask", "messageEventDefinition", "intermediateCatchEvent", "boundaryEvent",
     "startEvent", "intermediateThrowEvent", "endEvent"}
)  # fmt: skip
#: attribute -> elements that may carry it
ATTRIBUTES: Final = {
    "form": _USER | {"startEvent"},
    "roles": _USER | {"startEvent"},
    "at": _USER | {"startEvent"},
    "assignee": _USER,
    "papers": _USER | {"serviceTask", "sendTask"},
    "signs": _USER,
    "notBy": _USER,
    "priority": _USER,
    "approval": _USER,
    "closes": _USER,
    "source": _ANYWHERE | {"sequenceFlow", "boundaryEvent"},
    "deadline": frozenset(ACTIVITIES | EVENTS | {"process"}),
    "deadlineFrom": frozenset(ACTIVITIES | EVENTS | {"process"}),
    "pauses": frozenset(ACTIVITIES | EVENTS),
    "extends": frozenset(ACTIVITIES),
    "extendsWhen": frozenset(ACTIVITIES),
    "extendsBy": frozenset(ACTIVITIES),
    "operation": frozenset(
        {"serviceTask", "sendTask", "businessRuleTask", "intermediateThrowEvent", "endEvent"}
    ),
    "decision": frozenset({"businessRuleTask", "serviceTask"}),
    "codeVariable": frozenset({"boundaryEvent", "startEvent"}),
    "messageVariable": frozenset({"boundaryEvent", "startEvent"}),
    "result": frozenset({"businessRuleTask", "serviceTask", "scriptTask", "sendTask"}),
    "starters": frozenset({"process"}),
    "title": frozenset({"process"}),
    "each": frozenset({"process"}),
    "correlationKey": _MESSAGES,
    "collection": frozenset(ACTIVITIES) | _LOOPS,
    "element": frozenset(ACTIVITIES) | _LOOPS,
    "outputCollection": frozenset(ACTIVITIES) | _LOOPS,
    "outputElement": frozenset(ACTIVITIES) | _LOOPS,
}
ELEMENTS: Final = {
    "input": frozenset(ACTIVITIES | EVENTS),
    "output": frozenset(ACTIVITIES | EVENTS),
    "allIn": frozenset({"callActivity"}),
    "allOut": frozenset(TASKS | {"callActivity"}),
}  #: extension element -> elements that may carry it
_NAMED: Final = {
    "form": ("forms", "表单"),
    "roles": ("roles", "角色"),
    "starters": ("roles", "角色"),
    "papers": ("papers", "文书"),
    "signs": ("papers", "文书"),
    "deadline": ("deadlines", "期限"),
    "pauses": ("deadlines", "期限"),
    "extends": ("deadlines", "期限"),
    "operation": ("operations", "作业类型"),
    "decision": ("decisions", "决策"),
    "source": ("sources", "法律依据"),
}
_TARGET: Final = re.compile(r"[^\W\d][\w .-]*\Z")


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report unknown, misplaced or empty extensions of ours, and names that the catalogue does not have."""
    for element in diagram.elements:
        for key, value in element.attrib.items():
            if str(key).startswith(f"{{{JF}}}"):
                yield from _attribute(diagram, catalogue, element, str(key).rpartition("}")[2], str(value))
        if local(element) == "extensionElements":
            yield from _elements(diagram, element)
        if local(element) == "businessRuleTask":
            yield from _rule(diagram, element)


def _attribute(
    diagram: Diagram, catalogue: Catalogue, element: Element, name: str, value: str
) -> Iterator[Finding]:
    if name not in ATTRIBUTES:
        yield diagram.error(
            element,
            "unknown-extension",
            f"{label(element)}：没有 jf:{name} 这个属性。",
            "请核对拼写，见 docs/extensions.md。",
        )
    elif local(element) not in ATTRIBUTES[name]:
        yield diagram.error(
            element,
            "misplaced-extension",
            f"{label(element)}上的 jf:{name} 没有作用。",
            "请移到有作用的元素上，见 docs/extensions.md。",
        )
    elif not value.strip():
        yield diagram.error(
            element, "empty-extension", f"{label(element)}的 jf:{name} 是空的。", "请填写，或删去该属性。"
        )
    elif name in _NAMED:
        yield from _names(diagram, catalogue, element, name, value)


def _names(
    diagram: Diagram, catalogue: Catalogue, element: Element, name: str, value: str
) -> Iterator[Finding]:
    kind, word = _NAMED[name]
    known: frozenset[str] | None = getattr(catalogue, kind)
    if known is None or value.startswith("="):
        return
    for one in [value.strip()] if name in ("decision", "operation", "form") else value.split():
        if one not in known:
            yield diagram.error(
                element,
                f"unknown-{_singular(kind)}",
                f"{label(element)}的 jf:{name} 写的{word}「{one[:80]}」不存在。",
                f"请改正名称，或补上该{word}。",
            )


def _singular(kind: str) -> str:
    return kind.removesuffix("s")


def _elements(diagram: Diagram, holder: Element) -> Iterator[Finding]:
    owner = holder.getparent()
    for one in holder:
        if owner is None or namespace(one) != JF:
            continue
        if local(one) not in ELEMENTS:
            yield diagram.error(
                owner,
                "unknown-extension",
                f"{label(owner)}：没有 jf:{local(one)} 这种扩展元素。",
                "请核对拼写，见 docs/extensions.md。",
            )
        elif local(owner) not in ELEMENTS[local(one)]:
            yield diagram.error(
                owner,
                "misplaced-extension",
                f"{label(owner)}上的 jf:{local(one)} 没有作用。",
                "请移到有作用的元素上，见 docs/extensions.md。",
            )
        elif local(one) in ("input", "output") and not _TARGET.match(one.get("target") or ""):
            yield diagram.error(
                owner,
                "bad-mapping",
                f"{label(owner)}的变量映射的目标「{one.get('target')}」不是变量名。",
                "请填写由文字、数字、下划线组成的变量名。",
            )


def _rule(diagram: Diagram, task: Element) -> Iterator[Finding]:
    if not task.get(f"{{{JF}}}decision") and not task.get(f"{{{JF}}}operation"):
        yield diagram.warning(
            task,
            "rule-without-decision",
            f"{label(task)}没有说明用哪个决策，将作为作业交给同名处理程序。",
            "请用 jf:decision 写明决策表，用 jf:result 写明结果变量。",
        )
