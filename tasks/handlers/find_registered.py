"""``find-registered``: whether a person is in the register of special persons already."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import Value
from tasks.handlers import reading
from tasks.model import Job
from tasks.outcomes import Completed, Outcome
from tasks.ports import Ports


def handle(parameters: Mapping[str, Value], job: Job, ports: Ports) -> Outcome:
    """Return ``registered``: how many other hand-overs of the same person are running, and their numbers; nothing else."""
    return Completed({"registered": dict(ports.registered(reading.rows(parameters, "parties")))})
