"""
A burst of completions while everything that can die dies: what is lost, and what happens twice.

Eight clients complete 500 tasks through two API processes; each task has a job behind it that two workers run. On the
way an API process and a worker are killed with SIGKILL and started again, PostgreSQL is stopped as by a power cut and
started again, and every connection to it is cut. Every fifth click is made twice at the same moment, at both processes.
The clients do what a gateway does: the same idempotency key at the next process until one answers.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from statistics import median, quantiles

import httpx
import psycopg2

from bench.table import Row, at_most, show

# The same builders as the acceptance test of the topology: servers and processes that can be killed.
TESTS = Path(__file__).parents[1] / "tests"
sys.path[:0] = [str(TESTS / "acceptance"), str(TESTS / "integration")]

import houses  # noqa: E402
import processes  # noqa: E402

from workflows import worker  # noqa: E402
from workflows.engine import Engine  # noqa: E402
from workflows.settings import Settings  # noqa: E402

BURST = int(os.environ.get("BENCH_BURST", "500"))
CLIENTS, TWICE_EVERY, MOST_TRIES = 8, 5, 200
MODEL = houses.model(
    '<startEvent id="s"/><userTask id="a" jf:roles="R02" jf:at="station"/>'
    '<serviceTask id="j" jf:operation="send-notice"/><endEvent id="e"/>' + houses.flows("s>a", "a>j", "j>e")
)
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name = 'jingfa'"


@dataclass
class Town:
    """Two API processes, two workers, one PostgreSQL."""

    postgres: processes.Postgres
    engine: Engine
    processes: processes.Processes
    apis: list[tuple[subprocess.Popen[str], int]] = field(default_factory=list)
    workers: list[subprocess.Popen[str]] = field(default_factory=list)

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """Ask the database."""
        connection = psycopg2.connect(self.postgres.address)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(query)
            found = cursor.fetchall()
        connection.close()
        return found

    def kill_api(self) -> None:
        """SIGKILL an API process and start another on its port."""
        process, port = self.apis[0]
        process.kill()
        process.wait()
        self.apis[0] = self.processes.api(port)

    def kill_worker(self) -> None:
        """SIGKILL a worker and start another."""
        self.workers[0].kill()
        self.workers[0] = self.processes.worker()

    def crash_database(self) -> None:
        """Stop PostgreSQL as a power cut does, and start it."""
        self.postgres.stop()
        self.postgres.start()

    def cut_connections(self) -> None:
        """Cut every connection of the processes to the database."""
        self.ask(CUT)


@dataclass
class Clicks:
    """What the clients saw."""

    seconds: list[float] = field(default_factory=list)
    tries: list[int] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    done: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))


@contextmanager
def town() -> Iterator[Town]:
    """Yield an installation on a server of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="jingfa-burst-", ignore_cleanup_errors=True) as folder,
        tempfile.TemporaryDirectory(prefix="jingfa-burst-data-") as data,
    ):
        server = processes.Postgres(Path(folder))
        server.make()
        server.start()
        settings = Settings(database_url=server.address, demo=True, secret="test", data=Path(data))
        engine = Engine.from_settings(settings)
        try:
            with processes.processes(server.address, settings.data) as started:
                yield Town(server, engine, started)
        finally:
            engine.close()
            server.stop()


def main() -> bool:
    """Run the burst and print what was found."""
    with town() as here:
        tasks = _cases(here)
        here.apis = [here.processes.api() for _ in range(2)]
        here.workers = [here.processes.worker() for _ in range(2)]
        clicks, began = Clicks(), time.perf_counter()
        _run(here, tasks, clicks)
        seconds = time.perf_counter() - began
        for process in here.workers:
            process.kill()
            process.wait()
        houses.move(here.engine, minutes=10)  # what a killed worker had leased is free again
        worker.drain(here.engine)
        return _print(here, clicks, seconds)


def _cases(here: Town) -> SimpleQueue[str]:
    who = houses.house(here.engine)
    houses.deploy(here.engine, MODEL)
    tasks: SimpleQueue[str] = SimpleQueue()
    for _ in range(BURST):
        case = houses.start(here.engine, who["officer"]).id
        tasks.put(houses.task_ids(here.engine, case)["a"])
    return tasks


def _run(here: Town, tasks: SimpleQueue[str], clicks: Clicks) -> None:
    """Let the clients click; after every fifth of the tasks something dies."""
    ports = [port for _, port in here.apis]
    token = _log_in(ports[0])
    blows: list[Callable[[], None]] = [
        here.kill_api,
        here.kill_worker,
        here.crash_database,
        here.cut_connections,
    ]
    with ThreadPoolExecutor(CLIENTS) as pool:
        running = [pool.submit(_client, number, tasks, ports, token, clicks) for number in range(CLIENTS)]
        for blow in blows:
            for _ in range(BURST // (len(blows) + 1)):
                assert clicks.done.acquire(timeout=300)
            blow()
        for future in running:
            future.result()


def _client(
    number: int, tasks: SimpleQueue[str], ports: list[int], token: dict[str, str], clicks: Clicks
) -> None:
    with httpx.Client(timeout=30, headers=token) as client, ThreadPoolExecutor(1) as second_finger:
        while True:
            try:
                task = tasks.get_nowait()
            except Empty:
                return
            began = time.perf_counter()
            twin = (
                second_finger.submit(_complete, client, task, ports, number + 1, clicks)
                if len(clicks.tries) % TWICE_EVERY == 0
                else None
            )
            answer = _complete(client, task, ports, number, clicks)
            clicks.seconds.append(time.perf_counter() - began)
            if twin is not None and twin.result() != answer:
                clicks.strange.append(f"{task}: two answers to one click")
            clicks.done.release()


def _complete(client: httpx.Client, task: str, ports: list[int], first: int, clicks: Clicks) -> object:
    """Click until an answer comes; returns it."""
    for attempt in range(MOST_TRIES):
        port = ports[(first + attempt) % len(ports)]
        url = f"http://127.0.0.1:{port}/v2/user-tasks/{task}/completion"
        try:
            answer = client.post(url, json={"variables": {}}, headers={"idempotency-key": task})
        except httpx.TransportError:
            time.sleep(0.1)
            continue
        if answer.status_code == httpx.codes.OK:
            clicks.tries.append(attempt + 1)
            return answer.json()
        if answer.status_code not in (httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.CONFLICT):
            clicks.strange.append(f"{task}: {answer.status_code} {answer.text[:200]}")
        time.sleep(0.1)
    clicks.strange.append(f"{task}: no answer")
    return None


def _log_in(port: int) -> dict[str, str]:
    body = {"account": "officer", "password": houses.PASSWORD}
    answer = httpx.post(f"http://127.0.0.1:{port}/v2/authentication/login", json=body, timeout=60)
    return {"authorization": f"Bearer {answer.json()['token']}"}


def _print(here: Town, clicks: Clicks, seconds: float) -> bool:
    for words in clicks.strange[:10]:
        print(f"  ! {words}")
    [(ended,)] = here.ask("SELECT count(*) FROM process_instance WHERE status = 'completed'")
    late = quantiles(clicks.seconds, n=20)[-1]
    return show(
        f"{BURST} completions by {CLIENTS} clients; an API, a worker, the database and all connections die",
        [
            Row(what="clicks a second, outages included", figure=f"{BURST / seconds:,.0f}"),
            Row(what="median and 95 % of a click", figure=f"{median(clicks.seconds):.2f} s, {late:.2f} s"),
            Row(what="most attempts for one click", figure=str(max(clicks.tries))),
            at_most("cases that did not end", BURST - int(str(ended)), 0, ""),
            at_most("completions twice", _twice(here, "history_event", "element_id = 'a'"), 0, ""),
            at_most("jobs twice", _twice(here, "history_event", "element_id = 'j'"), 0, ""),
            at_most("audited twice", _twice(here, "audit_event", "action = 'complete'", kind=""), 0, ""),
            at_most("notices twice", _count(here, _NOTICES), 0, ""),
            at_most("incidents", _count(here, "SELECT count(*) FROM incident"), 0, ""),
            at_most("faults in the audit", _audit_faults(here), 0, ""),
            at_most("strange answers", len(clicks.strange), 0, ""),
        ],
    )


#: The handler may run twice when its worker dies; its job's id keeps it from telling anybody twice.
_NOTICES = (
    "SELECT count(*) - count(DISTINCT (person_id, instance_id)) FROM notice WHERE instance_id IS NOT NULL"
)


def _count(here: Town, query: str) -> int:
    [(found,)] = here.ask(query)
    return int(str(found))


def _twice(here: Town, table: str, where: str, *, kind: str = "kind = 'completed' AND ") -> int:
    return _count(here, f"SELECT count(*) - count(DISTINCT instance_id) FROM {table} WHERE {kind}{where}")


def _audit_faults(here: Town) -> int:
    """Ask the command that an auditor uses."""
    command = [sys.executable, "-W", "ignore", "-m", "api.cli", "audit", "verify", "--json"]
    done = subprocess.run(
        command, env=here.processes.environment, capture_output=True, text=True, check=False
    )
    return 0 if done.returncode == 0 and json.loads(done.stdout)["ok"] else 1


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
