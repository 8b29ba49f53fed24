"""The law pack's rooms: who may change what, how many must approve, and what follows."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import houses
import pytest

from workflows import worker

pytestmark = pytest.mark.postgres
CLOCK = houses.model(
    '<startEvent id="s"/><userTask id="work" name="调解" jf:roles="R02" jf:at="station" jf:deadline="{}"/><endEvent id="e"/>'
    + houses.flows("s>work", "work>e"),
    key="clock",
)
ARTICLE = "第二十七条 调解应当在受理之日起四十日内办结。"


def deploy(site: Any, code: str) -> None:
    """Deploy a model whose task runs by a deadline."""
    houses.deploy(site.engine, CLOCK.replace(b"{}", code.encode()))


def propose(browser: Any, code: str, **fields: str) -> Any:
    """Propose another length; returns the address of the change."""
    browser.get(f"/studio/law/deadlines/{code}")
    return browser.post(f"/studio/law/deadlines/{code}", **fields).headers["location"]


def approve(browser: Any, change: str, *, status: int = 303, **fields: str) -> Any:
    """Approve by the button."""
    browser.get(change)
    return browser.post(f"{change}/approval", status=status, **fields)


def days(site: Any, case: str) -> int:
    """Return the days from start to due of the case's deadline."""
    with site.engine.begin() as uow:
        row = uow.deadlines.of_instance(case)[0]
        return int((row.due_at - row.started_at).days)


def length(site: Any, code: str) -> int:
    """Return a length as the next transaction sees it."""
    with site.engine.begin() as uow:
        return int(uow.installation.law.catalogue.find(code).length)


def test_a_policy_value_needs_one_other_person(site: Any) -> None:
    """The new case is counted by the new rule, the running one by the old, whatever happens to it."""
    editor, approver = site.browser("editor"), site.browser("approver")
    deploy(site, "D-110")
    old = houses.start(site.engine, site.people["officer"], key="clock").id
    before = days(site, old)
    change = propose(editor, "D-110", length="90", unit="CD", reason="试点办法")
    editor.post(f"{change}/approval", status=403)
    approve(approver, change)

    assert length(site, "D-110") == 90
    new = houses.start(site.engine, site.people["officer"], key="clock").id
    worker.drain_once(site.engine)
    with site.engine.begin() as uow:
        from workflows.execution import ledgers

        row = uow.deadlines.of_instance(old)[0]
        ledgers.reckoned(uow, row, uow.deadlines.ledger(row.id))
    assert (days(site, old), days(site, new) >= 88) == (before, True)


def test_a_statutory_value_needs_the_article_and_two_people(site: Any) -> None:
    """Neither the author nor the same approver twice; running deadlines move when the change says so."""
    editor, first, second = (site.browser(name) for name in ("editor", "approver", "second-approver"))
    code = "D-112"
    with site.engine.begin() as uow:
        rule = uow.installation.law.catalogue.find(code)
        assert str(rule.klass) == "LOCK"
    deploy(site, code)
    case = houses.start(site.engine, site.people["officer"], key="clock").id
    before, longer = days(site, case), str(rule.length + 10)
    editor.get(f"/studio/law/deadlines/{code}")
    bare = editor.post(
        f"/studio/law/deadlines/{code}", status=422, length=longer, unit=str(rule.unit), reason="新法"
    )
    assert "条文原文" in bare.text

    change = propose(
        editor, code, length=longer, unit=str(rule.unit), reason="新法", article=ARTICLE, migrates="1"
    )
    assert "1 件" in first.get(change)
    approve(first, change)
    assert length(site, code) == rule.length
    again = approve(first, change, status=422).text
    assert "已经批准过" in again
    approve(second, change)
    worker.drain_once(site.engine)

    assert length(site, code) == rule.length + 10
    assert days(site, case) > before


def test_a_planned_change_comes_into_force_on_its_day(site: Any) -> None:
    """The clockwork does it, once."""
    editor, approver = site.browser("editor"), site.browser("approver")
    change = propose(editor, "D-101", length="45", unit="min", reason="改进")
    day = (site.engine.now() + timedelta(days=7)).date()
    approve(approver, change, effective=f"{day}T00:00")
    assert "待生效" in editor.get(change)
    waits = length(site, "D-101")

    houses.move(site.engine, days=8)
    worker.drain_once(site.engine)
    again = worker.drain_once(site.engine).laws

    assert (waits != 45, length(site, "D-101"), again) == (True, 45, 0)


def test_a_parameter_set_is_entered_by_one_and_approved_by_another(site: Any) -> None:
    """JS-2025: amounts stay exact, a line that is no value is told."""
    editor, approver = site.browser("editor"), site.browser("approver")
    fields = {
        "code": "JS-2025",
        "kind": "compensation",
        "name": "江苏2025年度统计数据",
        "region": "江苏",
        "year": "2025",
    }
    editor.get("/studio/law/parameters")
    wrong = editor.post(
        "/studio/law/parameters", status=422, values="I 65000", reason="统计公报", **fields
    ).text
    assert "读不懂" in wrong and "统计公报" in wrong
    change = editor.post(
        "/studio/law/parameters", values="I = 65432.10\nC = 42000\nW = 130000", reason="公报", **fields
    )
    approve(approver, change.headers["location"])

    with site.engine.begin() as uow:
        entry = uow.installation.law.parameter_sets["JS-2025"]
    assert (str(entry.values["I"]), entry.year) == ("65432.10", 2025)


def test_impossible_values_are_refused_in_words(site: Any) -> None:
    """The law pack's own checks speak; script tags are text."""
    editor = site.browser("editor")
    editor.get("/studio/law/deadlines/D-110")
    page = editor.post(
        "/studio/law/deadlines/D-110",
        status=422,
        length="9",
        unit="CD",
        basis="NO-SUCH",
        reason="<script>x</script>",
    ).text

    assert "NO-SUCH" in page and "<script>x" not in page


def test_a_year_is_entered_by_rows_or_by_file(site: Any) -> None:
    """A wrong row is told with its line; the year's days are shown."""
    editor = site.browser("editor")
    editor.get("/studio/law/calendars")
    rows = {"from0": "2033-01-01", "to0": "2033-01-03", "kind0": "休", "name0": "元旦"}
    done = editor.post("/studio/law/calendars", source="国办发〔2032〕1号", **rows)
    assert "元旦" in editor.get(done.headers["location"])

    bad = editor.http.post(
        "/studio/law/calendars",
        data={"_csrf": editor.csrf, "source": "x"},
        files={"file": ("2034.csv", "日期,类型,名称\n2034-13-01,休,元旦\n".encode())},
    )
    assert bad.status_code == 422 and "第2行" in bad.text


@pytest.mark.parametrize(
    "room", ["", "/deadlines", "/parameters", "/lists", "/calendars", "/deadlines/D-110"]
)
def test_every_room_opens_for_those_concerned_only(site: Any, room: str) -> None:
    """Policy staff, approvers and auditors; officers have none of it."""
    for who in ("editor", "approver", "auditor"):
        assert re.search("<h1>.+</h1>", site.browser(who).get(f"/studio/law{room}"))
    site.browser("officer").get(f"/studio/law{room}", status=403)
