"""
Proof of the audit: every chain recomputed, and held against signed anchors over all heads.

A chain alone shows a change in its middle; whoever owns the database could still cut a tail or rewrite a whole chain. An
anchor is a list of all heads, signed with a key that does not lie in the database (Ed25519, RFC 8032): after it, a chain
that is shorter, other or gone is found. ``scripts/verify_audit.py`` does the same off line from an export.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from workflows.model import AuditProof
from workflows.store.audit import GENESIS, chained
from workflows.store.rows import AuditRow
from workflows.store.unit_of_work import UnitOfWork

KEY_FILE = "audit-signing.key"


def signing_key(data: Path) -> Ed25519PrivateKey:
    """Return the key that signs anchors; made at the first use under ``JINGFA_DATA``, readable by its owner only."""
    path = data / "keys" / KEY_FILE
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(base64.b64encode(fresh))
        except FileExistsError:
            pass  # another process was faster; its key holds
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(path.read_bytes()))


def public_key(data: Path) -> str:
    """Return the public key, base64, to be kept outside this machine."""
    raw = signing_key(data).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def anchor(uow: UnitOfWork) -> int:
    """Sign all heads as they are now; returns the number of the anchor."""
    data = uow.installation.settings.data
    last = uow.audit.last_anchor()
    seq = 1 if last is None else int(last["seq"]) + 1
    before = GENESIS if last is None else hashlib.sha256(last["content"].encode()).hexdigest()
    heads = [[chain, number, link] for chain, number, link in uow.audit.heads()]
    made = {"seq": seq, "at": uow.real_now.isoformat(), "before": before, "heads": heads}
    content = orjson.dumps(made).decode()
    signature = base64.b64encode(signing_key(data).sign(content.encode())).decode()
    uow.audit.add_anchor(
        seq=seq, at=uow.real_now, content=content, key_id=public_key(data), signature=signature
    )
    return seq


def verify(uow: UnitOfWork) -> AuditProof:
    """Recompute every chain and check every anchor (``jingfa audit verify``)."""
    heads = {chain: (seq, link) for chain, seq, link in uow.audit.heads()}
    known = set(uow.audit.chains())
    broken = [
        words for chain in sorted(known | set(heads)) if (words := _fault(uow, chain, heads.get(chain)))
    ]
    anchors = [*_anchor_faults(uow, public_key(uow.installation.settings.data))]
    return AuditProof(chains=len(heads), events=uow.audit.count(), broken=(*broken, *anchors))


def _fault(uow: UnitOfWork, chain: str, head: tuple[int, str] | None) -> str | None:
    """Return what is wrong with a chain, in words; None when nothing is."""
    seq, last = 0, GENESIS
    for event in uow.audit.events(chain):
        seq += 1
        if event["seq"] != seq:
            return f"审计链 {chain} 缺少第 {seq} 条记录。"
        if event["prev_hash"] != last or event["hash"] != chained(_row(event), seq, last):
            return f"审计链 {chain} 第 {seq} 条记录（{event['action']}，{event['at']:%Y-%m-%d %H:%M:%S}）被改动。"
        last = event["hash"]
    if head != (seq, last):
        return f"审计链 {chain} 第 {seq} 条之后与链头不符，可能有记录被删除或插入。"
    return None


def _anchor_faults(uow: UnitOfWork, trusted: str) -> Iterator[str]:
    before = GENESIS
    for number, found in enumerate(uow.audit.anchors(), start=1):
        content = orjson.loads(found["content"])
        signed = _is_signed(found["content"], found["signature"], trusted)
        if found["seq"] != number or content["seq"] != number or content["before"] != before or not signed:
            yield f"第 {number} 个审计锚点被改动、删除，或不是本系统签名。"
            return
        before = hashlib.sha256(found["content"].encode()).hexdigest()
    if last := uow.audit.last_anchor():
        yield from _against_anchor(uow, orjson.loads(last["content"]))


def _against_anchor(uow: UnitOfWork, content: Mapping[str, Any]) -> Iterator[str]:
    for chain, seq, link in content["heads"]:
        if seq and uow.audit.link(chain, seq) != link:
            yield f"审计链 {chain} 第 {seq} 条记录与第 {content['seq']} 个锚点不符：记录被删除，或整条链被重写。"


def _is_signed(content: str, signature: str, public: str) -> bool:
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public))
    try:
        key.verify(base64.b64decode(signature), content.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def export(uow: UnitOfWork) -> Iterator[bytes]:
    """Yield the whole audit as lines of JSON, for ``scripts/verify_audit.py``; ends with the anchors."""
    yield orjson.dumps({"kind": "key", "public": public_key(uow.installation.settings.data)}) + b"\n"
    for chain, seq, link in uow.audit.heads():
        yield orjson.dumps({"kind": "head", "chain": chain, "seq": seq, "hash": link}) + b"\n"
        for event in uow.audit.events(chain):
            kept = {str(name): value for name, value in event.items() if name != "id"}
            kept["at"] = event["at"].isoformat()
            yield orjson.dumps({"kind": "event", **kept}) + b"\n"
    for found in uow.audit.anchors():
        named = {name: found[name] for name in ("seq", "content", "signature")}
        yield orjson.dumps({"kind": "anchor", **named}) + b"\n"


def _row(event: Mapping[str, Any]) -> AuditRow:
    names = ("chain", "at", "person_id", "action", "instance_id", "purpose", "client", "detail")
    return AuditRow(**{name: event[name] for name in names}, fields=tuple(event["fields"]))
