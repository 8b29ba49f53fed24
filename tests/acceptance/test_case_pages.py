"""The case page and the list of cases."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytestmark = pytest.mark.postgres


def test_the_case_page_says_who_has_it_and_what_to_press(site: Any) -> None:
    """One page answers what happened, who, how long, what next."""
    case, browser = site.start(), site.browser("officer")

    page = browser.get(f"/cases/{case}")

    for words in ("现在该做什么", "登记", "还有几天", "办理经过"):
        assert words in page
    assert f"/tasks/{site.task(case)}" in page


def test_supervisors_see_numbers_and_filters(site: Any) -> None:
    """The leader's list has counts; filters narrow it."""
    site.start()
    leader = site.browser("leader")

    page = leader.get("/cases")

    assert "近 30 天办结" in page
    assert "没有符合条件的案件" in leader.get("/cases?state=completed")


@pytest.mark.parametrize("role", ["stranger", "editor", "admin"])
def test_a_case_is_not_there_for_those_it_does_not_concern(site: Any, role: str) -> None:
    """Another station, policy staff and the administrator see no case."""
    case = site.start()

    assert "没有找到" in site.browser(role).get(f"/cases/{case}", status=404)


@pytest.mark.parametrize(
    "path", ["/", "/cases", "/start", "/notices", "/me", "/help", "/decisions", "/me/password"]
)
@pytest.mark.parametrize("role", ["officer", "leader", "group", "editor", "auditor", "admin"])
def test_every_page_opens_for_every_role(site: Any, role: str, path: str) -> None:
    """No role meets a broken page; titles end in the product's name."""
    page = site.browser(role).get(path)

    assert " - 警法通</title>" in page


def test_a_note_is_seen_by_those_on_the_case(site: Any) -> None:
    """留言 reaches the next one who opens the case, escaped."""
    case, browser = site.start(), site.browser("officer")
    browser.get(f"/cases/{case}")

    browser.post(f"/cases/{case}/comments", text="<b>下午三点后</b>")

    assert "&lt;b&gt;下午三点后&lt;/b&gt;" in site.browser("leader").get(f"/cases/{case}")


def test_danger_stands_above_everything_until_it_is_opened(site: Any) -> None:
    """One tap of an officer is the first thing that the station's leader sees, and leads to the case."""
    case, officer, leader = site.start(), site.browser("officer"), site.browser("leader")
    officer.get(f"/cases/{case}")

    officer.post(f"/cases/{case}/danger")

    warning = re.search(r'role="alert"><a href="(/notices/[^"]+)"><b>现场有危险', leader.get("/"))
    assert warning
    answer = leader.http.get(warning[1], follow_redirects=False)
    assert answer.headers["location"].startswith(f"/cases/{case}")
    assert warning[1] not in leader.get("/")


def test_starting_a_case_by_hand(site: Any) -> None:
    """Only who may start it is offered it."""
    browser = site.browser("officer")
    assert "流程" in browser.get("/start")
    browser.get("/start/p")

    answer = browser.post("/start/p", _do="submit")

    assert answer.headers["location"].startswith("/cases/")
    assert "没有可发起的事项" in site.browser("mediator").get("/start")
