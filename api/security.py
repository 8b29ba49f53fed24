"""
What every answer and every request passes through: security headers, limits of size, number and time.

Plain ASGI, so that nothing is buffered and context variables reach the routes.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from starlette.datastructures import MutableHeaders

from api.envelope import fault_of
from api.headers import CSP, HEADERS, HSTS
from api.limits import Limiter
from api.problems import PayloadTooLarge, TooManyRequests, TooSlow, answer

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MIB: Final = 1024 * 1024

#: Largest request body by path, first match counts. 10 MiB files travel in a slightly larger multipart envelope.
LIMITS: Final = (
    (re.compile(r"^/(v2/)?deployments$"), 20 * MIB),
    (re.compile(r"/(files|documents)$"), 11 * MIB),
    (re.compile(r"^(/v2/drafts|/studio)/[^/]+/imports?$"), 20 * MIB),
    # A model of 6 MiB, as it is or as a JSON text, whose quotes grow.
    (re.compile(r"^/v2/drafts/[^/]+/(files/|checks$)"), 12 * MIB),
    (re.compile(r"^/studio/[^/]+/trial$"), 12 * MIB),
    (re.compile(r""), 1 * MIB),
)
#: A body that is too large is read and thrown away up to here, so that the sender sees the sentence and not a reset.
DRAIN: Final = 64 * MIB
SLOWEST: Final = 32 * 1024  #: bytes a second that a phone with bad signal still manages
UNREAD_SECONDS: Final = 120
#: Where a password or a code is tried.
LOGINS: Final = frozenset({"/login", "/login/oidc", "/login/oidc/callback", "/v2/authentication/login"})


class SecurityHeaders:
    """Add the headers above to every answer; what a route set itself is left alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _complete(MutableHeaders(scope=message), https=scope["scheme"] == "https")
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _complete(headers: MutableHeaders, *, https: bool) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", CSP)
    headers.setdefault("Cache-Control", "no-store")
    if headers["Cache-Control"] == "no-cache":  # as the framework says of streams
        headers["Cache-Control"] = "no-store"
    if https:
        headers.setdefault("Strict-Transport-Security", HSTS)
        _secure_cookies(headers)


def _secure_cookies(headers: MutableHeaders) -> None:
    """Whatever a page sets (language, the sentence of what was done), over TLS it travels over TLS only."""
    cookies = headers.getlist("set-cookie")
    if all("secure" in cookie.lower() for cookie in cookies):
        return
    del headers["set-cookie"]
    for cookie in cookies:
        headers.append("set-cookie", cookie if "secure" in cookie.lower() else f"{cookie}; Secure")


class RequestGuard:
    """
    Refuse what has a wrong envelope, comes too often, is too large or too slow.

    Args:
        hosts: Names of this installation; see ``api/envelope.py`` for those that need none.

        limiter: The buckets of this process.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], limiter: Limiter) -> None:
        self.app = app
        self.hosts = hosts
        self.limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit, length = limit_of(scope["path"]), _announced_length(scope)
        fault = fault_of(scope, self.hosts) or self._too_often(scope)
        if fault is None and length > limit:
            await _drain(receive, length)
            fault = PayloadTooLarge.of(limit)
        if fault is not None:
            await answer(scope, fault)(scope, receive, send)
            return
        try:
            await self.app(scope, _counted(receive, limit), _patient(send))
        finally:
            form = scope.get("state", {}).get("posted_form")
            if form is not None:
                await form.close()

    def _too_often(self, scope: Scope) -> TooManyRequests | None:
        # Nobody is kept from hearing that the machine lives.
        if scope["path"].startswith("/health/"):
            return None
        address = scope["client"][0] if scope.get("client") else ""
        try:
            self.limiter.spend("address", address)
            if scope["path"] in LOGINS and (scope["method"] == "POST" or "oidc" in scope["path"]):
                self.limiter.spend("login", address)
        except TooManyRequests as fault:
            return fault
        return None


def limit_of(path: str) -> int:
    """Return the largest body in bytes that *path* accepts."""
    return next(limit for pattern, limit in LIMITS if pattern.search(path))


def _announced_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


async def _drain(receive: Receive, length: int) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(patience(min(length, DRAIN))):
            while length <= DRAIN:
                message = await receive()
                if message["type"] != "http.request" or not message.get("more_body"):
                    return


def patience(size: int) -> float:
    """Return the seconds within which a body of so many bytes has to arrive: 30, and one more for every 32 KiB."""
    return 30 + size / SLOWEST


def _counted(receive: Receive, limit: int) -> Receive:
    """Count the body against its limit and its time; once it is here, waiting for the end of the talk takes as long as it likes."""
    seen, is_whole = 0, False
    end = asyncio.get_running_loop().time() + patience(limit)

    async def receive_counted() -> Message:
        nonlocal seen, is_whole
        if is_whole:
            return await receive()
        try:
            async with asyncio.timeout_at(end):
                message = await receive()
        except TimeoutError:
            raise TooSlow from None
        seen += len(message.get("body", b""))
        is_whole = not message.get("more_body", False)
        if seen > limit:
            raise PayloadTooLarge.of(limit)
        return message

    return receive_counted


def _patient(send: Send) -> Send:
    """Give a reader that takes nothing two minutes, then let go of it: an answer nobody reads holds memory and a place."""

    async def send_in_time(message: Message) -> None:
        try:
            async with asyncio.timeout(UNREAD_SECONDS):
                await send(message)
        except TimeoutError:
            raise ConnectionAbortedError from None

    return send_in_time
