"""
``list-towns``: the towns of the district with the units that serve them, for what begins in several towns at once.

Legal source: ``sources.toml#SEED``
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bpmn.model import Value
from tasks.model import Job
from tasks.outcomes import Completed, Outcome
from tasks.ports import Ports


def handle(parameters: Mapping[str, Value], job: Job, ports: Ports) -> Outcome:
    """
    Return ``towns``: ``[{unit, unitName, units: {slot: unit id}}]``, by name; ``units``: what serves all of them.

    >>> common([{"units": {"town": "a", "district": "d"}}, {"units": {"town": "b", "district": "d"}}])
    {'district': 'd'}
    """
    towns = [dict(town) for town in ports.towns()]
    return Completed({"towns": towns, "units": common(towns)})


def common(towns: Sequence[Mapping[str, Any]]) -> dict[str, Value]:
    """Return the slots that every town fills with the same unit: the district and its bureaus."""
    first = towns[0]["units"] if towns else {}
    return {slot: unit for slot, unit in first.items() if all(t["units"].get(slot) == unit for t in towns)}
