"""
Completions a second at the JSON API of one process: 1 and 8 clients, each with an idempotency key for every click.

All of a request is in it: the session, the rights, the limits, the form, the engine, the audit, one synced commit. The
clients share the machine with the process and the database, so that the figure says what a small machine carries.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from bench import house
from bench.burst import Town, town
from bench.table import Row, at_most, show

import houses  # isort: skip - found once ``bench.burst`` has shown where the tests' builders are

CASES, WARM = 1_000, 50
CLIENTS = (1, 8)


@dataclass
class Seen:
    """What the clients saw."""

    seconds: list[float] = field(default_factory=list)
    codes: Counter[int] = field(default_factory=Counter)
    took: float = 0.0
    processor: float = 0.0  #: seconds that the API process spent

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.took

    @property
    def late(self) -> float:
        """Milliseconds within which 95 % of the answers came."""
        return quantiles(self.seconds, n=20)[-1] * 1000


def main() -> bool:
    """Measure and print."""
    with town() as here:
        tasks = iter(_tasks(here))
        process, port = here.processes.api()
        token = _token(port)
        _run(port, token, [next(tasks) for _ in range(WARM)], clients=1)
        share = (CASES - WARM) // len(CLIENTS)
        seen = {}
        for clients in CLIENTS:
            before = _processor_seconds(process.pid)
            seen[clients] = _run(port, token, [next(tasks) for _ in range(share)], clients=clients)
            seen[clients].processor = _processor_seconds(process.pid) - before
    return _print(seen)


def _tasks(here: Town) -> list[str]:
    who = houses.house(here.engine)
    house.deploy(here.engine)
    cases = [house.start(here.engine, who["officer"]) for _ in range(CASES)]
    return [house.open_task(here.engine, case) for case in cases]


def _token(port: int) -> str:
    body = json.dumps({"account": "officer", "password": houses.PASSWORD})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/v2/authentication/login", body, {"content-type": "application/json"})
    token = str(json.loads(connection.getresponse().read())["token"])
    connection.close()
    return token


def _run(port: int, token: str, tasks: list[str], *, clients: int) -> Seen:
    seen, waiting, guard = Seen(), iter(tasks), threading.Lock()
    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        running = [pool.submit(_client, port, token, waiting, seen, guard) for _ in range(clients)]
        for future in running:
            future.result()
    seen.took = time.perf_counter() - began
    return seen


def _client(port: int, token: str, tasks: Iterator[str], seen: Seen, guard: threading.Lock) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    body = json.dumps({"variables": house.SUBMISSION})
    while True:
        with guard:
            task = next(tasks, None)
        if task is None:
            connection.close()
            return
        headers = {
            "authorization": f"Bearer {token}",
            "content-type": "application/json",
            "idempotency-key": task,
        }
        began = time.perf_counter()
        connection.request("POST", f"/v2/user-tasks/{task}/completion", body, headers)
        answer = connection.getresponse()
        answer.read()
        with guard:
            seen.seconds.append(time.perf_counter() - began)
            seen.codes[answer.status] += 1


def _processor_seconds(pid: int) -> float:
    """Return what a process has spent; the kernel counts in hundredths of a second."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def _print(seen: dict[int, Seen]) -> bool:
    rows = []
    for clients, one in seen.items():
        who = "1 client" if clients == 1 else f"{clients} clients"
        rows += [
            Row(what=f"{who}: completions a second", figure=f"{one.rate:,.0f}"),
            Row(
                what=f"{who}: median, 95 %", figure=f"{median(one.seconds) * 1000:.0f} ms, {one.late:.0f} ms"
            ),
            Row(
                what=f"{who}: processor time of the process, each",
                figure=f"{one.processor / len(one.seconds) * 1000:.1f} ms",
            ),
        ]
    wrong = sum(n for one in seen.values() for code, n in one.codes.items() if code != http.client.OK)
    return show(
        "POST /v2/user-tasks/{id}/completion at one API process",
        [*rows, at_most("wrong answers", wrong, 0, "")],
    )


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
