"""``notify-external``: tell another organ's system through its outbox; concessions never leave."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import Value
from tasks.errors import DeliveryRefused
from tasks.handlers import reading
from tasks.model import Job
from tasks.outcomes import BpmnError, Completed, Outcome
from tasks.ports import Ports


def handle(parameters: Mapping[str, Value], job: Job, ports: Ports) -> Outcome:
    """Return ``notified`` with ``sentAt`` and ``receipt``; E-ADAPTER when the system does not take it."""
    content = reading.without_confidential(reading.context(parameters, "data"))
    kind = reading.text(parameters, "kind", "notice")
    try:
        receipt = ports.deliver(reading.text(parameters, "system"), kind, content)
    except DeliveryRefused as fault:
        return BpmnError("E-ADAPTER", fault.message)
    return Completed({"notified": {"sentAt": ports.now(), "receipt": receipt}})
