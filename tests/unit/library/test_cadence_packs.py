"""The cadence packs: started by a timer for each unit, what they share written once, papers that print."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from bpmn import parser
from bpmn.model import Severity
from forms.documents import Paper, render_pdf
from forms.lint import lint
from workflows.clockwork import cadences
from workflows.scenarios import pack as scenario_pack

EACH = {
    "weekly-exchange": ("town", "next weekly exchange(now())"),
    "monthly-analysis": ("town", "next monthly analysis(now())"),
    "month-end-review": ("town", "next month end review(now())"),
    "quarterly-meeting": ("district", "next quarterly meeting(now())"),
    "monthly-sharing": ("district", "next monthly sharing(now())"),
    "holiday-patrol": ("town", "next holiday patrol(now())"),
}
PACKS = {name: scenario_pack.open_pack(scenario_pack.LIBRARY / name) for name in EACH}
PAPERS = sorted(scenario_pack.LIBRARY.glob("*/documents/W*.toml"))


@pytest.mark.parametrize("name", EACH)
def test_starts_by_timer_for_each_unit(name: str) -> None:
    """One timer start event, one instance a unit and period; nobody starts a cadence by hand."""
    model = PACKS[name].definition
    starts = [one for one in model.starts if one.process_id in ("", name) and one.kind != "signal"]

    assert [(one.kind, (one.timer or "").removeprefix("=")) for one in starts] == [("timer", EACH[name][1])]
    assert cadences.each(model) == EACH[name][0]


@pytest.mark.parametrize("name", EACH)
def test_nothing_would_be_refused(name: str) -> None:
    """Models and tables have no error and no warning."""
    findings = parser.check(PACKS[name].models())

    assert [one.message for one in findings if one.severity is not Severity.INFO] == []


@pytest.mark.parametrize("name", EACH)
def test_ids_are_not_taken_twice(name: str) -> None:
    """A step keeps its name beside the shared ones: nothing is renamed with a number behind it."""
    assert [one for one in PACKS[name].definition.elements if re.search(r"[a-z]_\d+$", one)] == []


@pytest.mark.parametrize("name", EACH)
def test_forms_match_tasks_and_have_no_fault(name: str) -> None:
    """Every user task has roles, a source and a form that exists."""
    pack = PACKS[name]
    tasks = [one for one in pack.definition.elements.values() if one.type == "userTask"]

    assert {one.id for one in tasks if {"form", "roles", "source"} - set(one.extensions)} == set()
    assert {str(one.extensions["form"]) for one in tasks} - set(pack.forms) == set()
    assert [m for key in pack.forms for m in _faults(pack, key)] == []


def _faults(pack: scenario_pack.PackFolder, key: str) -> list[str]:
    file = pack.path / "forms" / f"{key}.json"
    return [one.message for one in lint(json.loads(file.read_text()), file=key)] if file.exists() else []


def test_the_person_list_is_for_those_who_need_it() -> None:
    """Month-end review and patrols alone ask for references of persons, and R15 has no task in them."""
    asking = {name for name, pack in PACKS.items() if b'target="persons"' in b"".join(pack.models().values())}
    roles = {
        role
        for name in asking
        for one in PACKS[name].definition.elements.values()
        if one.process_id == name
        for role in str(one.extensions.get("roles") or "").split()
    }

    assert asking == {"month-end-review", "holiday-patrol"}
    assert "R15" not in roles


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.stem)
def test_every_paper_prints_as_a_blank_form(path) -> None:
    """A paper without a value is a form to fill in by hand."""
    paper = Paper.parse(path.read_bytes(), file=path.name)

    assert render_pdf(paper, {}, issued_at=datetime(2026, 11, 23, tzinfo=UTC)).startswith(b"%PDF")


def test_papers_of_hand_over_and_cadences_are_all_there() -> None:
    """W19 to W27 of the cadences and hand-overs and W30 exist once each."""
    codes = [path.stem for path in PAPERS if path.parents[1].name != "joint-meeting"]

    assert [codes.count(f"W{n}") for n in (19, 20, 21, 22, 23, 24, 25, 26, 27, 30)] == [1] * 10
