"""Why a case went the way it went: from stored data, for every move, and again with the same outcome."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bpmn.model import HistoryEvent
from workflows.execution import explanations
from workflows.scenarios import model as scenario_model
from workflows.scenarios import pack as scenario_pack
from workflows.scenarios import simulation
from workflows.scenarios.case import InMemoryCase
from workflows.scenarios.pack import PackFolder

PACK = scenario_pack.open_pack(scenario_pack.LIBRARY / "dispute-referral")
CASES = ("at01", "at04", "at14", "path-second-failure", "path-return-twice", "path-criminal")


def played(pack: PackFolder, case: str) -> InMemoryCase:
    """Return a worked case, played to its end."""
    scenario = scenario_model.read(pack.path / "scenarios" / f"{case}.yaml")
    found = InMemoryCase(pack, scenario)
    assert scenario.start is not None
    assert simulation._played(found, scenario, scenario.start) == []
    return found


def stored(history: list[HistoryEvent]) -> Iterator[dict[str, Any]]:
    """Yield the rows that the store would keep of a history: the detail as JSON."""
    for seq, event in enumerate(history, start=1):
        yield {**vars(event), "detail": json.loads(json.dumps(event.detail)), "seq": seq, "by_id": None}


@pytest.mark.parametrize("case", CASES)
def test_every_move_has_a_reason(case: str) -> None:
    """As many reasons as sequence flows were taken; a branch names the conditions that were looked at."""
    rows = list(stored(played(PACK, case).history))

    found = explanations.explained(rows, PACK.definition, {})

    assert [why.seq for why in found] == [row["seq"] for row in rows if row["kind"] == "flow"]
    assert all(why.conditions for why in found if why.ground in ("condition", "default"))
    assert all(why.conditions[-1].result is True for why in found if why.ground == "condition")
    assert not any(c.result is True for why in found if why.ground == "default" for c in why.conditions)


@pytest.mark.parametrize("case", CASES)
def test_what_was_recorded_evaluates_to_what_was_recorded(case: str) -> None:
    """Each condition and each table row, evaluated again from stored values alone, gives the recorded outcome."""
    run = played(PACK, case)
    rows = [row for row in stored(run.history) if row["kind"] in ("condition", "decided")]
    environment = run.environment

    wrong = [
        row
        for row in rows
        if not explanations.is_reproduced(row, PACK.definition, replace(environment, now=row["at"]))
    ]

    assert len(rows) > 5 and wrong == []


def test_a_changed_value_gives_another_outcome() -> None:
    """The proof can fail: with another channel the recorded branch is not reproduced."""
    run = played(PACK, "at01")
    row = next(r for r in stored(run.history) if r["kind"] == "condition" and r["detail"]["result"] is True)
    forged = {**row, "detail": {**row["detail"], "result": False}}

    assert not explanations.is_reproduced(forged, PACK.definition, run.environment)
