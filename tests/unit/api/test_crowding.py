"""A full process says so; an empty one serves."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import anyio
import anyio.to_thread
from starlette.responses import PlainTextResponse

from api.crowding import WAITING_A_THREAD, CrowdGuard


async def _asked(path: str, *, patience: float) -> tuple[int, dict[bytes, bytes]]:
    """Return the status and the headers of the guard's answer."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    scope = {"type": "http", "path": path, "method": "GET", "headers": [], "query_string": b""}
    await CrowdGuard(PlainTextResponse("served"), patience)(scope, receive, send)
    return sent[0]["status"], dict(sent[0]["headers"])


async def _when_full(path: str, *, patience: float = 0) -> tuple[int, dict[bytes, bytes]]:
    """Ask while the only thread works and as many requests wait for it as may; then let the thread go on."""
    threads, gate = anyio.to_thread.current_default_thread_limiter(), threading.Event()
    threads.total_tokens = 1
    async with anyio.create_task_group() as group:
        for _ in range(1 + WAITING_A_THREAD):
            group.start_soon(anyio.to_thread.run_sync, gate.wait)
        while threads.statistics().tasks_waiting < WAITING_A_THREAD:
            await anyio.lowlevel.checkpoint()
        asked = asyncio.create_task(_asked(path, patience=patience))
        for _ in range(10):
            await anyio.lowlevel.checkpoint()
        gate.set()
        return await asked


def test_who_stands_in_line_too_long_is_asked_to_come_back() -> None:
    """
    A request for which no thread becomes free in time gets 503 and is told when to try again.
    """
    status, headers = asyncio.run(_when_full("/v2/user-tasks/1/completion"))

    assert (status, headers[b"retry-after"]) == (503, b"5")


def test_who_waits_in_line_is_served() -> None:
    """
    A request that finds all threads taken waits until one is free, and is served then.
    """
    assert asyncio.run(_when_full("/v2/user-tasks/1/completion", patience=60))[0] == 200


def test_a_full_process_still_tells_its_health() -> None:
    """
    The watchdog is answered while the house is full: a busy process must not be taken for a dead one.
    """
    assert asyncio.run(_when_full("/health/live"))[0] == 200


def test_a_process_with_free_threads_serves() -> None:
    """
    Nobody is turned away while there is room.
    """
    assert asyncio.run(_asked("/v2/user-tasks/1/completion", patience=0))[0] == 200
