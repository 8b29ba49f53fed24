"""
Two API processes and two workers on one PostgreSQL, and what happens when they or the database die.

``JINGFA_BURST`` is the number of completions of the burst (60; the full exercise takes 500).
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import httpx
import psycopg2
import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))
import houses
import processes

from workflows import worker
from workflows.engine import Engine
from workflows.settings import Settings

BURST = int(os.environ.get("JINGFA_BURST", "60"))
CLIENTS = 6
MODEL = houses.model(
    '<startEvent id="s"/><userTask id="a" jf:roles="R02" jf:at="station"/>'
    '<serviceTask id="j" jf:operation="send-notice"/><endEvent id="e"/>' + houses.flows("s>a", "a>j", "j>e")
)
TIMER = houses.model(
    '<startEvent id="s"/><intermediateCatchEvent id="w"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
    '</timerEventDefinition></intermediateCatchEvent><userTask id="b" jf:roles="R02" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>w", "w>b", "b>e")
)


@dataclass
class Town:
    """An installation whose parts can be killed."""

    postgres: processes.Postgres
    engine: Engine
    processes: processes.Processes

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """Ask the database."""
        connection = psycopg2.connect(self.postgres.address)
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            found = cursor.fetchall()
        connection.close()
        return found


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Yield an installation on a server of its own."""
    # Not under pytest's own folder, which other users may not enter: PostgreSQL runs as another user than root.
    with tempfile.TemporaryDirectory(prefix="jingfa-town-", ignore_cleanup_errors=True) as folder:
        server = processes.Postgres(Path(folder))
        server.make()
        server.start()
        settings = Settings(database_url=server.address, demo=True, secret="test", data=tmp_path, pool_size=8)
        engine = Engine.from_settings(settings)
        with processes.processes(server.address, settings.data) as started:
            yield Town(server, engine, started)
        engine.close()
        server.stop()


def _log_in(port: int) -> dict[str, str]:
    body = {"account": "officer", "password": houses.PASSWORD}
    answer = httpx.post(f"http://127.0.0.1:{port}/v2/authentication/login", json=body, timeout=30)
    return {"authorization": f"Bearer {answer.json()['token']}"}


def _complete(task_id: str, ports: list[int], token: dict[str, str]) -> int:
    """Complete a task as a gateway would: the same key at the next process until one answers; returns the attempts."""
    headers = {**token, "idempotency-key": task_id}
    for attempt in range(1, 40):
        url = f"http://127.0.0.1:{ports[attempt % len(ports)]}/v2/user-tasks/{task_id}/completion"
        try:
            answer = httpx.post(url, json={"variables": {}}, headers=headers, timeout=30)
        except httpx.TransportError:
            continue
        if answer.status_code == httpx.codes.OK:
            return attempt
        assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, answer.text
    raise AssertionError(task_id)


def test_a_killed_api_and_a_killed_worker_lose_nothing_and_do_nothing_twice(town: Town) -> None:
    """
    In a burst of completions an API process and a worker are killed with SIGKILL: each task is completed exactly once.
    """
    who = houses.house(town.engine)
    houses.deploy(town.engine, MODEL)
    cases = [houses.start(town.engine, who["officer"]).id for _ in range(BURST)]
    tasks: SimpleQueue[str] = SimpleQueue()
    for case in cases:
        tasks.put(houses.task_ids(town.engine, case)["a"])
    (victim, first), (_, second) = town.processes.api(), town.processes.api()
    idle, other = town.processes.worker(), town.processes.worker()
    token, third = _log_in(second), threading.Semaphore(0)

    def client() -> None:
        while not tasks.empty():
            _complete(tasks.get(), [first, second], token)
            third.release()

    with ThreadPoolExecutor(CLIENTS) as pool:
        running = [pool.submit(client) for _ in range(CLIENTS)]
        for _ in range(BURST // 3):
            assert third.acquire(timeout=120)
        victim.kill()
        idle.kill()
        for future in running:
            future.result()
    other.terminate()  # it ends when what it holds is done
    other.wait(timeout=120)
    houses.move(town.engine, minutes=10)  # a job that the killed worker had leased is free again
    worker.drain(town.engine)

    ended = "SELECT count(*) FROM process_instance WHERE status = 'completed'"
    once = (
        "SELECT count(*), max(n) FROM (SELECT instance_id, count(*) AS n FROM history_event "
        "WHERE kind = 'completed' AND element_id = '{}' GROUP BY instance_id) found"
    )
    audit = "SELECT count(*), count(DISTINCT instance_id) FROM audit_event WHERE action = 'complete'"
    assert town.ask(ended) == [(BURST,)]
    assert town.ask(once.format("a")) == [(BURST, 1)]
    assert town.ask(once.format("j")) == [(BURST, 1)]
    assert town.ask(audit) == [(BURST, BURST)]


def test_a_database_that_is_gone_for_a_moment_is_said_and_survived(town: Town) -> None:
    """
    Without its database the API answers 503 with a sentence; back again, the same click succeeds without a restart.
    """
    who = houses.house(town.engine)
    houses.deploy(town.engine, MODEL)
    case = houses.start(town.engine, who["officer"]).id
    task = houses.task_ids(town.engine, case)["a"]
    _, port = town.processes.api()
    token = _log_in(port)
    url = f"http://127.0.0.1:{port}/v2/user-tasks/{task}/completion"
    headers = {**token, "idempotency-key": "click-1"}

    town.postgres.stop()
    gone = httpx.post(url, json={"variables": {}}, headers=headers, timeout=60)
    ready = httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=60)
    town.postgres.start()
    back = httpx.post(url, json={"variables": {}}, headers=headers, timeout=60)
    again = httpx.post(url, json={"variables": {}}, headers=headers, timeout=60)

    assert (gone.status_code, gone.json()["code"]) == (503, "store-unavailable")
    assert "数据库" in gone.json()["detail"]
    assert ready.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert (back.status_code, again.status_code) == (200, 200)
    assert again.json() == back.json()


def test_two_worker_processes_drain_each_timer_once(town: Town) -> None:
    """
    Two processes that start on the same due timers share them: none is lost, none fires twice.
    """
    who = houses.house(town.engine)
    houses.deploy(town.engine, TIMER)
    for _ in range(BURST // 2):
        houses.start(town.engine, who["officer"])
    houses.move(town.engine, hours=2)

    started = [town.processes.once() for _ in range(2)]
    for process in started:
        assert process.wait(120) == 0
    worker.drain(town.engine)  # a row that was busy is left for the next round

    tasks = "SELECT count(*), count(DISTINCT instance_id) FROM user_task"
    audit = "SELECT count(*), count(DISTINCT instance_id) FROM audit_event WHERE action = 'timer'"
    assert town.ask(tasks) == [(BURST // 2, BURST // 2)]
    assert town.ask(audit) == [(BURST // 2, BURST // 2)]
    assert town.ask("SELECT count(*) FROM timer") == [(0,)]
