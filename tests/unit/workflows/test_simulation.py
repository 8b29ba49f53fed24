"""Playing scenarios: what is asserted, what is refused, how the clock behaves."""

from __future__ import annotations

from datetime import datetime
from functools import cache

import pytest

from bpmn.deadlines.calendar import ZONE
from workflows.scenarios import model as scenario_model
from workflows.scenarios import pack as scenario_pack
from workflows.scenarios import simulation
from workflows.scenarios.case import InMemoryCase
from workflows.scenarios.model import Scenario, ScenarioInvalid, Start, Step
from workflows.scenarios.pack import PackFolder

DAY = datetime(2026, 9, 18, 15, 20, tzinfo=ZONE)
DISPATCH = Start(at=DAY, message="M-110-IN")


@cache
def pack() -> PackFolder:
    """The shipped pack, opened once."""
    return scenario_pack.open_pack(scenario_pack.LIBRARY / "dispute-referral")


def played(*steps: Step, expect: dict | None = None) -> simulation.Outcome:
    """Play a dispatch and the given steps."""
    scenario = Scenario(case="x", title="x", start=DISPATCH, steps=steps, expect=expect or {})
    return simulation.play(pack(), scenario)


def test_a_case_as_written_has_no_difference() -> None:
    """What was expected and came is not reported."""
    outcome = played(Step(do=("AssistOnLaw", "RecordScene")), expect={"waiting": ["ConfirmTriagePolice"]})

    assert outcome.is_ok


def test_a_difference_names_both_sides() -> None:
    """What was expected and did not come says what came instead."""
    outcome = played(expect={"waiting": ["ArchiveNobodyKnows"]})

    assert outcome.differences[0].expected == "ArchiveNobodyKnows"
    assert "RecordScene" in outcome.differences[0].got


def test_a_wrong_person_is_refused() -> None:
    """A role that the task does not name may not do it."""
    outcome = played(Step(do=("RecordScene",), who="R07@room", refused="R07@room 不能办理"))

    assert outcome.is_ok


def test_a_faulty_form_is_refused_with_its_field() -> None:
    """The real form checks what the step says."""
    faulty = {"scene": {"harmStopped": False}}

    outcome = played(Step(do=("RecordScene",), values=faulty, refused="scene.harmStopped"))

    assert outcome.is_ok


def test_an_override_of_the_triage_needs_a_reason() -> None:
    """G1: leaving the suggestion without a reason code is refused."""
    other = {"triage": {"channel": "Z-N"}}

    outcome = played(
        Step(do=("AssistOnLaw", "RecordScene")),
        Step(do=("ConfirmTriagePolice",), values=other, refused="triage.overrideReason"),
    )

    assert outcome.is_ok


def test_a_refusal_that_does_not_come_is_a_difference() -> None:
    """A step that should have been refused and was not stops the case."""
    outcome = played(Step(do=("RecordScene",), refused="不能"))

    assert outcome.differences[0].got == "照办了"


def test_timers_fire_after_the_last_second_of_a_deadline() -> None:
    """In the last second an act is in time, one second later it is not."""
    scenario = Scenario(case="x", title="x", start=DISPATCH)
    case = InMemoryCase(pack(), scenario)
    case.move_to(DAY)
    case.start(DISPATCH, case.sample("M-110-IN", {}))

    case.move_to(DAY.replace(minute=50))
    before = case.waiting()
    case.move_to(DAY.replace(minute=50, second=1))

    assert "AssistOnLaw" in before
    assert "AssistOnLaw" not in case.waiting()


def test_a_refused_step_changes_nothing() -> None:
    """After a refusal the case waits for what it waited for."""
    outcome = played(
        Step(do=("RecordScene",), who="R07", refused="不能办理", expect={"waiting": ["RecordScene"]})
    )

    assert outcome.is_ok


def test_periods_alone_need_no_case() -> None:
    """A scenario may only reckon dates."""
    period = {"code": "D-110", "from": "2026-09-18T16:40", "last_day": "2026-10-19"}

    outcome = simulation.play(pack(), Scenario(case="x", title="x", start=None, periods=(period,)))

    assert outcome.is_ok


@pytest.mark.parametrize(
    "text",
    [
        "- a list",
        "start: {at: 2026-09-18T15:20}",
        "steps: [{doo: X}]",
        "start: {at: gestern, form: register}",
        "a: [",
    ],
)
def test_malformed_files_are_refused_in_words(tmp_path, text: str) -> None:
    """A file that is no scenario names the file or the fault."""
    file = tmp_path / "faulty.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ScenarioInvalid):
        scenario_model.read(file)


def test_the_word_no_is_not_false(tmp_path) -> None:
    """YAML's yes and no stay words, and dates stay text."""
    file = tmp_path / "words.yaml"
    file.write_text("no: 1\nday: 2026-09-18\nflag: true\n", encoding="utf-8")

    assert scenario_model.load(file) == {"no": 1, "day": "2026-09-18", "flag": True}


def test_an_unknown_expectation_is_refused() -> None:
    """A misspelt expectation must not pass unnoticed."""
    with pytest.raises(ScenarioInvalid):
        played(expect={"wating": ["RecordScene"]})
