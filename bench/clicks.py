"""
Many people at once on one API process: 50 and 100 mediators, the same with 200 open boards, and a process that is full.

A mediator opens the list, opens a task, completes it, and thinks one to three seconds between clicks: some twenty times
faster than people are. What counts: no answer but the right one, and how long 95 % of the answers take. In the last
part somebody holds every case, so that each click waits for its lock: what cannot be served must be told so, in time.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles

import httpx
import psycopg2

from bench.burst import MODEL, Town, town
from bench.table import Row, at_most, show

import houses  # isort: skip - found once ``bench.burst`` has shown where the tests' builders are

SECONDS = float(os.environ.get("BENCH_CLICKS_SECONDS", "20"))
CASES, BOARDS, THINKS = 2_000, 200, (1.0, 3.0)
COPY = """
INSERT INTO process_instance (id, definition_id, process_key, business_key, title, status, revision, state, variables, started_at, started_by, history_length)
SELECT 'C' || n, definition_id, process_key, 'C' || n, title, status, revision, state, variables, started_at, started_by, history_length
FROM process_instance, generate_series(1, {count}) n WHERE id = '{case}';
INSERT INTO instance_unit SELECT 'C' || n, slot, unit_id FROM instance_unit, generate_series(1, {count}) n WHERE instance_id = '{case}';
INSERT INTO user_task (id, instance_id, activity_id, element_id, name, state, roles, unit_id, form_key, extensions, created_at, due_at, sort_at)
SELECT 'C' || n, 'C' || n, activity_id, element_id, name, state, roles, unit_id, form_key, extensions, created_at, due_at, sort_at
FROM user_task, generate_series(1, {count}) n WHERE instance_id = '{case}';
INSERT INTO user_task_candidate SELECT key, sort_at, 'C' || n FROM user_task_candidate, generate_series(1, {count}) n WHERE user_task_id = '{task}';
ANALYZE;
"""


@dataclass
class Seen:
    """What the clients saw."""

    seconds: list[float] = field(default_factory=list)
    codes: Counter[int] = field(default_factory=Counter)
    numbers: int = 0  #: events that the boards received
    broken: int = 0  #: connections that broke under a click
    later: int = 0  #: boards that were told to come back, and did

    @property
    def late(self) -> float:
        """95 % of the answers were faster."""
        return quantiles(self.seconds, n=20)[-1]

    @property
    def errors(self) -> int:
        """Answers that nobody should see."""
        return self.broken + sum(n for code, n in self.codes.items() if code >= httpx.codes.BAD_REQUEST)


def main() -> bool:
    """Measure and print."""
    with town() as here:
        who = houses.house(here.engine)
        houses.deploy(here.engine, MODEL)
        case = houses.start(here.engine, who["officer"]).id
        _copy(here, case, houses.task_ids(here.engine, case)["a"])
        _, port = here.processes.api()
        tasks = iter(range(1, CASES + 1))
        base = f"http://127.0.0.1:{port}"
        some = asyncio.run(_load(base, tasks, mediators=50))
        many = asyncio.run(_load(base, tasks, mediators=100))
        watched = asyncio.run(_load(base, tasks, mediators=50, boards=BOARDS))
        with _all_held(here):
            full = asyncio.run(_rush(base, clicks=200))
    return _print(some, many, watched, full)


def _copy(here: Town, case: str, task: str) -> None:
    connection = psycopg2.connect(here.postgres.address)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(COPY.format(count=CASES, case=case, task=task))
    connection.close()


@contextmanager
def _all_held(here: Town) -> Iterator[None]:
    connection = psycopg2.connect(here.postgres.address)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM process_instance FOR UPDATE")
    yield
    connection.close()


def _client(base: str) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    return httpx.AsyncClient(base_url=base, timeout=120, limits=limits)


async def _log_in(client: httpx.AsyncClient, account: str) -> dict[str, str]:
    body = {"account": account, "password": houses.PASSWORD}
    answer = await client.post("/v2/authentication/login", json=body)
    return {"authorization": f"Bearer {answer.json()['token']}"}


async def _load(base: str, tasks: Iterator[int], *, mediators: int, boards: int = 0) -> Seen:
    seen = Seen()
    async with _client(base) as client:
        token, leader = await _log_in(client, "officer"), await _log_in(client, "leader")
        end = time.monotonic() + SECONDS
        watching = [asyncio.create_task(_watch(client, leader, seen, end)) for _ in range(boards)]
        await asyncio.gather(*(_mediate(client, token, tasks, seen, end) for _ in range(mediators)))
        await asyncio.gather(*watching)
    return seen


async def _mediate(
    client: httpx.AsyncClient, token: dict[str, str], tasks: Iterator[int], seen: Seen, end: float
) -> None:
    while time.monotonic() < end:
        task = f"C{next(tasks)}"
        for method, path in (
            ("GET", "/"),
            ("GET", f"/tasks/{task}"),
            ("POST", f"/v2/user-tasks/{task}/completion"),
        ):
            await asyncio.sleep(random.uniform(*THINKS))
            await _click(client, token, method, path, seen)


async def _click(
    client: httpx.AsyncClient, token: dict[str, str], method: str, path: str, seen: Seen
) -> None:
    headers = {**token, "idempotency-key": path} if method == "POST" else token
    body: dict[str, object] | None = {"variables": {}} if method == "POST" else None
    began = time.perf_counter()
    try:
        answer = await client.request(method, path, headers=headers, json=body)
    except httpx.TransportError:
        seen.broken += 1
        return
    seen.seconds.append(time.perf_counter() - began)
    seen.codes[answer.status_code] += 1
    if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        assert answer.headers["retry-after"], answer.text


async def _watch(client: httpx.AsyncClient, token: dict[str, str], seen: Seen, end: float) -> None:
    while time.monotonic() < end:
        async with client.stream("GET", "/board/stream", params={"version": "p:1"}, headers=token) as stream:
            if stream.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                seen.later += 1
                await asyncio.sleep(float(stream.headers["retry-after"]))
                continue
            seen.codes[stream.status_code] += 1
            async for line in stream.aiter_lines():
                seen.numbers += line.startswith("data:")
                if time.monotonic() > end:
                    return


async def _rush(base: str, *, clicks: int) -> Seen:
    """Let everybody click at the same moment on cases that somebody holds."""
    seen = Seen()
    async with _client(base) as client:
        token = await _log_in(client, "officer")
        paths = [f"/v2/user-tasks/C{CASES - number}/completion" for number in range(clicks)]
        await asyncio.gather(*(_click(client, token, "POST", path, seen) for path in paths))
    return seen


def _print(some: Seen, many: Seen, watched: Seen, full: Seen) -> bool:
    def words(seen: Seen) -> str:
        return f"{median(seen.seconds) * 1000:,.0f} ms, {seen.late * 1000:,.0f} ms"

    unserved = full.codes[httpx.codes.SERVICE_UNAVAILABLE]
    return show(
        f"One API process, {SECONDS:.0f} s each; median and 95 % of the answers",
        [
            Row(what=f"50 mediators, {len(some.seconds)} clicks", figure=words(some)),
            Row(what=f"100 mediators, {len(many.seconds)} clicks", figure=words(many)),
            Row(what=f"50 mediators and {BOARDS} boards", figure=words(watched)),
            Row(what="numbers that the boards received", figure=f"{watched.numbers:,}"),
            at_most("95 % with 100 mediators", many.late, 1.0, "s"),
            at_most("95 % with boards / without", watched.late / some.late, 3),
            Row(what="boards told to come back, opened at the same moment", figure=f"{watched.later}"),
            at_most("errors", some.errors + many.errors + watched.errors, 0, ""),
            Row(what="a full process: told to come back", figure=f"{unserved} of {len(full.seconds)}"),
            at_most("a full process: the longest wait", max(full.seconds), 40, "s"),
            at_most("a full process: other answers", len(full.seconds) - unserved, 0, ""),
        ],
    )


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
