"""``jingfa audit verify|anchor|export|key``: prove that nobody changed the audit, here or off line."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from workflows.engine import Engine
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit_proof


def register(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("audit", help="核验、锚定和导出审计链")
    parser.add_argument(
        "action",
        choices=["verify", "anchor", "export", "key"],
        help="verify：逐条重算；anchor：为全部链头签名；export：导出供离线核验；key：显示公钥",
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.add_argument("--key", default="", help="核验用的公钥（机器之外另行抄存的）；缺省用本机的")
    parser.add_argument("--output", type=Path, help="导出文件；缺省写到标准输出")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do it; 1 when a chain or an anchor is broken."""
    engine = Engine.from_settings()
    try:
        if args.action == "anchor":
            sys.stderr.write(f"已签名：第 {audit_proof.anchor_all(engine)} 个锚点。\n")
            return 0
        with engine.begin() as uow:
            return int(ACTIONS[args.action](uow, args))
    finally:
        engine.close()


def _verify(uow: UnitOfWork, args: argparse.Namespace) -> int:
    proof = audit_proof.verify(uow, trusted=args.key)
    if args.json:
        content = {
            "ok": proof.ok,
            "chains": proof.chains,
            "events": proof.events,
            "broken": list(proof.broken),
        }
        sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    for words in proof.broken:
        sys.stderr.write(f"· {words}\n")
    if proof.ok:
        sys.stderr.write(f"审计链完整：{proof.chains} 条链，{proof.events} 条记录。\n")
    return 0 if proof.ok else 1


def _key(uow: UnitOfWork, _args: argparse.Namespace) -> int:
    sys.stdout.write(audit_proof.public_key(uow.installation.settings.data) + "\n")
    return 0


def _export(uow: UnitOfWork, args: argparse.Namespace) -> int:
    lines = audit_proof.export(uow)
    if args.output is None:
        sys.stdout.buffer.writelines(lines)
        return 0
    with args.output.open("wb") as file:
        file.writelines(lines)
    sys.stderr.write(f"已导出到 {args.output}。离线核验：python scripts/verify_audit.py {args.output}\n")
    return 0


ACTIONS = {"verify": _verify, "export": _export, "key": _key}
