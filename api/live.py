"""
Live numbers: one database poll a process, shared by every open page.

A page that joins gets the latest reading at once. Nothing is polled while nobody looks. Pages that look at the same
view share one count, and the counting has threads of its own: two hundred open boards must not keep a click waiting.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import anyio.to_thread
from starlette.concurrency import run_in_threadpool

from bpmn.errors import JingfaError
from workflows.processes import diagrams
from workflows.store.tokens import Token
from workflows.supervision import board

if TYPE_CHECKING:
    from workflows.engine import Engine

log = logging.getLogger(__name__)
EVERY_SECONDS: Final = 3.0
COUNTING_THREADS: Final = (
    1  #: counting is work for the processor: more threads would only take it from the clicks
)


@dataclass(frozen=True)
class Reading:
    """Every token of the versions that somebody looks at, at one instant."""

    at: datetime
    tokens: Mapping[str, tuple[Token, ...]]  #: by definition id


class Feed:
    """The one poll of this process."""

    def __init__(self, engine: Engine, *, every_seconds: float = EVERY_SECONDS) -> None:
        self._engine = engine
        self._every = every_seconds
        self._watched: Counter[str] = Counter()
        self._readers: set[asyncio.Queue[Reading]] = set()
        self._polling: asyncio.Task[None] | None = None
        self._last: Reading | None = None
        self._counting: tuple[Reading, dict[board.View, asyncio.Task[board.Board]]] | None = None
        self._counters = anyio.CapacityLimiter(COUNTING_THREADS)
        self.polls = 0  #: database polls so far

    async def readings(self, definition_id: str) -> AsyncGenerator[Reading, None]:
        """Yield the reading of now, then each later one; a slow reader misses the ones between."""
        queue: asyncio.Queue[Reading] = asyncio.Queue(maxsize=1)
        self._readers.add(queue)
        self._watched[definition_id] += 1
        try:
            if self._last and self._polling and definition_id in self._last.tokens:
                queue.put_nowait(self._last)
            self._start()
            while True:
                reading = await queue.get()
                if definition_id in reading.tokens:
                    yield reading
        finally:
            self._readers.discard(queue)
            self._watched[definition_id] -= 1

    async def numbers(self, reading: Reading, seen: board.View, drawn: diagrams.Drawn) -> board.Board:
        """Return the numbers of a view at a reading; whoever asks for the same ones waits for the same count."""
        if self._counting is None or self._counting[0] is not reading:
            self._counting = (reading, {})
        counts = self._counting[1]
        if seen not in counts:
            counts[seen] = asyncio.create_task(self._count(reading, seen, drawn))
        # Shielded: a page that is closed must not take the number away from the others.
        return await asyncio.shield(counts[seen])

    async def _count(self, reading: Reading, seen: board.View, drawn: diagrams.Drawn) -> board.Board:
        tokens = reading.tokens[seen.definition_id]
        return await anyio.to_thread.run_sync(
            board.counted, tokens, seen, drawn, reading.at, limiter=self._counters
        )

    def _start(self) -> None:
        if self._polling is None or self._polling.done():
            self._polling = asyncio.create_task(self._poll())

    async def _poll(self) -> None:
        while self._readers:
            try:
                self._last = await run_in_threadpool(self._read)
            except (
                JingfaError
            ) as fault:  # the database is away for a moment: the pages keep their last numbers
                log.warning("board poll: %s", fault.message)
            else:
                for queue in self._readers:
                    _put(queue, self._last)
            await asyncio.sleep(self._every)
        self._polling = self._last = None

    def _read(self) -> Reading:
        watched = [definition for definition, readers in self._watched.items() if readers > 0]
        with self._engine.begin() as uow:
            found = uow.tokens.of(watched)
            now = uow.now
        self.polls += 1
        by_version: dict[str, list[Token]] = {definition: [] for definition in watched}
        for token in found:
            by_version[token.definition_id].append(token)
        return Reading(now, {definition: tuple(tokens) for definition, tokens in by_version.items()})


def _put(queue: asyncio.Queue[Reading], reading: Reading) -> None:
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(reading)
