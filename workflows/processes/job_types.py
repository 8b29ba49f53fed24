"""Job types that nobody works on: told when deploying, because only the installation knows who works for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bpmn.definition import Element, ProcessDefinition
from bpmn.model import Finding, Severity
from tasks import registry
from workflows.settings import Settings

JOBS = frozenset({"serviceTask", "sendTask", "businessRuleTask"})


def known(settings: Settings) -> frozenset[str]:
    """Return the job types that somebody works on here: our handlers', and those of programs outside."""
    return frozenset(registry.OPERATIONS) | settings.outside_types


def unhandled(models: Iterable[ProcessDefinition], settings: Settings) -> Iterator[Finding]:
    """Warn of every step whose job neither a handler of ours nor a program outside takes."""
    handled = known(settings)
    for model in models:
        for element in model.elements.values():
            if element.type in JOBS and not element.extensions.get("decision"):
                job_type = str(element.extensions.get("operation") or element.id)
                if job_type not in handled:
                    yield _finding(element, job_type)


def _finding(element: Element, job_type: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="nobody-takes-job",
        message=f"步骤「{element.name or element.id}」的作业类型「{job_type}」没有处理程序，运行到这里会成为异常。",
        remedy="请在 JINGFA_JOB_WORKERS 中登记处理它的外部程序，或改用 docs/service-tasks.md 中的作业类型。",
        element_id=element.id,
        element_name=element.name or None,
    )
