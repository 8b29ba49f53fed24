"""The OMG's schema of BPMN 2.0, with its complaints put into words that help."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, cast

from lxml import etree

from bpmn.diagram import Catalogue, Diagram, label
from bpmn.model import Finding, Severity
from bpmn.spiff import schema
from bpmn.vocabulary import BPMN, DRAWING
from bpmn.xml import Element, local, namespace

_QUOTED: Final = re.compile(r"'([^']*)'")
_BRACES: Final = re.compile(r"\{[^}]*\}")
_MOST: Final = 50  #: findings of one file


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report what the schema does not allow; faults in the drawing or in the form of ids are warnings."""
    validator = schema.bpmn()
    if validator.validate(diagram.root):
        return
    log = cast("Sequence[etree._LogEntry]", validator.error_log)
    for entry in [log[place] for place in range(min(len(log), _MOST))]:
        finding = _finding(diagram, entry)
        if finding is not None:
            yield finding


def _finding(diagram: Diagram, entry: etree._LogEntry) -> Finding | None:
    element = _element(diagram, entry)
    if element is not None and namespace(element) not in DRAWING | {BPMN}:
        return None
    severity = _severity(element, entry)
    named = _named(element)
    shown = "模型" if named is None else label(named)
    message, remedy = _words(entry)
    return diagram.finding(severity, named, "schema", f"{shown}：{message}", remedy)


def _element(diagram: Diagram, entry: etree._LogEntry) -> Element | None:
    spaces = {prefix: uri for one in diagram.root.iter("{*}*") for prefix, uri in one.nsmap.items() if prefix}
    try:
        found = diagram.root.getroottree().xpath(entry.path, namespaces=spaces) if entry.path else []
    except etree.XPathEvalError:  # a prefix that is declared inside vendor content only
        return None
    return found[0] if isinstance(found, list) and found and isinstance(found[0], etree._Element) else None


def _named(element: Element | None) -> Element | None:
    while element is not None and element.get("id") is None and element.getparent() is not None:
        element = element.getparent()
    return element


def _severity(element: Element | None, entry: etree._LogEntry) -> Severity:
    space = _BRACES.search(entry.message)
    drawing = space is not None and space.group()[1:-1] in DRAWING
    shape_of_id = (
        "'xs:ID'" in entry.message or "'targetNamespace'" in entry.message or "'xs:NCName'" in entry.message
    )
    return Severity.WARNING if drawing or shape_of_id or _is_harmless(element, entry) else Severity.ERROR


def _is_harmless(element: Element | None, entry: etree._LogEntry) -> bool:
    """The file's head, names of pools, lanes and texts, and correlation properties run nothing."""
    if element is None:
        return False
    return local(element) in (
        "definitions",
        "textAnnotation",
        "association",
        "group",
        "category",
        "categoryValue",
    ) or any(local(one) == "correlationProperty" for one in (element, *element.iterancestors()))


def _words(entry: etree._LogEntry) -> tuple[str, str]:
    names = [_BRACES.sub("", one) for one in _QUOTED.findall(entry.message)]
    kind = entry.type_name
    if kind == "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2" and len(names) > 1:
        return f"没有 {names[1]} 这个属性", "请删去该属性；自己的设置请放在扩展命名空间里。"
    if kind == "SCHEMAV_CVC_COMPLEX_TYPE_4" and len(names) > 1:
        return f"缺少必需的属性 {names[1]}", "请在建模工具中补上后重新导出。"
    if kind == "SCHEMAV_ELEMENT_CONTENT":
        missing = "Missing child" in entry.message
        fault = "缺少必需的下级元素" if missing else f"元素 {names[0]} 不应出现在这里，或重复了"
        return fault, "请在建模工具中改正后重新导出。"
    if len(names) > 2:
        return f"{names[1]} 的值「{names[2][:80]}」不合规范", "请改为 BPMN 2.0 允许的值。"
    return f"不符合 BPMN 2.0 规范（{_BRACES.sub('', entry.message)[:160]}）", "请在建模工具中改正后重新导出。"
