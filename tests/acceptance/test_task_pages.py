"""From my tasks to a completed task, without JavaScript."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from PIL import Image

pytestmark = pytest.mark.postgres


def fields(page: str) -> dict[str, str]:
    """Return the hidden fields of the task form."""
    form = page[page.index('id="form-body"') - 900 : page.index('id="form-body"')]
    return dict(re.findall(r'name="(_(?!do)\w+)" value="([^"]*)"', form))


def opened(site: Any, browser: Any, case: str) -> tuple[str, dict[str, str]]:
    """Claim and open the first task of a case; returns its address and hidden fields."""
    path = f"/tasks/{site.task(case)}"
    browser.post(f"{path}/claim")
    return path, fields(browser.get(path))


def test_claim_fill_in_complete(site: Any) -> None:
    """The task leaves the officer's list and reaches the leader."""
    case, browser = site.start(), site.browser("officer")
    assert "登记" in browser.get("/")
    path, hidden = opened(site, browser, case)

    answer = browser.post(path, **hidden, place="城东菜场", _do="submit")

    assert answer.headers["location"] == f"/cases/{case}/submitted"
    assert "已提交" in browser.get(answer.headers["location"])
    assert "审批" in site.browser("leader").get("/")


def test_faults_are_listed_and_nothing_typed_is_lost(site: Any) -> None:
    """The summary links to the field; the title says 错误."""
    browser = site.browser("officer")
    path, hidden = opened(site, browser, site.start())

    page = browser.post(path, status=422, **hidden, place="", summary="两人争吵", _do="submit").text

    assert "<title>错误：" in page
    assert 'href="#field-place"' in page
    assert "两人争吵" in page


def test_the_same_page_sent_twice_completes_once(site: Any) -> None:
    """A second tap on a slow network gets the same answer and does nothing."""
    case, browser = site.start(), site.browser("officer")
    path, hidden = opened(site, browser, case)

    first = browser.post(path, **hidden, place="城东", _do="submit")
    second = browser.post(path, **hidden, place="城东", _do="submit")

    assert first.headers["location"] == second.headers["location"]


def test_a_stale_page_says_so_and_keeps_the_text(site: Any) -> None:
    """Somebody moved the case on: the page tells it and shows what was typed."""
    case, browser = site.start(), site.browser("officer")
    path, hidden = opened(site, browser, case)
    browser.post(path, **hidden, place="城东", _do="submit")

    page = browser.post(path, status=409, **(hidden | {"_once": "other"}), place="改写", _do="submit").text

    assert "改写" in page


def test_drafts_come_back(site: Any) -> None:
    """What was typed a moment ago is there when the page opens again."""
    browser = site.browser("officer")
    path, _hidden = opened(site, browser, site.start())

    answer = browser.post(f"{path}/draft", status=200, place="半句")

    assert re.fullmatch(r"草稿已保存 \d\d:\d\d", answer.json()["saved"])
    assert "半句" in browser.get(path)


def test_an_approval_is_checked_before_it_takes_effect(site: Any) -> None:
    """The first submit shows the answers, the second completes."""
    case, officer, leader = site.start(), site.browser("officer"), site.browser("leader")
    path, hidden = opened(site, officer, case)
    officer.post(path, **hidden, place="城东", _do="submit")
    approval = f"/tasks/{site.task(case, 'b')}"
    leader.post(f"{approval}/claim")
    hidden = fields(leader.get(approval))

    check = leader.post(approval, status=200, **hidden, _do="submit").text
    confirm = dict(re.findall(r'name="(_(?!do)\w+)" value="([^"]*)"', check[check.index("_digest") - 400 :]))
    answer = leader.post(approval, **{k: v for k, v in confirm.items() if k != "_csrf"}, _do="confirm")

    assert "请核对" in check
    assert answer.headers["location"] == f"/cases/{case}/submitted"


def test_a_photo_is_kept_by_its_own_address(site: Any) -> None:
    """The script gets a reference; the picture comes back, harmless."""
    browser = site.browser("officer")
    path, _hidden = opened(site, browser, site.start())
    picture = io.BytesIO()
    Image.new("RGB", (40, 30)).save(picture, format="PNG")

    answer = browser.http.post(
        f"{path}/files",
        files={"file": ("现场.png", picture.getvalue(), "text/html")},
        headers={"accept": "application/json", "x-csrf-token": browser.csrf},
    )

    kept = answer.json()
    assert answer.status_code == 201
    assert kept["image"] is True
    assert browser.http.get(kept["url"]).headers["content-type"] == "image/jpeg"


def test_a_photo_is_shown_under_its_readers_name_and_kept_as_it_is(site: Any) -> None:
    """The reading copy carries the watermark; the original is a download that the audit names."""
    browser = site.browser("officer")
    path, _hidden = opened(site, browser, site.start())
    picture = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(picture, format="PNG")
    url = browser.http.post(
        f"{path}/files",
        files={"file": ("现场.png", picture.getvalue(), "image/png")},
        headers={"accept": "application/json", "x-csrf-token": browser.csrf},
    ).json()["url"]

    shown, original = browser.http.get(url), browser.http.get(f"{url}?original=1")

    assert len(Image.open(io.BytesIO(shown.content)).convert("L").getcolors() or ()) > 20
    assert len(Image.open(io.BytesIO(original.content)).convert("L").getcolors() or ()) == 1
    assert original.headers["content-disposition"].startswith("attachment")
    with site.engine.begin() as uow:
        told = {
            e["detail"].get("original")
            for e in uow.audit.page({"action": "view-attachment"}, cursor=None, newest=False, limit=9)
        }
    assert told == {None, True}


def test_a_page_dressed_as_a_photo_is_refused(site: Any) -> None:
    """Content decides, not the name."""
    browser = site.browser("officer")
    path, _hidden = opened(site, browser, site.start())

    answer = browser.http.post(
        f"{path}/files",
        files={"file": ("a.jpg", b"<html><script>", "image/jpeg")},
        headers={"accept": "application/json", "x-csrf-token": browser.csrf},
    )

    assert answer.status_code == 422
    assert "不支持这种文件" in answer.json()["detail"]


def test_strangers_learn_nothing_of_a_task(site: Any) -> None:
    """Another station's officer gets the same 404 as for a task that never was."""
    task, stranger = site.task(site.start()), site.browser("stranger")

    assert "没有找到这项任务" in stranger.get(f"/tasks/{task}", status=404)
    assert "没有找到这项任务" in stranger.get("/tasks/never-was", status=404)


def test_transfer_by_the_page(site: Any) -> None:
    """转办: the colleague has it then."""
    browser = site.browser("officer")
    path, _hidden = opened(site, browser, site.start())
    assert "colleague某" in browser.get(f"{path}/transfer")

    browser.post(f"{path}/transfer", to=site.people["colleague"].person_id, reason="轮休")

    assert "我在办" in site.browser("colleague").get("/?which=mine")
