"""
The command line ``jingfa``: one module a command in ``api/commands``, listed here and imported only when asked for.

Standard output carries the result (JSON alone with ``--json``), standard error the sentences for people.
Exit codes: 0 done, 1 refused or failed with findings, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
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

#: What may be wrong with a file or folder that somebody named.
FILE_FAULTS: Final = {
    errno.ENOENT: "不存在，请核对路径",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "所在的磁盘是只读的",
    errno.ENOSPC: "磁盘已满，请清理后再试",
    errno.EDQUOT: "磁盘配额已满，请清理后再试",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "是文件夹，应为文件",
}

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
    except OSError as fault:
        if fault.filename is None and fault.errno != errno.ENOSPC:
            raise  # a bug, or a network: not a file that the caller named
        sys.stderr.write(
            f"无法读写 {fault.filename or '文件'}：{FILE_FAULTS.get(fault.errno or 0, fault.strerror)}。\n"
        )
        return REFUSED


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
