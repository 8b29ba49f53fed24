"""The sheets: every number is the length of the list behind it, and what may only be counted leads nowhere."""

from __future__ import annotations

import io
import re
from typing import Any

import houses
import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from workflows.indicators import use_cases
from workflows.indicators.records import month_of

pytestmark = pytest.mark.postgres
DISPUTE = houses.model(
    '<startEvent id="s"/><userTask id="a" name="受理" jf:roles="R02" jf:at="station" jf:deadline="D-104"/>'
    '<userTask id="DeliverReferral" name="移送" jf:roles="R02" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>DeliverReferral", "DeliverReferral>e"),
    key="dispute-referral",
)
CARE = houses.model(
    '<startEvent id="s"/><userTask id="CheckPapers" name="核对" jf:roles="R02" jf:at="station"/>'
    '<userTask id="b" jf:roles="R02" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>CheckPapers", "CheckPapers>b", "b>e"),
    key="handover-released",
)
TOLD = {
    "dispatch": {"channel": "110", "kind": "纠纷"},
    "triage": {"channel": "M"},
    "acceptance": {"accepted": "受理"},
}


@pytest.fixture(scope="module")
def month(site: Any) -> str:
    """Close seven disputes, four of them settled, and hand three persons over; return the month."""
    houses.deploy(site.engine, DISPUTE)
    houses.deploy(site.engine, CARE)
    officer = site.people["officer"]
    for number in range(7):
        result = "达成" if number < 4 else "未达成"
        case = houses.start(
            site.engine, officer, key="dispute-referral", mediation={"result": result}, **TOLD
        )
        for step in ("a", "DeliverReferral"):
            houses.complete(site.engine, officer, case.id, step)
    for _ in range(3):
        person = houses.start(site.engine, officer, key="handover-released", papers=[])
        houses.complete(site.engine, officer, person.id, "CheckPapers")
    with site.engine.begin() as uow:
        return month_of(use_cases.local_day(uow.now)).code


def number(page: str, indicator: str, part: str) -> tuple[int, str]:
    """Return a linked number of the sheet and its address."""
    row = page.split(f'<li id="{indicator}">')[1].split("</li>")[0]
    found = re.search(rf'href="(/figures/[^"]*part={part}[^"]*)">(\d+)<', row)
    assert found, row
    return int(found[2]), found[1].replace("&amp;", "&")


@pytest.mark.parametrize(
    ("indicator", "above", "below"), [("K01", 7, 7), ("K04", 4, 7), ("K03", 7, 7), ("K16", 7, 7)]
)
def test_every_number_leads_to_its_cases(
    site: Any, month: str, indicator: str, above: int, below: int
) -> None:
    """The list behind a number is as long as the number says."""
    leader = site.browser("leader")
    page = leader.get(f"/figures?span={month}")

    for part, wanted in (("numerator", above), ("denominator", below)):
        shown, address = number(page, indicator, part)
        assert shown == wanted == leader.get(address).count('class="item" href="/cases/')


def test_withdrawn_cases_are_in_no_denominator(site: Any, month: str) -> None:
    """A case that its supervisor ended does not count as closed."""
    case = houses.start(site.engine, site.people["officer"], key="dispute-referral", **TOLD).id
    site.api("leader").post(f"/v2/process-instances/{case}/cancellation", json={"reason": "误报"})

    assert number(site.browser("leader").get(f"/figures?span={month}"), "K01", "denominator")[0] == 7


@pytest.mark.parametrize(("account", "shown"), [("leader", False), ("group", False), ("head", True)])
def test_three_special_persons_are_shown_to_their_office_only(
    site: Any, month: str, account: str, shown: bool
) -> None:
    """R06 sees the three hand-overs; a station's head and the leading group see neither the number nor its share."""
    page = site.browser(account).get(f"/figures?span={month}")
    row = page.split('<li id="K21">')[1].split("</li>")[0]

    assert (">3<" in row) == shown and ("不显示" in row) != shown
    if account != "group":
        site.browser(account).get(f"/figures/K21/cases?span={month}", status=200 if shown else 404)


@pytest.mark.parametrize("account", ["leader", "group"])
def test_what_the_page_hides_the_files_hide(site: Any, month: str, account: str) -> None:
    """No cell of the spreadsheet tells the hidden number."""
    browser = site.browser(account)
    browser.get("/figures")
    book = load_workbook(io.BytesIO(browser.http.get(f"/figures/file.xlsx?span={month}").content))
    rows = {row[0]: row[3:] for row in book.active.iter_rows(values_only=True)}  # type: ignore[union-attr]

    assert set(rows["K21"]) == {"不显示"}
    assert browser.http.get(f"/figures/file.pdf?span={month}").content.startswith(b"%PDF-")


def test_weeks_say_nothing_of_special_persons_to_those_who_are_kept_out(site: Any, month: str) -> None:
    """A month less its weeks would tell what the month hides."""
    week = site.browser("group").get("/figures?span=2026-W48")

    assert '<li id="K21">' not in week and '<li id="K04">' in week


def test_the_leading_group_counts_only(site: Any, month: str) -> None:
    """R15 has numbers and no way to a case."""
    group = site.browser("group")
    page = group.get(f"/figures?span={month}")

    assert "/cases?" not in page.split("<main")[1].split("</main>")[0]
    group.get(f"/figures/K04/cases?span={month}", status=403)


@pytest.mark.parametrize("span", ["2026-13", "2026-W54", "gestern", "2026-11-01"])
def test_odd_periods_are_refused_in_words(site: Any, span: str) -> None:
    """Only months and weeks: two free spans subtracted would tell too much."""
    assert "没有这个统计期" in site.browser("leader").get(f"/figures?span={span}", status=422)


def test_markup_in_a_title_is_text_in_the_list_behind_a_number(site: Any, month: str) -> None:
    """Markup in a title is shown, not run."""
    with site.engine.begin() as uow:
        uow._connection.execute(
            text(
                "update process_instance set title = '<script>alert(1)</script>' where process_key = 'dispute-referral'"
            )
        )
    leader = site.browser("leader")

    assert "<script>alert" not in leader.get(f"/figures/K04/cases?span={month}")


def test_programs_get_the_same_numbers_and_their_cases(site: Any, month: str) -> None:
    """Every number of the JSON sheet, in every town, is as long as its list; who only counts opens none."""
    leader, group = site.api("leader"), site.api("group")
    sheet = leader.get("/v2/indicators", params={"span": month}).json()
    numbers = {
        (line["indicatorId"], part, cell["townId"]): cell[part]
        for line in sheet["items"]
        for cell in line["cells"]
        for part in ("numerator", "denominator")
        if cell[part] is not None
    }
    behind = {
        (indicator, part, town): leader.get(
            f"/v2/indicators/{indicator}/cases",
            params={"span": month, "part": part, "townId": town, "limit": 500},
        ).json()
        for indicator, part, town in numbers
    }

    assert numbers["K01", "denominator", ""] == 7
    assert {key: (found["total"], len(found["items"])) for key, found in behind.items()} == {
        key: (number, number) for key, number in numbers.items()
    }
    assert group.get("/v2/indicators", params={"span": month}).status_code == 200
    assert group.get("/v2/indicators/K01/cases", params={"span": month}).status_code == 403
    assert site.api("officer").get("/v2/indicators").status_code == 403


def test_lists_of_programs_come_in_pages(site: Any, month: str) -> None:
    """The cursor leads through the whole list, each thing once."""
    leader, seen, cursor = site.api("leader"), [], ""
    while cursor is not None:
        given = {"span": month, "part": "denominator", "limit": 3, "cursor": cursor}
        page = leader.get("/v2/indicators/K01/cases", params=given).json()
        seen += [one["processInstanceKey"] for one in page["items"]]
        cursor = page["nextCursor"]

    assert len(seen) == len(set(seen)) == 7
    assert leader.get("/v2/indicators/K01/cases", params={"span": "nonsense"}).status_code == 422
    assert leader.get("/v2/indicators/K99/cases", params={"span": month}).status_code == 404
