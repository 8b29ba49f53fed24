"""``jingfa backup FILE``: an encrypted backup of the database, and of the keys in a file of their own."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from workflows import backups
from workflows.engine import Engine


def register(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("backup", help="加密备份数据库；密钥另存一份，分开保管")
    parser.add_argument("file", type=Path, help="备份文件")
    parser.add_argument(
        "--passphrase-file", type=Path, required=True, help="口令文件（第一行，至少 12 个字符）"
    )
    parser.add_argument("--keys", type=Path, help="把密钥备份到另一个目录的这个文件")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write it; errors are told by the command line."""
    engine = Engine.from_settings()
    try:
        size = backups.backup(engine, args.file, passphrase(args.passphrase_file), keys=args.keys)
    finally:
        engine.close()
    sys.stderr.write(f"已备份 {size / 1024 / 1024:.1f} MB 到 {args.file}。\n")
    if args.keys is None:
        sys.stderr.write("没有备份密钥：没有密钥，备份里的个人信息无法读取。请用 --keys 另存一份。\n")
    return 0


def passphrase(path: Path) -> str:
    """Return the first line of a file."""
    return path.read_text(encoding="utf-8").split("\n", 1)[0].strip()
