"""The shared feed of the board."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any, cast

from api.live import Feed, Reading
from workflows.processes.diagrams import Drawn
from workflows.supervision import board

AT = datetime(2026, 3, 2, tzinfo=UTC)
NOTHING = cast(Drawn, None)  # no token, so no drawing is looked at


def test_pages_that_look_at_the_same_view_share_one_count() -> None:
    """
    However many boards are open, each view is counted once a reading.
    """
    feed, reading = Feed(cast(Any, None)), Reading(AT, {"p:1": ()})
    mine, same = (board.View(definition_id="p:1", units=frozenset({"station"})) for _ in range(2))

    async def both() -> list[board.Board]:
        return await asyncio.gather(*(feed.numbers(reading, seen, NOTHING) for seen in (mine, same)))

    first, second = asyncio.run(both())

    assert first is second
