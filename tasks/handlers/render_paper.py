"""``render-paper``: a paper (文书) from the pack's template, kept with the case."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import Value
from tasks.handlers import reading
from tasks.model import Job
from tasks.outcomes import Completed, Outcome
from tasks.ports import Ports


def handle(parameters: Mapping[str, Value], job: Job, ports: Ports) -> Outcome:
    """Return ``paper`` with ``id``, ``sha256`` and ``pages``."""
    code = reading.text(parameters, "paper")
    content = reading.without_confidential(reading.context(parameters, "data"))
    return Completed({"paper": dict(ports.render_paper(code, content))})
