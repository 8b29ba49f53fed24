"""``deliver-referral``: hand the referral to the joint room and copy other platforms."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import Value
from tasks.errors import DeliveryRefused
from tasks.handlers import reading
from tasks.model import Job
from tasks.outcomes import BpmnError, Completed, Outcome
from tasks.ports import Ports


def handle(parameters: Mapping[str, Value], job: Job, ports: Ports) -> Outcome:
    """Return ``delivered`` with ``sentAt``, ``no`` and the receipts; E-ADAPTER when a platform does not take it."""
    referral = reading.without_confidential(reading.context(parameters, "referral"))
    dispatch = reading.context(parameters, "dispatch")
    number = f"YS-{job.business_key or dispatch.get('no') or job.instance_id[:12]}"
    letter = {"no": number, "referral": referral, "dispatchNo": dispatch.get("no")}
    try:
        receipts = {
            name: ports.deliver(name, "referral", letter) for name in reading.texts(parameters, "copies")
        }
    except DeliveryRefused as fault:
        return BpmnError("E-ADAPTER", fault.message)
    ports.notify(
        ["role:R07@room", "role:R06@justice"], kind="referral", subject="有新的移送案件待接收", body=number
    )
    external = next(iter(receipts.values()), None)
    return Completed({"delivered": {"sentAt": ports.now(), "no": number, "externalNo": external}})
