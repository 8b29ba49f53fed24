"""Logging in at another provider, played by a server on the loopback that can also lie."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from api.app import create_app
from tests.builders import loopback
from tests.builders.loopback import Said, Sent
from workflows import identity_provider
from workflows.settings import Provider, Settings

pytestmark = pytest.mark.postgres
KEY, OTHER_KEY = (ECKey.generate_key("P-256", {"kid": "k1", "use": "sig"}) for _ in range(2))


@dataclass
class Idp:
    """A provider: what it says is open to a test."""

    address: str = ""
    nonce: str = ""
    challenge: str = ""
    claims: dict[str, Any] = field(default_factory=dict)  #: laid over the true ones
    key: Any = field(default_factory=lambda: KEY)
    alg: str = "ES256"
    asked: list[str] = field(default_factory=list)

    def answer(self, sent: Sent) -> Said:
        """Play the provider."""
        self.asked.append(sent.path)
        if sent.path.endswith("openid-configuration"):
            ends = {n: f"{self.address}/{n}" for n in ("authorization_endpoint", "token_endpoint")}
            return Said(
                body=json.dumps({"issuer": self.address, "jwks_uri": f"{self.address}/keys", **ends}).encode()
            )
        if sent.path == "/keys":
            return Said(body=json.dumps({"keys": [KEY.as_dict(private=False)]}).encode())
        form = {name: values[0] for name, values in parse_qs(sent.body.decode()).items()}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != self.challenge:
            return Said(status=400)
        return Said(
            body=json.dumps({"access_token": "x", "token_type": "Bearer", "id_token": self.token()}).encode()
        )

    def token(self) -> str:
        """Return an id token, true but for ``claims``, ``key`` and ``alg``."""
        now = int(time.time())
        true = {
            "iss": self.address, "aud": "jingfa", "sub": "s-1", "iat": now, "exp": now + 300, "nonce": self.nonce,
            "preferred_username": "officer",
        }  # fmt: skip
        told = {name: value for name, value in {**true, **self.claims}.items() if value is not None}
        return jwt.encode({"alg": self.alg, "kid": "k1"}, told, self.key, algorithms=[self.alg])


@pytest.fixture
def idp(site: Any) -> Iterator[tuple[Idp, Any]]:
    """Yield a provider and a browser of an installation that trusts it."""
    provider = Idp()
    with loopback.http(provider.answer) as fake:
        provider.address = fake.address
        settings = Settings(
            **{
                **vars(site.engine.settings),
                "base_url": "http://testserver",
                "oidc": Provider(issuer=fake.address, client_id="jingfa"),
                "outgoing_networks": ("127.0.0.0/8",),
            }
        )
        engine = type(site.engine)(settings, site.engine._database)
        with engine.begin() as uow:
            for person in ("officer", "leader"):
                uow.sessions.unbind_subjects(person)
        from fastapi.testclient import TestClient

        yield provider, TestClient(create_app(engine), client=("127.0.0.1", 5000))


def go_there(provider: Idp, client: Any, next: str = "/cases") -> dict[str, str]:
    """Press the button; returns what the provider would send back."""
    answer = client.get("/login/oidc", params={"next": next}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    asked = {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}
    assert asked["code_challenge_method"] == "S256" and asked["response_type"] == "code"
    provider.nonce, provider.challenge = asked["nonce"], asked["code_challenge"]
    return {"state": asked["state"], "code": "c"}


def come_back(client: Any, **sent: str) -> Any:
    """Return the answer to the provider's redirect."""
    return client.get("/login/oidc/callback", params=sent, follow_redirects=False)


def test_who_the_provider_names_is_signed_in_and_returns_to_the_page(idp: Any) -> None:
    """Code, PKCE, nonce, signature: a session in a guarded cookie, and back to where one was."""
    provider, client = idp

    answer = come_back(client, **go_there(provider, client))

    assert answer.headers["location"] == "/cases"
    assert client.get("/v2/authentication/me").json()["account"] == "officer"


def test_the_provider_is_asked_about_itself_once(idp: Any) -> None:
    """Discovery and keys are kept for an hour; a second log-in fetches the token only."""
    provider, client = idp
    for _ in range(2):
        come_back(client, **go_there(provider, client))

    assert sum("openid-configuration" in path for path in provider.asked) == 1
    assert provider.asked.count("/keys") == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"}, {"aud": "somebody-else"}, {"aud": ["jingfa", "x"], "azp": "x"}, {"exp": 1}, {"exp": None},
        {"nonce": "old"}, {"nonce": None}, {"iat": None}, {"sub": None}, {"preferred_username": None}, {"nbf": 4_000_000_000},
        {"preferred_username": ["officer"]},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_does_not_fit_lets_nobody_in(idp: Any, claims: dict[str, Any]) -> None:
    """Issuer, audience, party, expiry, nonce, subject: each alone is enough to refuse."""
    provider, client = idp
    back = go_there(provider, client)
    provider.claims = claims

    answer = come_back(client, **back)

    assert answer.status_code == 401
    assert "统一身份认证没有成功" in answer.text
    assert "jf_session" not in client.cookies


@pytest.mark.parametrize(
    ("key", "alg"),
    [(OTHER_KEY, "ES256"), (OctKey.import_key(json.dumps(KEY.as_dict(private=False))), "HS256"), (OctKey.import_key("x" * 32), "none")],
    ids=["another-key", "public-key-as-secret", "none"],
)  # fmt: skip
def test_a_signature_that_is_not_the_providers_is_refused(idp: Any, key: Any, alg: str) -> None:
    """Neither another key, nor the public key taken for a shared secret, nor none at all."""
    provider, client = idp
    back = go_there(provider, client)
    provider.key, provider.alg = key, alg

    assert come_back(client, **back).status_code == 401


def test_a_return_that_this_browser_did_not_begin_is_refused(idp: Any) -> None:
    """State (log-in CSRF), a missing or old ticket, another issuer: nobody is signed in."""
    provider, client = idp
    back = go_there(provider, client)

    assert come_back(client, state="other", code="c").status_code == 401
    back = go_there(provider, client)
    assert come_back(client, **back, iss="https://evil.example").status_code == 401
    assert come_back(client, **back).status_code == 401  # the ticket is used up


def test_a_return_after_ten_minutes_is_refused(idp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What began long ago was not begun by whoever sits here now."""
    provider, client = idp
    back = go_there(provider, client)
    monkeypatch.setattr(identity_provider, "TICKET_SECONDS", -1)

    assert come_back(client, **back).status_code == 401


def test_an_account_that_is_not_here_is_not_made(idp: Any) -> None:
    """The provider opens no accounts and gives no roles."""
    provider, client = idp
    back = go_there(provider, client)
    provider.claims = {"preferred_username": "nobody", "sub": "s-9", "roles": ["R20"]}

    answer = come_back(client, **back)

    assert answer.status_code == 401
    assert "尚未在警法通开通" in answer.text


def test_another_subject_cannot_take_a_bound_account(idp: Any) -> None:
    """After the first log-in the subject counts, not the name that somebody may have taken over."""
    provider, client = idp
    come_back(client, **go_there(provider, client))
    provider.claims = {"sub": "s-2"}

    assert come_back(client, **go_there(provider, client)).status_code == 401


def test_one_time_codes_are_not_walked_around(idp: Any, site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has a second factor gets in with one only, here or there."""
    monkeypatch.setattr("workflows.identity.second_factor.is_on", lambda _uow, _person: True)
    provider, client = idp

    weak = come_back(client, **go_there(provider, client))
    provider.claims = {"amr": ["pwd", "otp"]}
    strong = come_back(client, **go_there(provider, client))

    assert weak.status_code == 401 and "双因素" in weak.text
    assert strong.status_code == 303


def test_the_way_back_stays_on_the_site(idp: Any) -> None:
    """No open redirect through the provider either."""
    provider, client = idp

    assert come_back(client, **go_there(provider, client, next="//evil.example")).headers["location"] == "/"


def test_a_provider_inside_without_leave_is_not_called(idp: Any, site: Any) -> None:
    """The one door to the outside stands before it: loopback is opened by the operator or not at all."""
    provider, _ = idp
    asked = len(provider.asked)
    settings = Settings(
        **{**vars(site.engine.settings), "oidc": Provider(issuer=provider.address, client_id="jingfa")}
    )
    from fastapi.testclient import TestClient

    client = TestClient(create_app(type(site.engine)(settings, site.engine._database)))
    answer = client.get("/login/oidc", follow_redirects=False)

    assert answer.status_code == 401
    assert len(provider.asked) == asked


def test_without_a_provider_there_is_no_such_door(site: Any) -> None:
    """Nothing is configured: nothing is there."""
    assert site.open().get("/login/oidc", follow_redirects=False).status_code == 404
