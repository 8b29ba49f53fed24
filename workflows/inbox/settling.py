"""
Notices settle themselves when their matter is done: the task, the deadline, the order, the case they tell of.

In the background and by slices, so that a step of work pays nothing for it and a million old notices cost as little as ten.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from workflows.engine import Engine

SEEN: Final = (
    "notices-settled"  #: the stored setting that says when the last slice was looked at, and where it ended
)
EVERY: Final = timedelta(seconds=20)
SLICE: Final = 5000  #: notices of one look; a few milliseconds


def settle_due(engine: Engine) -> int:
    """Look at the next slice of notices, three times a minute at most; returns how many were settled."""
    with engine.begin() as uow:
        seen = uow.settings.get(SEEN) or {}
        if seen and uow.now - datetime.fromisoformat(seen["at"]) < EVERY:
            return 0
        last, looked, settled = uow.notices.settle(after=seen.get("after", ""), limit=SLICE, at=uow.now)
        uow.settings.put(SEEN, {"at": uow.now.isoformat(), "after": last if looked == SLICE else ""})
    return settled
