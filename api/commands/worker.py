"""``jingfa worker``: drain timers, jobs, messages and notices; any number of them may run side by side."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from dataclasses import asdict
from types import FrameType
from typing import Any

from api.commands import logs
from workflows import worker
from workflows.engine import Engine


def register(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("worker", help="运行后台任务：到期、自动步骤、消息、通知")
    parser.add_argument("--once", action="store_true", help="处理完到期的工作就结束")
    parser.add_argument("--json", action="store_true", help="输出 JSON（与 --once 一起使用）")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Work until a signal asks to stop; what is in hand is finished first."""
    logs.install()
    engine = Engine.from_settings()
    try:
        if args.once:
            done = worker.drain(engine)
            sys.stdout.write(json.dumps(asdict(done)) + "\n" if args.json else f"已处理 {done.total} 项。\n")
            return 0
        sys.stderr.write("后台任务已启动，按 Ctrl-C 停止。\n")
        worker.run(engine, _stop_on_signals())
        return 0
    finally:
        engine.close()


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    return stop
