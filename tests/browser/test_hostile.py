"""What a hostile text, a hostile page and an ended session can do in a real Chromium: nothing, nothing, and nothing."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import houses
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.builders import loopback
from tests.builders.loopback import Said
from workflows.engine import Engine

pytestmark = [pytest.mark.browser, pytest.mark.postgres]

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
#: Each would call ``evil()`` if a page took it for markup, script, an attribute, an address or a style.
STRINGS = (
    "<script>evil()</script>",
    '"><img src=x onerror=evil()>',
    "'><svg/onload=evil()>",
    "javascript:evil()",
    "</textarea></title></style><script>evil()</script>",
    "{{evil()}}${evil()}#{evil()}<%=evil()%>",
    "]]><script>evil()</script>",
    "&lt;script&gt;evil()&lt;/script&gt;",
    "\u202e)(live<b onclick=evil()>x</b>\u2066",
)
FORM = {
    "type": "default",
    "id": "register",
    "schemaVersion": 18,
    "components": [
        {"type": "textfield", "key": "place", "label": "地点"},
        {"type": "textarea", "key": "summary", "label": "经过"},
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
    '<startEvent id="s"/><userTask id="a" name="登记" jf:form="register" jf:roles="R02" jf:at="station"/>'
    '<userTask id="b" name="核对" jf:form="register" jf:roles="R02" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>b", "b>e")
)


@pytest.fixture
def site(engine: Engine, address: str) -> str:
    """Make a small installation; returns its address."""
    who = houses.house(engine)
    houses.deploy(engine, MODEL, **{"forms/register.json": json.dumps(FORM).encode()})
    houses.start(engine, who["officer"], business_key="K-1")
    return address


def opened(chromium: Browser, viewport: Any = PHONE, **options: Any) -> Page:
    """Return a page on which running ``evil`` or breaking the policy fails the test."""
    page = chromium.new_context(viewport=viewport, locale="zh-CN", **options).new_page()
    page.expose_function("evil", lambda *_: pytest.fail(f"a hostile text ran at {page.url}"))
    page.on("dialog", lambda dialog: pytest.fail(f"dialog {dialog.message}"))
    page.on("console", lambda m: pytest.fail(m.text) if "Content Security Policy" in m.text else None)
    return page


def sign_in(page: Page, site: str, account: str = "officer") -> None:
    """Fill in the form that is shown, or the log-in page."""
    if "/login" not in page.url and not page.locator("#account").count():
        page.goto(f"{site}/login")
    page.locator("#account").fill(account)
    page.locator("#password").fill(houses.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def claimed(page: Page, site: str, engine: Engine) -> tuple[str, str]:
    """Claim the open task; returns case and task."""
    case = _only_case(engine)
    task = next(iter(houses.task_ids(engine, case).values()))
    page.goto(f"{site}/tasks/{task}")
    page.get_by_role("button", name="签收，由我办理").click()
    page.wait_for_load_state()
    return case, task


def _only_case(engine: Engine) -> str:
    from workflows.execution import instances
    from workflows.identity import people

    with engine.begin() as uow:
        return instances.search(uow, people.actor_of(uow, "leader"), instances.InstanceQuery()).items[0].id


def test_hostile_texts_stay_texts(chromium: Browser, site: str, engine: Engine) -> None:
    """Every field of a form, the comment, the search, the way back: shown as typed on every page that shows them."""
    text = " ".join(STRINGS)
    page = opened(chromium)
    sign_in(page, site)
    case, _ = claimed(page, site, engine)
    page.get_by_label("地点").fill(text)
    page.get_by_label("经过").fill(text)
    page.get_by_role("button", name="提交").last.click()
    page.wait_for_load_state()
    page.goto(f"{site}/cases/{case}")
    page.locator("form[action$='/comments'] textarea").fill(text)
    page.locator("form[action$='/comments'] button").click()
    page.wait_for_load_state()

    following = next(iter(houses.task_ids(engine, case).values()))
    asked = quote(text)
    for path in (f"/tasks/{following}", "/", f"/cases?q={asked}", f"/login?next={asked}", f"/cases/{asked}"):
        page.goto(site + path)
        page.wait_for_load_state()
    page.goto(f"{site}/cases/{case}")

    expect(page.locator("main")).to_contain_text('<script>evil()</script> "><img src=x onerror=evil()>')


def test_another_site_posts_in_vain(chromium: Browser, site: str, engine: Engine) -> None:
    """A page elsewhere that sends our forms by itself, with the person's cookies around, changes nothing."""
    page = opened(chromium)
    sign_in(page, site)
    page.wait_for_url(f"{site}/")
    trap = (
        f'<form method="post" action="{site}/logout"><input name="_csrf" value="x"></form>'
        "<script>document.forms[0].submit()</script>"
    ).encode()

    with loopback.http(lambda _: Said(body=trap, headers={"Content-Type": "text/html"})) as elsewhere:
        page.goto(elsewhere.address.replace("127.0.0.1", "localhost"))
        page.wait_for_url(f"{site}/logout")
        page.goto(f"{site}/me")

    expect(page.get_by_role("heading", name="officer某")).to_be_visible()


def test_our_pages_are_framed_by_nobody(chromium: Browser, site: str) -> None:
    """Clickjacking: the browser refuses to show a page of ours inside another."""
    page = chromium.new_page()
    trap = f'<iframe src="{site}/login"></iframe>'.encode()

    with loopback.http(lambda _: Said(body=trap, headers={"Content-Type": "text/html"})) as elsewhere:
        page.goto(elsewhere.address)
        page.wait_for_load_state()
        inside = page.frames[1]

        assert inside.locator("#account").count() == 0


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_session_that_ends_in_mid_form_loses_nothing(
    chromium: Browser, site: str, engine: Engine, scripts: bool
) -> None:
    """The form is sent after the session ended: log in, press once more, done; what was typed is what arrives."""
    context = chromium.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=scripts)  # type: ignore[arg-type]
    page = context.new_page()
    sign_in(page, site)
    case, task = claimed(page, site, engine)
    page.get_by_label("地点").fill("梅园社区东门")
    with engine.begin() as uow:
        uow.sessions.drop_of("officer")

    page.get_by_label("经过").fill("两家为车位争执，第二段\n还没有写完")
    page.get_by_role("button", name="提交").last.click()
    expect(page.get_by_text("您刚才填写的内容还在")).to_be_visible()
    sign_in(page, site)
    page.get_by_role("button", name="继续提交").click()
    page.wait_for_load_state()

    with engine.begin() as uow:
        kept = json.dumps(uow.instances.get(case).variables, ensure_ascii=False)
    assert "梅园社区东门" in kept
    assert "还没有写完" in kept
    assert task not in houses.task_ids(engine, case).values()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1440"])
def test_identity_pages_fit_the_screen(chromium: Browser, site: str, viewport: Any, tmp_path: Any) -> None:
    """Codes, devices, password, accounts: nothing scrolls sideways, every target is large enough for a thumb."""
    page = opened(chromium, viewport)
    sign_in(page, site, "admin")
    page.wait_for_url(f"{site}/")
    seen = [
        "/me",
        "/me/sessions",
        "/me/password",
        "/me/second-factor",
        "/accounts",
        "/accounts/new",
        "/accounts/officer",
    ]
    for path in seen:
        page.goto(site + path)
        _fits(page, path)
    page.goto(f"{site}/me/second-factor")
    page.get_by_label("登录密码").fill(houses.PASSWORD)
    page.get_by_role("button", name="开始设置").click()
    page.wait_for_load_state()
    _fits(page, "qr")
    expect(page.get_by_role("img", name="二维码")).to_be_visible()
    assert page.evaluate("document.querySelector('img.qr').naturalWidth > 100")


def _fits(page: Page, path: str) -> None:
    import os

    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    small = page.evaluate(
        """() => [...document.querySelectorAll('main a.btn, main button, nav.tabbar a, main .item, main select, main input')]
        .filter(e => e.type !== 'hidden' && e.offsetParent && !e.classList.contains('vh'))
        .map(e => [e.getBoundingClientRect().height, e.outerHTML.slice(0, 80)]).filter(([height]) => height < 44)"""
    )
    assert small == [], path
    if os.environ.get("SHOTS"):
        width = page.viewport_size["width"]
        page.screenshot(
            path=f"{os.environ['SHOTS']}/{path.strip('/').replace('/', '-')}-{width}.png", full_page=True
        )


def test_clear_data_carry_the_lookers_name_on_screen_and_on_paper(
    chromium: Browser, site: str, engine: Engine
) -> None:
    """A look is veiled by who, when and which case; a task in hand is not, but its print is."""
    page = opened(chromium, DESKTOP)
    sign_in(page, site)
    case, task = claimed(page, site, engine)
    mark = page.locator("svg.watermark")

    page.goto(f"{site}/tasks/{task}")
    expect(mark).to_be_hidden()
    page.emulate_media(media="print")
    expect(mark).to_be_visible()
    expect(mark).to_contain_text("officer某 officer")
    page.emulate_media(media="screen")

    page.goto(f"{site}/cases/{case}/reveal")
    page.locator("input[name=purpose][value=V02]").check()
    page.locator("input[name=fields][value=phone]").check()
    page.get_by_role("button", name="查看 5 分钟").click()
    expect(mark).to_be_visible()
    expect(mark).to_contain_text("K-1")
    assert page.evaluate("getComputedStyle(document.querySelector('svg.watermark')).pointerEvents") == "none"
    assert page.evaluate(
        "document.querySelector('svg.watermark').getBoundingClientRect().width >= innerWidth"
    )
