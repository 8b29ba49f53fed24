"""What may never be done to a person in care: refused at every door, and the attempt stays in the audit."""

from __future__ import annotations

import json
import re

import houses
import pytest

from bpmn.deadlines import lawpack
from forms import never
from forms.code_lists import options_of_lists
from workflows.engine import Engine

PAGE = "/studio/law/lists/never-care"
RULES = never.rules({never.MARK: "care"}, options_of_lists(lawpack.load().code_lists))

FORM = {
    "type": "default",
    "id": "visit",
    "schemaVersion": 18,
    "components": [
        {"type": "radio", "key": "means", "label": "方式", "values": [{"label": "走访", "value": "走访"}],
         "validate": {"required": True}, "properties": {"never": "care"}},
    ],
}  # fmt: skip
MODEL = houses.model(
    '<startEvent id="s"/><userTask id="a" name="走访" jf:form="visit" jf:roles="R02" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>e"),
    key="care",
)


@pytest.fixture
def case(site) -> str:
    """A case in which somebody has to be visited."""
    houses.deploy(site.engine, MODEL, **{"forms/visit.json": json.dumps(FORM).encode()})
    return houses.start(site.engine, site.people["officer"], key="care").id


def kept(engine: Engine, case: str) -> list[tuple[str, str]]:
    """Who was refused which rule in the case, as the audit has it."""
    with engine.begin() as uow:
        filters = {"instance_id": case, "action": "never-refused"}
        rows = uow.audit.page(filters, cursor=None, newest=False, limit=10)
    return [(row["person_id"], row["detail"]["rule"]) for row in rows]


def test_an_attempt_by_the_api_is_refused_and_kept(site, case: str) -> None:
    """The completion is refused with the rule in words; its transaction is gone, the audit row is there."""
    task = houses.task_ids(site.engine, case)["a"]

    answer = site.api("officer").post(
        f"/v2/user-tasks/{task}/completion", json={"variables": {"means": "手机定位"}}
    )

    assert answer.status_code == 422
    assert "社区矫正法第29条" in answer.text
    assert kept(site.engine, case) == [("officer", "NEVER-LOCATION")]


def test_an_attempt_on_the_page_is_refused_and_kept(site, case: str) -> None:
    """The page says what is wrong and keeps the task; the officer for data protection sees who tried."""
    task = houses.task_ids(site.engine, case)["a"]
    browser = site.browser("officer")
    browser.get(f"/tasks/{task}")

    shown = browser.post(f"/tasks/{task}", status=422, _do="submit", means="手机定位")
    room = site.browser("auditor").get("/dpo")

    assert "不能做" in shown.text
    assert kept(site.engine, case) == [("officer", "NEVER-LOCATION")]
    assert "action=never-refused" in room


def test_what_was_typed_is_not_in_the_audit(site, case: str) -> None:
    """Rule, field and source stand there; the words of the form do not."""
    task = houses.task_ids(site.engine, case)["a"]
    site.api("officer").post(
        f"/v2/user-tasks/{task}/completion", json={"variables": {"means": "手机定位甲某"}}
    )

    with site.engine.begin() as uow:
        [row] = uow.audit.page(
            {"action": "never-refused", "instance_id": case}, cursor=None, newest=False, limit=10
        )

    assert (row["fields"], row["detail"]["source"]) == (["means"], "SQJZ-29")
    assert "甲某" not in json.dumps(row["detail"], ensure_ascii=False)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("晚上不准出门", "NEVER-LIBERTY"),
        ("安装定位手环", "NEVER-LOCATION"),
        ("通知单位辞退", "NEVER-DISCRIMINATION"),
        ("把名字发到群里", "NEVER-DISCLOSURE"),
        ("家属不同意也强制送医", "NEVER-COMMITMENT"),
    ],
)
def test_every_rule_of_the_row_has_words_that_are_refused(text: str, rule: str) -> None:
    """Liberty, location, discrimination, disclosure, treatment against the will."""
    found = never.fault(text, RULES)

    assert found is not None
    assert found.parameters["never"] == rule


def test_lawful_measures_pass() -> None:
    """Visiting, calling, helping with work and a doctor who is asked are nobody's offence."""
    assert never.fault(["走访", "电话", "就业帮扶", "治疗协调", "本人同意住院"], RULES) is None


def test_staff_add_a_word_and_the_next_attempt_is_refused(site, case: str) -> None:
    """Proposed on the page of the list, approved by somebody else, in force for the case that runs: no program changes."""
    task = houses.task_ids(site.engine, case)["a"]
    editor, approver = site.browser("editor"), site.browser("approver")
    shown = dict(re.findall(r'name="((?:name|name_en|note)\.\d+)"[^>]*value="([^"]*)"', editor.get(PAGE)))
    number = len(lawpack.load().code_lists["never-care"].codes)
    word = {
        f"code.{number}": "NEVER-LIBERTY-99",
        f"name.{number}": "铐在床边",
        f"parent.{number}": "NEVER-LIBERTY",
    }
    change = editor.post(PAGE, **{**shown, **word, "reason": "检查中发现"}).headers["location"]
    approver.post(f"{change}/approval")

    answer = site.api("officer").post(
        f"/v2/user-tasks/{task}/completion", json={"variables": {"means": "铐在床边"}}
    )

    assert "社区矫正法第34条" in answer.text
    assert kept(site.engine, case) == [("officer", "NEVER-LIBERTY")]
    with site.engine.begin() as uow:
        assert uow.installation.law.code_lists["never-care"].find("NEVER-LIBERTY").note == "SQJZ-34"
