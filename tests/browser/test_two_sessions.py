"""Two people in two browsers: a hand-over with two signatures, and a joint meeting from its topic to the closed action."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from acting import Stage, fill
from playwright.sync_api import Browser, expect

from workflows import preparing, worker
from workflows.demonstration import demo_people
from workflows.engine import Engine
from workflows.scenarios import pack as scenario_pack

pytestmark = [pytest.mark.browser, pytest.mark.postgres]

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
BUREAU, POLICE, GROUP = "hailing.jicengke", "hailing.zhian", "hailing.lingdao"
HEAD = "gangyang.sifa1"


@pytest.fixture
def stage(engine: Engine, address: str, chromium: Browser) -> Callable[..., Stage]:
    """Return who opens a stage: the four pilots with their people, some packs, no case."""

    def opened(*packs: str, viewport: dict[str, int]) -> Stage:
        for name in packs:
            preparing.deploy(engine, preparing.LIBRARY / name)
        with engine.begin() as uow:
            demo_people.put(uow)
        samples = scenario_pack.open_pack(preparing.LIBRARY / packs[-1]).samples
        return Stage(engine=engine, address=address, chromium=chromium, viewport=viewport, samples=samples)

    return opened


def begun(stage: Stage, account: str, process: str, form: str) -> str:
    """Start a case by its form as somebody; returns the address of the case."""
    page = stage.person(account)
    page.goto(f"{stage.address}/start/{process}")
    stage.look(page)
    fill(page, stage.sample(form))
    page.locator(".actions button[value=submit]").click()
    page.wait_for_url(re.compile("/cases/"))
    worker.drain(stage.engine)
    return page.url


def test_a_hand_over_is_signed_by_two_people_in_two_sessions(stage: Callable[..., Stage]) -> None:
    """The bureau gives, the justice office receives; the giver's name in the receiver's field is refused in words."""
    played = stage("grading", "handover", "handover-corrections", viewport=PHONE)
    played.at("2026-09-28T10:00")
    case = begun(played, BUREAU, "handover-corrections", "handover-list")

    played.do(HEAD, "核对交接清单", played.sample("handover-check"))
    played.do(BUREAU, "移交人签名", played.sample("handover-give"))
    receiver = played.open(HEAD, "接收人签名")
    fill(receiver, played.sample("handover-receive", handover={"receivedBy": "甲干警"}))
    receiver.locator(".actions button[value=submit]").click()
    expect(receiver.locator("main")).to_contain_text("移交人和接收人不能是同一个人")
    played.do(HEAD, "接收人签名", played.sample("handover-receive"))

    page = played.person(BUREAU)
    page.goto(case)
    expect(page.locator("main")).to_contain_text("派出所登记")
    assert played.faults == []


def test_a_joint_meeting_goes_from_its_topic_to_the_closed_action(stage: Callable[..., Stage]) -> None:
    """Request, topics of two units, screening, notice, meeting, minutes, action with evidence, closing."""
    played = stage("joint-meeting", viewport=DESKTOP)
    played.at("2026-09-28T09:00")
    case = begun(played, BUREAU, "joint-meeting", "meeting-request")

    played.do(BUREAU, "确定会议", played.sample("meeting-open"))
    for account in (POLICE, BUREAU):
        played.do(account, "提交议题和材料", played.sample("topic"))
    for _ in range(2):
        played.do(BUREAU, "确认审查结果", {"topic": {"screen": "列入"}})
    played.do(BUREAU, "发出会议通知", played.sample("meeting-notice"))
    played.do(BUREAU, "发出会议材料", played.sample("meeting-materials"))
    played.at("2026-10-20T11:30")
    played.do(BUREAU, "签到", played.sample("sign-in"))
    played.do(GROUP, "主持会议", played.sample("meeting-record"))
    played.do(BUREAU, "起草纪要", played.sample("minutes"))
    played.do(BUREAU, "签发、印发纪要", played.sample("minutes-issue"))
    played.do(POLICE, "办理并提交证据", played.sample("action"))
    played.do(BUREAU, "核验销号", played.sample("action-check"))

    page = played.person(BUREAU)
    page.goto(case)
    expect(page.locator("main")).to_contain_text("联席〔2026〕1号")
    expect(page.locator("main")).to_contain_text("会议办结")
    assert played.faults == []
