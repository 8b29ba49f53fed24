"""Prefect, the clockwork: a real server plans our flows and runs them. What they call is tested where it lives."""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg2
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import processes

from workflows.engine import Engine
from workflows.settings import Settings

PATIENCE = 600  #: looks, a fifth of a second apart


@pytest.fixture
def prefect(tmp_path: Path) -> Iterator[tuple[httpx.Client, str]]:
    """Yield the API of a Prefect server that our flows are served to, and the address of our database."""
    with tempfile.TemporaryDirectory(prefix="jingfa-prefect-", ignore_cleanup_errors=True) as folder:
        server = processes.Postgres(Path(folder))
        server.make()
        server.start()
        Engine.from_settings(
            Settings(database_url=server.address, demo=True, secret="test", data=tmp_path)
        ).close()
        with processes.processes(server.address, tmp_path) as started:
            started.environment |= {
                "PREFECT_HOME": str(tmp_path / "prefect"),
                "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
                "PREFECT_LOGGING_LEVEL": "ERROR",
                "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
                "DO_NOT_TRACK": "1",
            }
            address = started.prefect()
            started.clockwork()
            with httpx.Client(base_url=f"{address}/", timeout=60) as client:
                yield client, server.address
        server.stop()


def _wait_for(answer: Callable[[], Any]) -> Any:
    """Ask until there is an answer: the server and the runner are processes of their own."""
    for _ in range(PATIENCE):
        if found := answer():
            return found
        threading.Event().wait(0.2)
    raise AssertionError("nothing happened")


def _planned(client: httpx.Client) -> dict[str, str]:
    """Return when each flow is planned to run, by its name."""
    runs = client.post("flow_runs/filter", json={"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}})
    names = {one["id"]: one["name"] for one in client.post("deployments/filter", json={}).json()}
    planned = [run for run in runs.json() if run["auto_scheduled"]]
    return {names[run["deployment_id"]]: run["expected_start_time"] for run in planned}


def test_every_scheduled_flow_is_planned_by_the_server_and_runs_on_our_database(
    prefect: tuple[httpx.Client, str],
) -> None:
    """
    Prefect plans the drain, the audit check and anchor, the calendar, retention, ended roles and the weekly review.
    """
    client, database = prefect

    planned = _wait_for(lambda: found if len(found := _planned(client)) == 7 else None)
    anchor = next(d for d in client.post("deployments/filter", json={}).json() if d["name"] == "audit-anchor")
    # The server's own small database may be busy with what it has just planned.
    run = _wait_for(
        lambda: client.post(f"deployments/{anchor['id']}/create_flow_run", json={}).json().get("id")
    )
    ended = _wait_for(
        lambda: (
            found
            if (found := client.get(f"flow_runs/{run}").json())["state"]["type"]
            in {"COMPLETED", "FAILED", "CRASHED"}
            else None
        )
    )

    assert "T18:30:00" in planned["nightly-audit-check"], "half past two at night in Hailing is 18:30 UTC"
    assert ended["state"]["type"] == "COMPLETED"
    with psycopg2.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_anchor")
        assert cursor.fetchone() == (1,)
