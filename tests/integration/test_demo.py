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


def test_the_demo_shows_every_procedure_on_its_way(engine: Engine) -> None:
    """
    Reviews, suits, a meeting in preparation, hand-overs of each kind, one of them interrupted, a major dispute, cadences.
    """
    for folder in preparing.packs():
        preparing.deploy(engine, folder)

    demo.make(engine, cases=0)

    with engine.begin() as uow:
        rows = uow.instances.page(demo.EVERYTHING, {}, after=None, limit=100)
        waiting = {
            row.business_key: {t.element_id for t in uow.user_tasks.of_instance(row.id)} for row in rows
        }
        incidents = uow.statistics.queues()["incidents"]
    assert incidents == 0
    assert {row.process_key for row in rows} >= {
        "review-clock", "joint-meeting", "litigation-response", "handover-corrections", "handover-released",
        "handover-drug-treatment", "handover-mental-health", "major-dispute", "special-period", "weekly-exchange",
    }  # fmt: skip
    assert waiting["海行复〔演示〕2号"] >= {"SubmitReply"}
    assert waiting["JM-演示-1"] == {"SendMaterials"}
    assert waiting["JZ-演示-1"] == {"CheckPapers"}
    assert "SearchPerson" in waiting["JZ-演示-3"]
