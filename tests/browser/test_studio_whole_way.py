"""The whole way of a change in one piece, in a real Chromium: drawn, checked, tried, compared, proved, approved, in force, taken back."""

from __future__ import annotations

import os
import re

import pytest
from acting import Stage
from playwright.sync_api import Browser, Page, expect

from workflows import preparing, worker
from workflows.demonstration import demo_people
from workflows.engine import Engine

pytestmark = [pytest.mark.browser, pytest.mark.postgres]
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
EDITOR, APPROVER, MEMBER = "hailing.zhengce", "hailing.zhian", "chengdong.sifa1"
STEP = "核对提议"
PICTURES = os.environ.get("PICTURES")  #: folder for pictures of what the test saw


@pytest.fixture
def stage(engine: Engine, address: str, chromium: Browser) -> Stage:
    """Return the district with its people and the shipped pack of the joint meeting, scenarios included."""
    preparing.deploy(engine, preparing.LIBRARY / "joint-meeting")
    with engine.begin() as uow:
        demo_people.put(uow)
    made = Stage(engine=engine, address=address, chromium=chromium, viewport=DESKTOP)
    made.at("2026-09-10T09:00")
    return made


def test_a_change_of_the_joint_meeting_from_the_drawing_to_the_way_back(stage: Stage) -> None:
    """A new case takes the new step, one that runs keeps its way, and so does a new one after the way back."""
    old = begun(stage)
    draft = opened(stage)
    drawn_without_a_role(stage, draft)
    mended(stage)
    tried(stage, draft)
    assert f"“{STEP}”" in said(stage, draft)
    refused_by_its_scenario(stage, draft)
    scenario_mended(stage, draft)
    submitted(stage, draft)
    approved(stage, draft)
    new = begun(stage)
    assert (now_in(stage, old), now_in(stage, new)) == ("确定会议", STEP)

    taken_back(stage)

    assert [now_in(stage, case) for case in (old, new, begun(stage))] == ["确定会议", STEP, "确定会议"]
    # The colour picker still calls what diagram-js will drop.
    assert [fault for fault in stage.faults if "getPad is deprecated" not in fault] == []


def picture(page: Page, name: str) -> None:
    """Keep a picture on both sizes, if somebody wants to look."""
    for size, viewport in (("desk", DESKTOP), ("phone", PHONE)) if PICTURES else ():
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        page.screenshot(path=f"{PICTURES}/{name}-{size}.png", full_page=size == "phone")
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


def begun(stage: Stage) -> str:
    """Propose a meeting as a member; returns the case's address."""
    page = stage.person(MEMBER)
    page.goto(f"{stage.address}/start/joint-meeting")
    page.get_by_label("提议单位").or_(page.locator("[name='request.unit']")).first.fill("城东司法所")
    page.locator("[name='request.reason']").fill("近期同类案件较多")
    page.locator(".actions button[value=submit]").click()
    page.wait_for_url(re.compile(r"/cases/[0-9a-f]+"))
    worker.drain(stage.engine)
    return page.url.partition("?")[0].rpartition("/")[2]


def now_in(stage: Stage, case: str) -> str:
    """Return the name of the step where a case waits."""
    with stage.engine.begin() as uow:
        return "、".join(task.name for task in uow.user_tasks.of_instance(case))


def opened(stage: Stage) -> str:
    """Begin a draft of the pack and open its diagram; returns the draft's address."""
    page = stage.person(EDITOR)
    page.goto(f"{stage.address}/studio")
    page.locator("form[action='/studio/drafts']", has=page.locator("[value='joint-meeting']")).locator(
        "button"
    ).first.click()
    page.wait_for_url(re.compile(r"/studio/[0-9a-f]{32}"))
    draft = page.url.partition("?")[0]
    page.locator("a.named", has_text="process.bpmn").first.click()
    expect(page.locator("#editor[data-ready]")).to_be_visible()
    return draft


def drawn_without_a_role(stage: Stage, draft: str) -> None:
    """Drop a step on the way of the member's proposal, as a user task; the check finds on it that nobody handles it."""
    page = stage.person(EDITOR)
    x, y = page.locator("g[data-element-id=Flow_StartRequest_MergeQuarter] .djs-hit-stroke").evaluate(
        "p => { const at = p.getPointAtLength(p.getTotalLength() / 4), m = p.getScreenCTM();"
        " return [at.x * m.a + m.e, at.y * m.d + m.f] }"
    )
    page.locator(".djs-palette [data-action='create.task']").click()
    page.mouse.move(x, y + 80, steps=5)
    page.mouse.move(x, y, steps=5)
    page.mouse.down()
    page.mouse.up()
    page.keyboard.type(STEP)
    page.keyboard.press("Enter")
    page.locator(".djs-context-pad [data-action=replace]").click()
    page.locator(".djs-popup [data-id=replace-with-user-task]").click()
    finding = page.locator(".finding", has_text=STEP).first
    expect(finding).to_be_visible()
    finding.click()
    expect(page.locator(".djs-overlays .jf-badge").first).to_be_visible()
    # The way that shows it is drawn: numbered steps, the flow between them lit.
    expect(page.locator(".djs-overlays .jf-number")).to_have_count(2)
    assert sorted(page.locator(".djs-overlays .jf-number").all_inner_texts()) == ["1", "2"]
    expect(page.locator("g.djs-connection.jf-way")).to_have_count(1)
    picture(page, "way-1-fault")


def mended(stage: Stage) -> None:
    """Choose who handles it; the finding goes, and everything is saved."""
    page = stage.person(EDITOR)
    page.get_by_label("角色").select_option("R13")
    page.get_by_label("哪个单位").select_option("justice-district")
    expect(page.locator("#findings-summary")).to_contain_text("检查通过")
    expect(page.locator(".finding", has_text=STEP)).to_have_count(0)
    expect(page.locator("#save-state")).to_contain_text("已保存")
    picture(page, "way-2-mended")


def tried(stage: Stage, draft: str) -> None:
    """A shadow case comes to the new step first, then to the one that was there."""
    page = stage.person(EDITOR)
    page.goto(f"{draft}/try")
    page.locator("main a.btn[href*=StartRequest]").click()
    page.locator("main .actions .btn.primary").click()
    page.wait_for_url("**/try")
    expect(page.locator("main h3", has_text=STEP)).to_be_visible()
    picture(page, "way-3-try")
    page.locator("section.card", has_text="现在该谁办").locator("a.btn").first.click()
    page.locator("main .actions .btn.primary").click()
    page.wait_for_url("**/try")
    expect(page.locator("main h3", has_text="确定会议")).to_be_visible()


def said(stage: Stage, draft: str) -> str:
    """Return the difference in words."""
    page = stage.person(EDITOR)
    page.goto(f"{draft}/difference")
    expect(page.locator("[data-side=after] .diff-chip").first).to_be_visible()
    picture(page, "way-4-difference")
    return page.locator("main").inner_text()


def sent(stage: Stage, draft: str) -> Page:
    """Press submit; the page says at once that it is being checked."""
    page = stage.person(EDITOR)
    page.goto(draft)
    page.get_by_label("修改了什么，为什么").fill("成员提议先核对")
    page.get_by_role("button", name="送审", exact=True).click()
    expect(page.get_by_role("heading", name="正在校验")).to_be_visible()
    picture(page, "way-5-proving")
    worker.studio_once(stage.engine)
    return page


def refused_by_its_scenario(stage: Stage, draft: str) -> None:
    """A scenario of the pack does not know the new step: the page comes back by itself and says which."""
    page = sent(stage, draft)
    expect(page.locator("#findings")).to_contain_text("没有议题")
    expect(page.locator("#findings")).to_contain_text("确定会议")
    picture(page, "way-6-refused")


def scenario_mended(stage: Stage, draft: str) -> None:
    """The office has changed, so the scenario does: the new step comes first."""
    page = stage.person(EDITOR)
    page.goto(f"{draft}/text/scenarios/path-no-topics.yaml")
    text = page.locator("#content").input_value()
    page.locator("#content").fill(
        text.replace("  - {do: [OpenMeeting]}", f"  - {{do: [{STEP}]}}\n  - {{do: [OpenMeeting]}}")
    )
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("第 2 次保存")


def submitted(stage: Stage, draft: str) -> None:
    """Now it passes, and waits for a second person; its author finds no button to approve."""
    page = sent(stage, draft)
    expect(page.locator(".page-head .badge")).to_have_text("待审批")
    page.goto(f"{draft}/review")
    expect(page.get_by_role("button", name="批准并发布")).to_have_count(0)


def approved(stage: Stage, draft: str) -> None:
    """A second person sees what changes in words and approves; a worker puts it into force."""
    page = stage.person(APPROVER)
    page.goto(f"{stage.address}/studio")
    page.locator(f"a[href$='{draft.rpartition('/')[2]}/review']").first.click()
    expect(page.locator("main")).to_contain_text(STEP)
    picture(page, "way-7-review")
    page.get_by_role("button", name="批准并发布").click()
    expect(page.locator("main")).to_contain_text("已批准")
    worker.studio_once(stage.engine)
    page.goto(f"{stage.address}/studio/packs/joint-meeting")
    expect(page.get_by_role("heading", name="第 2 版 现行")).to_be_visible()
    picture(page, "way-8-versions")


def taken_back(stage: Stage) -> None:
    """The editor brings version 1 back, the approver agrees."""
    page = stage.person(EDITOR)
    page.goto(f"{stage.address}/studio/packs/joint-meeting")
    page.locator("summary", has_text="恢复这一版").click()
    page.get_by_label("理由").fill("增加了等待")
    page.get_by_role("button", name="送审恢复").click()
    expect(page.get_by_role("heading", name="正在校验")).to_be_visible()
    draft = page.url.partition("?")[0]
    worker.studio_once(stage.engine)
    page = stage.person(APPROVER)
    page.goto(f"{draft}/review")
    page.get_by_role("button", name="批准并发布").click()
    expect(page.locator("main")).to_contain_text("已批准")
    worker.studio_once(stage.engine)
