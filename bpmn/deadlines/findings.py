"""Collecting what is wrong with a law pack, so that staff see everything at once."""

from __future__ import annotations

from bpmn.model import Finding, Severity


class Findings:
    """A growing list of findings."""

    def __init__(self) -> None:
        self._found: list[Finding] = []

    def error(self, code: str, message: str, remedy: str, file: str = "", element: str | None = None) -> None:
        """Add what refuses the pack. *element* is the code of the entry."""
        self._add(Severity.ERROR, code, message, remedy, file, element)

    def warning(
        self, code: str, message: str, remedy: str, file: str = "", element: str | None = None
    ) -> None:
        """Add what staff should look at."""
        self._add(Severity.WARNING, code, message, remedy, file, element)

    def all(self) -> tuple[Finding, ...]:
        """Return everything found, in order."""
        return tuple(self._found)

    def _add(
        self, severity: Severity, code: str, message: str, remedy: str, file: str, element: str | None
    ) -> None:
        finding = Finding(
            severity=severity, code=code, message=message, remedy=remedy, file=file, element_id=element
        )
        self._found.append(finding)
