"""Fixtures of the browser tests: one headless Chromium, the front end built, an installation behind an address."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from api.app import create_app
from api.static import DIST
from workflows.engine import Engine

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "integration")]


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    """Build the front end where it is not built yet."""
    if not (DIST / "manifest.json").exists():
        subprocess.run([sys.executable, "api/web/hatch_build.py"], cwd=HERE.parents[1], check=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Yield one headless Chromium."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--lang=zh-CN"]
        )


@contextmanager
def served(engine: Engine) -> Iterator[str]:
    """Serve an installation in a thread; yields its address."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(engine), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture
def address(engine: Engine) -> Iterator[str]:
    """Yield where the empty installation is served."""
    with served(engine) as found:
        yield found
