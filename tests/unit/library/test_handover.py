"""The hand-over packs: one skeleton, four categories, and a fifth one without code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api import pack_check
from bpmn import parser
from bpmn.model import Severity
from forms.lint import lint
from workflows.scenarios import model as scenario_model
from workflows.scenarios import pack as scenario_pack
from workflows.scenarios import simulation

LIBRARY = scenario_pack.LIBRARY
NAMES = ("handover-corrections", "handover-released", "handover-drug-treatment", "handover-mental-health")
PACKS = {name: scenario_pack.open_pack(LIBRARY / name) for name in ("grading", "handover", *NAMES)}
OWN_ATTRIBUTES = ("form", "roles", "source")
FIFTH = Path(__file__).parent / "fifth-category"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_would_be_refused(name: str) -> None:
    """Models and tables of a category, together with the skeleton, have no error and no warning."""
    findings = parser.check(PACKS[name].models())

    assert [one.message for one in findings if one.severity is not Severity.INFO] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_skeleton_is_called_and_not_copied(name: str) -> None:
    """Every category calls the same three processes for hand-over and daily care."""
    own = [file.read_bytes() for file in PACKS[name].path.glob("*.bpmn")]
    called = {process for model in own for process in parser.called_processes(model)}

    assert {"handover", "handover-management"} <= called
    assert b"SignGiver" not in b"".join(own)


@pytest.mark.parametrize("name", NAMES)
def test_every_user_task_has_form_roles_and_source(name: str) -> None:
    """Who does what, by which right, stands at every user task, and its form exists."""
    pack = PACKS[name]
    tasks = [one for one in pack.definition.elements.values() if one.type == "userTask"]

    assert {one.id for one in tasks if set(OWN_ATTRIBUTES) - set(one.extensions)} == set()
    assert {str(one.extensions["form"]) for one in tasks} - set(pack.forms) == set()


@pytest.mark.parametrize("name", PACKS)
def test_forms_have_no_fault(name: str) -> None:
    """The form checker finds nothing."""
    files = PACKS[name].path.glob("forms/*.json")

    assert [one.message for file in files for one in lint(json.loads(file.read_text()), file=file.name)] == []


def test_the_one_who_refuses_is_not_the_one_who_decides() -> None:
    """Giver and receiver, and refusal and decision, are steps of different people."""
    elements = PACKS["handover"].definition.elements

    assert elements["SignReceiver"].extensions["notBy"] == "SignGiver"
    assert elements["DecideRefusal"].extensions["notBy"] == "CheckPapers"


def test_an_auxiliary_officer_never_decides() -> None:
    """R03 takes part in visits only."""
    elements = PACKS["handover-corrections"].definition.elements.values()

    assert {one.id for one in elements if "R03" in str(one.extensions.get("roles")).split()} == {"Visit"}


def test_a_fifth_category_needs_no_code() -> None:
    """A folder with one diagram hands over, grades and visits persons of a category nobody has heard of."""
    pack = scenario_pack.open_pack(FIFTH)

    outcomes = [simulation.play(pack, one) for one in pack.scenarios()]

    assert [one.differences for one in outcomes] == [()]
    assert scenario_model.SAMPLES in {file.name for file in (FIFTH / "scenarios").iterdir()}


def test_a_category_of_ones_own_is_checked_before_anything_is_deployed() -> None:
    """A folder anywhere finds the skeleton that it uses among the shipped packs."""
    assert [one.message for one in pack_check.check(FIFTH) if one.severity is not Severity.INFO] == []
