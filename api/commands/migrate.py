"""``jingfa migrate``: bring the database and the shipped packs up to date, before the processes start."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from typing import Any

from workflows import preparing
from workflows.settings import Settings


def register(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("migrate", help="更新数据库结构并部署随附的流程包")
    parser.add_argument("--demo", action="store_true", help="同时生成演示数据")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prepare the installation; errors are told by the command line."""
    settings = Settings.from_environment()
    preparing.prepare(replace(settings, demo=settings.demo or args.demo), say=_say)
    return 0


def _say(text: str) -> None:
    print(f"· {text}", file=sys.stderr, flush=True)
