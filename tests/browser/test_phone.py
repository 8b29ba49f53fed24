"""A real Chromium at 390 px: login, my tasks, fill in, a photo, complete; and the promises of the pages."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from api.app import create_app
from api.static import DIST
from workflows.engine import Engine

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))
import houses

pytestmark = [pytest.mark.browser, pytest.mark.postgres]

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
FORM = {
    "type": "default",
    "id": "register",
    "schemaVersion": 18,
    "components": [
        {"type": "textfield", "key": "place", "label": "地点", "validate": {"required": True}},
        {"type": "checkbox", "key": "hurt", "label": "有人受伤"},
        {"type": "textfield", "key": "hospital", "label": "医院", "conditional": {"hide": "=hurt != true"}},
        {"type": "filepicker", "key": "photos", "label": "照片", "multiple": True},
    ],
}
MODEL = houses.model(
    '<startEvent id="s"/><userTask id="a" name="登记" jf:form="register" jf:roles="R02" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>e")
)


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    """Build the front end where it is not built yet."""
    if not (DIST / "manifest.json").exists():
        subprocess.run([sys.executable, "api/web/hatch_build.py"], cwd=Path(__file__).parents[2], check=True)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Yield one headless Chromium."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])


@pytest.fixture
def site(engine: Engine) -> Iterator[str]:
    """Serve a small installation; yields its address."""
    who = houses.house(engine)
    houses.deploy(engine, MODEL, **{"forms/register.json": json.dumps(FORM).encode()})
    houses.start(engine, who["officer"])
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(engine), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()


def signed_in(chromium: Browser, site: str, viewport: Any, **options: Any) -> Page:
    """Return a page signed in as the officer; anything the policy blocks fails the test."""
    page = chromium.new_context(viewport=viewport, locale="zh-CN", **options).new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.on("console", lambda m: pytest.fail(m.text) if "Content Security Policy" in m.text else None)
    page.goto(f"{site}/login")
    page.get_by_label("账号").fill("officer")
    page.get_by_label("密码").fill(houses.PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{site}/")
    return page


def ensure_fits(page: Page) -> None:
    """Nothing scrolls sideways, and every target is large enough for a thumb."""
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.evaluate(
        """() => [...document.querySelectorAll('main a.btn, main button, nav.tabbar a, main .item, main select, main input')]
        .filter(e => e.type !== 'hidden' && e.offsetParent && !e.classList.contains('vh'))
        .map(e => [(e.closest('label.choice') ?? e).getBoundingClientRect().height, e.outerHTML.slice(0, 80)])
        .filter(([height]) => height < 44)"""
    )
    assert small == []


def test_from_login_to_a_completed_task_on_a_phone(chromium: Browser, site: str, tmp_path: Path) -> None:
    """Login, claim, a condition, a draft that saves itself, a photo on selection, submit."""
    page = signed_in(chromium, site, PHONE)
    ensure_fits(page)
    page.get_by_role("link", name="开始办理").click()
    page.get_by_role("button", name="签收").first.click()

    ensure_fits(page)
    expect(page.get_by_label("医院")).to_be_hidden()
    page.get_by_text("有人受伤").click()
    expect(page.get_by_label("医院")).to_be_visible()
    page.get_by_label("地点").fill("城东菜场")
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    Image.new("RGB", (60, 40)).save(tmp_path / "现场.jpg")
    page.locator("input[type=file]").set_input_files(tmp_path / "现场.jpg")
    expect(page.get_by_role("link", name="现场.jpg")).to_be_visible()
    page.get_by_role("button", name="提交", exact=True).last.click()

    expect(page.get_by_role("heading", name="已提交")).to_be_visible()


def test_the_draft_survives_a_dead_network(chromium: Browser, site: str) -> None:
    """Offline the page says so and keeps the text; back online it saves by itself."""
    page = signed_in(chromium, site, PHONE)
    page.get_by_role("link", name="开始办理").click()
    page.get_by_role("button", name="签收").first.click()

    page.context.set_offline(True)
    page.get_by_label("地点").fill("没有信号的地方")
    expect(page.get_by_text("当前没有网络")).to_be_visible()
    page.context.set_offline(False)

    expect(page.get_by_text("草稿已保存")).to_be_visible(timeout=25_000)
    page.reload()
    expect(page.get_by_label("地点")).to_have_value("没有信号的地方")


def test_everything_works_without_javascript(chromium: Browser, site: str) -> None:
    """The same way with scripts off; conditional fields are within reach."""
    page = signed_in(chromium, site, PHONE, java_script_enabled=False)
    page.get_by_role("link", name="开始办理").click()
    page.get_by_role("button", name="签收").first.click()

    expect(page.get_by_label("医院")).to_be_visible()
    page.get_by_label("地点").fill("城东")
    page.get_by_role("button", name="提交", exact=True).last.click()

    expect(page.get_by_role("heading", name="已提交")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_page_scrolls_sideways(chromium: Browser, site: str, viewport: Any) -> None:
    """Every page of the menu fits both screens."""
    page = signed_in(chromium, site, viewport)

    for path in ("/", "/cases", "/start", "/notices", "/me", "/help", "/decisions"):
        page.goto(site + path)
        ensure_fits(page)


def test_the_pages_stay_within_their_weight() -> None:
    """Inbox and form: at most 30 kB of script and style, compressed; the stylesheet at most 10 kB."""
    manifest = json.loads((DIST / "manifest.json").read_text())
    weight = {
        name: (DIST / f"{manifest[name]}.br").stat().st_size for name in ("app.js", "style.css", "diagram.js")
    }

    assert weight["style.css"] <= 10_000
    assert weight["app.js"] + weight["style.css"] <= 27_000
    assert weight["diagram.js"] <= 60_000
