"""The file being read: its findings, and how its elements are looked at."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.model import Finding, Severity
from bpmn.xml import Element


def local(element: Element) -> str:
    """Return the name without its namespace."""
    return str(element.tag).rsplit("}", 1)[-1]


def children(element: Element, name: str) -> Iterator[Element]:
    """Iterate over the children of that local name."""
    return (node for node in element if local(node) == name)


def child(element: Element, name: str) -> Element | None:
    """Return the first child of that local name."""
    return next(children(element, name), None)


class Source:
    """Collects findings while one file is read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self._made = 0

    @property
    def is_refused(self) -> bool:
        """Whether anything found refuses the deployment."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    def id(self, element: Element) -> str:
        """Return the element's id, or a made-up one that is stable for the same file."""
        given = element.get("id")
        if given:
            return given
        self._made += 1
        return f"_{local(element)}_{self._made}"

    def refuse(self, code: str, element: Element | None, message: str, remedy: str) -> None:
        """Record what refuses the deployment."""
        self._record(Severity.ERROR, code, element, message, remedy)

    def warn(self, code: str, element: Element | None, message: str, remedy: str) -> None:
        """Record what runs, but hardly as meant."""
        self._record(Severity.WARNING, code, element, message, remedy)

    def _record(
        self, severity: Severity, code: str, element: Element | None, message: str, remedy: str
    ) -> None:
        self.findings.append(
            Finding(
                severity=severity,
                code=code,
                message=message,
                remedy=remedy,
                file=self.file,
                element_id=element.get("id") if element is not None else None,
                element_name=element.get("name") if element is not None else None,
            )
        )
