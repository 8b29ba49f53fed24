"""The board in a real Chromium: numbers that change in place, the watermark, the weight, a quick stop with open streams."""

from __future__ import annotations

import gzip
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
from playwright.sync_api import Browser, Page, expect, sync_playwright

from api.app import create_app
from api.commands.serve import GRACE_SECONDS
from api.static import DIST
from tasks.model import Actor
from workflows.engine import Engine

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))
import houses

pytestmark = [pytest.mark.browser, pytest.mark.postgres]

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
PLACES = {"s": (60, 122, 36, 36), "a": (150, 100, 120, 80), "b": (330, 100, 120, 80), "e": (510, 122, 36, 36)}
FLOWS = {"s_a": (96, 150), "a_b": (270, 330), "b_e": (450, 510)}


def drawn() -> bytes:
    """Return a model of two tasks with its diagram."""
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{i}_di" bpmnElement="{i}"><dc:Bounds x="{x}" y="{y}" width="{w}" height="{h}"/></bpmndi:BPMNShape>'
        for i, (x, y, w, h) in PLACES.items()
    )
    edges = "".join(
        f'<bpmndi:BPMNEdge id="{i}_di" bpmnElement="{i}"><di:waypoint x="{a}" y="140"/><di:waypoint x="{b}" y="140"/></bpmndi:BPMNEdge>'
        for i, (a, b) in FLOWS.items()
    )
    plane = (
        f'<bpmndi:BPMNDiagram xmlns:bpmndi="{DI}" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
        f'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="dia"><bpmndi:BPMNPlane id="pl" bpmnElement="p">{shapes}{edges}'
        "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"
    )
    body = (
        '<startEvent id="s"/><userTask id="a" name="登记" jf:roles="R02" jf:at="station" jf:deadline="D-102"/>'
        '<userTask id="b" name="审批" jf:roles="R04" jf:at="station"/><endEvent id="e"/>'
    )
    return houses.model(body + houses.flows("s>a", "a>b", "b>e")).replace(b"</definitions>", plane.encode())


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
def who(engine: Engine) -> dict[str, Actor]:
    """Return the people of an installation with three late cases and three that have just begun."""
    people = houses.house(engine)
    houses.deploy(engine, drawn())
    for hours in (6, 0.01):
        for _ in range(3):
            houses.start(engine, people["officer"])
        houses.move(engine, hours=hours)
    return people


@pytest.fixture
def server(engine: Engine, who: dict[str, Actor]) -> Iterator[tuple[str, uvicorn.Server, threading.Thread]]:
    """Serve it as ``jingfa serve`` does."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(engine), log_level="critical", timeout_graceful_shutdown=GRACE_SECONDS)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
    thread.start()
    while not running.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}", running, thread
    running.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture
def console() -> Iterator[list[str]]:
    """Collect what the console complains of; a test that ends with anything in it fails."""
    said: list[str] = []
    yield said
    assert said == []


def opened(
    chromium: Browser, site: str, viewport: Any, console: list[str] | None = None, **options: Any
) -> Page:
    """Return the leader's board, open."""
    page = chromium.new_context(viewport=viewport, locale="zh-CN", **options).new_page()
    if console is not None:
        page.on("pageerror", lambda error: console.append(str(error)))
        page.on("console", lambda m: console.append(f"{m.text} {m.location}") if m.type == "error" else None)
    page.goto(f"{site}/login")
    page.get_by_label("账号").fill("leader")
    page.get_by_label("密码").fill(houses.PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{site}/")
    page.goto(f"{site}/board?version=p%3A1", wait_until="load")
    return page


def test_numbers_change_in_place(
    chromium: Browser, server: Any, console: list[str], engine: Engine, who: dict[str, Actor]
) -> None:
    """A completed task moves a case on the diagram and in the table without a reload; the mark is free."""
    page = opened(chromium, server[0], DESKTOP, console)
    chip = page.locator(".djs-overlays .count-chip").first
    expect(chip).to_have_text("6逾期 3")
    page.locator(".bjs-powered-by").click(trial=True)  # visible and not covered by anything

    with engine.begin() as uow:
        case = uow.tokens.of(["p:1"])[0].instance_id
    houses.complete(engine, who["officer"], case, "a")

    expect(page.locator("[data-row=b] [data-n='0']")).to_have_text("1", timeout=15_000)
    expect(page.locator("[data-row=a] [data-n='0']")).to_have_text("5")
    expect(page.locator(".count-chip")).to_have_count(2)


def test_counts_follow_fifty_completions(
    chromium: Browser, server: Any, console: list[str], engine: Engine, who: dict[str, Actor]
) -> None:
    """Fifty cases step on while the page is open; it ends with the numbers of the lists."""
    cases = [houses.start(engine, who["officer"]).id for _ in range(50)]
    page = opened(chromium, server[0], DESKTOP, console)
    expect(page.locator("[data-row=a] [data-n='0']")).to_have_text("56")

    for case in cases:
        houses.complete(engine, who["officer"], case, "a")

    expect(page.locator("[data-row=b] [data-n='0']")).to_have_text("50", timeout=15_000)
    expect(page.locator("[data-row=a] [data-n='0']")).to_have_text("6")
    page.locator("[data-row=b] [data-n='0']").click()
    expect(page.locator("a.item")).to_have_count(50)


def test_heat_says_the_waiting_time_in_words(chromium: Browser, server: Any, console: list[str]) -> None:
    """The switch adds a layer below the shapes and the mean waiting time to each chip."""
    page = opened(chromium, server[0], DESKTOP, console)
    page.get_by_label("显示等待时间热力").check()

    expect(page.locator(".count-chip").first).to_contain_text("等 ")
    expect(page.locator(".layer-board-heat ellipse")).to_have_count(3)


def test_a_node_leads_to_its_cases(chromium: Browser, server: Any, console: list[str]) -> None:
    """Click the node, then the case."""
    page = opened(chromium, server[0], DESKTOP, console)

    page.locator(".djs-shape[data-element-id=a]").click()
    expect(page.get_by_role("heading", name="登记")).to_be_visible()
    page.locator("a.item").first.click()

    expect(page.get_by_role("heading", name="现在该做什么")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_board_fits_and_says_the_same(
    chromium: Browser, server: Any, console: list[str], viewport: Any, scripts: bool
) -> None:
    """Both screens, with and without scripts: the same words, nothing sideways."""
    page = opened(chromium, server[0], viewport, console, java_script_enabled=scripts)

    expect(page.locator("[data-row=a] [data-n='1']")).to_have_text("3")
    if scripts:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shown = page.locator(".count-chip" if scripts and viewport == DESKTOP else ".chart .b-chip-text")
    expect(shown.first).to_contain_text("逾期 3")


LOADED = """() => performance.getEntriesByType('resource').map(one => one.name.split('/').pop())
  .filter(name => /\\.(js|css)$/.test(name))"""


def test_a_phone_loads_no_diagram_library(chromium: Browser, server: Any, console: list[str]) -> None:
    """The board on a phone is the table and the drawing made by the server; numbers are live all the same."""
    page = opened(chromium, server[0], PHONE, console)
    files = sum((DIST / f"{name}.br").stat().st_size for name in page.evaluate(LOADED))

    assert files <= 25_000


def test_the_board_stays_within_its_weight(chromium: Browser, server: Any, console: list[str]) -> None:
    """At most 80 kB of page, script and style, compressed (the page itself by gzip, which is larger)."""
    page = opened(chromium, server[0], DESKTOP, console)
    expect(page.locator(".count-chip").first).to_be_visible()
    names = page.evaluate(LOADED)
    files = sum((DIST / f"{name}.br").stat().st_size for name in names)

    assert page.locator("script[src*='/app-']").count() == 0
    assert files + len(gzip.compress(page.content().encode())) <= 80_000


def wait_for_readers(page: Page, feed: Any, count: int) -> None:
    """A page shows its numbers before its stream is open; on a busy machine the stream comes seconds later."""
    for _ in range(200):
        if len(feed._readers) == count:
            return
        page.wait_for_timeout(50)


def test_open_streams_do_not_hold_the_stop(chromium: Browser, server: Any) -> None:
    """With two boards open the server is gone within its grace; one poll serves both."""
    site, running, thread = server
    pages = [opened(chromium, site, DESKTOP) for _ in range(2)]
    for page in pages:
        expect(page.locator(".count-chip").first).to_be_visible()
    feed = running.config.app.state.board_feed
    wait_for_readers(pages[0], feed, 2)

    readers, polling = len(feed._readers), feed._polling
    running.should_exit = True
    thread.join(timeout=GRACE_SECONDS + 5)

    assert readers == 2 and polling is not None
    assert not thread.is_alive()
