"""``jingfa restore FILE``: put an encrypted backup back."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from api.commands.backup import passphrase
from workflows import backups
from workflows.settings import Settings


def register(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("restore", help="从加密备份恢复；先停掉其他进程")
    parser.add_argument("file", type=Path, help="备份文件")
    parser.add_argument("--passphrase-file", type=Path, required=True, help="口令文件")
    parser.add_argument("--keys", type=Path, help="密钥备份；缺省用 JINGFA_DATA 下的密钥")
    parser.add_argument("--replace", action="store_true", help="替换数据库里已有的全部数据")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Restore; errors are told by the command line."""
    settings = Settings.from_environment()
    words = passphrase(args.passphrase_file)
    backups.restore(settings, args.file, words, keys=args.keys, replace=args.replace)
    sys.stderr.write("已恢复。请运行 jingfa migrate，再运行 jingfa audit verify 核验审计链。\n")
    return 0
