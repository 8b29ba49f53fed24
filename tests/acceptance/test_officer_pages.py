"""The room of the data-protection officer, and what leaders decide about personal data."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.postgres

PARTY = {"name": "诸葛测试人", "idNo": "990000199001010015", "phone": "13900001234", "role": "申请人"}


def test_the_officer_sees_who_was_refused_and_who_looked(site: Any) -> None:
    """A stranger knocks, a leader looks; the officer reads both names and not one of the case."""
    case = site.start(parties=[PARTY], business_key="JJ-77")
    for _ in range(2):
        site.browser("stranger").get(f"/cases/{case}", status=404)
    leader = site.browser("leader")
    leader.get(f"/cases/{case}/reveal")
    leader.post(f"/cases/{case}/reveal", purpose="V02", fields="phone", reason="回访诸葛测试人")

    page = site.browser("auditor").get("/dpo")
    events = site.browser("auditor").get("/dpo/audit?action=view-clear")

    assert "stranger某" in page and "leader某" in page and "诸葛测试人" not in page
    assert "回访诸葛***" in events and "诸葛测试人" not in events


def test_a_look_at_one_s_own_is_listed_with_the_case_s_number(site: Any) -> None:
    """Whoever is named as guardian in the case they look at stands among the anomalies."""
    case = site.start(parties=[{**PARTY, "guardian": "leader某"}], business_key="JJ-78")
    leader = site.browser("leader")
    leader.get(f"/cases/{case}/reveal")
    leader.post(f"/cases/{case}/reveal", purpose="V02", fields="phone")

    page = site.browser("auditor").get("/dpo")

    assert "本人代理监护" in page and "JJ-78" in page


def test_a_review_is_itself_recorded(site: Any) -> None:
    """The conclusion stands on the page and in the audit; an empty one is refused."""
    officer = site.browser("auditor")
    officer.get("/dpo")
    officer.post("/dpo/reviews", note="好", status=422)
    officer.get("/dpo")
    officer.post("/dpo/reviews", note="本周查看均有正当用途。")

    assert "本周查看均有正当用途。" in officer.get("/dpo")
    assert "review-audit" in officer.get("/dpo/audit?action=review-audit")


def test_the_export_is_verified_off_line(site: Any) -> None:
    """What the officer downloads is whole for the script that knows nothing of us; the download is in the audit."""
    path = Path(__file__).parents[2] / "scripts" / "verify_audit.py"
    spec = importlib.util.spec_from_file_location("verify_audit", path)
    assert spec and spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    officer = site.browser("auditor")

    lines = officer.http.get("/dpo/audit/export").text.splitlines()

    assert script.faults(lines) == [] and any('"export-audit"' in line for line in lines)
    assert (
        "审计链完整"
        in officer.http.post("/dpo/verification", data={"_csrf": officer.csrf or _csrf(officer)}).text
    )


def _csrf(browser: Any) -> str:
    browser.get("/dpo")
    return str(browser.csrf)


def test_ten_refusals_within_an_hour_reach_the_officer(site: Any) -> None:
    """Somebody who tries doors is in the officer's inbox, once."""
    case = site.start()
    knocking = site.browser("assistant")
    for _ in range(12):
        knocking.get("/dpo", status=403)
    del case

    assert site.browser("auditor").get("/notices").count("多次被拒：assistant某") == 1


def test_a_request_goes_from_the_officer_to_the_leader(site: Any) -> None:
    """Registered under a number, decided by the leader with a reason, the case's data restricted from then on."""
    case = site.start(parties=[PARTY])
    officer, leader = site.browser("auditor"), site.browser("leader")
    officer.get("/dpo/requests")
    given = {"kind": "restriction", "id_number": PARTY["idNo"], "note": "不再联系我", "checked": "1"}
    officer.post("/dpo/requests", number="权〔2026〕1号", **given)
    page = leader.get("/measures")

    leader.post(
        "/measures/" + page.split('action="/measures/')[1].split('"')[0], _do="approve", reason="同意"
    )

    assert "不再联系我" in page and case
    leader.get(f"/cases/{_last(page)}/reveal")
    leader.post(f"/cases/{_last(page)}/reveal", purpose="V02", fields="phone", reason="x", status=403)


def _last(page: str) -> str:
    return page.split('href="/cases/')[1].split('"')[0]
