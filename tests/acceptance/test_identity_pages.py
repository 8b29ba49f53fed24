"""Pages about oneself and about accounts: devices, one-time codes, passwords, and what an administrator does for others."""

from __future__ import annotations

import html
import re
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))
import houses

from workflows.identity import people, sessions

pytestmark = pytest.mark.postgres


def codes_on(browser: Any) -> tuple[pyotp.TOTP, str]:
    """Switch one-time codes on by the pages; returns the app and the page with the recovery codes."""
    browser.get("/me/second-factor")
    shown = browser.post("/me/second-factor", status=200, password="correct horse battery").text
    secret = re.search(r'codes-line">([A-Z2-7 ]+)<', shown)
    assert secret is not None and "data:image/svg+xml" in shown
    app = pyotp.TOTP(secret[1].replace(" ", ""))
    return app, browser.post("/me/second-factor/confirmation", status=200, code=app.now()).text


def test_one_time_codes_are_switched_on_with_picture_and_recovery_codes(site: Any) -> None:
    """Password, picture, first code, ten recovery codes; from then on the password alone is not enough."""
    browser = site.browser("colleague")

    _, page = codes_on(browser)

    assert len(re.findall(r"<li>[0-9a-f]{5} [0-9a-f]{5}</li>", page)) == 10
    again = site.browser()
    again.get("/login")
    assert (
        "动态口令"
        in again.post("/login", status=401, account="colleague", password="correct horse battery").text
    )


def test_a_wrong_code_keeps_the_picture_and_a_wrong_password_shows_none(site: Any) -> None:
    """Nobody who found an open browser can tie their own telephone to the account."""
    browser = site.browser("mediator")
    browser.get("/me/second-factor")

    refused = browser.post("/me/second-factor", status=403, password="wrong").text
    browser.post("/me/second-factor", status=200, password="correct horse battery")
    wrong = browser.post("/me/second-factor/confirmation", status=403, code="000000").text

    assert "data:image" not in refused
    assert "data:image/svg+xml" in wrong


def test_one_sees_devices_and_ends_them(site: Any) -> None:
    """The list names program and system; the other device is out after one press, this one stays."""
    here, there = site.browser(), site.browser()
    there.http.headers["user-agent"] = "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Safari/537.36"
    here.log_in("leader")
    there.log_in("leader")

    assert "Chrome · Android" in here.get("/me/sessions")
    here.post("/me/sessions/end")

    assert there.http.get("/me", follow_redirects=False).status_code == 303
    assert here.http.get("/me", follow_redirects=False).status_code == 200


def test_signing_in_again_ends_the_session_before(site: Any) -> None:
    """A token that somebody planted or kept is worth nothing after the login (session fixation)."""
    before = site.browser("officer").http.cookies["jf_session"]
    browser = site.browser()
    browser.get("/login")
    browser.http.cookies.set("jf_session", before)

    browser.post("/login", account="officer", password="correct horse battery", next="/")

    stolen = site.open()
    stolen.cookies.set("jf_session", before)
    assert stolen.get("/", follow_redirects=False).status_code == 303


def test_a_new_account_gets_a_password_for_one_login(site: Any) -> None:
    """The administrator sees it once; its owner comes no further than the form for a new one, then works on."""
    admin = site.browser("admin")
    admin.get("/accounts/new")
    page = admin.post(
        "/accounts", status=200, account="xin.ren", name="新人", role="R02", unit="station"
    ).text
    password = re.search(r'codes-line">([^<]+)<', page)
    assert password is not None

    new = site.browser()
    new.get("/login")
    new.post("/login", account="xin.ren", password=password[1], next="/cases")
    assert new.http.get("/cases", follow_redirects=False).headers["location"] == "/me/password"
    assert "一次性密码" in new.get("/me/password")
    new.post("/me/password", old=password[1], new="春江潮水连海平 2027")

    assert new.http.get("/", follow_redirects=False).status_code == 200
    assert password[1] not in admin.get("/accounts")


def test_a_one_time_password_ends_unused(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three days later nobody gets in with it, and is told whom to ask."""
    from workflows.identity import accounts

    monkeypatch.setattr(accounts, "ONE_TIME_HOURS", 0)
    admin = site.browser("admin")
    admin.get("/accounts/stranger")
    page = admin.post("/accounts/stranger/password", status=200).text
    password = re.search(r'codes-line">([^<]+)<', page)
    assert password is not None

    late = site.browser()
    late.get("/login")

    assert "已过期" in late.post("/login", status=401, account="stranger", password=password[1]).text


def test_an_administrator_lifts_a_lock_and_signs_out(site: Any) -> None:
    """After five wrong passwords the account is locked; one press opens it, another ends its sessions."""
    victim, admin = site.browser("group"), site.browser("admin")
    guess = site.browser()
    for _ in range(5):
        guess.get("/login")
        guess.http.post("/login", data={"_csrf": guess.csrf, "account": "group", "password": "wrong"})
    assert "已锁定" in admin.get("/accounts/group")

    admin.post("/accounts/group/unlock")
    admin.post("/accounts/group/sessions")

    assert "已锁定" not in admin.get("/accounts/group")
    assert victim.http.get("/", follow_redirects=False).status_code == 303
    site.browser("group")


def test_a_role_ends_by_the_calendar(site: Any) -> None:
    """A role with an end in the past gives nothing any more, and the clean-up takes it away."""
    with site.engine.begin() as uow:
        yesterday = uow.real_now - timedelta(days=1)
        uow.people.grant("officer", "R04", "station", by="admin", at=yesterday, expires_at=yesterday)
    with site.engine.begin() as uow:
        held = people.actor_of(uow, "officer").role_codes
        assert people.retire_ended_roles(uow) == 1
    with site.engine.begin() as uow:
        left = {grant.role for grant in uow.people.grants("officer")}

    assert held == {"R02"}
    assert left == {"R02"}


def test_the_three_keepers_stay_apart(site: Any) -> None:
    """No one gets two keys of the house, or a key and casework; nobody changes their own account."""
    admin = site.browser("admin")
    admin.get("/accounts/editor")

    joined = admin.post("/accounts/editor/roles", status=403, role="R02", unit="station").text
    own = admin.post("/accounts/admin/roles", status=403, role="R02", unit="station").text

    assert "不得兼任" in joined
    assert "不能给自己授予岗位" in own
    admin.post("/accounts/admin/closing", status=403)


def test_an_auditor_reads_accounts_and_changes_none(site: Any) -> None:
    """R19 sees the list without a button."""
    auditor = site.browser("auditor")

    assert "新增人员" not in auditor.get("/accounts")
    assert "发放一次性密码" not in auditor.get("/accounts/officer")
    auditor.post("/accounts/officer/password", status=403)


@pytest.mark.parametrize("rule", ["asvs", "djbh"])
def test_one_time_passwords_fit_every_rule(rule: str) -> None:
    """What the machine makes up, the machine accepts."""
    from workflows.identity import passwords

    for _ in range(50):
        passwords.ensure_acceptable(passwords.one_time(account="a"), account="account", rule=rule)
    assert len(passwords.policy(rule)) >= 3


def test_ended_sessions_are_not_listed(site: Any) -> None:
    """The list shows what is open, nothing else."""
    browser = site.browser("assistant")
    with site.engine.begin() as uow:
        assert len(sessions.running(uow, "assistant")) == 1
    browser.post("/logout")

    with site.engine.begin() as uow:
        assert sessions.running(uow, "assistant") == ()


def test_a_form_whose_session_ended_is_sent_after_signing_in_again(site: Any) -> None:
    """Also without scripts: the typed text goes through the log-in form and is offered for sending; no password is kept."""
    case = site.start()
    task = site.task(case)
    browser = site.browser("officer")
    browser.get(f"/tasks/{task}")
    browser.post(f"/tasks/{task}/claim")
    browser.get(f"/tasks/{task}")
    with site.engine.begin() as uow:
        uow.sessions.drop_of("officer")
    typed = {"place": "梅园 <b>3</b> 号\n“东门”", "summary": "口角", "_do": "submit", "password": "geheim"}

    page = browser.post(f"/tasks/{task}", status=401, **typed).text
    fields = {
        name: html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    }
    browser.csrf = fields.pop("_csrf")
    go_on = browser.post(
        "/login", status=200, account="officer", password="correct horse battery", **fields
    ).text
    again = {
        name: html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', go_on)
    }
    browser.csrf = again.pop("_csrf")
    browser.post(f"/tasks/{task}", **again)

    assert "geheim" not in page
    assert again["place"] == typed["place"]
    assert "b" in houses.task_ids(site.engine, case)


def test_a_page_whose_session_ended_is_shown_after_signing_in(site: Any) -> None:
    """The way back holds the filter too."""
    answer = site.open().get("/cases?q=梅园&state=active", follow_redirects=False)

    assert (
        answer.headers["location"]
        == "/login?next=/cases%3Fq%3D%25E6%25A2%2585%25E5%259B%25AD%26state%3Dactive"
    )


def test_another_site_cannot_plant_a_form_to_go_on_with(site: Any) -> None:
    """What a foreign page posts is refused before anything of it is kept."""
    answer = site.open().post("/logout", data={"x": "<evil>"}, headers={"origin": "https://evil.example"})

    assert answer.status_code == 403
    assert "evil" not in answer.text


def test_who_must_have_one_time_codes_is_led_to_them_and_nowhere_else(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With ``JINGFA_SECOND_FACTOR=all`` every page leads to the page that switches codes on, programs read why; then all is open."""
    browser = site.browser("head")
    monkeypatch.setattr(
        site.engine.installation, "settings", replace(site.engine.settings, second_factor="all")
    )

    led = browser.http.get("/cases", follow_redirects=False)
    refused = browser.http.post("/notices/read", data={"_csrf": browser.csrf})
    asked = browser.get("/me/second-factor")
    codes_on(browser)

    assert (led.status_code, led.headers["location"]) == (303, "/me/second-factor")
    assert (refused.status_code, "本单位要求登录时使用动态口令" in refused.text) == (403, True)
    assert "本单位要求" in asked
    assert "<title>案件" in browser.get("/cases")
