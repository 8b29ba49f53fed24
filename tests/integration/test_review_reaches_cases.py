"""What the month-end review and the patrol decide reaches the person's own case, on the store."""

from __future__ import annotations

import copy
import sys
from datetime import datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses

from bpmn import interpreter
from bpmn.deadlines.calendar import ZONE
from tasks.model import SYSTEM, Actor, Unit, UnitKind
from workflows import cases, deployments, values, worker
from workflows.correlation import messages
from workflows.engine import Engine
from workflows.identity import people
from workflows.indicators import figures
from workflows.processes import definitions, pack_files
from workflows.scenarios import pack as scenario_pack
from workflows.scenarios.samples import answers, laid_over
from workflows.work import user_tasks

PERSON = {"category": "社区矫正对象", "fullName": "辛某", "idNo": "990000198811129082", "sex": "女", "liveAddr": "城东街道梅园社区",
          "effectiveOn": "2026-01-05", "termEnd": "2026-06-20"}  # fmt: skip
PAPERS = [{"name": "判决书", "kind": "原件", "count": 1, "missing": False}]
PACKS = ("cadence", "grading", "handover", "handover-corrections", "month-end-review")
INTO_CARE = ("CheckPapers", "SignGiver", "SignReceiver", "RegisterJustice", "RegisterPolice", "ReportIn", "DeclareEntry", "AssessPerson",
             "ConfirmGrade", "MakePlan")  # fmt: skip
GRADED = {"care": {"grade": "普管", "gradeReason": "家庭支持好"}}
UPGRADE = {"review": {"gradeAfter": "严管", "reasonCode": "重新违法", "measures": ["谈话"], "lost": True}}


class Town:
    """A town with two officers who hold every role that the hand-over and the review need, and a clock."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.case = engine, ""
        self.move(2026, 1, 5, 8)
        houses.house(engine)
        bureau = Unit(
            id="bureau", kind=UnitKind.JUSTICE_DISTRICT, name="区司法局", parent="district", area="district"
        )
        with self.at.begin() as uow:
            people.put_units(uow, SYSTEM, [bureau])
            for name in ("officer", "colleague"):
                for role, unit in (
                    ("R06", "office"),
                    ("R11", "office"),
                    ("R02", "station"),
                    ("R13", "bureau"),
                ):
                    uow.people.grant(name, role, unit, by="system", at=uow.now)
        for name in PACKS:
            files = pack_files.files_of_folder(str(scenario_pack.LIBRARY / name))
            with self.at.begin() as uow:
                deployments.deploy(
                    uow, deployments.Deploy(actor=SYSTEM, name=name, files=files, trusted=True)
                )

    def move(self, *when: int) -> None:
        """Set the clock and let the workers do what is due."""
        self.at = self.engine.at(datetime(*when, tzinfo=ZONE))  # type: ignore[misc]
        worker.drain(self.at)

    def actor(self, name: str) -> Actor:
        with self.at.begin() as uow:
            return people.actor_of(uow, name)

    def do(self, case: str, element: str, by: str = "officer", pack: str = PACKS[3], **more: object) -> None:
        """Complete the open task at an element with its typical answers."""
        samples = scenario_pack.open_pack(scenario_pack.LIBRARY / pack).samples
        with self.at.begin() as uow:
            task = next(t for t in uow.user_tasks.of_instance(case) if t.element_id == element)
            known = cases.content(uow, uow.instances.get(case), user_task_id=task.id)
            typical = laid_over(copy.deepcopy(dict(samples[task.form_key])), more)
            said = values.to_json(answers(typical, known, uow.installation.environment(uow.now)))
        with self.at.begin() as uow:
            user_tasks.complete(
                uow,
                user_tasks.CompleteUserTask(user_task_id=task.id, actor=self.actor(by), submission=said),
            )
        worker.drain(self.at)

    def take_into_care(self) -> None:
        """Bring one person into daily care."""
        payload = {"handover": {"no": "JJ-1"}, "person": PERSON, "papers": PAPERS}
        with self.at.begin() as uow:
            sent = messages.PublishMessage(
                actor=SYSTEM, name="M-HANDOVER-CORRECTIONS", correlation_key="JJ-1", payload=payload
            )
            self.case = messages.publish(uow, sent).instance_id or ""
        worker.drain(self.at)
        for number, element in enumerate(INTO_CARE):
            self.do(
                self.case,
                element,
                by=("officer", "colleague")[number % 2],
                **(GRADED if element == "ConfirmGrade" else {}),
            )

    def open_tasks(self, case: str) -> set[str]:
        return set(houses.task_ids(self.engine, case))

    def known(self, case: str) -> dict:
        with self.at.begin() as uow:
            row = uow.instances.get(case)
            return interpreter.known(definitions.load(uow, row.definition_id), row.state)


@pytest.fixture
def town(engine: Engine) -> Town:
    """A town with one person in daily care since the first week of January 2026."""
    made = Town(engine)
    made.take_into_care()
    return made


def review_of(town: Town, label: str) -> str:
    with town.at.begin() as uow:
        return uow.instances.by_business_key("month-end-review", f"month-end-review/town/{label}")


def test_the_list_of_the_review_has_facts_and_no_names(town: Town) -> None:
    """Reference, grade and dates of the case come along; the name and the number stay in the file."""
    with town.at.begin() as uow:
        found = figures.persons_in_care(uow, "town")

    assert [(one["ref"], one["grade"], one["endsOn"]) for one in found] == [("JJ-1", "普管", "2026-06-20")]
    assert "辛某" not in str(found)
    assert PERSON["idNo"] not in str(found)


def test_an_upgrade_with_two_signatures_changes_the_running_case(town: Town) -> None:
    """Review, second signature, then the case itself: grade, calendar, plan, joint visit the same day, search."""
    town.move(2026, 1, 28, 10)
    review = review_of(town, "2026-01")
    town.do(review, "FreezeList", pack="month-end-review")
    town.do(review, "ReviewPerson", by="officer", pack="month-end-review", **UPGRADE)
    assert town.known(town.case)["care"]["grade"] == "普管"

    town.do(review, "SignChange", by="colleague", pack="month-end-review")

    care = town.known(town.case)["care"]
    assert (care["grade"], care["everyDays"]) == ("严管", 15)
    assert {"UpdatePlan", "DoMeasures", "SearchPerson", "NotifyPolice"} <= town.open_tasks(town.case)
    town.do(town.case, "UpdatePlan")
    assert "JointVisit" in town.open_tasks(town.case)


def test_the_summary_for_the_meetings_names_nobody(town: Town) -> None:
    """What goes to the analysis meeting is one line of counts, small ones suppressed."""
    town.move(2026, 1, 28, 10)
    review = review_of(town, "2026-01")
    for element in ("FreezeList", "ReviewPerson", "IssueSummary"):
        town.do(review, element, pack="month-end-review")

    with town.at.begin() as uow:
        carried = figures.carried(uow, "district", ["month-end-review"])

    assert [one["kind"] for one in carried] == ["通报"]
    assert "JJ-1" not in str(carried)
    assert "辛某" not in str(carried)
