"""
The command line ``jingfa``: one module a command in ``api/commands``, listed here and imported only when asked for.

Standard output carries the result (JSON alone with ``--json``), standard error the sentences for people.
Exit codes: 0 done, 1 refused or failed with findings, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Final

from bpmn.errors import JingfaError

DONE: Final = 0
REFUSED: Final = 1
WRONG_USAGE: Final = 2

#: Every command, in the order of the help text.
COMMANDS: Final = (
    "run",
    "serve",
    "worker",
    "migrate",
    "deploy",
    "intake",
    "scenarios",
    "check",
    "trace",
    "feel",
    "decide",
    "deadline",
    "audit",
    "keys",
    "backup",
    "restore",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _speak_utf8()
    try:
        chosen = _parser(arguments).parse_args(arguments)
    except SystemExit as stop:
        return int(stop.code or DONE)
    try:
        return int(chosen.run(chosen))
    except JingfaError as refused:
        sys.stderr.write(f"{refused.message}\n")
        return REFUSED
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader (head, less) has seen enough; keep Python from complaining while it shuts down.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jingfa",
        description="警法通：按 BPMN 流程图办理警情移送、人民调解和期限。",
        epilog="jingfa 命令 --help 查看各命令的用法。",
    )
    subparsers = parser.add_subparsers(dest="command", metavar="命令", required=True)
    # Importing one command takes milliseconds, importing all of them a second: only the help needs all.
    named = [name for name in COMMANDS if name in arguments[:1]]
    for name in named or COMMANDS:
        module = _module(name)
        if module is not None:
            module.register(subparsers)
    return parser


def _module(name: str) -> ModuleType | None:
    path = f"api.commands.{name}"
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError as missing:
        if missing.name != path:
            raise
        return None


def _speak_utf8() -> None:
    # A service without a locale would otherwise fail on the first Chinese character.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(ValueError, OSError):
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
