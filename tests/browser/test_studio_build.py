"""What the build of the tool pages promises: weight, no code from text, and no sentence in the wrong language."""

from __future__ import annotations

import gzip
import re
import subprocess
from collections.abc import Iterable, Iterator

import every_kind
import pytest
from playwright.sync_api import Locator, Page, Response, expect
from test_studio_editors import Studio, house, pick, served, sessions, studio

from api.static import DIST

__all__ = ["house", "served", "sessions", "studio"]

pytestmark = [pytest.mark.browser, pytest.mark.postgres]

#: Page -> kB on the wire with brotli, scripts, style sheets and the page itself (frontend.md 3.5).
BUDGETS = {"consent.bpmn": 560, "forms/consent.json": 380, "decisions/dt2-level.dmn": 380}
ALL_TOOLS_KB = 850  #: gzip, all scripts of the tools together
TOOLS = ("studio", "form", "table", "preview", "tool")


@pytest.mark.parametrize("path", BUDGETS)
def test_an_editor_keeps_its_budget(studio: Studio, path: str) -> None:
    """Everything that the page loads as script, style or page, compressed as it is served."""
    page = studio.person()
    loaded: set[str] = set()
    page.on("response", lambda answer: loaded.add(built(answer, page)))
    studio.open(path, page)
    html = len(gzip.compress(page.content().encode()))

    assert (brotli_size(name for name in loaded if name.endswith((".js", ".css"))) + html) / 1000 < BUDGETS[
        path
    ]


def built(answer: Response, page: Page) -> str:
    """Return the name of a built file that the page itself asked for, not the phone in it; "" of anything else."""
    return answer.url.rpartition("/static/")[2] if answer.frame == page.main_frame else ""


def brotli_size(names: Iterable[str]) -> int:
    """Return what built files weigh together, as a full build compresses them."""
    script = (
        "const z=require('zlib'),f=require('fs');console.log(process.argv.slice(1).reduce((n,p)=>n+z.brotliCompressSync("
        "f.readFileSync(p),{params:{[z.constants.BROTLI_PARAM_QUALITY]:11}}).length,0))"
    )
    command = ["node", "-e", script, *(str(DIST / name) for name in names)]
    return int(subprocess.run(command, capture_output=True, check=True).stdout)


def scripts() -> Iterator[bytes]:
    """Yield the scripts of the tool pages."""
    for file in DIST.glob("*.js"):
        if file.name.split("-")[0] in TOOLS:
            yield file.read_bytes()


def test_all_tools_together_keep_their_budget() -> None:
    """They share what they have in common."""
    assert sum(len(gzip.compress(one, 9)) for one in scripts()) / 1000 < ALL_TOOLS_KB


def test_no_script_makes_code_from_text() -> None:
    """``script-src 'self'`` has nothing to refuse: neither ``eval`` nor ``new Function`` is in what is served."""
    found = [re.findall(rb"new Function\(|[^.\w$]eval\(", one.read_bytes()) for one in DIST.glob("*.js")]

    assert [one for one in found if one] == []


@pytest.mark.parametrize("path", BUDGETS)
def test_the_policy_of_the_editors_is_strict_for_scripts(studio: Studio, path: str) -> None:
    """Styles may be inline on tool pages, scripts never."""
    page = studio.person()
    answer = page.goto(f"{studio.address}/studio/{studio.draft}/edit/{path}")
    assert answer is not None
    policy = answer.headers["content-security-policy"]

    assert "script-src 'self';" in policy and "unsafe-eval" not in policy


def token(page: Page, studio: Studio) -> str:
    """Return the token of the session."""
    page.goto(f"{studio.address}/")
    return page.locator("meta[name=csrf-token]").get_attribute("content") or ""


def walk_diagram(page: Page) -> None:
    """Choose every element, open every group, every menu, the minimap, the search and the simulation."""
    for element_id in every_kind.ids():
        pick(page, element_id)
        open_groups(page)
        for action in ("replace", "append", "set-color"):
            open_menu(page, page.locator(f'.djs-context-pad.open [data-action="{action}"]'))
    open_menu(page, page.locator('.djs-palette [data-action="create"]'))
    page.locator(".djs-minimap .toggle").click()
    page.locator("[data-act=search]").click()
    page.keyboard.press("Escape")
    page.locator("[data-act=simulate]").click()
    page.locator(".bts-context-pad").first.click()


def open_menu(page: Page, button: Locator) -> None:
    """Open a menu if it is offered here, and close it."""
    if button.count():
        button.first.click()
        page.keyboard.press("Escape")


def walk_form(page: Page) -> None:
    """Choose every field, open every group."""
    for field in page.locator(".fjs-form-editor .fjs-element[data-id]").all():
        field.click(position={"x": 8, "y": 8})
        open_groups(page)


def open_groups(page: Page) -> None:
    """Open what is closed in the panel; each opening draws it anew."""
    for _ in range(20):
        closed = page.locator(".bio-properties-panel-group-header:not(.open)")
        if not closed.count():
            return
        closed.first.click()


def walk_table(page: Page) -> None:
    """The table, the diagram of requirements, the menus of a cell and a column."""
    page.locator(".dmn-decision-table-container td").nth(2).click(button="right")
    page.keyboard.press("Escape")
    page.locator(".hit-policy .dms-input").click()
    page.keyboard.press("Escape")
    page.locator("#views .tab").first.click()
    expect(page.locator(".dmn-drd-container, .djs-container").first).to_be_visible()


WALKS = {"consent.bpmn": walk_diagram, "forms/consent.json": walk_form, "decisions/dt2-level.dmn": walk_table}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_sentence_is_missing_in_a_walk_through_the_editors(studio: Studio, lang: str) -> None:
    """Menus, every kind of element with its panel, form fields, tables: nothing is asked for that has no translation."""
    page = studio.person()
    page.request.post(f"{studio.address}/language", form={"lang": lang, "_csrf": token(page, studio)})
    studio.put("consent.bpmn", every_kind.model())
    missing: set[str] = set()
    for path, walk in WALKS.items():
        studio.open(path, page)
        walk(page)
        missing |= set(page.evaluate("[...jingfaMissing]"))

    assert missing == set()
    assert studio.faults == []
