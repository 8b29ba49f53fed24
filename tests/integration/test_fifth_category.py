"""A fifth category of special persons, added by files alone: from the hand-over over the month-end review to the figures."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses
from test_review_reaches_cases import PACKS, PAPERS, Town, review_of

from bpmn.errors import DeploymentInvalid
from forms.errors import SubmissionInvalid
from tasks.model import SYSTEM
from workflows import deployments, worker
from workflows.correlation import messages
from workflows.engine import Engine
from workflows.indicators import happened, use_cases
from workflows.indicators.records import month_of
from workflows.processes import pack_files

FOLDER = Path(__file__).parents[1] / "unit" / "library" / "fifth-category"
PERSON = {"category": "信访重点人员", "fullName": "丙某", "idNo": "990000196311209036", "sex": "男", "liveAddr": "城东街道梅园社区"}  # fmt: skip
INTO_CARE = ("CheckPapers", "SignGiver", "SignReceiver", "RegisterJustice", "RegisterPolice", "AssessPerson")


@pytest.fixture
def town(engine: Engine) -> Town:
    """A town in which somebody of the new category has been taken into care and graded 一般."""
    made = Town(engine)
    add(made, pack_files.files_of_folder(str(FOLDER)))
    payload = {"handover": {"no": "XF-1"}, "person": PERSON, "papers": PAPERS}
    with made.at.begin() as uow:
        sent = messages.PublishMessage(
            actor=SYSTEM, name="M-HANDOVER-FIFTH", correlation_key="XF-1", payload=payload
        )
        made.case = messages.publish(uow, sent).instance_id or ""
    worker.drain(made.at)
    for number, element in enumerate(INTO_CARE):
        made.do(made.case, element, by=("officer", "colleague")[number % 2])
    made.do(made.case, "ConfirmGrade", care={"grade": "一般", "gradeReason": "家庭支持好"})
    made.do(made.case, "MakePlan")
    return made


def add(town: Town, files: dict[str, bytes]) -> None:
    """Deploy the folder, as an office would."""
    with town.at.begin() as uow:
        deployments.deploy(uow, deployments.Deploy(actor=SYSTEM, name="handover-petition", files=files))


def test_the_review_offers_its_own_grades_and_changes_its_case(town: Town) -> None:
    """重点 is one of its grades, 严管 is not; the case has the interval of its own rule and a joint visit the same day."""
    town.move(2026, 1, 28, 10)
    review = review_of(town, "2026-01")
    town.do(review, "FreezeList", pack=PACKS[4])
    with pytest.raises(SubmissionInvalid):
        town.do(
            review, "ReviewPerson", pack=PACKS[4], review={"gradeAfter": "严管", "reasonCode": "重新违法"}
        )

    town.do(review, "ReviewPerson", pack=PACKS[4], review={"gradeAfter": "重点", "reasonCode": "重新违法"})
    town.do(review, "SignChange", by="colleague", pack=PACKS[4])

    assert town.known(town.case)["care"]["everyDays"] == 15
    town.do(town.case, "UpdatePlan")
    assert "JointVisit" in town.open_tasks(town.case)


def test_the_figures_count_it_under_its_own_name(town: Town) -> None:
    """The bureaus read one 信访重点人员, liaisons read neither the number nor the total that would give it away."""
    days = (date(2026, 1, 1), date(2026, 1, 31))

    with town.at.begin() as uow:
        exact = happened.of_unit(uow, "town", *days, exact=True)
        hidden = happened.of_unit(uow, "town", *days)

    assert {one["name"]: one["count"] for one in exact["byCategory"]} == {
        "社区矫正对象": 0,
        "信访重点人员": 1,
    }
    assert {one["count"] for one in hidden["byCategory"]} == {0, None}
    assert hidden["special"] is None


def test_the_monthly_sheet_counts_its_hand_over_and_protects_it(town: Town) -> None:
    """The indicator of hand-overs has it; whoever may not see small numbers sees that something is hidden."""
    month = month_of(date(2026, 1, 5))

    with town.at.begin() as uow:
        seen = use_cases.of_period(uow, town.actor("approver"), month)
        counted = use_cases.of_period(uow, town.actor("group"), month)

    lines = [next(line for line in sheet.lines if line.indicator.id == "K21") for sheet in (seen, counted)]
    assert [line.cells[""].is_hidden for line in lines] == [False, True]


def test_a_category_whose_key_would_be_counted_in_the_open_is_refused(engine: Engine) -> None:
    """The beginning of the key protects small numbers: a folder without it does not come into force."""
    town = Town(engine)
    files = dict(pack_files.files_of_folder(str(FOLDER)))
    files["pack.toml"] = files["pack.toml"].replace(b"handover-petition", b"petition")

    with pytest.raises(DeploymentInvalid) as refusal:
        add(town, files)

    assert [one.code for one in refusal.value.findings] == ["special-persons-key"]
    assert houses.task_ids(engine, "") == {}
