"""``jingfa audit verify``: recompute every audit chain and name the first changed event of each."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from workflows import audit
from workflows.engine import Engine


def register(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("audit", help="核验审计链")
    parser.add_argument("action", choices=["verify"], help="verify：逐条重算")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Verify; 1 when a chain is broken."""
    engine = Engine.from_settings()
    try:
        with engine.begin() as uow:
            proof = audit.verify(uow)
    finally:
        engine.close()
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
