"""The board: who sees which numbers, and that each number is the length of the list behind it."""

from __future__ import annotations

import re
from typing import Any

import houses
import pytest

pytestmark = pytest.mark.postgres


def number(page: str, element: str, column: int = 0) -> int:
    """Return a number of the table."""
    row = page.split(f'data-row="{element}"')[1].split("</tr>")[0]
    found = re.search(rf'data-n="{column}">(\d+)<', row)
    assert found, row
    return int(found[1])


def listed(browser: Any, element: str) -> int:
    """Count the cases on the list behind a number, slice by slice."""
    address: str | None = f"/board/cases?version=p%3A1&element={element}"
    total = 0
    while address:
        page = browser.get(address)
        total += len(set(re.findall(r'href="/cases/([^"]+)"', page)))
        more = re.search(r'href="(/board/cases[^"]*skip[^"]*)"', page)
        address = more[1].replace("&amp;", "&") if more else None
    return total


def test_counts_follow_fifty_completions(site: Any) -> None:
    """Fifty cases step on; the numbers at both elements stay those of their lists."""
    leader = site.browser("leader")
    cases = [site.start() for _ in range(60)]
    before = number(leader.get("/board?version=p%3A1"), "a")

    for case in cases[:50]:
        houses.complete(site.engine, site.people["officer"], case, "a", place="城东")
    page = leader.get("/board?version=p%3A1")

    assert number(page, "a") == before - 50 == listed(leader, "a")
    assert number(page, "b") == 50 == listed(leader, "b")


def test_the_head_of_another_unit_counts_its_own_cases_only(site: Any) -> None:
    """R06 of the office sees cases of the office; a unit filter outside the reach finds nothing."""
    site.start()
    head = site.browser("head")

    assert number(head.get("/board?version=p%3A1"), "a") == listed(head, "a") > 0
    assert number(head.get("/board?version=p%3A1&unit=other-station"), "a") == 0


def test_a_day_before_the_first_case_is_empty(site: Any) -> None:
    """The period narrows by the day a case began."""
    site.start()

    assert number(site.browser("leader").get("/board?version=p%3A1&to=2020-01-01"), "a") == 0


def test_the_leading_group_counts_without_names_or_links(site: Any) -> None:
    """R15 has numbers, no way to a case, and nothing below five."""
    for _ in range(6):
        site.start()
    group = site.browser("group")
    page = group.get("/board?version=p%3A1")

    assert "/board/cases" not in page
    assert number(page, "a") >= 6
    group.get("/board/cases?version=p%3A1&element=a", status=403)


@pytest.mark.parametrize("role", ["officer", "mediator", "editor", "auditor", "admin"])
@pytest.mark.parametrize("path", ["/board", "/board/cases", "/board/stream?version=p%3A1"])
def test_others_get_nothing(site: Any, role: str, path: str) -> None:
    """Policy staff and administrators see no case, not even as a number."""
    site.browser(role).get(path, status=403)


def test_the_diagram_is_drawn_without_scripts(site: Any) -> None:
    """Odd filters are harmless, unknown versions are not found."""
    leader = site.browser("leader")

    leader.get("/board?version=p%3A1&diagram=%3Cscript%3E&from=gestern&unit=nobody")
    leader.get("/board?version=p%3A99", status=404)


CALLING = houses.model(
    '<startEvent id="s2"/><callActivity id="call" name="移送" calledElement="inner"/><endEvent id="e2"/>'
    + houses.flows("s2>call", "call>e2"),
    key="outer",
)
CALLED = houses.model(
    '<startEvent id="s3"/><userTask id="inside" name="核对" jf:roles="R02" jf:at="station"/><endEvent id="e3"/>'
    + houses.flows("s3>inside", "inside>e3"),
    key="inner",
)


def test_a_called_process_opens_with_its_tokens(site: Any) -> None:
    """From the step that calls, into the called diagram with the same case inside, and back up."""
    houses.deploy(site.engine, CALLING, CALLED)
    houses.start(site.engine, site.people["officer"], key="outer")
    leader = site.browser("leader")
    outer = leader.get("/board?version=outer%3A1")
    into = re.search(r'data-row="call" data-into="([^"]+)"', outer)
    assert into
    inner = leader.get(into[1].replace("&amp;", "&"))

    assert number(outer, "call") == number(inner, "inside") == listed_at(leader, "outer:1", "inside") == 1
    assert "↑ 流程 · 移送" in inner and "diagram=outer" in inner


def listed_at(browser: Any, version: str, element: str) -> int:
    """Count the cases behind a number of another version."""
    page = browser.get(f"/board/cases?version={version}&element={element}")
    return len(set(re.findall(r'href="/cases/([^"]+)"', page)))
