"""``jingfa serve``: the web server alone; ``jingfa run`` starts everything."""

from __future__ import annotations

import argparse
import errno
import gc
import socket
import sys
from typing import Any

import uvicorn

from api.app import create_app
from api.commands import logs
from api.commands.patience import PatientProtocol
from workflows.engine import Engine

#: An open stream would hold the shutdown for ever.
GRACE_SECONDS = 3
BACKLOG = 2048
#: Longer than a proxy keeps its idle connections (60 s in most), so that none is closed under a request on its way.
KEEP_ALIVE_SECONDS = 75


def register(subparsers: Any) -> None:
    """Add the command to the ``jingfa`` parser."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "serve", help="只启动网页与接口服务", description="只启动网页与接口服务；任务由 jingfa worker 处理。"
    )
    parser.add_argument("--host", default="127.0.0.1", help="监听地址，默认 127.0.0.1")
    parser.add_argument("--port", type=int, default=8000, help="端口，默认 8000")
    parser.add_argument(
        "--proxy", metavar="ADDRESS", default="", help="可信反向代理的地址，采用其转发的协议和来源"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until stopped; 1 when the port is taken."""
    listening = bound(args.host, args.port)
    if listening is None:
        return 1
    logs.install()
    engine = Engine.from_settings()
    try:
        serve(engine, listening, proxy=args.proxy)
    finally:
        engine.close()
    return 0


def bound(host: str, port: int) -> socket.socket | None:
    """Return a listening socket, or None after saying in words why there is none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP: only then does asyncio switch Nagle's algorithm off, which costs 40 ms an answer on a kept connection.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        sys.stderr.write(_sentence(error, host, port) + "\n")
        return None
    return listening


def _sentence(error: Exception, host: str, port: int) -> str:
    if getattr(error, "errno", None) == errno.EADDRINUSE:
        return f"端口 {port} 已被其他程序占用。请先关闭它，或换一个端口，例如 --port {port + 1}。"
    if getattr(error, "errno", None) == errno.EACCES:
        return f"没有使用端口 {port} 的权限。请换一个 1024 以上的端口。"
    return f"无法在 {host}:{port} 监听。请核对地址和端口。"


def serve(engine: Engine, listening: socket.socket, *, proxy: str = "") -> None:
    """Serve the application on a socket until a signal stops it."""
    config = uvicorn.Config(
        create_app(engine),
        log_config=None,  # as everything else
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        proxy_headers=bool(proxy),
        forwarded_allow_ips=proxy or None,
        # Not httptools, whatever else is installed: it knows no limit of headers and no patience.
        http=PatientProtocol,
        ws="none",
        h11_max_incomplete_event_size=64 * 1024,
    )
    # What is loaded by now stays: looking through it for garbage again and again would stop every click for a moment.
    gc.collect()
    gc.freeze()
    uvicorn.Server(config).run(sockets=[listening])
