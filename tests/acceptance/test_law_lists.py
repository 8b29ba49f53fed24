"""Code lists change like every other part of the law pack: proposed in words, approved by another person, offered in forms."""

from __future__ import annotations

import json
import re
from typing import Any

import houses
import pytest

pytestmark = pytest.mark.postgres
FORM = {
    "type": "default",
    "id": "secret",
    "schemaVersion": 18,
    "components": [{"type": "select", "key": "how", "label": "公开方式", "valuesKey": "secrecy"}],
}
MODEL = houses.model(
    '<startEvent id="s"/><userTask id="w" name="选择" jf:form="secret" jf:roles="R02" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>w", "w>e"),
    key="lists",
)


def rows(page: str) -> dict[str, str]:
    """Return the fields of the form as it is shown."""
    found = re.findall(r'<input[^>]* name="([a-z_]+\.\d+)"[^>]*value="([^"]*)"', page)
    return {name: value for name, value in found if not name.startswith("retired")}


def changed(editor: Any, **fields: str) -> str:
    """Propose a change of the list; returns its page's address."""
    page = editor.get("/studio/law/lists/secrecy")
    values = {**rows(page), "reason": "上级要求", **{k.replace("__", "."): v for k, v in fields.items()}}
    return str(editor.post("/studio/law/lists/secrecy", **values).headers["location"])


def test_a_code_is_added_renamed_and_retired(site: Any) -> None:
    """The change is told in sentences; once approved by a second person the form offers what is left."""
    houses.deploy(site.engine, MODEL, **{"forms/secret.json": json.dumps(FORM).encode()})
    editor, approver, officer = (site.browser(name) for name in ("editor", "approver", "officer"))
    with site.engine.begin() as uow:
        first, second = uow.installation.law.code_lists["secrecy"].codes
    change = changed(editor, name__0="改了名", retired__1="1", code__2="NEW", name__2="新方式")

    page = approver.get(change)
    assert f"选项“{first.name}”改名为“改了名”" in page
    assert f"选项“{second.name}”（{second.code}）停用" in page and "新增选项“新方式”（NEW）" in page
    approver.post(f"{change}/approval")

    case = houses.start(site.engine, site.people["officer"], key="lists").id
    form = officer.get(f"/tasks/{houses.task_ids(site.engine, case)['w']}")
    assert "改了名" in form and "新方式" in form
    assert f'<option value="{second.code}"' not in form


def test_a_code_in_use_is_never_taken_away(site: Any) -> None:
    """A program that leaves one out is refused with its name."""
    answer = site.api("editor").post(
        "/v2/law-changes",
        json={
            "section": "list",
            "code": "risks",
            "fields": {"codes": [{"code": "x", "name": "x"}]},
            "reason": "r",
        },
    )

    assert answer.status_code == 422
    assert "不能删除，可以停用" in answer.json()["detail"]


def test_a_change_is_proposed_and_decided_by_programs(site: Any) -> None:
    """The author cannot approve; the sentence and the approvals that are missing are in the answer."""
    editor, approver = site.api("editor"), site.api("approver")
    fields = {"length": 3, "unit": "WD"}
    made = editor.post(
        "/v2/law-changes", json={"section": "deadline", "code": "D-110", "fields": fields, "reason": "试点"}
    )
    assert made.status_code == 200, made.text
    key = made.json()["lawChangeKey"]

    refused = editor.post(f"/v2/law-changes/{key}/approval", json={})
    done = approver.post(f"/v2/law-changes/{key}/approval", json={"note": "同意"})

    assert made.json()["approvalsNeeded"] == 1 and "改为3" in made.json()["sentences"][0]
    assert (refused.status_code, done.json()["state"]) == (403, "in-force")
    assert editor.get("/v2/law-changes").json()["items"][0]["lawChangeKey"] == key


def test_a_statutory_value_stays_statutory(site: Any) -> None:
    """Calling a time limit of a statute a policy value needs the provision and two people all the same."""
    fields = {"class": "PARAM", "length": 99}
    answer = site.api("editor").post(
        "/v2/law-changes", json={"section": "deadline", "code": "D-112", "fields": fields, "reason": "省事"}
    )

    assert answer.status_code == 422 and "条文原文" in answer.json()["detail"]


@pytest.mark.parametrize(
    "fields", [{"length": {}}, {"extension": "x"}, {"code": "D-999"}, {"unit": "光年"}, {"basis": ["NONE"]}]
)
def test_nonsense_is_refused_with_a_sentence(site: Any, fields: dict[str, Any]) -> None:
    """Whatever a program sends for a member."""
    body = {"section": "deadline", "code": "D-101", "fields": fields, "reason": "r"}

    assert site.api("editor").post("/v2/law-changes", json=body).status_code == 422
