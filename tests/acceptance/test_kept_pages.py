"""What a browser may hold for times without a signal, and with which key: the server's part."""

from __future__ import annotations

import re
from typing import Any

import houses


def key_of(browser: Any) -> str:
    """Return the key that the browser holds; empty when it holds none."""
    return str(browser.http.cookies.get("jf_shelf", "")).split(".")[0]


def test_only_work_may_be_kept(site: Any) -> None:
    """My tasks and what begins a case may; lists, notices, oneself, what was refused and what was searched for (a name in the address) may not."""
    browser = site.browser("officer")

    for path in ("/", "/start"):
        assert browser.http.get(path).headers["jf-keep"] == "1"
    for path in ("/?q=张三", "/cases", "/notices", "/me", "/help", "/tasks/none", "/cases/none"):
        assert "jf-keep" not in browser.http.get(path).headers, path


def test_the_key_belongs_to_a_person_and_goes_with_the_session(site: Any) -> None:
    """The same person finds their photos again, another one has another key, and who signs out has none."""
    first, again, other = site.browser("officer"), site.browser("officer"), site.browser("colleague")

    assert re.fullmatch(r"[0-9a-f]{64}", key_of(first))
    assert key_of(first) == key_of(again) != key_of(other)
    first.post("/logout")
    assert key_of(first) == ""


def test_a_session_that_ran_out_takes_the_key_with_it(site: Any) -> None:
    """The log-in form that follows removes the key, so that nothing kept can be read."""
    browser = site.browser("officer")
    browser.http.cookies.delete("jf_session")

    browser.http.get("/cases", follow_redirects=True)

    assert key_of(browser) == ""


def test_over_tls_the_key_is_bound_to_this_host(site: Any) -> None:
    """``__Host-``, Secure, never sent by another site, and over when the session would be."""
    browser = site.browser()
    browser.http.base_url = "https://testserver"
    browser.get("/login")
    opened = browser.post("/login", account="officer", password=houses.PASSWORD, next="/")
    cookie = next(c for c in opened.headers.get_list("set-cookie") if "jf_shelf" in c)

    assert cookie.startswith("__Host-jf_shelf=")
    assert {"Secure", "SameSite=strict", "Path=/", "Max-Age=7200"} <= {p.strip() for p in cookie.split(";")}


def test_the_worker_is_one_of_this_build(site: Any) -> None:
    """Its script is ours alone, names the files it holds, and holds nobody's data."""
    browser = site.browser()
    found = browser.http.get("/sw.js")

    assert found.headers["content-type"].startswith("text/javascript")
    assert "default-src 'none'" in found.headers["content-security-policy"]
    assert "/offline?lang=zh-CN" in found.text
    assert "现在没有信号" in browser.http.get("/offline").text
    assert "No signal" in browser.http.get("/offline?lang=en").text
