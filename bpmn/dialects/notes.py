"""
What the import understood, could not take over, or had to refuse: the list that a person reads after an upload.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from bpmn.diagram import extension, extensions, label
from bpmn.model import Finding, Severity
from bpmn.vocabulary import BPMN, JF
from bpmn.xml import Element

etree.register_namespace("jf", JF)  # so that written files read jf:form, not ns0:form


@dataclass
class Notes:
    """Collects the findings of one file while its tree is being rewritten."""

    file: str = ""
    findings: list[Finding] = field(default_factory=list)
    engines: set[str] = field(default_factory=set)  #: namespaces of foreign engines that were warned of
    _once: set[str] = field(default_factory=set)

    def understood(self, element: Element, text: str) -> None:
        """Say that something of another tool was taken over; *text* says as what."""
        self._add(
            Severity.INFO, element, "imported", f"{label(element)}：{text}", "无需处理；如与原意不符请修改。"
        )

    def noted(self, element: Element, key: str, text: str) -> None:
        """Say once a file that a kind of setting has no meaning here; *key* tells the kinds apart."""
        if key not in self._once:
            self._once.add(key)
            self._add(Severity.INFO, element, "vendor-setting", text, "无需处理：它不影响流程的走向和数据。")

    def unused(self, element: Element, code: str, text: str, remedy: str) -> None:
        """Warn that a setting is not taken over though somebody may rely on it."""
        self._add(Severity.WARNING, element, code, f"{label(element)}：{text}", remedy)

    def refused(self, element: Element, code: str, text: str, remedy: str) -> None:
        """Refuse the model: what was found cannot be run faithfully."""
        self._add(Severity.ERROR, element, code, f"{label(element)}：{text}", remedy)

    def _add(self, severity: Severity, element: Element, code: str, message: str, remedy: str) -> None:
        named = _named(element)
        self.findings.append(
            Finding(
                severity=severity,
                code=code,
                message=message,
                remedy=remedy,
                file=self.file,
                element_id=named.get("id"),
                element_name=named.get("name"),
            )
        )


def _named(element: Element) -> Element:
    while element.get("id") is None and (parent := element.getparent()) is not None:
        element = parent
    return element


def set_extension(element: Element, name: str, value: str) -> None:
    """Set ``jf:<name>`` unless the model already says it in our own words."""
    if extension(element, name) is None:
        element.set(f"{{{JF}}}{name}", value)


def add_extension(element: Element, name: str, **attributes: str) -> None:
    """Append ``<jf:name …/>`` to the extension elements, which are created first where there are none."""
    holder = element.find(f"{{{BPMN}}}extensionElements")
    if holder is None:
        holder = etree.Element(f"{{{BPMN}}}extensionElements")
        element.insert(len(element.findall(f"{{{BPMN}}}documentation")), holder)
    etree.SubElement(holder, f"{{{JF}}}{name}", attributes)


def has_target(element: Element, name: str, target: str) -> bool:
    """Whether a mapping ``jf:<name>`` to *target* is there already."""
    return any(one.get("target") == target for one in extensions(element, name))
