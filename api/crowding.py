"""
When more people click at once than there are threads, they stand in line here: first come, first served, and not for ever.

Behind the line only a few requests wait for each thread, so that whoever is let in is answered soon. Who has stood in line
for too long is asked to come back, instead of waiting for an answer that nobody expects any more.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import TYPE_CHECKING, Final

import anyio.to_thread

from api.problems import answer
from bpmn.errors import Unavailable

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

#: Requests that may wait for each thread behind the line. At the slowest, each waits for a lock until its time is out (5 s).
WAITING_A_THREAD: Final = 1
LINE_SECONDS: Final = 15.0  #: how long a request stands in line
LONGEST_LINE: Final = 2_000  #: requests; each holds a connection and some kilobytes
LOOK_SECONDS: Final = 0.02  #: how often somebody looks for room while there is a line
#: What needs no thread, or must be answered most of all when the house is full.
ALWAYS: Final = ("/static/", "/health/", "/metrics")


class Crowded(Unavailable):
    """现在使用的人太多，系统正忙。请几秒后再试一次，已填写的内容不会丢失。"""


class CrowdGuard:
    """
    Let requests in as threads become free; answer 503 with ``Retry-After`` when that takes too long.

    Args:
        patience: Seconds that a request stands in line.
    """

    def __init__(self, app: ASGIApp, patience: float = LINE_SECONDS) -> None:
        self.app = app
        self.patience = patience
        self._line: deque[asyncio.Future[None]] = deque()
        self._is_watched = False  #: somebody will look for room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and not scope["path"].startswith(ALWAYS) and not await self._enters():
            await answer(scope, Crowded())(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _enters(self) -> bool:
        """Tell whether there was room before the time was out."""
        threads = anyio.to_thread.current_default_thread_limiter()
        if not self._line and _room(threads) > 0:
            return True
        if len(self._line) >= LONGEST_LINE:
            return False
        place = asyncio.get_running_loop().create_future()
        self._line.append(place)
        if not self._is_watched:
            self._look_later(threads)
        try:
            async with asyncio.timeout(self.patience):
                await place
        except TimeoutError:
            return False
        finally:
            with contextlib.suppress(ValueError):  # let in, and so no longer in line
                self._line.remove(place)
        return True

    def _look_later(self, threads: anyio.CapacityLimiter) -> None:
        self._is_watched = True
        asyncio.get_running_loop().call_later(LOOK_SECONDS, self._let_in, threads)

    def _let_in(self, threads: anyio.CapacityLimiter) -> None:
        """Let in as many as there is room for, the first of the line first; whoever has just gone is passed over."""
        for _ in range(min(_room(threads), len(self._line))):
            place = self._line.popleft()
            if not place.done():
                place.set_result(None)
        self._is_watched = False
        if self._line:
            self._look_later(threads)


def _room(threads: anyio.CapacityLimiter) -> int:
    """Return how many more requests may wait for a thread."""
    now = threads.statistics()
    free = now.total_tokens - now.borrowed_tokens
    return int(free + WAITING_A_THREAD * now.total_tokens - now.tasks_waiting)
