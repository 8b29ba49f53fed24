"""What only an installation can say about a diagram: roles that nobody holds, time limits that name no source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bpmn import usage
from bpmn.model import Finding, Severity
from bpmn.parser import SUFFIXES

LARGEST = 1024 * 1024  #: bytes of a diagram that is looked at; larger ones have other worries


def check(files: Mapping[str, bytes], *, held: frozenset[str]) -> Iterator[Finding]:
    """
    Warn of tasks that nobody could do and of time limits without a source.

    Args:
        held: Role codes that somebody active holds.
    """
    for file, data in files.items():
        if file.endswith(SUFFIXES) and len(data) <= LARGEST:
            yield from (_vacant(file, use) for use in _vacancies(data, held))
            yield from (_unfounded(file, limit) for limit in usage.bare_limits(data))


def _vacancies(data: bytes, held: frozenset[str]) -> Iterator[usage.Use]:
    """Yield the elements all of whose roles are vacant, once each."""
    roles: dict[str, list[usage.Use]] = {}
    for use in usage.uses(data):
        if use.kind == "role":
            roles.setdefault(use.element_id, []).append(use)
    return (uses[0] for uses in roles.values() if held.isdisjoint(use.name for use in uses))


def _vacant(file: str, use: usage.Use) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="role-without-people",
        message=f"{use.label}的办理岗位（{use.name}）目前没有人担任，任务到这里会没有人办。",
        remedy="请先在人员管理中指定人员，或改为有人担任的岗位。",
        file=file,
        element_id=use.element_id,
        element_name=use.element_name,
    )


def _unfounded(file: str, limit: usage.Limit) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="time-limit-without-source",
        message=f"{limit.label}的时限“{limit.text}”没有写明依据。",
        remedy="请改用期限目录中的期限，或补充法律依据。",
        file=file,
        element_id=limit.element_id,
        element_name=limit.element_name,
    )
