"""Everybody opens everything that a page leads them to: nothing there shows whom a case is about."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytestmark = pytest.mark.postgres

NUMBER, PHONE, NAME, PLACE = "990000199001010015", "13900001234", "诸葛测试人", "三幢二〇一室"
PARTY = {
    "name": NAME,
    "idNo": NUMBER,
    "phone": PHONE,
    "address": f"城东街道梅园社区{PLACE}",
    "role": "申请人",
}
SECRETS = (NUMBER, PHONE, NAME, PLACE)
STAFF = ("officer", "colleague", "stranger", "assistant", "leader", "head", "mediator", "group", "editor", "auditor", "admin")  # fmt: skip
MOST = 60  #: pages a person
SEARCHES = ("process-instances", "user-tasks", "audit-events", "incidents", "privacy/measures")


def links(page: str) -> list[str]:
    """Return where a page leads, files and streams aside."""
    found = re.findall(r'(?:href|data-xml|src)="(/[^"#]*)', page)
    return [a.replace("&amp;", "&") for a in found if not re.search(r"^/static|/stream|logout|\.pdf$", a)]


def crawl(browser: Any) -> list[tuple[str, str]]:
    """Return address and body of every page within reach, the nearest first."""
    seen, open_, pages = {"/"}, ["/"], []
    while open_ and len(pages) < MOST:
        address = open_.pop(0)
        answer = browser.http.get(address)
        pages.append((str(answer.url), answer.text))
        for link in links(answer.text) if "html" in answer.headers.get("content-type", "") else ():
            if link not in seen:
                seen.add(link)
                open_.append(link)
    return pages


@pytest.fixture(scope="module")
def case(site: Any) -> str:
    """Start a case that names a person everywhere a person can be named."""
    found: str = site.start(
        parties=[PARTY],
        summary=f"{NAME}来电{PHONE}",
        dispatch={"addr": PARTY["address"], "no": "JJ-1"},
        business_key="JJ-CRAWL",
    )
    return found


@pytest.mark.parametrize("account", STAFF)
def test_no_page_and_no_answer_shows_a_person(site: Any, case: str, account: str) -> None:
    """Lists, cases, notices, board, absences, the officer's room, and what the searches of the API return."""
    browser, program = site.browser(account), site.api(account)

    pages = crawl(browser)
    pages += [(f"/v2/{name}", program.post(f"/v2/{name}/search", json={}).text) for name in SEARCHES]
    pages += [(f"/v2/{case}", program.get(f"/v2/process-instances/{case}{end}").text) for end in ("", "/history", "/access", "/grades")]  # fmt: skip

    shown = [(address, secret) for address, body in pages for secret in SECRETS if secret in address + body]
    assert shown == [] and len(pages) > 10
