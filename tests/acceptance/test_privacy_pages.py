"""Looks at clear data, sealing and named grants, as people press them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

pytestmark = pytest.mark.postgres

NUMBER, PHONE = "990000199001010015", "13900001234"
PARTY = {"name": "诸葛测试人", "idNo": NUMBER, "phone": PHONE, "role": "申请人", "type": "自然人"}
CHILD = {"name": "公孙小明", "idNo": "990000201501010012", "phone": "13900005678", "role": "被申请人"}


def look(browser: Any, case: str, **given: Any) -> str:
    """Ask for a look and return where it leads."""
    browser.get(f"/cases/{case}/reveal")
    given = {"purpose": "V02", "fields": ["phone"], "reason": "回访", **given}
    return str(browser.post(f"/cases/{case}/reveal", **given).headers["location"])


def test_a_look_shows_what_was_chosen_for_five_minutes(site: Any) -> None:
    """The telephone was asked for, the identity number was not; the page carries who, when and which case."""
    case = site.start(parties=[PARTY])
    leader = site.browser("leader")

    page = leader.get(look(leader, case))

    assert PHONE in page and NUMBER not in page and 'data-masked="139****1234"' in page
    assert "leader某 leader" in page.split('class="watermark"')[1] and 'data-look="2' in page


def test_a_look_is_over_whatever_is_pressed(site: Any) -> None:
    """After five minutes the same address leads to the masked case; nobody else ever opens it."""
    case = site.start(parties=[PARTY])
    leader = site.browser("leader")
    address = look(leader, case)
    with site.engine.begin() as uow:
        uow._connection.execute(text("UPDATE reveal SET expires_at = now()"))

    answer = leader.http.get(address, follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{case}")
    assert PHONE not in leader.get(f"/cases/{case}")
    assert site.browser("colleague").http.get(look(leader, case), follow_redirects=False).status_code in (
        303,
        404,
    )


def test_a_look_needs_a_purpose_that_fits(site: Any) -> None:
    """An identity number is not needed to telephone; the page says so and keeps what was typed."""
    case = site.start(parties=[PARTY])
    leader = site.browser("leader")
    leader.get(f"/cases/{case}/reveal")

    page = leader.post(f"/cases/{case}/reveal", purpose="V02", fields="idNo", reason="回访", status=403).text

    assert "身份证号码”不能用于这个用途" in page and "回访" in page


def test_every_look_is_in_the_audit_with_purpose_and_fields(site: Any) -> None:
    """The officer reads who looked at which fields and what for; the reason stands apart from the chain."""
    case = site.start(parties=[PARTY])
    look(site.browser("leader"), case)

    with site.engine.begin() as uow:
        event = uow.audit.page(
            {"instance_id": case, "action": "view-clear"}, cursor=None, newest=True, limit=1
        )[0]

    assert (event["purpose"], event["fields"], event["person_id"]) == ("V02", ["phone"], "leader")
    assert "reason" not in event["detail"] and event["apart"]["words"] == {"reason": "回访"}


def test_a_child_stays_masked_without_a_named_grant(site: Any) -> None:
    """The leader looks and sees the adult; with a grant by a colleague the child as well."""
    case = site.start(parties=[PARTY, CHILD])
    leader = site.browser("leader")
    before = leader.get(look(leader, case))

    with site.engine.begin() as uow:
        until = uow.real_now + timedelta(days=1)
        uow.grants.put(case, "leader", purpose="x", by="head", at=uow.real_now, until=until)

    assert CHILD["phone"] not in before and "未成年人的信息须有指名授权" in before
    assert CHILD["phone"] in leader.get(look(leader, case))


def test_a_sealed_case_is_gone_and_a_request_brings_one_person_in(site: Any) -> None:
    """Sealed by the leader, unknown to the officer, asked for by number, granted, open to the officer alone."""
    case = site.start(business_key="SEAL-1")
    leader, officer = site.browser("leader"), site.browser("colleague")
    leader.get(f"/cases/{case}/seal")
    leader.post(f"/cases/{case}/seal", reason="未成年人", _open="0")
    officer.get(f"/cases/{case}", status=404)
    answers = []
    for number in ("SEAL-1", "NO-SUCH-CASE"):
        officer.get("/grants")
        answer = officer.post("/grants", number=number, purpose="V04", reason="复核", days="3")
        answers.append((answer.status_code, answer.headers["location"], answer.headers["set-cookie"]))

    page = leader.get("/grants")
    leader.post(_decision(page), _do="grant")

    assert answers[0] == answers[1] and page.count("复核") == 1
    officer.get(f"/cases/{case}")
    site.browser("officer").get(f"/cases/{case}", status=404)


def _decision(page: str) -> str:
    return "/grants/" + page.split('action="/grants/')[1].split('"')[0]


def test_nobody_decides_on_their_own_request(site: Any) -> None:
    """The leader, alone let in, asks for longer; the request is not theirs to grant."""
    case = site.start(business_key="SEAL-2")
    leader = site.browser("leader")
    leader.get(f"/cases/{case}/seal")
    leader.post(f"/cases/{case}/seal", reason="未成年人", _open="0")
    leader.get("/grants")
    leader.post("/grants", number="SEAL-2", purpose="V04", reason="延长一年", days="180")

    assert 'action="/grants/' not in leader.get("/grants")
    leader.post(f"/cases/{case}/grants", person="leader", purpose="延长", days="9", status=403)
