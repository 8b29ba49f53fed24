"""Child processes: started, watched, started again after a fault, stopped together. No rule of the product is here."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1  #: of Linux' ``prctl``; other systems have none
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
TICK_SECONDS = 0.5
GRACE_SECONDS = 10
CALM_SECONDS = 30  #: a child that lived this long begins anew with the shortest pause


def is_up(url: str) -> bool:
    """Whether an address answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own loopback addresses
            return int(answer.status) == 200
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _end_with_parent() -> None:
    """Let the kernel ask the child to end when we are killed: nobody else would, and its port would stay taken."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One process of the installation."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    is_vital: bool = False  #: when it ends, everything ends
    is_wanted: Callable[[], bool] = lambda: True  #: asked before each start
    log: Path | None = None  #: None: the terminal
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    pause: float = field(default=1, init=False)
    started_at: float = field(default=0, init=False)
    not_before: float = field(default=0, init=False)

    def start(self) -> None:
        """Start in a process group of its own, so that Ctrl-C reaches it only through us."""
        with contextlib.ExitStack() as stack:
            output = stack.enter_context(self.log.open("ab")) if self.log else None
            self.process = subprocess.Popen(
                self.command,
                env=dict(self.environment),
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - this process has one thread
            )
        self.started_at = time.monotonic()

    def tend(self) -> bool:
        """Start again what ended; False when a vital child ended."""
        if self.process is not None and self.process.poll() is not None:
            if self.is_vital:
                return False
            self._ended(self.process.returncode)
        if self.process is None and time.monotonic() >= self.not_before and self.is_wanted():
            self.start()
        return True

    def _ended(self, code: int) -> None:
        calm = time.monotonic() - self.started_at > CALM_SECONDS
        self.pause = 1 if calm else min(self.pause * 2, 60)
        self.not_before = time.monotonic() + self.pause
        self.process = None
        print(
            f"· {self.name} 已退出（代码 {code}），{self.pause:.0f} 秒后重新启动", file=sys.stderr, flush=True
        )

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the whole group."""
        if self.process is not None and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def wait(self, seconds: float) -> None:
        """Wait for the end, then end it."""
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(seconds, 0.1))
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            self.process.wait()


class Supervisor:
    """Keeps children running until it is told to stop."""

    def __init__(self, children: list[Child]) -> None:
        self._children = children
        self._stopping = threading.Event()

    def start(self) -> None:
        """Start the vital children at once; the others follow in ``stay``."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._stopping.set())
        for child in self._children:
            if child.is_vital:
                child.start()

    def stay(self, *, when_up: Mapping[str, str]) -> int:
        """
        Tend the children until Ctrl-C (0) or until a vital one ends (1).

        Args:
            when_up: address -> sentence to say once, when it first answers.
        """
        waiting = dict(when_up)
        code = 0
        while not self._stopping.wait(TICK_SECONDS):
            if not all(child.tend() for child in self._children):
                code = 1
                break
            for url in [url for url in waiting if is_up(url)]:
                print(f"· {waiting.pop(url)}", file=sys.stderr, flush=True)
        self.stop()
        return code

    def stop(self) -> None:
        """Ask every child to end, last started first, and see to it."""
        print("· 正在停止 …", file=sys.stderr, flush=True)
        for child in reversed(self._children):
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self._children:
            child.wait(deadline - time.monotonic())
