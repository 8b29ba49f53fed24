"""How often, how large, how deep, under which name: what is refused before a use case is called."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import json_reading, limits, security
from api.commands import patience
from api.json_reading import StrictRoute
from api.limits import Limiter, Rate
from api.problems import MalformedRequest, TooManyRequests, TooSlow
from workflows.errors import SettingInvalid

LOGIN = "/v2/authentication/login"


def test_a_bucket_empties_and_fills_again() -> None:
    """Two at once, then one a second; the refusal says when."""
    now = [0.0]
    limiter = Limiter({"login": Rate(2, 1)}, clock=lambda: now[0])
    limiter.spend("login", "a")
    limiter.spend("login", "a")
    with pytest.raises(TooManyRequests) as refused:
        limiter.spend("login", "a")
    limiter.spend("login", "b")

    now[0] = 1.0
    limiter.spend("login", "a")

    assert refused.value.retry_after == 1


def test_forgotten_callers_take_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many addresses knock, so many buckets are kept."""
    monkeypatch.setattr(limits, "MOST_BUCKETS", 10)
    limiter = Limiter(limits.DEFAULTS)

    for number in range(50):
        limiter.spend("address", str(number))

    assert len(limiter._levels) == 10


@pytest.mark.parametrize(
    ("method", "path", "bucket"),
    [
        ("POST", "/v2/expression/evaluation", "evaluate"),
        ("POST", "/v2/deployments", "check"),
        ("POST", "/cases/1/papers", "export"),
        ("POST", "/tasks/1/files", "upload"),
    ],
)
def test_costly_doors_have_limits_of_their_own(method: str, path: str, bucket: str) -> None:
    """What computes much is refused sooner than what shows a page."""
    limiter = Limiter({bucket: Rate(1, 0.1)})
    limiter.spend_at(method, path, "p")
    limiter.spend_at("GET", path, "p")

    with pytest.raises(TooManyRequests):
        limiter.spend_at(method, path, "p")


def test_too_many_logins_are_answered_with_a_time(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """429, ``Retry-After`` and a Chinese sentence; other doors stay open."""
    monkeypatch.setattr(app.state.limiter, "_rates", {"login": Rate(0, 0.5)})
    monkeypatch.setattr(app.state.limiter, "_levels", type(app.state.limiter._levels)())
    with TestClient(app) as client:
        answer = client.post(LOGIN, json={"account": "a", "password": "b"})

        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "2"
        assert "2 秒后" in answer.json()["detail"]
        assert client.get("/health/live").status_code == 200


def test_a_misspelt_limit_is_refused_at_the_start() -> None:
    """A limit that nobody reads protects nobody."""
    with pytest.raises(SettingInvalid, match="logni"):
        limits.parse("logni=1/1")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"host": "testserver:8000"}, 200),
        ({"host": "[::1]:8000"}, 200),
        ({"x-large": "x" * 9000}, 431),
        ({f"x-{n}": "1" for n in range(120)}, 431),
        ({"content-encoding": "gzip"}, 415),
        ({"x-http-method-override": "DELETE"}, 200),
    ],
    ids=["host", "own-host", "number", "large", "many", "packed", "override"],
)
def test_envelopes(client: TestClient, sent: dict[str, str], status: int) -> None:
    """Foreign hosts (DNS rebinding), endless headers and packed bodies are refused; a method is what it says."""
    assert client.get("/health/live", headers=sent).status_code == status


def test_an_endless_address_is_refused(client: TestClient) -> None:
    """8 KiB are enough for every filter."""
    assert client.get("/cases?q=" + "x" * 9000).status_code == 414


@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "PATCH", "CONNECT", "FOO"])
def test_methods_that_nobody_declared_are_refused(client: TestClient, method: str) -> None:
    """No echo, no preflight: nothing of another origin may read or send."""
    answer = client.request(method, LOGIN, headers={"origin": "https://evil.example"})

    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    "body",
    [
        b'{"account": "a", "account": "b", "password": "c"}',
        b'{"account": NaN, "password": "c"}',
        b'{"account": "a", "password": -Infinity}',
        b'{"account": 1e999, "password": "c"}',
        b'{"account": "a", "password": "c", "code": 9223372036854775808}',
        b'{"account": ' + b"9" * 5000 + b', "password": "c"}',
        b'{"account": "\\u0000", "password": "c"}',
        b'{"account": "\\ud800", "password": "c"}',
        b'{"account": "\xff\xfe", "password": "c"}',
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"a":' * 900 + b"1" + b"}" * 900,
        b"",
        b"null",
        b"{",
    ],
)
def test_json_that_two_readers_may_read_differently_is_refused(client: TestClient, body: bytes) -> None:
    """Members twice, NaN, endless numbers, NUL, half characters, depth: a sentence and never a 5xx."""
    answer = client.post(LOGIN, content=body, headers={"content-type": "application/json"})

    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["detail"]


def test_json_in_another_dress_is_not_read(client: TestClient) -> None:
    """A form of another site can send text/plain without asking; it is not taken for JSON."""
    answer = client.post(
        LOGIN, content=b'{"account": "a", "password": "b"}', headers={"content-type": "text/plain"}
    )

    assert answer.status_code in (400, 415, 422)


def test_every_json_route_reads_strictly(app: FastAPI) -> None:
    """No route of the API has a reader of its own."""
    lax = [
        r.path
        for r in app.routes
        if getattr(r, "include_in_schema", False)
        and r.path.startswith("/v2")
        and not isinstance(r, StrictRoute)
    ]

    assert lax == []


def test_ordinary_json_is_read_as_ever() -> None:
    """Numbers, texts of any script and nesting."""
    assert json_reading.loads('{"a": [1, -2.5, "𠮷", null, {"b": true}]}') == {
        "a": [1, -2.5, "𠮷", None, {"b": True}]
    }
    with pytest.raises(MalformedRequest):
        json_reading.loads("{'a': 1}")


def test_a_body_that_trickles_is_cut_off() -> None:
    """The end is set when the request begins, not with every byte."""

    async def never() -> Any:
        await asyncio.Event().wait()

    async def receive() -> None:
        counted = security._counted(never, -31 * security.SLOWEST)
        await counted()

    with pytest.raises(TooSlow):
        asyncio.run(receive())


def test_headers_that_never_end_close_the_connection() -> None:
    """The timer starts with the connection, stops with a whole request, and closes the talk otherwise."""

    class Loop:
        def call_later(self, seconds: float, give_up: Any) -> Any:
            self.seconds, self.give_up = seconds, give_up
            return self

        def cancel(self) -> None:
            self.seconds = None

    class Transport:
        closed = False

        def is_closing(self) -> bool:
            return self.closed

        def close(self) -> None:
            self.closed = True

    protocol = patience.PatientProtocol.__new__(patience.PatientProtocol)
    protocol.loop, protocol.transport = Loop(), Transport()  # type: ignore[assignment]
    protocol._wait()
    assert protocol.loop.seconds == patience.HEADER_SECONDS  # type: ignore[attr-defined]

    protocol.loop.give_up()  # type: ignore[attr-defined]

    assert protocol.transport.closed  # type: ignore[attr-defined]
