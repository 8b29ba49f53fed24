"""The promises of docs/architecture.md and of the house rules, kept by reading the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("api", "bpmn", "forms", "tasks", "workflows")


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every module of ours, as path and tree; migrations and browser tooling aside."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "/migrations/" not in name and "node_modules" not in name:
                yield name, ast.parse(path.read_text("utf-8"))


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_there_is_one_commit() -> None:
    """One place commits: leaving the unit of work."""
    places = [
        name
        for name, tree in sources()
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
    ]

    assert len(places) <= 1, places


def test_nothing_is_evaluated_as_python() -> None:
    """No eval, exec or compile of Python anywhere; FEEL has its own."""
    found = [
        name
        for name, tree in sources()
        for call in calls(tree)
        if isinstance(call.func, ast.Name) and call.func.id in {"eval", "exec", "__import__"}
    ]

    assert found == []


@pytest.mark.parametrize("word", ["manager", "helper", "helpers", "utils", "common", "core", "misc"])
def test_rooms_are_named_after_what_is_in_them(word: str) -> None:
    """No module is called after nothing in particular."""
    assert [name for name, _ in sources() if Path(name).stem == word] == []


def test_sleeping_is_left_to_the_loops() -> None:
    """Nothing sleeps but the supervision of processes and the loops that wait for work."""
    allowed = {"api/commands/supervising.py", "workflows/worker.py", "workflows/flows.py", "api/live.py"}
    found = {
        name
        for name, tree in sources()
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "sleep"
    }

    assert found <= allowed


def test_broad_excepts_stand_only_at_the_edges_of_loops() -> None:
    """``except Exception`` is for loops that must go on."""
    allowed = {
        "tasks/notices/channels.py",
        "workflows/clockwork/jobs.py",
        "workflows/clockwork/timers.py",
        "workflows/correlation/delivery.py",
        "workflows/inbox/sending.py",
        "workflows/timing/escalation.py",
        "workflows/worker.py",
    }
    found = {
        name
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and isinstance(node.type, ast.Name)
        and node.type.id in {"Exception", "BaseException"}
    }

    assert found <= allowed


#: Modules that open connections, and who may know them.
CONNECTING = frozenset(
    [
        "socket",
        "ssl",
        "http.client",
        "urllib.request",
        "urllib3",
        "requests",
        "httpx",
        "aiohttp",
        "smtplib",
        "ftplib",
        "telnetlib",
        "apprise",
    ]
)
DOORS = {
    "tasks/outgoing.py",  # the door
    "tasks/notices/channels.py",  # Apprise, run inside the door's guard
    "api/commands/serve.py",  # listens
    "api/commands/run.py",  # asks whether its port is taken
    "api/commands/supervising.py",  # asks our own children on the loopback whether they are up
}


def test_connections_are_opened_at_one_door() -> None:
    """Whatever calls out goes through ``tasks/outgoing.py``, which looks where it goes."""
    found = {
        name
        for name, tree in sources()
        for node in ast.walk(tree)
        for module in _imported(node)
        if module in CONNECTING or module.split(".")[0] in CONNECTING
    }

    assert found <= DOORS


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []
