"""
Another identity provider, as a client sees it: OpenID Connect, authorization code with PKCE.

What is checked: state, nonce, issuer (also RFC 9207's ``iss``), audience, expiry, signature by an asymmetric key of the
provider. Whether whom it names may come in is decided in ``identity/federation.py``.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from itsdangerous import BadSignature, URLSafeTimedSerializer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tasks.outgoing import Door, OutgoingFailed
from workflows.errors import NotLoggedIn
from workflows.settings import Provider

#: Signatures that only the provider can make; never ``none``, never a shared secret.
ALGORITHMS: Final = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
]
TICKET_SECONDS: Final = 600  #: between the button and the return
CACHE_SECONDS: Final = 3600  #: for what the provider publishes about itself
RENEW_SECONDS: Final = 60  #: an unknown key asks for the keys again, at most this often
LEEWAY_SECONDS: Final = 60  #: clocks differ
#: Methods (RFC 8176) that stand for a second factor at the provider.
STRONG: Final = frozenset({"mfa", "otp", "hwk", "swk", "sc", "fpt", "face", "iris"})


class FederationFailed(NotLoggedIn):
    """统一身份认证没有成功。请重新登录；多次不成功请联系系统管理员。"""


@dataclass(frozen=True, kw_only=True)
class Begun:
    """Where to send the browser, and what it has to bring back in a cookie."""

    url: str
    ticket: str


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Whom the provider named."""

    issuer: str
    subject: str
    account: str  #: value of the claim that names accounts of ours
    is_strong: bool  #: the provider asked for a second factor
    next: str


class Client:
    """We, as the provider knows us; one a process, with what the provider publishes kept for an hour."""

    def __init__(
        self,
        provider: Provider,
        door: Door,
        *,
        secret: str,
        home: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.provider = provider
        self.redirect_uri = f"{home.rstrip('/')}/login/oidc/callback"
        self._door = door
        self._clock = clock
        self._tickets = URLSafeTimedSerializer(secret, salt="oidc-ticket")
        self._kept: dict[str, tuple[float, Any]] = {}

    def begin(self, *, next: str) -> Begun:
        """
        Return the address of the provider's login.

        Raises:
            OutgoingRefused, OutgoingFailed, FederationFailed: the provider cannot be asked, or describes itself wrongly.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        url = prepare_grant_uri(
            self._metadata()["authorization_endpoint"],
            client_id=self.provider.client_id,
            response_type="code",
            redirect_uri=self.redirect_uri,
            scope="openid profile",
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return Begun(url=url, ticket=self._tickets.dumps([state, nonce, verifier, next]))

    def finish(self, ticket: str, *, state: str, code: str, issuer: str = "") -> Identity:
        """
        Exchange the code and check what comes back.

        Args:
            ticket: The cookie that ``begin`` made for this browser.

            issuer: The ``iss`` parameter of the return, where the provider sends one.

        Raises:
            FederationFailed: anything does not fit; nothing says what, so that nobody can try around.
        """
        try:
            expected, nonce, verifier, next = self._tickets.loads(ticket, max_age=TICKET_SECONDS)
        except (BadSignature, ValueError) as fault:
            raise FederationFailed from fault
        if not code or not secrets.compare_digest(state.encode(), expected.encode()):
            raise FederationFailed
        if issuer and issuer != self.provider.issuer:
            raise FederationFailed
        claims = self._checked(self._exchange(code, verifier), nonce)
        account = claims.get(self.provider.account_claim)
        if not isinstance(account, str) or not isinstance(claims["sub"], str):
            raise FederationFailed
        return Identity(
            issuer=self.provider.issuer,
            subject=claims["sub"][:255],
            account=account.strip().lower()[:64],
            is_strong=not STRONG.isdisjoint(claims.get("amr") or ()),
            next=str(next),
        )

    def _exchange(self, code: str, verifier: str) -> str:
        answer = self._door.fetch(
            "POST",
            self._metadata()["token_endpoint"],
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self.redirect_uri,
                "client_id": self.provider.client_id,
                "code_verifier": verifier,
            },
            auth=(self.provider.client_id, self.provider.secret) if self.provider.secret else None,
        )
        token = _object(answer.body).get("id_token")
        if answer.status != 200 or not isinstance(token, str):  # noqa: PLR2004
            raise FederationFailed
        return token

    def _checked(self, token: str, nonce: str) -> Mapping[str, Any]:
        decoded = self._decoded(token)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            options={
                "iss": {"essential": True, "value": self.provider.issuer},
                "aud": {"essential": True, "value": self.provider.client_id},
            },
            params={"nonce": nonce, "client_id": self.provider.client_id},
        )
        try:
            claims.validate(now=int(self._clock()), leeway=LEEWAY_SECONDS)
        except (JoseError, AuthlibBaseError) as fault:
            raise FederationFailed from fault
        return dict(claims)

    def _decoded(self, token: str) -> jwt.Token:
        try:
            return jwt.decode(token, self._keys(CACHE_SECONDS), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # The provider may have new keys; a forged token must not make us ask again and again.
            try:
                return jwt.decode(token, self._keys(RENEW_SECONDS), algorithms=ALGORITHMS)
            except (JoseError, ValueError) as fault:
                raise FederationFailed from fault

    def _metadata(self) -> Mapping[str, Any]:
        found = self._published(
            f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration", CACHE_SECONDS
        )
        ends = [found.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        scheme = urlsplit(self.provider.issuer).scheme
        if found.get("issuer") != self.provider.issuer or not all(
            isinstance(end, str) and urlsplit(end).scheme == scheme for end in ends
        ):
            raise FederationFailed
        return found

    def _keys(self, seconds: float) -> KeySet:
        try:
            return KeySet.import_key_set(dict(self._published(self._metadata()["jwks_uri"], seconds)))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError) as fault:
            raise FederationFailed from fault

    def _published(self, url: str, seconds: float) -> Mapping[str, Any]:
        at, known = self._kept.get(url, (0.0, None))
        if known is None or self._clock() - at > seconds:
            answer = self._door.fetch("GET", url)
            if answer.status != 200:  # noqa: PLR2004
                raise OutgoingFailed
            known = _object(answer.body)
            self._kept[url] = (self._clock(), known)
        return known  # type: ignore[no-any-return]


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise FederationFailed from fault
    if not isinstance(found, dict):
        raise FederationFailed
    return found
