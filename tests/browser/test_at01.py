"""AT-01 in a real Chromium: a 110 dispatch goes from the officer to the file, through the hands of those who work on it."""

from __future__ import annotations

import re

import pytest
from acting import Stage, fill
from playwright.sync_api import Browser

from workflows import preparing, worker
from workflows.demonstration import demo_people
from workflows.engine import Engine

pytestmark = [pytest.mark.browser, pytest.mark.postgres]

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
OFFICER, LEADER = "chengdong.minjing1", "chengdong.suoling1"
HEAD, MEDIATOR, ADVISER = "chengdong.sifa1", "chengdong.tiaojie1", "chengdong.falv1"
SUPERVISOR = "hailing.jicengke"
ACCEPTED = {
    "deliveries": [
        {"deliverAddr": "城东街道海光社区 3 幢 501 室"},
        {"deliverAddr": "城东街道海光社区 3 幢 201 室"},
    ]
}
#: What was agreed stands in the form already: only its state is chosen.
PERFORMED = {"performance": [{"status": "完毕", "doneOn": "2026-09-22"}]}
MEDIATION = (
    ("联系双方", "contact"),
    ("逐方调查", "investigate"),
    ("逐方调查", "investigate"),
    ("汇总、判断鉴定", "investigation-summary"),
)
AGREEMENT = (
    ("调解会（可续会）", "session"),
    ("起草协议", "agreement-draft"),
    ("签订协议", "agreement-sign"),
)


@pytest.fixture
def stage(engine: Engine, address: str, chromium: Browser, request: pytest.FixtureRequest) -> Stage:
    """Return the pilot street with its people and the shipped pack; no case yet."""
    for folder in preparing.packs():
        preparing.deploy(engine, folder)
    with engine.begin() as uow:
        demo_people.put(uow)
    return Stage(engine=engine, address=address, chromium=chromium, viewport=request.param)


@pytest.mark.parametrize("stage", [PHONE, DESKTOP], ids=["phone", "desktop"], indirect=True)
def test_neighbour_noise_from_dispatch_to_filing(stage: Stage) -> None:
    """Every step by hand, on the days of AT-01; the dates are those of the case; no page complains."""
    stage.at("2026-09-18T15:20")
    case = dispatched(stage)
    stage.at("2026-09-18T15:50")
    stage.do(ADVISER, "法律协助", stage.sample("legal-assist"))
    stage.do(OFFICER, "现场处置登记", stage.sample("scene"))
    stage.at("2026-09-18T16:00")
    stage.do(OFFICER, "民警确认分流", stage.sample("triage-confirm"))
    stage.do(OFFICER, "民警征询意愿", stage.sample("consent"))
    stage.do(OFFICER, "填写移送审批表", stage.sample("referral-fill"))
    stage.at("2026-09-18T16:05")
    stage.do(LEADER, "审批移送", stage.sample("referral-approve"))
    stage.at("2026-09-18T16:07")
    stage.do(MEDIATOR, "接收或者退回", stage.sample("referral-receive"))
    stage.do(HEAD, "确认等级和层级", stage.sample("risk-confirm"))
    stage.do(HEAD, "指定调解员", stage.sample("assign"))
    assert "最后期限 2026-09-22" in seen(stage, case)
    stage.at("2026-09-18T16:40")
    stage.do(MEDIATOR, "受理登记", ACCEPTED | stage.sample("accept"))
    assert "最后期限 2026-10-19" in seen(stage, case)
    stage.at("2026-09-20T10:00")
    for task, form in MEDIATION:
        stage.do(MEDIATOR, task, stage.sample(form))
    stage.at("2026-09-21T10:00")
    for task, form in AGREEMENT:
        stage.do(MEDIATOR, task, stage.sample(form))
    stage.at("2026-09-22T10:00")
    stage.do(MEDIATOR, "登记履行情况", PERFORMED)
    stage.do(MEDIATOR, "询问双方是否申请", stage.sample("jc-willing"))
    assert "已于 2026-09-22 10:0" in seen(stage, case)
    assert stage.faults == []


def dispatched(stage: Stage) -> str:
    """Enter the dispatch as the officer; returns the path of the case."""
    page = stage.person(OFFICER)
    page.goto(f"{stage.address}/start/dispute-referral")
    stage.look(page)
    fill(page, stage.sample("register"))
    page.locator(".actions button[value=submit]").click()
    page.wait_for_url(re.compile("/cases/"))
    stage.look(page)
    worker.drain(stage.engine)
    return page.url


def seen(stage: Stage, case: str) -> str:
    """Return what the supervisor of the district reads on the page of the case."""
    page = stage.person(SUPERVISOR)
    page.goto(case)
    stage.look(page)
    return page.locator("main").inner_text()
