"""
Pages in a real Chromium: what each weighs on the wire with an empty cache (the page itself compressed, as a proxy sends it) and
when it is ready, against its budget; a diagram of 300 elements opened, dragged and checked; a model of 5 MB.

Phones are measured as slow ones are: a processor slowed six times, and 4G (9 Mbit/s, 170 ms). Tool pages are desktop pages.
"""

from __future__ import annotations

import gzip
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench.burst import TESTS, town
from bench.table import at_most, show

# Found once ``bench.burst`` has shown where the tests' builders are.
import sys  # isort: skip

sys.path.insert(0, str(TESTS / "browser"))
import serving  # noqa: E402

from tests.builders.diagrams import long_row  # noqa: E402
from workflows import preparing  # noqa: E402
from workflows.demonstration import demo, demo_people  # noqa: E402
from workflows.engine import Engine  # noqa: E402
from workflows.identity import people  # noqa: E402
from workflows.studio import drafts  # noqa: E402

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
SLOW_PHONE = {"latency": 170, "downloadThroughput": 9e6 / 8, "uploadThroughput": 9e6 / 8, "offline": False}
MEDIATOR, LEADER, EDITOR = "chengdong.tiaojie1", "hailing.jicengke", "hailing.zhengce"
EDITOR_READY = "#editor[data-ready]"
ROUNDS = 3
#: Scripts and styles as they came over the wire; what editors fetch afterwards is not counted.
WEIGHT = """() => performance.getEntriesByType('resource').filter(one => /\\.(js|css)$/.test(one.name))
  .reduce((sum, one) => sum + one.transferSize, 0)"""
FRAMES = """() => { window.longestFrame = 0; let last = performance.now();
  const step = now => { window.longestFrame = Math.max(window.longestFrame, now - last); last = now; requestAnimationFrame(step); };
  requestAnimationFrame(step); }"""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One page with its budget: kB on the wire (JavaScript, style and page, compressed) and seconds until it is ready."""

    what: str
    path: str
    account: str
    kilobytes: float
    seconds: float
    ready: str = "main"
    phone: bool = False


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a visit cost."""

    kilobytes: float
    seconds: float


def main() -> bool:
    """Measure and print."""
    with town() as here, sync_playwright() as playwright:
        visits = tuple(_prepared(here.engine))
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--lang=zh-CN"]
        )
        with serving.served(here.engine) as address:
            known = {
                account: _signed_in(chromium, address, account) for account in (MEDIATOR, LEADER, EDITOR)
            }
            seen = [(visit, _measured(chromium, address, visit, known[visit.account])) for visit in visits]
            editor = next(visit for visit in visits if visit.path.endswith("consent.bpmn"))
            large = _large(chromium, f"{address}{editor.path}", known[EDITOR])
    return all([_print(seen), _print_large(large)])


def _prepared(engine: Engine) -> Iterator[Visit]:
    """Make a demo with a few cases and a draft; yield what is visited."""
    for folder in preparing.packs():
        preparing.deploy(engine, folder)
    demo.make(engine, cases=12, say=lambda _: None)
    with engine.begin() as uow:
        editor = next(one for one in uow.people.all() if one.account == EDITOR)
        draft = drafts.begin(uow, people.actor_of(uow, editor.id), "dispute-referral").id
        case = uow.tokens.of([row.id for row in uow.packs.all(latest_only=True)])[0].instance_id
    yield Visit(what="my tasks", path="/", account=MEDIATOR, kilobytes=30, seconds=1.5, phone=True)
    yield Visit(
        what="start form",
        path="/start/dispute-referral",
        account=MEDIATOR,
        kilobytes=30,
        seconds=2.5,
        phone=True,
    )
    yield Visit(what="case", path=f"/cases/{case}", account=LEADER, kilobytes=15, seconds=2, phone=True)
    yield Visit(what="board", path="/board", account=LEADER, kilobytes=80, seconds=3)
    yield Visit(what="figures", path="/figures", account=LEADER, kilobytes=30, seconds=2)
    yield Visit(what="studio", path="/studio", account=EDITOR, kilobytes=30, seconds=2)
    room = f"/studio/{draft}"
    yield Visit(what="draft", path=room, account=EDITOR, kilobytes=30, seconds=2)
    yield Visit(what="rehearsal", path=f"{room}/try", account=EDITOR, kilobytes=30, seconds=8)
    for what, path, kilobytes in (
        ("diagram editor", "consent.bpmn", 560),
        ("form editor", "forms/consent.json", 380),
        ("table editor", "decisions/dt2-level.dmn", 380),
    ):
        yield Visit(
            what=what,
            path=f"{room}/edit/{path}",
            account=EDITOR,
            kilobytes=kilobytes,
            seconds=5,
            ready=EDITOR_READY,
        )


def _signed_in(chromium: Browser, address: str, account: str) -> Any:
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{address}/login")
    page.get_by_label("账号").fill(account)
    page.get_by_label("密码").fill(demo_people.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(f"{address}/")
    state = context.storage_state()
    context.close()
    return state


@contextmanager
def _window(chromium: Browser, state: Any, *, phone: bool = False) -> Iterator[Page]:
    """Yield a signed-in page with an empty cache."""
    viewport: Any = PHONE if phone else DESKTOP
    context = chromium.new_context(viewport=viewport, locale="zh-CN", storage_state=state)
    page = context.new_page()
    page.set_default_timeout(120_000)
    if phone:
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW_PHONE)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    yield page
    context.close()


def _measured(chromium: Browser, address: str, visit: Visit, state: Any) -> Seen:
    """Visit a page a few times with an empty cache; the largest weight, the median of the times."""
    found = []
    for _ in range(ROUNDS):
        with _window(chromium, state, phone=visit.phone) as page:
            began = time.perf_counter()
            answer = page.goto(f"{address}{visit.path}", wait_until="load")
            page.locator(visit.ready).first.wait_for()
            seconds = time.perf_counter() - began
            # The page itself as a proxy in front sends it.
            html = len(gzip.compress(answer.body())) if answer else 0
            found.append(Seen(kilobytes=(page.evaluate(WEIGHT) + html) / 1000, seconds=seconds))
    return Seen(kilobytes=max(one.kilobytes for one in found), seconds=median(one.seconds for one in found))


@dataclass(frozen=True, kw_only=True)
class Large:
    """A diagram of 300 elements, and a model of 5 MB; seconds, the frame in milliseconds."""

    opened: float
    frame: float  #: the longest while a shape is dragged
    checked: float
    refused: float


def _large(chromium: Browser, url: str, state: Any) -> Large:
    with tempfile.TemporaryDirectory() as folder, _window(chromium, state) as page:
        wide, huge = Path(folder) / "wide.bpmn", Path(folder) / "huge.bpmn"
        wide.write_text(long_row(150), "utf-8")
        huge.write_text("<definitions>" + "x" * 5_000_000 + "</definitions>", "utf-8")
        page.goto(url)
        page.locator(EDITOR_READY).wait_for()
        expect(page.locator("#findings-summary[data-level]")).to_be_visible(timeout=120_000)
        opened = _taken(
            page, wide, lambda: page.locator("g.djs-shape[data-element-id=t149]").wait_for(state="attached")
        )
        expect(page.locator("#findings-summary[data-level]")).to_be_visible(timeout=120_000)
        frame = _dragged(page)
        began = time.perf_counter()
        page.locator("#findings-summary:not([data-level])").wait_for()
        expect(page.locator("#findings-summary[data-level]")).to_be_visible(timeout=120_000)
        checked = time.perf_counter() - began
        refused = _taken(
            page, huge, lambda: expect(page.locator("#edit-notice")).to_contain_text("超过 2 MB")
        )
    return Large(opened=opened, frame=frame, checked=checked, refused=refused)


def _taken(page: Page, file: Path, until: Callable[[], object]) -> float:
    began = time.perf_counter()
    page.locator("#import-file").set_input_files(file)
    until()
    return time.perf_counter() - began


def _dragged(page: Page) -> float:
    """Drag a step of the large diagram about; returns the longest frame in milliseconds."""
    x, y = page.locator("g.djs-shape[data-element-id=t1]").evaluate(
        "e => { const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2] }"
    )
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(FRAMES)
    for step in range(30):
        page.mouse.move(x + step, y + 4 * step)
    longest = float(page.evaluate("window.longestFrame"))
    page.mouse.up()
    return longest


def _print(seen: list[tuple[Visit, Seen]]) -> bool:
    rows = []
    for visit, cost in seen:
        where = "slow phone" if visit.phone else "desktop"
        rows.append(at_most(f"{visit.what}: weight", cost.kilobytes, visit.kilobytes, "kB"))
        rows.append(at_most(f"{visit.what}: ready, {where}", cost.seconds, visit.seconds, "s"))
    return show(f"Pages with an empty cache, median of {ROUNDS}", rows)


def _print_large(large: Large) -> bool:
    return show(
        "A diagram of 300 elements in the editor, and a model of 5 MB",
        [
            at_most("opened", large.opened, 5, "s"),
            at_most("the longest frame while a step is dragged", large.frame, 200, "ms"),
            at_most("checked after the drag", large.checked, 8, "s"),
            at_most("5 MB refused with a sentence", large.refused, 3, "s"),
        ],
    )


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
