"""
What every answer and every request passes through: security headers, a body limit, a refusal of broken text.

Plain ASGI, so that nothing is buffered and context variables reach the routes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from starlette.datastructures import MutableHeaders

from api.headers import CSP, HEADERS
from api.problems import BadText, PayloadTooLarge, answer

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
    (re.compile(r""), 1 * MIB),
)
#: A body that is too large is read and thrown away up to here, so that the sender sees the sentence and not a reset.
DRAIN: Final = 64 * MIB


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
    if https:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


class RequestGuard:
    """Refuse bodies beyond the limit of their path, and addresses with control characters."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if _has_broken_text(scope):
            await answer(scope, BadText())(scope, receive, send)
            return
        limit = limit_of(scope["path"])
        length = _announced_length(scope)
        if length > limit:
            await _drain(receive, length)
            await answer(scope, PayloadTooLarge.of(limit))(scope, receive, send)
            return
        try:
            await self.app(scope, _counted(receive, limit), send)
        finally:
            form = scope.get("state", {}).get("posted_form")
            if form is not None:
                await form.close()


def limit_of(path: str) -> int:
    """Return the largest body in bytes that *path* accepts."""
    return next(limit for pattern, limit in LIMITS if pattern.search(path))


def _has_broken_text(scope: Scope) -> bool:
    address = unquote_to_bytes(scope.get("raw_path") or scope["path"].encode()) + unquote_to_bytes(
        scope["query_string"]
    )
    # PostgreSQL stores no NUL, and nothing honest puts one into an address.
    if b"\0" in address:
        return True
    try:
        address.decode()
    except UnicodeDecodeError:
        return True
    return False


def _announced_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


async def _drain(receive: Receive, length: int) -> None:
    while length <= DRAIN:
        message = await receive()
        if message["type"] != "http.request" or not message.get("more_body"):
            return


def _counted(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def receive_counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise PayloadTooLarge.of(limit)
        return message

    return receive_counted
