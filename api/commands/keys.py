"""``jingfa keys new|rotate``: keys of the encryption at rest."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from workflows.engine import Engine


def register(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("keys", help="数据加密密钥：生成、轮换")
    parser.add_argument(
        "action",
        choices=["new", "rotate"],
        help="new：生成一个新密钥（放在密钥文件或 JINGFA_KEYS 的最前面）；rotate：用最前面的密钥重写全部加密数据",
    )
    parser.add_argument(
        "--cipher", choices=["aes", "sm4"], default="aes", help="算法：AES-256-GCM 或 SM4-GCM"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do it."""
    if args.action == "new":
        sys.stdout.write(Engine.new_key(args.cipher) + "\n")
        return 0
    engine = Engine.from_settings()
    try:
        with engine.begin() as uow:
            rows = uow.rewrite_sealed()
    finally:
        engine.close()
    sys.stderr.write(f"已用当前密钥重写 {rows} 行。确认无误后可以删去旧密钥。\n")
    return 0
