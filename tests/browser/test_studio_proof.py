"""A policy editor tries a changed draft in a real Chromium, saves the run, breaks the draft and is told which step."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import serving
from playwright.sync_api import Browser, Page, expect

from tasks.model import SYSTEM, Actor
from tests.builders.mutations import edited, shipped
from workflows import deployments
from workflows.engine import Engine
from workflows.settings import CLOCK_OFFSET
from workflows.studio import drafts, files

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))
import houses

pytestmark = [pytest.mark.browser, pytest.mark.postgres]
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
PICTURES = os.environ.get("PICTURES")  #: folder for pictures of what the test saw
AUTUMN = datetime(
    2026, 9, 10, 9, tzinfo=ZoneInfo("Asia/Shanghai")
)  #: before the dates of the typical answers
CHANGED = [
    {"file": "process.bpmn", "element": "OpenMeeting", "set": {"name": "召集会议、定日期"}},
    {"file": "forms/meeting-open.json", "replace": ['"required": true', '"required": false']},
    {"file": "process.bpmn", "element": "Session", "set": {"jf:source": "XZFY-61 POLICY"}},
]
BROKEN = [{"file": "process.bpmn", "element": "OpenMeeting", "set": {"jf:roles": "R06", "jf:at": None}}]


@pytest.fixture
def editor(engine: Engine) -> Actor:
    """Return the policy editor of an installation with the pack of the joint meeting, without its own scenarios."""
    with engine.begin() as uow:
        uow.settings.put(CLOCK_OFFSET, (AUTUMN - uow.real_now) / timedelta(seconds=1))
    people = houses.house(engine)
    pack = {path: data for path, data in shipped("joint-meeting").items() if _is_small(path)}
    with engine.begin() as uow:
        deployments.deploy(
            uow, deployments.Deploy(actor=SYSTEM, name="joint-meeting", files=pack, trusted=True)
        )
    return people["editor"]


def _is_small(path: str) -> bool:
    return not path.startswith("scenarios/") or path.endswith("samples.yaml")


def change(engine: Engine, editor: Actor, draft: str, edits: list[dict[str, Any]]) -> None:
    """Save edits into a draft as the editor's diagram page does."""
    with engine.begin() as uow:
        now = drafts.contents(uow, draft)
        after = edited(now, edits)
        revisions = {row.path: row.revision for row in uow.drafts.files(draft)}
        for path in sorted(path for path in after if after[path] != now.get(path)):
            command = files.Save(
                actor=editor, draft_id=draft, path=path, data=after[path], expected=revisions.get(path, 0)
            )
            files.save(uow, command)


@pytest.fixture
def page(engine: Engine, editor: Actor, chromium: Browser) -> Iterator[Page]:
    """Yield the editor's window, signed in; a console error fails the test."""
    faults: list[str] = []
    with serving.served(engine) as address:
        window = chromium.new_context(viewport=DESKTOP, locale="zh-CN", base_url=address).new_page()  # type: ignore[arg-type]
        window.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        window.on("pageerror", lambda fault: faults.append(str(fault)))
        window.goto("/login")
        window.fill("[name=account]", "editor")
        window.fill("[name=password]", houses.PASSWORD)
        window.click("main button[type=submit], main .btn.primary")
        yield window
        window.context.close()
    assert [fault for fault in faults if "422" not in fault] == []


def picture(page: Page, name: str) -> None:
    """Keep a picture on both sizes, if somebody wants to look."""
    for size, viewport in (("desk", DESKTOP), ("phone", PHONE)) if PICTURES else ():
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        page.screenshot(path=f"{PICTURES}/{name}-{size}.png", full_page=True)
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


def test_try_save_break_and_be_refused(engine: Engine, editor: Actor, page: Page) -> None:
    """Edit, see the difference, try, save the run as a scenario, break the draft: submission names the step."""
    page.goto("/studio")
    page.locator("form[action='/studio/drafts'] button").first.click()
    page.wait_for_url("**/studio/*")
    draft = page.url.rstrip("/").rsplit("/", 1)[1].split("?")[0]
    change(engine, editor, draft, CHANGED)

    page.goto(f"/studio/{draft}/difference")
    expect(page.locator("main")).to_contain_text("改名为“召集会议、定日期”")
    expect(page.locator("[data-side=after] .diff-chip").first).to_be_visible()
    page.locator(".diff-go").first.click()
    expect(page.locator(".d-here").first).to_be_attached()
    picture(page, "difference")

    page.goto(f"/studio/{draft}/try")
    picture(page, "try-start")
    page.locator("main a.btn", has_text="申请").or_(page.locator("main a.btn")).first.click()
    picture(page, "try-form")
    page.locator("main .actions .btn.primary").click()
    page.wait_for_url("**/try")
    page.locator("main a.btn[href*='OpenMeeting']").first.click()
    page.locator("main .actions .btn.primary").click()
    page.wait_for_url("**/try")
    page.click("button[name=_do][value='24']")
    expect(page.locator("main")).to_contain_text("演练，不是真实案件")
    picture(page, "try")
    page.fill("#title", "照常召集")
    page.locator("button[value=save]").click()
    expect(page.locator("main")).to_contain_text("已存为场景")

    change(engine, editor, draft, BROKEN)
    page.goto(f"/studio/{draft}")
    page.fill("#note", "换人召集")
    page.locator(f"form[action='/studio/{draft}/submission'] button").click()
    expect(page.locator("main")).to_contain_text("在第1步“召集会议、定日期”不符")
    picture(page, "refused")
