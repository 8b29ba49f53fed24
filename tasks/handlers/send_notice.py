"""``send-notice``: a notice into inboxes; other channels get a link only."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import Value
from tasks.handlers import reading
from tasks.model import Job
from tasks.notices import templates
from tasks.outcomes import Completed, Outcome
from tasks.ports import Ports


def handle(parameters: Mapping[str, Value], job: Job, ports: Ports) -> Outcome:
    """Return ``notice`` with ``sentAt`` and ``receipts`` (names of who got it; parties are told by the owner)."""
    subject, body = templates.write(
        reading.text(parameters, "template", "notice"),
        title=reading.text(parameters, "title", ""),
        content=reading.context(parameters, "data"),
    )
    to = ["owner" if word == "parties" else word for word in reading.texts(parameters, "to") or ["owner"]]
    receipts = list(ports.notify(to, kind="notice", subject=subject, body=body))
    return Completed({"notice": {"sentAt": ports.now(), "receipts": receipts}})
