"""The case list: filters and orders, searches that are kept, files that run nothing."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook

from workflows import worker
from workflows.supervision import exports

pytestmark = pytest.mark.postgres
PACK_TITLE = "=cmd|' /C calc'!A0"


def listed(page: str) -> list[str]:
    """Return the ids of the listed cases, in order."""
    return re.findall(r'class="item" href="/cases/([^"]+)"', page)


@pytest.fixture
def dangerous(site: Any) -> str:
    """Return a case whose business key is a formula."""
    return str(houses_start(site, PACK_TITLE))


def houses_start(site: Any, business_key: str) -> str:
    """Start a case under a key, or find it."""
    import houses

    with site.engine.begin() as uow:
        known = uow.instances.by_business_key("p", business_key)
    return known or houses.start(site.engine, site.people["officer"], business_key=business_key).id


def export(site: Any, account: str, format_: str, **filters: str) -> bytes:
    """Order a file of the list and fetch it."""
    browser = site.browser(account)
    browser.get("/cases")
    fields = {f"f.{name}": value for name, value in filters.items()}
    answer = browser.post("/cases/exports", purpose="月度核对", format=format_, **fields)
    page = browser.get(answer.headers["location"])
    assert "文件已生成" in page
    return bytes(browser.http.get(answer.headers["location"] + "/file").content)


def test_filters_and_orders(site: Any) -> None:
    """By step, by who has it, by being free, by state, by day; the oldest first when asked."""
    first, second = site.start(), site.start()
    site.api("officer").post(f"/v2/user-tasks/{site.task(first)}/assignment", json={})
    leader = site.browser("leader")

    assert first in listed(leader.get("/cases?handler=officer")) != []
    assert second not in listed(leader.get("/cases?handler=officer"))
    assert second in listed(leader.get("/cases?handler=-&step=a&sort=old"))
    assert listed(leader.get("/cases?begun_to=2020-01-01")) == []
    newest, oldest = listed(leader.get("/cases")), listed(leader.get("/cases?sort=old"))
    assert newest.index(second) < newest.index(first) and oldest.index(first) < oldest.index(second)


def test_every_slice_follows_the_one_before(site: Any) -> None:
    """In the order of deadlines the slices hold each case once."""
    for _ in range(35):
        site.start()
    leader, seen, path = site.browser("leader"), [], "/cases?sort=due"
    while path:
        page = leader.get(path)
        seen += listed(page)
        more = re.search(r'href="(/cases\?[^"]*after=[^"]*)"', page)
        path = more[1].replace("&amp;", "&") if more else ""

    assert len(seen) == len(set(seen)) >= 35


def test_a_search_is_kept_for_its_person_only(site: Any) -> None:
    """Saved under a name, opened again, dropped; a colleague never sees it."""
    leader = site.browser("leader")
    leader.get("/cases?handler=-")
    leader.post("/cases/searches", name="没人签收的", **{"f.handler": "-", "f.state": "active"})

    page = leader.get("/cases")
    assert "没人签收的" in page and "handler=-" in page
    assert "没人签收的" not in site.browser("head").get("/cases")
    leader.post("/cases/searches/forget", name="没人签收的")
    assert "没人签收的" not in leader.get("/cases")


@pytest.mark.usefixtures("dangerous")
def test_no_cell_of_a_spreadsheet_is_a_formula(site: Any) -> None:
    """``=cmd|…`` stays text, in XLSX by its type, in CSV behind an apostrophe."""
    book = load_workbook(io.BytesIO(export(site, "leader", "xlsx", state="active")))
    cells = [cell for row in book.active.iter_rows() for cell in row]  # type: ignore[union-attr]
    rows = list(csv.reader(io.StringIO(export(site, "leader", "csv", state="active").decode("utf-8-sig"))))

    assert [c.value for c in cells if c.value == PACK_TITLE] == [PACK_TITLE]
    assert not [c for c in cells if c.data_type == "f"]
    assert [row[0] for row in rows if "cmd" in row[0]] == [f"'{PACK_TITLE}"]


def test_the_file_holds_what_the_list_holds(site: Any) -> None:
    """As many rows as cases, and no more than its person may see."""
    site.start()
    total = len(list(csv.reader(io.StringIO(export(site, "leader", "csv").decode("utf-8-sig"))))) - 1

    with site.engine.begin() as uow:
        seen = uow.instances.page(
            exports.case_list.rules.scope_of(site.people["leader"]), {}, after=None, limit=999
        )
    assert total == len(seen)


def test_a_long_list_is_written_by_the_worker_and_watched_meanwhile(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says how far it is and comes again by itself; a second order waits for the first."""
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    site.start()
    leader = site.browser("leader")
    leader.get("/cases")
    made = leader.post("/cases/exports", purpose="核对", format="csv").headers["location"]

    waiting = leader.http.get(made)
    assert "正在生成" in waiting.text and waiting.headers["refresh"] == "3"
    assert "有一份导出正在生成" in leader.post("/cases/exports", status=409, purpose="x", format="csv").text
    leader.get(f"{made}/file", status=404)

    assert worker.exports.write_next(site.engine)
    assert "文件已生成" in leader.get(made)
    site.browser("head").get(made, status=404)


def test_the_purpose_and_every_download_are_in_the_audit(site: Any) -> None:
    """Without a purpose nothing is exported; officers export nothing."""
    export(site, "leader", "csv")
    leader, officer = site.browser("leader"), site.browser("officer")
    leader.get("/cases")
    officer.get("/cases")
    leader.post("/cases/exports", status=422, format="csv")
    officer.post("/cases/exports", status=403, purpose="x", format="csv")

    events = site.api("auditor").post("/v2/audit-events/search", json={}).json()["items"]
    assert {("export", "月度核对"), ("export-download", "月度核对")} <= {
        (e["action"], e["purpose"]) for e in events
    }
