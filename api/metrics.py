"""Counts and durations by route, and who may read them. Routes are named by their template: no ids, no case data."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from fastapi import Request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from api.auth import Allow
from tasks.model import Actor

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
REGISTRY: Final = CollectorRegistry()
REQUESTS: Final = Counter(
    "jingfa_http_requests", "HTTP answers", ("method", "route", "status"), registry=REGISTRY
)
DURATION: Final = Histogram(
    "jingfa_http_request_duration_seconds", "Time to the last byte", ("method", "route"), registry=REGISTRY
)
LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})


class MachineRoom(Allow):
    """This machine itself (not through a proxy), or an operator."""

    async def __call__(self, request: Request) -> Actor | None:
        """Let the local scraper in; everybody else needs the role."""
        direct = request.client is not None and request.client.host in LOOPBACK
        if direct and "x-forwarded-for" not in request.headers and "forwarded" not in request.headers:
            return None
        return await super().__call__(request)


MACHINE_ROOM: Final = MachineRoom("R20")


def exposition() -> bytes:
    """Return everything measured so far."""
    return generate_latest(REGISTRY)


class Measured:
    """Count and time every request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_noted)
        finally:
            _note(scope, status, time.perf_counter() - started)


def _note(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", "other")
    # Only known methods: a stranger's made-up method must not make a new series.
    method = (
        scope["method"] if scope["method"] in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} else "other"
    )
    REQUESTS.labels(method, route, str(status)).inc()
    DURATION.labels(method, route).observe(seconds)
