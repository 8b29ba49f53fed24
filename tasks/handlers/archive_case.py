"""``archive-case``: give the file its archive number. Archiving closes the case; revisits are appended to it."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import Value
from tasks.handlers import reading
from tasks.model import Job
from tasks.outcomes import Completed, Outcome
from tasks.ports import Ports


def handle(parameters: Mapping[str, Value], job: Job, ports: Ports) -> Outcome:
    """Return ``archived`` with ``archiveNo`` and ``at``; the number follows from the case's, so a repeat gives it again."""
    case_no = reading.text(parameters, "caseNo", job.business_key or job.instance_id)
    return Completed({"archived": {"archiveNo": f"DA-{ports.now():%Y}-{case_no}", "at": ports.now()}})
