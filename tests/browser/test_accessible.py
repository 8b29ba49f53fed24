"""Every page, for every kind of person, on a phone and on a desktop: axe-core finds nothing against WCAG 2.2 AA."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from acting import Stage
from playwright.sync_api import Browser, Page
from serving import scratch_engine, served

from api.static import DIST
from workflows import preparing
from workflows.demonstration import demo
from workflows.engine import Engine
from workflows.identity import people
from workflows.studio import drafts

pytestmark = [pytest.mark.browser, pytest.mark.postgres]

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
HEAVIEST = 30_000  #: bytes
LIGHTEST = 15_000
AXE = Path(__file__).parents[2] / "api" / "web" / "node_modules" / "axe-core" / "axe.min.js"
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async tags => (await axe.run(document, { runOnly: tags })).violations
  .flatMap(v => v.nodes.slice(0, 3).map(n => `${v.id}: ${n.html.slice(0, 160)}`))"""
PATHS = {
    "chengdong.minjing1": (
        "/",
        "/cases",
        "/start",
        "/start/dispute-referral",
        "/notices",
        "/me",
        "/me/password",
    ),
    "chengdong.tiaojie1": ("/", "/?which=done", "/?q=nothing", "/help"),
    "chengdong.suoling1": (
        "/cases?state=&late=late&sort=due",
        "/workload",
        "/orders",
        "/incidents",
        "/cases/bulk",
    ),
    "hailing.jicengke": (
        "/cases",
        "/board",
        "/figures",
        "/figures/K06",
        "/figures/K04/cases",
        "/decisions",
        "/decisions/dispute-referral/dt1-triage",
    ),
    "hailing.lingdao": ("/", "/cases", "/board", "/figures", "/figures/K21"),
    "hailing.zhengce": ("/", "/cases", "/decisions"),
    "hailing.guanli": ("/", "/me"),
}


@pytest.fixture(scope="module")
def town(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Yield the pilot towns with a handful of cases, shared by the tests of this file: they only look."""
    with scratch_engine(postgres, tmp_path_factory.mktemp("town")) as engine:
        for folder in preparing.packs():
            preparing.deploy(engine, folder)
        demo.make(engine, cases=8)
        yield engine


@pytest.fixture(scope="module")
def town_address(town: Engine) -> Iterator[str]:
    """Yield where the towns are served."""
    with served(town) as address:
        yield address


def faults_of(page: Page) -> list[str]:
    """Return what axe-core finds, with the piece of page that it means."""
    page.wait_for_load_state()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[Any] = page.evaluate(RUN, STANDARD)
    return [f"{page.url} {fault}" for fault in found]


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_page_breaks_wcag(chromium: Browser, town: Engine, town_address: str, viewport: Any) -> None:
    """Login, lists, forms, a case, a decision table: no violation, no fault in the console, nothing sideways."""
    stage = Stage(engine=town, address=town_address, chromium=chromium, viewport=viewport)
    found: list[str] = []
    for account, paths in PATHS.items():
        page = stage.person(account)
        for path in paths:
            page.goto(town_address + path)
            stage.look(page)
            found += faults_of(page)
    page = stage.person("hailing.jicengke")
    page.goto(f"{town_address}/cases")
    page.locator("main .items a.item").first.click()
    found += faults_of(page)
    case = page.url
    for path in ("/why", "/acts/order", "/acts/suspend", "/acts/message"):
        page.goto(case + path)
        stage.look(page)
        found += faults_of(page)

    assert found + stage.faults == []


LAW = (
    "",
    "/deadlines",
    "/deadlines/D-110",
    "/parameters",
    "/parameters/thresholds",
    "/lists",
    "/lists/dispute-types",
    "/calendars",
)
ROOMS = ("", "?checked=1", "/try", "/difference", "/review", "/text/pack.toml")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_page_of_the_studio_breaks_wcag(
    chromium: Browser, town: Engine, town_address: str, viewport: Any
) -> None:
    """Drafts, versions, the law pack: no violation, no fault in the console, nothing sideways; editors on a phone say so."""
    with town.begin() as uow:
        editor = next(one for one in uow.people.all() if one.account == "hailing.zhengce")
        draft = drafts.begin(uow, people.actor_of(uow, editor.id), "grading").id
    stage = Stage(engine=town, address=town_address, chromium=chromium, viewport=viewport)
    page, found = stage.person("hailing.zhengce"), []
    paths = [*(f"/studio/law{path}" for path in LAW), *(f"/studio/{draft}{path}" for path in ROOMS)]
    paths += ["/studio", "/studio/packs/grading"]
    paths += [f"/studio/{draft}/edit/handover-grading.bpmn"] if viewport == PHONE else []
    for path in paths:
        page.goto(town_address + path)
        stage.look(page)
        found += faults_of(page)

    assert found + stage.faults == []


def brotli_size(text: str) -> int:
    """Return how many bytes a page has on the wire behind a proxy that compresses, as Node's brotli writes it."""
    script = "process.stdin.toArray().then(c=>console.log(require('zlib').brotliCompressSync(Buffer.concat(c)).length))"
    return int(
        subprocess.run(["node", "-e", script], input=text.encode(), capture_output=True, check=True).stdout
    )


def test_a_phone_stays_within_the_weight_of_its_pages(
    chromium: Browser, town: Engine, town_address: str
) -> None:
    """Inbox and form: 30 kB with page, script and style as sent."""
    stage = Stage(engine=town, address=town_address, chromium=chromium, viewport=PHONE)
    page = stage.person("chengdong.minjing1")
    manifest = json.loads((DIST / "manifest.json").read_text())
    shared = sum((DIST / f"{manifest[name]}.br").stat().st_size for name in ("app.js", "style.css"))

    for path in ("/", "/start/dispute-referral"):
        page.goto(town_address + path)
        html = brotli_size(page.content())
        assert shared + html <= HEAVIEST, path


def test_a_case_on_a_phone_is_light(chromium: Browser, town: Engine, town_address: str) -> None:
    """A case is read on a phone with a bad signal: page, script and style weigh at most 15 kB, diagram included."""
    stage = Stage(engine=town, address=town_address, chromium=chromium, viewport=PHONE)
    page = stage.person("chengdong.sifa1")
    page.goto(f"{town_address}/cases")
    page.locator("a.item").first.click()
    manifest = json.loads((DIST / "manifest.json").read_text())
    sent = ("case.js", "style.css", "diagram.js")
    files = sum((DIST / f"{manifest[name]}.br").stat().st_size for name in sent)

    assert files + brotli_size(page.request.get(page.url).text()) <= LIGHTEST
