"""
The pictures of the documentation: ``python scripts/pictures.py [ADDRESS]``.

Without an address it draws every shipped diagram (bpmn-js in Chromium) into ``docs/processes/<pack>/``. With the address of
a demo installation, e.g. ``http://127.0.0.1:8000``, it also photographs the pages into ``docs/pictures/``. Demo data are
synthetic; each picture is reduced to 256 colours, so that it stays below 250 kB.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
LIBRARY, PICTURES, PROCESSES = (
    ROOT / "bpmn" / "library",
    ROOT / "docs" / "pictures",
    ROOT / "docs" / "processes",
)
VIEWER = ROOT / "api" / "web" / "node_modules" / "bpmn-js" / "dist" / "bpmn-viewer.production.min.js"
PASSWORD = "hailing-demo-2026"
LARGEST = 250_000
PHONE: Mapping[str, int] = {"width": 390, "height": 844}
DESKTOP: Mapping[str, int] = {"width": 1440, "height": 900}
OFFICER, MEDIATOR, SUPERVISOR = "chengdong.minjing1", "chengdong.tiaojie1", "hailing.jicengke"
DRAW = """async xml => {
  const viewer = new BpmnJS({ container: document.body });
  await viewer.importXML(xml);
  const box = viewer.get('canvas').viewbox().inner, edge = 20;
  document.body.style.width = `${box.width + 2 * edge}px`;
  document.body.style.height = `${box.height + 2 * edge + 50}px`;
  viewer.get('canvas').resized();
  viewer.get('canvas').viewbox({ x: box.x - edge, y: box.y - edge, width: box.width + 2 * edge, height: box.height + 2 * edge + 50 });
}"""


def main(arguments: list[str]) -> int:
    """Draw the diagrams; photograph the pages when an address is given."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--lang=zh-CN"]
        )
        draw_diagrams(chromium)
        if arguments:
            photograph(chromium, arguments[0].rstrip("/"))
    return 0


def draw_diagrams(chromium: Browser) -> None:
    """Write one picture a diagram, named as its file."""
    for model in sorted(LIBRARY.glob("*/*.bpmn")):
        page = chromium.new_page(viewport=DESKTOP)
        page.set_content('<body style="margin:0;background:#fff;width:100vw;height:100vh"></body>')
        page.add_script_tag(path=VIEWER)
        page.evaluate(DRAW, model.read_text(encoding="utf-8"))
        keep(
            page.locator("body").screenshot(), PROCESSES / model.parent.name / f"{model.stem}.png", colours=64
        )
        page.close()


def photograph(chromium: Browser, address: str) -> None:
    """Write the pictures of the pages."""
    shoot(chromium, address, DESKTOP, None, "/login", "login")
    tasks = shoot(chromium, address, PHONE, MEDIATOR, "/", "tasks-phone")
    form = person(chromium, address, PHONE, OFFICER)
    open_form(form, address)
    keep(form.screenshot(), PICTURES / "form-phone.png")
    supervisor = person(chromium, address, DESKTOP, SUPERVISOR)
    supervisor.goto(f"{address}/cases")
    keep(supervisor.screenshot(), PICTURES / "cases-supervisor.png")
    supervisor.locator("main .items a.item").nth(3).click()
    supervisor.locator(".canvas svg").first.wait_for()
    keep(supervisor.screenshot(), PICTURES / "case-desktop.png")
    supervisor.goto(f"{address}/decisions")
    supervisor.locator("main .items a.item").first.click()
    supervisor.wait_for_load_state()
    keep(supervisor.screenshot(), PICTURES / "decision.png")
    side_by_side(tasks, PICTURES / "case-desktop.png", PICTURES / "overview.png")


def open_form(page: Page, address: str) -> None:
    """Open the form for a new dispatch: every kind of field, and nothing that a picture must not show."""
    page.goto(f"{address}/start/dispute-referral")
    page.wait_for_load_state()


def shoot(
    chromium: Browser, address: str, viewport: Mapping[str, int], account: str | None, path: str, name: str
) -> Path:
    """Photograph one page; returns the picture."""
    page = person(chromium, address, viewport, account)
    page.goto(address + path)
    page.wait_for_load_state()
    return keep(page.screenshot(), PICTURES / f"{name}.png")


def person(chromium: Browser, address: str, viewport: Mapping[str, int], account: str | None) -> Page:
    """Return a page, signed in when an account is given."""
    page = chromium.new_page(viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
    page.goto(f"{address}/login")
    if account:
        page.get_by_label("账号").fill(account)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url(f"{address}/")
    return page


def side_by_side(phone: Path, desktop: Path, target: Path) -> None:
    """Lay the phone beside the desktop, equally high."""
    left, right = Image.open(phone).convert("RGB"), Image.open(desktop).convert("RGB")
    left = left.resize(
        (round(left.width * right.height / left.height), right.height), Image.Resampling.LANCZOS
    )
    sheet = Image.new("RGB", (left.width + right.width + 72, right.height + 48), "#dfe4ea")
    sheet.paste(left, (24, 24))
    sheet.paste(right, (left.width + 48, 24))
    target.write_bytes(reduced(sheet, 128))


def keep(png: bytes, target: Path, *, colours: int = 256) -> Path:
    """Write a picture, fewer colours at a time until it is small enough; returns its path."""
    target.parent.mkdir(parents=True, exist_ok=True)
    image = Image.open(BytesIO(png)).convert("RGB")
    while len(made := reduced(image, colours)) >= LARGEST:
        colours //= 2
    target.write_bytes(made)
    return target


def reduced(image: Image.Image, colours: int) -> bytes:
    """Return the picture as PNG with a palette."""
    sink = BytesIO()
    image.quantize(colours, dither=Image.Dither.NONE).save(sink, "PNG", optimize=True)
    return sink.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
