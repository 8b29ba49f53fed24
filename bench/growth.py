"""
What one step of a looping case costs after 5,000 steps against after 50, in the database; the size of its state throughout.

Both are measured in turn in the same minute: an old case and a young one live side by side in the same tables.
"""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

from bench import house
from bench.table import Row, at_most, show

if TYPE_CHECKING:
    from tasks.model import Actor
    from workflows.engine import Engine

YOUNG, OLD, SAMPLES, TURNS = 50, 5_000, 20, 10


def main() -> bool:
    """Measure and print."""
    with house.installation() as (engine, officer):
        house.deploy(engine)
        old, largest = house.start(engine, officer), 0
        # Only figures need a synced disk; the five thousand steps before them do not.
        house.ask(engine.settings.database_url or "", "ALTER DATABASE bench SET synchronous_commit = off")
        for _ in range(OLD):
            _step(engine, officer, old)
            largest = max(largest, _size(engine, old))
        young: list[float] = []
        aged: list[float] = []
        for _ in range(TURNS):
            case = house.start(engine, officer)
            for _ in range(YOUNG - SAMPLES // 2):
                _step(engine, officer, case)
            for _ in range(SAMPLES):
                young.append(_step(engine, officer, case))
                aged.append(_step(engine, officer, old))
    return show(
        "One looping case in the database",
        [
            Row(what=f"a step at {YOUNG}", figure=f"{median(young):.2f} ms"),
            Row(what=f"a step at {OLD:,}", figure=f"{median(aged):.2f} ms"),
            at_most(f"step {OLD:,} / step {YOUNG}", median(aged) / median(young), 1.3),
            at_most("largest state", largest / 1024, 12, "KiB"),
        ],
    )


def _step(engine: Engine, officer: Actor, case: str) -> float:
    task = house.open_task(engine, case)
    began = time.perf_counter()
    house.complete(engine, officer, task)
    return (time.perf_counter() - began) * 1000


def _size(engine: Engine, case: str) -> int:
    with engine.begin() as uow:
        row = uow.instances.get(case)
        return len(row.state) if row else 0


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
