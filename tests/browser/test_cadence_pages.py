"""Work that starts by itself, on the pages: the weekly exchange, a special period, a major dispute that reaches another district."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from acting import ZONE, Stage, fill
from playwright.sync_api import Page, expect
from test_two_sessions import BUREAU, POLICE, begun, stage  # noqa: F401  (a fixture)

from workflows import worker

pytestmark = [pytest.mark.browser, pytest.mark.postgres]

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
LIAISON, OFFICER = "chengdong.pailian1", "chengdong.minjing1"


def told(played: Stage, page: Page, case: str, title: str, values: dict[str, object]) -> None:
    """Enter a message that the case waits for, on its page."""
    page.goto(case)
    page.get_by_role("link", name=title).click()
    played.look(page)
    fill(page, values)
    page.locator(".actions button[value=submit]").click()
    page.wait_for_url(re.compile("/cases/"))
    worker.drain(played.engine)


def test_the_weekly_exchange_is_edited_on_a_phone(stage: Callable[..., Stage]) -> None:  # noqa: F811
    """Friday at nine the liaison finds the draft with its numbers; a changed number wants a reason, an item is sent along."""
    played = stage("grading", "handover", "cadence", "weekly-exchange", viewport=PHONE)
    with played.engine.begin() as uow:
        friday = uow.packs.start_due("weekly-exchange", "Opens")
    assert friday is not None
    played.at(f"{friday.astimezone(ZONE) + timedelta(minutes=1):%Y-%m-%dT%H:%M}")
    sample = played.sample("exchange-police")

    page = played.open(LIAISON, "派出所提交")
    expect(page.locator('[name="police.dispatches"]')).to_have_value("0")
    fill(page, {"police": {"dispatches": 12}})
    expect(page.get_by_label("更正原因")).to_be_visible()
    played.do(LIAISON, "派出所提交", {"police": {**sample["police"], "reason": "另有电话报警十二起"}})

    page.goto(f"{played.address}/cases")
    expect(page.locator("main")).to_contain_text("每周联络交换 城东街道")
    assert played.faults == []


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_special_period_is_entered_opened_and_ended_early(
    stage: Callable[..., Stage],  # noqa: F811
    viewport: dict[str, int],
) -> None:
    """The police bureau enters an event for two towns; the station plans; the bureau ends it and the station reports."""
    played = stage("cadence", "holiday-patrol", viewport=viewport)
    played.at("2026-05-28T10:00")
    days = {"begin": date(2026, 6, 7), "end": date(2026, 6, 9)}
    played.samples = {**played.samples, "special-period": {"period": {**PERIOD, **days}}}
    case = begun(played, POLICE, "special-period", "special-period")
    played.do(POLICE, "确定范围", {"period": {"chosen": ["城东街道", "罡杨镇"]}})

    played.at("2026-06-05T09:01")
    played.do(OFFICER, "巡查方案", played.sample("patrol-plan"))
    told(played, played.person(POLICE), case, "提前结束特殊时段", {"ended": {"reason": "活动提前闭幕"}})

    page = played.open(OFFICER, "巡查总结")
    expect(page.get_by_text("本时段已提前结束")).to_be_visible()
    played.do(OFFICER, "巡查总结", played.sample("patrol-close"))
    assert played.faults == []


PERIOD = {"kind": "重大活动", "name": "水城节", "reason": "市局通知〔2026〕5号"}


def test_a_dispute_of_two_districts_goes_to_the_other_side_and_back(
    stage: Callable[..., Stage],  # noqa: F811
) -> None:
    """Reported by hand, called, lead named with the other district, its answer entered, the plan goes on meanwhile."""
    played = stage("cadence", "major-dispute", viewport=DESKTOP)
    played.at("2026-11-02T10:00")
    case = begun(played, BUREAU, "major-dispute", "major-register")
    leader = "jiulong.suoling1"
    played.do(leader, "报告区级", played.sample("major-report"))
    played.do(BUREAU, "联合值班通话", played.sample("major-call"))
    across = {"crossDistrict": "是", "otherDistrict": "姜堰区", "place": "九龙镇"}
    played.do(BUREAU, "牵头和包案领导", played.sample("major-lead", major=across))

    page = played.person(BUREAU)
    page.goto(case)
    expect(page.locator("main")).to_contain_text("处置方案")
    if page.get_by_role("link", name="登记对方区答复").count() == 0:
        played.do(BUREAU, "人工送达", played.sample("cross-by-hand"))
    told(played, page, case, "登记对方区答复", played.sample("cross-reply"))

    expect(page.locator("main")).to_contain_text("处置方案")
    assert played.faults == []
