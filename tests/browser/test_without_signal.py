"""A phone without a signal: what was opened is read, what was chosen survives, and nobody else finds it there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import houses
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from test_phone import PHONE, opened, press_submit, signed_in, site  # noqa: F401 - the fixture of one house with one case

from workflows.engine import Engine

pytestmark = [pytest.mark.browser, pytest.mark.postgres]

IS_HELD = "path => caches.match(path, {cacheName: 'kept'}).then(found => !!found)"


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:  # noqa: F811
    """Yield the claimed form of the one task, held by the worker."""
    page = under_worker(signed_in(chromium, site, PHONE))
    page.get_by_role("link", name="开始办理").click()
    page.get_by_role("button", name="签收").first.click()
    expect(page.get_by_label("地点")).to_be_visible()
    ensure_held(page)
    yield page
    page.context.close()


def under_worker(page: Page) -> Page:
    """Return the page when the worker answers for it, and holds it."""
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller")
    page.reload()
    ensure_held(page)
    return page


def ensure_held(page: Page) -> None:
    """Wait until this address is kept."""
    page.wait_for_function(IS_HELD, arg=page.evaluate("location.pathname + location.search"))


def test_a_page_that_was_opened_is_read_without_a_signal(page: Page) -> None:
    """The task's form opens again, and a line says how old it is."""
    page.context.set_offline(True)

    page.reload()

    expect(page.get_by_text("离线：这是")).to_be_visible()
    expect(page.get_by_label("地点")).to_be_visible()


def test_a_page_that_is_not_held_says_so_and_opens_when_the_signal_is_back(page: Page, site: str) -> None:  # noqa: F811
    """Not the browser's error page but ours, with what can be read meanwhile; the wanted page comes by itself."""
    page.context.set_offline(True)
    page.goto(f"{site}/help")
    expect(page.get_by_role("heading", name="现在没有信号")).to_be_visible()
    expect(page.get_by_role("link", name="我的任务")).to_be_visible()

    page.context.set_offline(False)

    expect(page.get_by_role("heading", name="帮助").first).to_be_visible()


def test_what_was_saved_after_the_page_was_held_is_there_without_a_signal(page: Page) -> None:
    """A held form shows the latest words, not those of the moment it was fetched."""
    page.get_by_label("地点").fill("后来写的地点")
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    page.wait_for_function("sessionStorage.length === 0")
    page.context.set_offline(True)

    page.reload()

    expect(page.get_by_label("地点")).to_have_value("后来写的地点")


def test_a_form_on_a_held_page_is_submitted_when_the_signal_is_back(page: Page) -> None:
    """Opened, filled in and pressed without a signal; it leaves by itself."""
    page.context.set_offline(True)
    page.reload()
    page.get_by_label("地点").fill("地下车库")
    press_submit(page)
    expect(page.get_by_text("信号不好，还没有提交")).to_be_visible()

    page.context.set_offline(False)

    expect(page.get_by_role("heading", name="已提交")).to_be_visible()


def test_two_notes_written_on_one_held_page_are_two(page: Page, site: str, engine: Engine) -> None:  # noqa: F811
    """Each showing of a held page has its own key, by which the server tells a form that comes twice from another one."""
    page.goto(f"{site}/cases")
    page.locator("main a.item").first.click()
    ensure_held(page)
    case = page.url
    page.context.set_offline(True)
    tabs = {"第一条": page, "第二条": page.context.new_page()}
    for text, tab in tabs.items():
        tab.goto(case)
        tab.get_by_label("留言内容").fill(text)
        tab.get_by_role("button", name="留言", exact=True).click()
        expect(tab.get_by_text("信号不好，还没有提交")).to_be_visible()

    page.context.set_offline(False)

    for text, tab in tabs.items():
        expect(tab.locator("p", has_text=text)).to_be_visible()
    with engine.begin() as uow:
        assert len(uow.comments.of_instance(case.rsplit("/", 1)[-1])) == 2


def test_a_line_leads_to_the_page_whose_photo_waits(page: Page, site: str, tmp_path: Path) -> None:  # noqa: F811
    """A photo that waits is not forgotten: every page says so, and on its own page it goes by itself."""
    task = page.url
    Image.new("RGB", (60, 40)).save(tmp_path / "现场.jpg")
    page.context.set_offline(True)
    page.locator("input[type=file]").set_input_files(tmp_path / "现场.jpg")
    page.wait_for_function("caches.open('waiting').then(c => c.keys()).then(keys => keys.length === 1)")
    page.goto(f"{site}/")

    page.get_by_role("link", name="有照片还没有上传").click()
    page.wait_for_url(task)
    page.context.set_offline(False)

    expect(page.get_by_role("link", name="现场.jpg")).to_be_visible()
    page.wait_for_function("caches.open('waiting').then(c => c.keys()).then(keys => keys.length === 0)")


def test_a_photo_chosen_without_a_signal_survives_and_goes_with_the_form(
    page: Page, engine: Engine, tmp_path: Path
) -> None:
    """It is still there after the page was closed, and a form that was pressed waits for it."""
    Image.new("RGB", (60, 40)).save(tmp_path / "现场.jpg")
    page.context.set_offline(True)
    page.locator("input[type=file]").set_input_files(tmp_path / "现场.jpg")
    expect(page.get_by_text("信号恢复后自动上传").first).to_be_visible()
    page.wait_for_function("caches.open('waiting').then(c => c.keys()).then(keys => keys.length === 1)")
    page.reload()
    expect(page.get_by_text("现场.jpg")).to_be_visible()
    page.get_by_label("地点").fill("城东")
    press_submit(page)

    page.context.set_offline(False)

    expect(page.get_by_role("heading", name="已提交")).to_be_visible()
    with engine.begin() as uow:
        assert [row["name"] for row in uow.files.attachments(page.url.split("/")[-2])] == ["现场.jpg"]


def test_what_is_held_cannot_be_read_from_the_phone(page: Page) -> None:
    """On the disk stands nothing that anybody could read: the key is lent by the server, for the session."""
    held = page.evaluate("""async () => { let all = '';
        for (const shelf of ['kept', 'waiting']) for (const key of await (await caches.open(shelf)).keys())
            all += await (await caches.match(key, {cacheName: shelf})).text();
        return all; }""")

    assert len(held) > 1000
    assert "登记" not in held


def test_signing_out_leaves_nothing_behind(page: Page, site: str) -> None:  # noqa: F811
    """The next person at this phone finds no page, no photo and no key, also without a signal."""
    task = page.url
    page.goto(f"{site}/me")
    page.get_by_role("button", name="退出").first.click()
    expect(page.get_by_role("heading", name="登录警法通")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller")
    assert page.evaluate("document.cookie") == ""
    page.context.set_offline(True)

    page.goto(task)

    expect(page.get_by_role("heading", name="现在没有信号")).to_be_visible()
    expect(page.get_by_role("link", name="我的任务")).to_be_hidden()


def test_another_person_at_the_same_phone_reads_nothing_of_the_first(page: Page, site: str) -> None:  # noqa: F811
    """A session that just ran out leaves sealed pages; they are gone as soon as somebody else signs in."""
    task = page.url
    page.context.clear_cookies()
    page.goto(f"{site}/login")
    page.get_by_label("账号").fill("colleague")
    page.get_by_label("密码").fill(houses.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", name="我的任务")).to_be_visible()
    ensure_held(page)
    page.context.set_offline(True)

    page.goto(task)

    expect(page.get_by_role("heading", name="现在没有信号")).to_be_visible()
    assert not page.evaluate(IS_HELD, task.removeprefix(site))


def test_a_case_is_read_without_a_signal(page: Page, site: str) -> None:  # noqa: F811
    """Its page carries fewer scripts; the line and the way stand there all the same."""
    page.goto(f"{site}/cases")
    page.locator("main a.item").first.click()
    ensure_held(page)
    page.context.set_offline(True)

    page.reload()

    expect(page.get_by_text("离线：这是")).to_be_visible()
    expect(page.get_by_role("heading", name="现在该做什么")).to_be_visible()
