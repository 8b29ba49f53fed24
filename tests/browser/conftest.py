"""Fixtures of the browser tests: one headless Chromium, the front end built, an installation behind an address."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from api.static import DIST
from workflows.engine import Engine

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))
sys.path.insert(0, str(Path(__file__).parent))
import serving

#: How long a page may take at most; a bound for starved machines, nothing waits for it.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    """Build the front end where it is not built yet."""
    if not (DIST / "manifest.json").exists():
        subprocess.run([sys.executable, "api/web/hatch_build.py"], cwd=Path(__file__).parents[2], check=True)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Yield one headless Chromium."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--lang=zh-CN"]
        )


@pytest.fixture
def address(engine: Engine) -> Iterator[str]:
    """Yield where the empty installation is served."""
    with serving.served(engine) as found:
        yield found
