#!/usr/bin/env python3
"""
Check an exported audit off line: ``python scripts/verify_audit.py audit.jsonl [public key, base64]``.

Needs nothing of this project, only ``pip install cryptography`` for the anchors' signatures. Give the public key that was
written down outside the machine (``jingfa audit key``); without it the key in the export is used, and that is said.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64
COVERED = ("chain", "person_id", "action", "instance_id", "purpose", "fields", "client", "detail")


def faults(lines: Iterable[str], trusted: str | None = None) -> list[str]:
    """Return what is wrong, in words; an empty list when everything fits."""
    heads: dict[str, tuple[int, str]] = {}
    links: dict[tuple[str, int], str] = {}
    found: list[str] = []
    seen: dict[str, tuple[int, str]] = {}
    anchors: list[dict[str, Any]] = []
    key = trusted
    for line in lines:
        row = json.loads(line)
        if row["kind"] == "key":
            key = key or row["public"]
        elif row["kind"] == "head":
            heads[row["chain"]] = (row["seq"], row["hash"])
        elif row["kind"] == "anchor":
            anchors.append(row)
        else:
            found += _event(row, seen)
            links[row["chain"], row["seq"]] = row["hash"]
    found += [
        f"{chain}: the tail does not fit the head" for chain in heads if seen.get(chain) != heads[chain]
    ]
    return found + _anchors(anchors, links, key or "")


def _event(row: dict[str, Any], seen: dict[str, tuple[int, str]]) -> list[str]:
    seq, last = seen.get(row["chain"], (0, GENESIS))
    seen[row["chain"]] = (row["seq"], row["hash"])
    at = datetime.fromisoformat(row["at"]).astimezone(UTC).isoformat(timespec="microseconds")
    content = {name: row[name] for name in COVERED} | {"at": at, "seq": seq + 1, "prev": last}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    fits = hashlib.sha256(text.encode()).hexdigest() == row["hash"] and row["seq"] == seq + 1
    return (
        [] if fits else [f"{row['chain']}: event {row['seq']} ({row['action']}) was changed, moved or put in"]
    )


def _anchors(anchors: list[dict[str, Any]], links: dict[tuple[str, int], str], key: str) -> list[str]:
    found, before = [], GENESIS
    for number, row in enumerate(anchors, start=1):
        content = json.loads(row["content"])
        if content["seq"] != number or content["before"] != before or not _signed(row, key):
            return [*found, f"anchor {number} was changed, taken out, or signed by another key"]
        before = hashlib.sha256(row["content"].encode()).hexdigest()
        missing = [c for c, seq, link in content["heads"] if seq and links.get((c, seq)) != link]
        found += [f"{chain}: does not fit anchor {number}" for chain in missing]
    return found


def _signed(row: dict[str, Any], key: str) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))
        public.verify(base64.b64decode(row["signature"]), row["content"].encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def main() -> int:
    """Read the file that the command line names."""
    trusted = sys.argv[2] if len(sys.argv) > 2 else None
    if trusted is None:
        sys.stderr.write("note: no public key given; using the one in the export\n")
    with open(sys.argv[1], encoding="utf-8") as lines:  # noqa: PTH123 - no dependency on anything of ours
        found = faults(lines, trusted)
    sys.stdout.write("\n".join(found) + "\n" if found else "the audit is whole\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
