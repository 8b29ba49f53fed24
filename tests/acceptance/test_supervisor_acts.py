"""What supervisors do: each act with a reason, once, by one of them, on a case that is still there."""

from __future__ import annotations

import re
from typing import Any

import houses
import pytest

from workflows.trail import audit

pytestmark = pytest.mark.postgres


def opened(browser: Any, path: str) -> dict[str, str]:
    """Open the page of an act and return what its form carries along."""
    page = browser.get(path)
    return {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("_once", "revision")}  # type: ignore[index]


def test_an_act_asks_for_a_reason_and_leaves_it_in_the_audit(site: Any) -> None:
    """A leader holds a case; without a reason nothing happens."""
    case, leader = site.start(), site.browser("leader")
    form = opened(leader, f"/cases/{case}/acts/suspend")

    refused = leader.post(f"/cases/{case}/acts/suspend", status=422, **form).text
    leader.post(f"/cases/{case}/acts/suspend", **form, reason="等待上级批复")
    with site.engine.begin() as uow:
        chain = audit.of_instance(uow, site.people["leader"], case).items

    assert "请填写“理由”" in refused
    assert "已暂停" in leader.get(f"/cases/{case}")
    assert any(e.action == "suspend" and e.detail["reason"] == "等待上级批复" for e in chain)


def test_of_two_supervisors_the_second_learns_who_was_faster(site: Any) -> None:
    """Both have the page open; the second sees a sentence with the first one's name, keeps the reason, changes nothing."""
    case, leader, head = site.start(), site.browser("leader"), site.browser("head")
    first, second = opened(leader, f"/cases/{case}/acts/suspend"), opened(head, f"/cases/{case}/acts/cancel")

    leader.post(f"/cases/{case}/acts/suspend", **first, reason="先停一停")
    answer = head.post(f"/cases/{case}/acts/cancel", status=409, **second, reason="重复登记")

    assert "leader某已于" in answer.text and "暂停了本案" in answer.text
    assert "重复登记" in answer.text
    assert "已终止" not in head.get(f"/cases/{case}")


def test_an_act_on_a_case_that_just_ended_is_refused_in_words(site: Any) -> None:
    """The page was open when somebody else ended the case."""
    case, leader, head = site.start(), site.browser("leader"), site.browser("head")
    form = opened(head, f"/cases/{case}/acts/suspend")
    site.api("leader").post(f"/v2/process-instances/{case}/cancellation", json={"reason": "误报"})

    answer = head.post(f"/cases/{case}/acts/suspend", status=409, **form, reason="迟了")

    assert "本案已经办结或终止" in answer.text and "leader某已于" in answer.text
    assert "没有成功" in leader.post(f"/cases/{case}/acts/resume", status=409, reason="x").text


def test_an_act_sent_twice_is_done_once(site: Any) -> None:
    """The same page sent again leads to the same place."""
    case, leader = site.start(), site.browser("leader")
    form = opened(leader, f"/cases/{case}/acts/suspend")

    for _ in range(2):
        assert (
            leader.post(f"/cases/{case}/acts/suspend", **form, reason="r").headers["location"]
            == f"/cases/{case}"
        )


def test_bulk_acts_report_row_by_row(site: Any) -> None:
    """One of three cases is over, one is unknown: the third is held, the others say why not."""
    cases = [site.start() for _ in range(2)]
    site.api("leader").post(f"/v2/process-instances/{cases[0]}/cancellation", json={"reason": "误报"})
    body = {"act": "suspend", "processInstanceKeys": [*cases, "nobody"], "reason": "整治期间"}

    rows = site.api("leader").post("/v2/process-instances/bulk", json=body).json()["items"]

    assert [row["done"] for row in rows] == [False, True, False]
    assert "已经办结或终止" in rows[0]["detail"] and "没有找到" in rows[2]["detail"]


def test_a_chosen_list_is_confirmed_before_anything_happens(site: Any) -> None:
    """Ticked cases are shown, an act and a reason asked for, and the report names each."""
    cases, leader = [site.start(), site.start()], site.browser("leader")
    page = leader.get("/cases/bulk?" + "&".join(f"case={case}" for case in cases))
    report = leader.post("/cases/bulk", status=200, case=cases, act="suspend", reason="整治").text

    assert all(f'value="{case}"' in page for case in cases)
    assert "已办 2 项，未办 0 项" in report
    assert "请选择要做什么" in leader.post("/cases/bulk", status=422, case=cases, reason="r").text


def test_many_tasks_go_to_another_person(site: Any) -> None:
    """All tasks in one officer's hands go to a colleague; a stranger of another station gets none."""
    cases, leader = [site.start() for _ in range(2)], site.browser("leader")
    officer = site.api("officer")
    tasks = [site.task(case) for case in cases]
    for task in tasks:
        officer.post(f"/v2/user-tasks/{task}/assignment", json={})
    page = leader.get("/workload?holder=officer")

    refused = leader.post(
        "/workload", status=200, holder="officer", task=tasks, to="stranger", reason="调岗"
    ).text
    done = leader.post(
        "/workload", status=200, holder="officer", task=tasks, to="colleague", reason="调岗"
    ).text

    assert all(f'value="{task}"' in page for task in tasks)
    assert "已办 0 项，未办 2 项" in refused and "岗位和单位范围" in refused
    assert "已办 2 项" in done


def test_an_order_is_answered_and_closed(site: Any) -> None:
    """督办: the officer is told, answers, the leader closes; a second answer is refused; others never see it."""
    case = site.start()
    body = {"assignee": "officer", "text": "三日内联系双方", "dueDate": "2999-01-01"}
    leader, officer = site.api("leader"), site.api("officer")
    assert leader.post(f"/v2/process-instances/{case}/supervision-orders", json=body).status_code == 422
    given = leader.post(
        f"/v2/process-instances/{case}/supervision-orders", json={**body, "dueDate": "2027-01-04"}
    )
    order = f"/v2/supervision-orders/{given.json()['supervisionOrderKey']}"
    assert "项督办等您答复" in site.browser("officer").get("/")

    answered = officer.post(f"{order}/answer", json={"text": "已联系，定于周五调解"}).json()
    again = officer.post(f"{order}/answer", json={"text": "再答"})
    closed = leader.post(f"{order}/closure").json()

    assert answered["state"] == "ANSWERED" and again.status_code == 409 and closed["state"] == "CLOSED"
    assert site.api("stranger").post(f"{order}/answer", json={"text": "x"}).status_code == 404
    assert "三日内联系双方" in site.browser("officer").get(f"/cases/{case}")
    assert site.browser("mediator").get(f"/orders/{given.json()['supervisionOrderKey']}", status=404)


def test_only_supervisors_are_asked(site: Any) -> None:
    """An officer on the case gets no page of an act."""
    case = site.start()
    site.api("officer").post(f"/v2/user-tasks/{site.task(case)}/assignment", json={})

    site.browser("officer").get(f"/cases/{case}/acts/cancel", status=403)
    site.browser("stranger").get(f"/cases/{case}/acts/cancel", status=404)


def test_every_move_is_explained_on_a_page(site: Any) -> None:
    """The page of reasons names who did the step before."""
    case = site.start()
    houses.complete(site.engine, site.people["officer"], case, "a", place="城东")

    page = site.browser("leader").get(f"/cases/{case}/why")

    assert "登记" in page and "officer某" in page and "这一步已办结" in page


def test_a_program_may_say_which_case_it_saw(site: Any) -> None:
    """An old revision is refused, the present one is not."""
    case, leader = site.start(), site.api("leader")
    revision = leader.get(f"/v2/process-instances/{case}").json()["revision"]
    path = f"/v2/process-instances/{case}/suspension"

    assert leader.post(path, json={"reason": "r", "expectedRevision": revision - 1}).status_code == 409
    assert leader.post(path, json={"reason": "r", "expectedRevision": revision}).status_code == 200
