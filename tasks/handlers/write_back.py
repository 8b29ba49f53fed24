"""``write-back``: report the outcome to the platforms the case came from (苏解纷, 警务通, 综治中心)."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import Value
from tasks.errors import DeliveryRefused
from tasks.handlers import reading
from tasks.model import Job
from tasks.outcomes import BpmnError, Completed, Outcome
from tasks.ports import Ports


def handle(parameters: Mapping[str, Value], job: Job, ports: Ports) -> Outcome:
    """Return ``writtenBack`` with one receipt a system; E-ADAPTER makes a manual task."""
    report = {
        "caseNo": reading.text(parameters, "caseNo", job.business_key or job.instance_id),
        "outcome": reading.text(parameters, "outcome", ""),
        "closing": reading.without_confidential(reading.context(parameters, "closing")),
    }
    try:
        receipts = [
            {"system": system, "no": ports.deliver(system, "outcome", report)}
            for system in reading.texts(parameters, "systems")
        ]
    except DeliveryRefused as fault:
        return BpmnError("E-ADAPTER", fault.message)
    return Completed({"writtenBack": {"receipts": receipts}})
