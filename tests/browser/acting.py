"""People who play a case in a real Chromium: they find a task by its name, claim it, fill it in and submit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Locator, Page, expect

from workflows import preparing, worker
from workflows.demonstration import demo_people
from workflows.engine import Engine
from workflows.scenarios import pack as scenario_pack
from workflows.scenarios.samples import laid_over
from workflows.settings import CLOCK_OFFSET

ZONE = ZoneInfo("Asia/Shanghai")
SAMPLES = scenario_pack.open_pack(preparing.LIBRARY / "dispute-referral").samples
#: Chromium's own sentences for a status that the test provokes on purpose.
EXPECTED = re.compile(r"the server responded with a status of (401|409|413|422)")


@dataclass(kw_only=True)
class Stage:
    """An installation with its clock, and a browser in which several people work."""

    engine: Engine
    address: str
    chromium: Browser
    viewport: Mapping[str, int]
    samples: Mapping[str, Any] = field(
        default_factory=lambda: SAMPLES
    )  #: typical answers of the packs that are played
    faults: list[str] = field(default_factory=list)
    pages: dict[str, Page] = field(default_factory=dict)

    def at(self, moment: str) -> None:
        """Set the clock of the installation, e.g. ``2026-09-18T15:20``; what is due then happens."""
        wanted = datetime.fromisoformat(moment).replace(tzinfo=ZONE)
        with self.engine.begin() as uow:
            offset = (wanted - uow.real_now) / timedelta(seconds=1)
            uow.settings.put(CLOCK_OFFSET, offset)
        worker.drain(self.engine)

    def sample(self, form: str, **changes: Any) -> dict[str, Any]:
        """Return the pack's typical answers of a form, as they are typed at this moment; what the form knows is left out."""
        now = self.engine.now().astimezone(ZONE)
        typed = {"=now()": now, "=today()": now}
        return laid_over(_typed_in(self.samples[form], typed), changes)

    def person(self, account: str) -> Page:
        """Return the page of somebody, signed in."""
        if account not in self.pages:
            self.pages[account] = self._signed_in(account)
        return self.pages[account]

    def _signed_in(self, account: str) -> Page:
        page = self.chromium.new_context(
            viewport=self.viewport,  # type: ignore[arg-type]
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        ).new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._hear(page, message))
        page.goto(f"{self.address}/login")
        page.get_by_label("账号").fill(account)
        page.get_by_label("密码").fill(demo_people.PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url(f"{self.address}/")
        return page

    def _hear(self, page: Page, message: Any) -> None:
        if message.type in {"error", "warning"} and not EXPECTED.search(message.text):
            self.faults.append(f"{page.url}: {message.text}")

    def open(self, account: str, task: str) -> Page:
        """Open the form of the named task as somebody, claimed."""
        page = self.person(account)
        page.goto(f"{self.address}/")
        page.locator("main").get_by_role("link", name=task).or_(
            page.locator("section.next", has_text=task).get_by_role("link", name="开始办理")
        ).first.click()
        self.look(page)
        claim = page.get_by_role("button", name="签收，由我办理")
        if claim.count():
            claim.click()
            self.look(page)
        return page

    def do(self, account: str, task: str, values: Mapping[str, Any]) -> Page:
        """Complete the named task as somebody."""
        page = self.open(account, task)
        fill(page, values)
        submit(page)
        self.look(page)
        worker.drain(self.engine)
        return page

    def look(self, page: Page) -> None:
        """Whatever page is shown has its title and fits the screen."""
        page.wait_for_load_state()
        if not page.title().endswith("警法通"):
            self.faults.append(f"{page.url}: title {page.title()!r}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.faults.append(f"{page.url}: scrolls sideways")


def _typed_in(raw: Any, typed: Mapping[str, datetime]) -> Any:
    if isinstance(raw, Mapping):
        return {name: _typed_in(value, typed) for name, value in raw.items()}
    if isinstance(raw, list):
        return [_typed_in(value, typed) for value in raw]
    return typed.get(raw) if isinstance(raw, str) and raw.startswith("=") else raw


def submit(page: Page) -> None:
    """Press submit, after the last section of a long form, and confirm where the answers are shown once more."""
    forward = page.get_by_role("button", name="下一步")
    while forward.is_visible():
        forward.click()
    page.locator(".actions button[value=submit]").click()
    confirm = page.get_by_role("button", name="确认提交")
    done = page.get_by_role("heading", name="已提交")
    summary = page.locator(".error-summary, .notice.warn[role=alert]")
    expect(confirm.or_(done).or_(summary).first).to_be_visible()
    assert summary.count() == 0, summary.first.inner_text()
    if confirm.count():
        confirm.click()
    expect(done).to_be_visible()


def fill(page: Page, values: Mapping[str, Any]) -> None:
    """Type, choose and tick what is asked for; rows are added as needed. Fields that are not shown are passed over."""
    for path, value in flat(values):
        wanted = page.locator(f'form.jf-form [name="{path}"]:not([type=hidden])')
        _ensure_row(page, path)
        _turn_to(page, wanted)
        if wanted.count() and wanted.first.is_visible():
            _enter(wanted, value)


def _turn_to(page: Page, wanted: Locator) -> None:
    """On a phone a long form comes in sections: press them until the one that holds the field is shown."""
    steps = page.locator(".steps button:visible")
    for number in range(steps.count()):
        if not wanted.count() or wanted.first.evaluate("e => !e.closest('[data-later]')"):
            return
        steps.nth(number).click()


def _ensure_row(page: Page, path: str) -> None:
    row = re.match(r"(.+?)\.(\d+)\.", path)
    count = page.locator(f'[name="{row[1]}.__n"]') if row else page.locator("none")
    if row and count.count() and int(row[2]) >= int(count.input_value()):
        rows = page.locator("section.rows", has=count).locator("> fieldset.row")
        _turn_to(page, rows.last if rows.count() else count)
        page.locator(f'button[value="add:{row[1]}"]').click()
        expect(count).to_have_value(str(int(row[2]) + 1))


def _enter(wanted: Locator, value: Any) -> None:
    kind = wanted.first.get_attribute("type") or ""
    tag = wanted.first.evaluate("e => e.tagName")
    if kind in {"radio", "checkbox"}:
        for one in value if isinstance(value, list) else [value]:
            text = "true" if one is True else str(one)
            box = wanted.and_(wanted.page.locator(f'[value="{text}"]'))
            if one is not False and box.count():
                # As a thumb does: away from the bar that stays at the bottom.
                box.first.evaluate("e => e.scrollIntoView({ block: 'center' })")
                box.first.check(force=True)
    elif tag == "SELECT":
        wanted.first.select_option(str(value))
    else:
        wanted.first.fill(_typed(kind, value))


def _typed(kind: str, value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M" if kind == "datetime-local" else "%Y-%m-%d")
    return str(value)


def flat(values: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield field name and value of nested answers; lists of texts are one field, lists of records are rows."""
    if isinstance(values, Mapping):
        for name, value in values.items():
            yield from flat(value, f"{path}.{name}" if path else name)
    elif isinstance(values, list) and values and isinstance(values[0], Mapping):
        for index, row in enumerate(values):
            yield from flat(row, f"{path}.{index}")
    elif values is not None:
        yield path, values
