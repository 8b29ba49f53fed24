"""``match-grid``: village, grid and responsible units from the address; the boolean special-person flag."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import Value
from tasks.handlers import reading
from tasks.model import Job
from tasks.outcomes import Completed, Outcome
from tasks.ports import Ports


def handle(parameters: Mapping[str, Value], job: Job, ports: Ports) -> Outcome:
    """Return ``place`` and ``specialNames``; no match gives the units of whoever started the case."""
    address = reading.text(parameters, "address", "")
    village_code = reading.text(parameters, "villageCode", "") or None
    parties = reading.rows(parameters, "parties")
    place = dict(ports.find_place(address, village_code))
    return Completed({"place": place, "specialNames": list(ports.special_names(parties))})
