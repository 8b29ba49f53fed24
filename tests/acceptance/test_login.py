"""Signing in and out over HTTP."""

from __future__ import annotations

from typing import Any

import houses
import pytest

pytestmark = pytest.mark.postgres


def test_login_leads_to_my_tasks_with_a_guarded_cookie(site: Any) -> None:
    """The cookie is out of reach for scripts and other sites."""
    browser = site.browser()
    browser.get("/login")

    answer = browser.post("/login", account="officer", password="correct horse battery", next="/cases")

    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("jf_session="))
    assert answer.headers["location"] == "/cases"
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "officer某" in browser.get("/")


def test_a_wrong_password_keeps_the_account_and_tells_nothing_else(site: Any) -> None:
    """Known and unknown accounts get the same sentence."""
    browser = site.browser()
    browser.get("/login")

    known = browser.post("/login", status=401, account="officer", password="wrong", next="/").text
    unknown = browser.post("/login", status=401, account="nobody", password="wrong", next="/").text

    assert 'value="officer"' in known
    assert known.replace("officer", "") == unknown.replace("nobody", "")


def test_a_login_form_of_another_browser_is_refused(site: Any) -> None:
    """Login CSRF: the form's token belongs to one browser."""
    mine, other = site.browser(), site.browser()
    mine.get("/login")
    other.get("/login")

    answer = other.http.post("/login", data={"_csrf": mine.csrf, "account": "officer", "password": "x"})

    assert answer.status_code == 403


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_the_login_never_leads_off_the_site(site: Any, target: str) -> None:
    """An address that is no path of ours becomes the start page."""
    browser = site.browser()
    browser.get("/login")

    answer = browser.post("/login", account="officer", password="correct horse battery", next=target)

    assert answer.headers["location"] == "/"


def test_logout_ends_the_session_on_the_server(site: Any) -> None:
    """A stolen cookie is worth nothing after logging out."""
    browser = site.browser("officer")
    stolen = browser.http.cookies["jf_session"]

    browser.post("/logout")

    again = site.open()
    again.cookies.set("jf_session", stolen)
    assert again.get("/", follow_redirects=False).status_code == 303


def test_a_post_without_the_token_changes_nothing(site: Any) -> None:
    """The session cookie alone is not enough."""
    browser = site.browser("officer")

    assert browser.http.post("/language", data={"lang": "en"}).status_code in (200, 303)
    assert browser.http.post("/logout").status_code == 403


def test_the_language_is_switched_and_kept(site: Any) -> None:
    """English pages after the switch, Chinese before."""
    browser = site.browser("officer")
    assert "我的任务" in browser.get("/")

    browser.post("/language", lang="en", back="/")

    page = browser.get("/")
    assert "My tasks" in page
    assert 'lang="en"' in page


def test_refusals_reach_the_auditor(site: Any) -> None:
    """Who tries doors that are not theirs is seen by R19, and by nobody else."""
    site.api("stranger").get(f"/v2/process-instances/{site.start()}")

    found = site.api("auditor").post("/v2/audit-events/search", json={"filter": {"action": "denied"}}).json()
    others = site.api("admin").post("/v2/audit-events/search", json={})

    assert found["items"][0]["personId"] == "stranger"
    assert others.status_code == 403


def test_a_real_installation_begins_with_one_random_password(database_url: str, tmp_path: Any) -> None:
    """Outside a demo there is one administrator, whose password is said once and changed at the first login."""
    from workflows import preparing
    from workflows.engine import Engine
    from workflows.identity import sessions
    from workflows.settings import Settings

    said: list[str] = []
    settings = Settings(database_url=database_url, secret="test", data=tmp_path, pool_size=3)
    engine = Engine.from_settings(settings)
    preparing._first_administrator(engine, said.append)
    preparing._first_administrator(engine, said.append)
    password = said[0].split("一次性密码 ")[1].split("（")[0]
    with engine.begin() as uow:
        opened = sessions.log_in(uow, account="admin", password=password, client="t")
        found = sessions.current(uow, opened.token)
    engine.close()

    assert len(said) == 1
    assert found.must_change_password and found.actor.role_codes == {"R20"}


def test_over_tls_cookies_are_bound_to_this_host(site: Any) -> None:
    """Nobody plants, reads or forwards the session: ``__Host-``, Secure, HttpOnly, SameSite, and a new one at each log-in."""
    browser = site.browser()
    browser.http.base_url = "https://testserver"  # type: ignore[assignment]
    browser.get("/login")
    opened = browser.post("/login", account="officer", password=houses.PASSWORD, next="/")
    cookie = next(c for c in opened.headers.get_list("set-cookie") if "jf_session" in c)

    assert cookie.startswith("__Host-jf_session=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie


def test_after_signing_out_nothing_is_left_behind(site: Any) -> None:
    """No page is kept by browser or proxy; signing out empties what the browser holds, and the old cookie opens nothing."""
    browser = site.browser("officer")
    token = browser.http.cookies["jf_session"]
    kept = browser.http.get("/cases")
    left = browser.post("/logout")
    browser.http.cookies.set("jf_session", token)

    assert kept.headers["cache-control"] == "no-store"
    assert left.headers["clear-site-data"] == '"cache", "storage"'
    assert browser.http.get("/cases", follow_redirects=False).headers["location"].startswith("/login")
