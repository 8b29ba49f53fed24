"""Guards around every request: headers, limits, origins, text that no database stores."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api import headers
from api.pages.frame import way_back
from api.security import MIB, limit_of

TEMPLATES = Path(__file__).parents[3] / "api" / "templates"


@pytest.mark.parametrize(
    "path", ["/health/live", "/nothing", "/v2/nothing", "/icon.svg", "/static/nothing.js"]
)
def test_every_answer_carries_the_headers(client: TestClient, path: str) -> None:
    """Pages, problems and files alike."""
    answer = client.get(path)

    for name, value in headers.HEADERS.items():
        assert answer.headers[name] == value
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "server" not in answer.headers


def test_scripts_are_never_inline_nor_evaluated() -> None:
    """Both policies allow scripts from this site only."""
    for policy in (headers.CSP, headers.DIAGRAM_CSP):
        scripts = re.search(r"script-src ([^;]*)", policy)
        assert scripts is not None
        assert scripts[1] == "'self'"


@pytest.mark.parametrize(
    "template", sorted(TEMPLATES.rglob("*.html")), ids=lambda p: str(p.relative_to(TEMPLATES))
)
def test_templates_hold_no_inline_script_or_style(template: Path) -> None:
    """What the policy would block is not written in the first place."""
    text = re.sub(r"{%.*?%}|{#.*?#}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)

    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\son[a-z]+=", text)
    assert not re.search(r"\sstyle=|<style|javascript:", text)
    assert "|safe" not in text


@pytest.mark.parametrize(
    "template", sorted(TEMPLATES.rglob("*.html")), ids=lambda p: str(p.relative_to(TEMPLATES))
)
def test_every_posting_form_carries_the_token(template: Path) -> None:
    """No form posts without the CSRF token."""
    forms = re.findall(
        r"<form[^>]*method=\"post\".*?</form>", template.read_text(encoding="utf-8"), re.DOTALL
    )

    assert all("ui.hidden(" in form for form in forms)


def test_hsts_is_sent_over_https_only(app: object) -> None:
    """A browser on plain HTTP must not be told to insist on HTTPS."""
    with TestClient(app, base_url="https://testserver") as secure:  # type: ignore[arg-type]
        assert "strict-transport-security" in secure.get("/health/live").headers
    with TestClient(app) as plain:  # type: ignore[arg-type]
        assert "strict-transport-security" not in plain.get("/health/live").headers


def test_every_cookie_is_secure_over_https(app: object) -> None:
    """Also the language, which is no secret but must not be planted on the way."""
    with TestClient(app, base_url="https://testserver") as secure:  # type: ignore[arg-type]
        answer = secure.post("/language", data={"lang": "en", "back": "/help"}, follow_redirects=False)

    assert answer.headers.get_list("set-cookie")
    assert all("Secure" in cookie for cookie in answer.headers.get_list("set-cookie"))


@pytest.mark.parametrize(
    "back",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nX-Evil: 1"],
)
def test_no_page_leads_off_the_site(client: TestClient, back: str) -> None:
    """Every way back is a path of ours, on one line."""
    answer = client.post("/language", data={"lang": "en", "back": back}, follow_redirects=False)

    assert answer.headers["location"] in {"/", "/aX-Evil:%201"}
    assert "x-evil" not in answer.headers


def test_a_photo_of_30_mb_gets_a_sentence_not_a_reset(client: TestClient) -> None:
    """The limit is named and so is the way out."""
    answer = client.post("/tasks/1/files", content=b"x" * (30 * MIB), headers={"accept": "application/json"})

    assert answer.status_code == 413
    assert "10 MB" in answer.json()["detail"]


def test_a_body_that_hides_its_length_is_cut_off(client: TestClient) -> None:
    """Chunked bodies are counted while they arrive."""
    chunks = (b"x" * MIB for _ in range(3))

    answer = client.post(
        "/v2/authentication/login", content=chunks, headers={"content-type": "application/json"}
    )

    assert answer.status_code == 413


def test_limits_by_path() -> None:
    """Packs may be large, photos 10 MiB and their envelope, everything else 1 MiB."""
    assert limit_of("/v2/deployments") == 20 * MIB
    assert limit_of("/tasks/7/files") == 11 * MIB
    assert limit_of("/v2/messages/publication") == MIB


@pytest.mark.parametrize("path", ["/cases/%00", "/cases?q=%00", "/cases/%ff%fe"])
def test_broken_text_in_the_address_is_refused(client: TestClient, path: str) -> None:
    """PostgreSQL stores no NUL, and nothing honest sends half a character."""
    assert client.get(path).status_code == 400


@pytest.mark.parametrize(
    "sent",
    [
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "null"},
        {"origin": "http://[::1"},
    ],
)
def test_other_sites_may_not_post(client: TestClient, sent: dict[str, str]) -> None:
    """Before anything is read, the origin decides."""
    answer = client.post("/v2/authentication/login", json={"account": "a", "password": "b"}, headers=sent)

    assert answer.status_code == 403
    assert answer.json()["code"] == "cross-site-request"


def test_metrics_are_for_this_machine(app: object) -> None:
    """The local scraper reads them; a proxied or distant stranger does not."""
    with TestClient(app, client=("127.0.0.1", 9)) as near:  # type: ignore[arg-type]
        assert (
            "jingfa_http_requests_total" in near.get("/metrics").text
            or near.get("/metrics").status_code == 200
        )
        assert near.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"}).status_code == 401
    with TestClient(app, client=("203.0.113.9", 9)) as far:  # type: ignore[arg-type]
        assert far.get("/metrics").status_code == 401


def test_an_address_says_all_that_it_takes(client: TestClient) -> None:
    """A wrong method gets every right one (RFC 9110), not those of the first route alone."""
    answer = client.request("PATCH", "/login")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


def test_nothing_redirects_to_the_host_that_a_request_names(client: TestClient) -> None:
    """A slash too many is an unknown address; the framework would answer with the sender's own host."""
    answer = client.get("/login/", headers={"host": "10.9.8.7"}, follow_redirects=False)

    assert answer.status_code == 404


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_json_travels_as_json(client: TestClient, kind: str) -> None:
    """What a form of another site could send is no JSON, whatever it holds."""
    answer = client.post("/v2/authentication/login", content=b"{}", headers={"content-type": kind})

    assert answer.status_code == 415


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "/\t/evil.example", "/a\\..\\\\evil", "https://evil.example", ""],
)
def test_the_way_back_is_a_path_of_ours(target: str) -> None:
    """Browsers drop tabs and read a backslash as a slash: neither leads to another site."""
    assert way_back(target) == "/"


def test_a_way_back_keeps_what_was_asked() -> None:
    """Names in Chinese and questions stay."""
    assert way_back("/cases?q=张 三") == "/cases?q=张 三"
