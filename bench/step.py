"""
Milliseconds for one completed user task, through the real use case, in one transaction with fsync on.

The use case does everything that a click causes: rules, form validation, engine, history, audit, one commit. Two
comparators run in turn with it on the same server: pgbench, which writes the same rows and does nothing else, and the stock
library, which keeps the whole workflow as one JSON document. Ten rounds of rework lie behind the case.

``python -m bench.step --costs`` measures instead what audit and encryption cost: the same step without each of them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from statistics import median

from bench import house, pgbench
from bench.stock import Stock
from bench.table import Row, at_least, at_most, show
from tasks.model import Actor
from workflows.engine import Engine
from workflows.store.audit import Audit

REWORK, STEPS = 10, 100
#: So many because the disk is slower in one second than in the next: a single round says 1.5 × or 3 ×.
ROUNDS = 27
COUNTED_EVERY = 1.5  #: seconds


def main() -> bool:
    """Measure and print."""
    with house.installation() as (engine, officer):
        url = engine.settings.database_url or ""
        house.deploy(engine)
        case = house.start(engine, officer)

        def ours(steps: int) -> list[float]:
            found = []
            for _ in range(steps):
                task = house.open_task(engine, case)
                began = time.perf_counter()
                house.complete(engine, officer, task)
                found.append((time.perf_counter() - began) * 1000)
            return found

        ours(REWORK * house.STEPS_A_ROUND)
        time.sleep(COUNTED_EVERY)
        house.open_task(engine, case)
        before = pgbench.rows(url)
        ours(STEPS)
        # The server counts a session's rows when the session ends a transaction a second or more after the last count.
        time.sleep(COUNTED_EVERY)
        house.open_task(engine, case)
        written = _settled(url, before, STEPS)
        floor = pgbench.prepare(url, case, round(written["history_event"]))
        floor.milliseconds(STEPS)
        before = pgbench.rows(url)
        floor.milliseconds(STEPS)
        floor_written = _settled(url, before, STEPS)
        stock = Stock(url)
        for _ in range(REWORK * house.STEPS_A_ROUND):
            stock.step()
        figures = []
        for _ in range(ROUNDS):
            step = ours(STEPS)
            figures.append((sum(step) / STEPS, floor.milliseconds(STEPS), stock.step() * 1000))
        size = stock.size()
        stock.close()
    return _print(figures, written, floor_written, size)


def costs() -> bool:
    """Measure the same step whole, without audit and without encryption, in turn; for the table, never for use."""
    with ExitStack() as open_:
        stages = {
            name: _stage(*open_.enter_context(house.installation(encrypted=name != "without encryption")))
            for name in ("whole", "without audit", "without encryption")
        }
        found: dict[str, list[float]] = {name: [] for name in stages}
        for _ in range(ROUNDS):
            for name, step in stages.items():
                with _unaudited() if name == "without audit" else nullcontext():
                    found[name].append(median(step() for _ in range(STEPS // 2)))
    figures = {name: median(times) for name, times in found.items()}
    rows = [Row(what=name, figure=f"{figure:.2f} ms") for name, figure in figures.items()]
    shares = [
        Row(what=f"{name} / whole", figure=f"{figures[name] / figures['whole']:.2f} ×")
        for name in ("without audit", "without encryption")
    ]
    return show(f"What audit and encryption cost a step ({ROUNDS} × {STEPS // 2} steps)", [*rows, *shares])


def _stage(engine: Engine, officer: Actor) -> Callable[[], float]:
    house.deploy(engine)
    case = house.start(engine, officer)

    def step() -> float:
        task = house.open_task(engine, case)
        began = time.perf_counter()
        house.complete(engine, officer, task)
        return (time.perf_counter() - began) * 1000

    return step


@contextmanager
def _unaudited() -> Iterator[None]:
    kept = Audit.flush
    Audit.flush = lambda self: self._gathered.clear()  # type: ignore[method-assign]
    try:
        yield
    finally:
        Audit.flush = kept  # type: ignore[method-assign]


def _settled(url: str, before: Mapping[str, int], steps: int) -> dict[str, float]:
    """Return rows written per step."""
    time.sleep(0.5)
    after = pgbench.rows(url)
    return {name: (after[name] - before[name]) / steps for name in after}


def _print(
    figures: list[tuple[float, float, float]],
    written: Mapping[str, float],
    floor_written: Mapping[str, float],
    size: int,
) -> bool:
    ours, floor, stock = (median(column) for column in zip(*figures, strict=True))
    return show(
        f"A completed user task, fsync on, one client, {REWORK} rounds of rework behind it ({ROUNDS} × {STEPS} steps)",
        [
            Row(what="Jingfa: rules, form, engine, history, audit, commit", figure=f"{ours:.2f} ms"),
            Row(what="pgbench: the same rows, nothing else", figure=f"{floor:.2f} ms"),
            Row(what="stock library: whole JSON", figure=f"{stock:.2f} ms"),
            Row(what="rows a step, Jingfa", figure=f"{sum(written.values()):.1f}"),
            Row(what="rows a step, pgbench", figure=f"{sum(floor_written.values()):.1f}"),
            Row(what="stock document at the end", figure=f"{size / 1024:.0f} KiB"),
            at_most("Jingfa / pgbench", median(f[0] / f[1] for f in figures), 2.5),
            at_least("stock / Jingfa", median(f[2] / f[0] for f in figures), 5),
        ],
    )


if __name__ == "__main__":
    raise SystemExit(0 if (costs() if "--costs" in sys.argv else main()) else 1)
