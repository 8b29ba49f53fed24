"""A real Chromium at 390 px: login, my tasks, fill in, a photo, complete; and the promises of the pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import houses
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from api.static import DIST
from workflows.engine import Engine

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
        {
            "type": "dynamiclist",
            "path": "people",
            "label": "在场人员",
            "isRepeating": True,
            "allowAddRemove": True,
            "properties": {"itemLabel": "人员"},
            "components": [{"type": "textfield", "key": "name", "label": "姓名"}],
        },
    ],
}
MODEL = houses.model(
    '<startEvent id="s"/><userTask id="a" name="登记" jf:form="register" jf:roles="R02" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>e")
)


LONG = {
    "type": "default",
    "id": "long",
    "schemaVersion": 18,
    "components": [
        {"type": "text", "text": "先问清楚再填"},
        {
            "type": "group",
            "label": "来源",
            "components": [{"type": "textfield", "key": f"s{n}", "label": f"来源 {n}"} for n in range(8)],
        },
        {
            "type": "dynamiclist",
            "path": "people",
            "label": "当事人",
            "isRepeating": True,
            "allowAddRemove": True,
            "defaultRepetitions": 1,
            "properties": {"itemLabel": "当事人"},
            "components": [{"type": "textfield", "key": "name", "label": "姓名"}],
        },
        {
            "type": "group",
            "label": "经过",
            "components": [
                {"type": "textfield", "key": f"f{n}", "label": f"经过 {n}", "validate": {"required": n == 1}}
                for n in range(8)
            ],
        },
    ],
}


@pytest.fixture
def site(engine: Engine, address: str) -> str:
    """Make a small installation with one case; returns its address."""
    who = houses.house(engine)
    houses.deploy(engine, MODEL, **{"forms/register.json": json.dumps(FORM).encode()})
    houses.start(engine, who["officer"])
    return address


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


def test_what_is_submitted_without_a_signal_leaves_when_it_is_back(chromium: Browser, site: str) -> None:
    """Offline the pressed form stays on the page and says so; back online it is submitted, once, by itself."""
    page = opened(chromium, site)
    page.get_by_label("地点").fill("地下车库")
    page.context.set_offline(True)

    page.get_by_role("button", name="提交", exact=True).last.click()

    expect(page.get_by_text("信号不好，还没有提交")).to_be_visible()
    expect(page.get_by_label("地点")).to_have_value("地下车库")
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="已提交")).to_be_visible(timeout=25_000)


def test_everything_works_without_javascript(chromium: Browser, site: str) -> None:
    """The same way with scripts off; conditional fields are within reach."""
    page = signed_in(chromium, site, PHONE, java_script_enabled=False)
    page.get_by_role("link", name="开始办理").click()
    page.get_by_role("button", name="签收").first.click()

    expect(page.get_by_label("医院")).to_be_visible()
    page.get_by_label("地点").fill("城东")
    page.get_by_role("button", name="提交", exact=True).last.click()

    expect(page.get_by_role("heading", name="已提交")).to_be_visible()


def opened(chromium: Browser, site: str, **options: Any) -> Page:
    """Return the claimed form of the one task."""
    page = signed_in(chromium, site, PHONE, **options)
    page.get_by_role("link", name="开始办理").click()
    page.get_by_role("button", name="签收").first.click()
    expect(page.get_by_label("地点")).to_be_visible()
    return page


def press_submit(page: Page) -> None:
    """Press the one large button."""
    page.get_by_role("button", name="提交", exact=True).last.click()


def test_text_typed_before_the_session_ended_is_there_after_signing_in_again(
    chromium: Browser, site: str
) -> None:
    """The draft outlives the session; the page says that one has to sign in."""
    page = opened(chromium, site)
    page.get_by_label("地点").fill("会话结束前写的地点")
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    task = page.url
    page.context.clear_cookies()

    page.goto(task)
    page.get_by_label("账号").fill("officer")
    page.get_by_label("密码").fill(houses.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()

    expect(page.get_by_label("地点")).to_have_value("会话结束前写的地点")


def test_text_typed_after_the_session_ended_stays_on_the_phone(chromium: Browser, site: str) -> None:
    """What the server did not take is put back when the same task is opened in the same tab."""
    page = opened(chromium, site)
    task = page.url
    page.context.clear_cookies()
    page.get_by_label("地点").fill("没来得及保存")
    expect(page.get_by_text("登录已过期，内容已暂存在本机")).to_be_visible()

    page.goto(task)
    page.get_by_label("账号").fill("officer")
    page.get_by_label("密码").fill(houses.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()

    expect(page.get_by_label("地点")).to_have_value("没来得及保存")


def test_a_second_tab_that_is_stale_loses_nothing(chromium: Browser, site: str) -> None:
    """The task was completed elsewhere: a sentence says so, and what was typed is still on the page."""
    page = opened(chromium, site)
    other = page.context.new_page()
    other.goto(page.url)
    page.get_by_label("地点").fill("城东")
    other.get_by_label("地点").fill("写在旧页面上的话")
    press_submit(page)
    expect(page.get_by_role("heading", name="已提交")).to_be_visible()

    press_submit(other)

    expect(other.get_by_role("alert").first).to_contain_text("办结")
    expect(other.get_by_label("地点")).to_have_value("写在旧页面上的话")


def test_two_taps_on_submit_are_one_submission(chromium: Browser, site: str, engine: Engine) -> None:
    """The second tap does nothing, and the server would give the first answer again."""
    page = opened(chromium, site)
    page.get_by_label("地点").fill("城东")

    page.get_by_role("button", name="提交", exact=True).last.dblclick()

    expect(page.get_by_role("heading", name="已提交")).to_be_visible()
    with engine.begin() as uow:
        events = uow.history.of_instance(page.url.split("/")[-2], kinds=("completed",))
    assert [event["element_id"] for event in events].count("a") == 1


def test_a_photo_of_30_mb_is_refused_in_words(chromium: Browser, site: str, tmp_path: Path) -> None:
    """Nothing is sent, the sentence says what to do, and the text that was typed stays."""
    page = opened(chromium, site)
    page.get_by_label("地点").fill("城东")
    large = tmp_path / "现场.jpg"
    large.write_bytes(b"\xff\xd8" + bytes(30 * 1024 * 1024))

    page.locator("input[type=file]").set_input_files(large)

    expect(page.get_by_text("文件超过 10 MB")).to_be_visible()
    expect(page.get_by_label("地点")).to_have_value("城东")


def test_a_rare_character_goes_all_the_way(chromium: Browser, site: str) -> None:
    """𠮷 lies outside the plane that careless code knows; draft, form and page show it."""
    page = opened(chromium, site)
    page.get_by_label("地点").fill("𠮷祥里 3 幢")
    expect(page.get_by_text("草稿已保存")).to_be_visible()

    page.reload()

    expect(page.get_by_label("地点")).to_have_value("𠮷祥里 3 幢")


def test_a_row_is_added_and_removed_without_leaving_the_page(chromium: Browser, site: str) -> None:
    """What was typed stays, the eye goes to the new row, and back to the button after a removal."""
    page = opened(chromium, site)
    page.get_by_label("地点").fill("城东")
    page.evaluate("window.sameDocument = true")
    rows = page.locator("fieldset.row")
    before = rows.count()

    page.get_by_role("button", name="添加人员").click()
    expect(rows).to_have_count(before + 1)
    expect(page.locator(f'[name="people.{before}.name"]')).to_be_focused()
    page.keyboard.type("𠮷某")
    page.get_by_role("button", name=f"删除人员 {before + 1}").click()
    expect(rows).to_have_count(before)

    expect(page.get_by_label("地点")).to_have_value("城东")
    assert page.evaluate("window.sameDocument")


def test_a_long_form_comes_one_section_at_a_time(chromium: Browser, engine: Engine, address: str) -> None:
    """
    On a phone the sections of a long form follow each other; a fault found at the end shows its section again, typed text kept.
    """
    who = houses.house(engine)
    houses.deploy(
        engine, MODEL.replace(b"register", b"long"), **{"forms/long.json": json.dumps(LONG).encode()}
    )
    houses.start(engine, who["officer"])
    page = signed_in(chromium, address, PHONE)
    page.get_by_role("link", name="开始办理").click()
    page.get_by_role("button", name="签收").first.click()
    forward = page.get_by_role("button", name="下一步")

    page.get_by_label("来源 0").fill("电话")
    page.get_by_label("来源 0").press("Enter")
    expect(page.get_by_label("来源 0")).to_be_hidden()
    page.get_by_role("button", name="添加当事人").click()
    page.locator('[name="people.1.name"]').fill("王五")
    forward.click()
    expect(forward).to_be_hidden()
    page.get_by_role("button", name="提交", exact=True).last.click()

    expect(page.get_by_label("经过 1")).to_be_visible()
    expect(page.get_by_role("button", name="经过")).to_have_attribute("aria-current", "step")
    expect(page.locator('[name="people.1.name"]')).to_have_value("王五")


def test_danger_is_two_taps(chromium: Browser, site: str) -> None:
    """The first tap asks, the second reports; nobody alarms the station from a pocket."""
    page = opened(chromium, site)
    confirm = page.get_by_role("button", name="确认上报")

    expect(confirm).to_be_hidden()
    page.locator("summary", has_text="危险上报").click()
    confirm.click()

    expect(page.get_by_text("危险已上报")).to_be_visible()


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
