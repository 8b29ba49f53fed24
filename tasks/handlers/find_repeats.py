"""``find-repeats``: how often the same parties or place were reported in 30 and 90 days."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import Value
from tasks.handlers import reading
from tasks.model import Job
from tasks.outcomes import Completed, Outcome
from tasks.ports import Ports


def handle(parameters: Mapping[str, Value], job: Job, ports: Ports) -> Outcome:
    """Return ``repeats``: counts and related dispatch numbers. Duplicates are decided at the door, in the intake."""
    dispatch, parties = reading.context(parameters, "dispatch"), reading.rows(parameters, "parties")
    return Completed({"repeats": dict(ports.repeats(dispatch, parties))})
