"""A process that is full says so at once, instead of letting everybody wait for an answer that comes too late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import anyio.to_thread

from api.problems import answer
from bpmn.errors import Unavailable

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

#: Requests that may wait for each thread. At the slowest, each waits for a lock until its time is out (5 s).
WAITING_A_THREAD: Final = 5
#: What needs no thread, or must be answered most of all when the house is full.
ALWAYS: Final = ("/static/", "/health/", "/metrics")


class Crowded(Unavailable):
    """现在使用的人太多，系统正忙。请几秒后再试一次，已填写的内容不会丢失。"""


class CrowdGuard:
    """Answer 503 with ``Retry-After`` while more requests wait for a thread than can be served in good time."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and not scope["path"].startswith(ALWAYS) and _is_full():
            await answer(scope, Crowded())(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _is_full() -> bool:
    threads = anyio.to_thread.current_default_thread_limiter()
    return threads.statistics().tasks_waiting >= WAITING_A_THREAD * threads.total_tokens
