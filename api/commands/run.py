"""``jingfa run``: the whole product on one machine, started in order, stopped together."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from api.commands.supervising import Child, Supervisor, is_up
from bpmn.errors import JingfaError
from workflows import embedded, preparing
from workflows.errors import FolderInUse
from workflows.settings import Settings, port

PREFECT_PORT = 4200


def register(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("run", help="在本机启动全部：数据库、网页、后台任务、Prefect")
    parser.add_argument("--host", default=os.environ.get("JINGFA_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, help="默认 8000，或 JINGFA_PORT")
    parser.add_argument("--no-prefect", action="store_true", help="不启动 Prefect，由后台任务自己计时")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Start everything and stay until Ctrl-C; 1 when something cannot be started."""
    args.port = args.port or port()
    if is_taken(args.host, args.port):
        _say(f"端口 {args.port} 已被占用。请先停止占用它的程序，或换一个端口：JINGFA_PORT=8080 make run")
        return 1
    with contextlib.ExitStack() as stack:
        try:
            folder = embedded.place(Settings.from_environment().data)
            stack.enter_context(alone(folder))
            settings = prepare()
        except JingfaError as problem:
            _say(problem.message)
            return 1
        return _supervise(args, settings)


def _supervise(args: argparse.Namespace, settings: Settings) -> int:
    supervisor = Supervisor(_children(args, settings))
    supervisor.start()
    _say(f"正在启动网页服务 http://{args.host}:{args.port} …")
    return supervisor.stay(
        when_up={
            f"http://{args.host}:{args.port}/health/ready": f"已就绪：http://{args.host}:{args.port} （按 Ctrl-C 停止）"
        }
    )


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """
    Hold the data folder: two that run on one would share its Prefect and stop each other's database.

    Raises:
        FolderInUse: another one runs on it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "run.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderInUse(
                f"数据目录 {folder} 已由另一个 jingfa run 使用。请先停止它，或用 JINGFA_DATA 换一个目录。"
            ) from None
        yield


def prepare() -> Settings:
    """
    Start the database, bring the schema, the law pack, the packs and the demo up to date.

    Returns:
        The settings with the address of the database in them, for the processes that follow.
    """
    settings = Settings.from_environment({"JINGFA_DEMO": "1", **os.environ})
    if settings.database_url is None:
        _say("启动数据库 …")
        settings = replace(settings, database_url=embedded.start(settings.data))
    preparing.prepare(settings, say=_say)
    return settings


def is_taken(host: str, port: int) -> bool:
    """Whether somebody listens there already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def prefect_port() -> int:
    """Prefect's usual port, or a free one: a stranger's server there must not be given our flows."""
    if not is_taken("127.0.0.1", PREFECT_PORT):
        return PREFECT_PORT
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    _say(f"端口 {PREFECT_PORT} 已被占用，Prefect 改用端口 {port}")
    return port


def _children(args: argparse.Namespace, settings: Settings) -> list[Child]:
    environment = _environment(settings)
    jingfa = [sys.executable, "-m", "api.cli"]
    web = Child(
        "web", [*jingfa, "serve", "--host", args.host, "--port", str(args.port)], environment, is_vital=True
    )
    children = [web, Child("worker", [*jingfa, "worker"], environment)]
    if not args.no_prefect:
        children += _prefect(environment, settings)
    return children


def _environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": settings.database_url or "",
        "JINGFA_DEMO": "1" if settings.demo else "0",
        "JINGFA_DATA": str(settings.data),
        "PREFECT_HOME": str((embedded.place(settings.data) / "prefect").absolute()),
        "PREFECT_API_URL": settings.prefect_api_url or f"http://127.0.0.1:{prefect_port()}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "DO_NOT_TRACK": "1",
    }


def _prefect(environment: dict[str, str], settings: Settings) -> list[Child]:
    """A server of our own unless one is named, and the flows once it answers."""
    health = environment["PREFECT_API_URL"] + "/health"
    flows = Child(
        "clockwork", [sys.executable, "-m", "workflows.flows"], environment, is_wanted=lambda: is_up(health)
    )
    if settings.prefect_api_url:
        return [flows]
    command = [
        sys.executable,
        "-m",
        "prefect",
        "server",
        "start",
        "--host",
        "127.0.0.1",
        "--port",
        str(urlsplit(environment["PREFECT_API_URL"]).port),
    ]
    return [Child("prefect", command, environment, log=log_file(settings, "prefect")), flows]


def log_file(settings: Settings, name: str) -> Path:
    """Where a talkative process writes."""
    folder = embedded.place(settings.data) / "log"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.log"


def _say(text: str) -> None:
    print(f"· {text}", file=sys.stderr, flush=True)
