"""The demo: the shipped pack, played by really running the use cases."""

from __future__ import annotations

from pathlib import Path

import bpmn
from workflows import preparing
from workflows.demonstration import demo
from workflows.engine import Engine


def test_demo_cases_stand_at_different_stages_without_an_incident(engine: Engine) -> None:
    """
    A handful of demo cases runs through the real pack; a second call adds none.
    """
    preparing.deploy(engine, Path(bpmn.__file__).parent / "library" / "dispute-referral")

    first = demo.make(engine, cases=4)
    second = demo.make(engine, cases=4)

    with engine.begin() as uow:
        open_incidents = uow.statistics.queues()["incidents"]
        revisions = {row.revision for row in uow.instances.page(demo.EVERYTHING, {}, after=None, limit=10)}
    assert (first.people, first.cases, second.cases, open_incidents) == (87, 4, 0, 0)
    assert len(revisions) > 1
