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
from typing import TYPE_CHECKING, Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from workflows.model import AuditProof
from workflows.store.audit import APART, GENESIS, chained, digest
from workflows.store.rows import AuditRow
from workflows.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from workflows.engine import Engine

KEY_FILE = "audit-signing.key"
NOTE_FILE = (
    "audit-anchor.last"  #: number and digest of the newest anchor, beside the key: outside the database
)


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


def anchor_all(engine: Engine) -> int:
    """Sign all heads and note the anchor outside the database; returns its number."""
    with engine.begin() as uow:
        number = anchor(uow)
    # Noted only once it is committed: a note of an anchor that never came to be would be a false alarm.
    with engine.begin() as uow:
        last = uow.audit.last_anchor()
        if last is not None:
            path = engine.settings.data / "keys" / NOTE_FILE
            path.write_text(f"{last['seq']} {_digest(last['content'])}\n")
    return number


def anchor(uow: UnitOfWork) -> int:
    """Sign all heads as they are now; returns the number of the anchor."""
    data = uow.installation.settings.data
    last = uow.audit.last_anchor()
    seq = 1 if last is None else int(last["seq"]) + 1
    before = GENESIS if last is None else _digest(last["content"])
    heads = [[chain, number, link] for chain, number, link in uow.audit.heads()]
    made = {"seq": seq, "at": uow.real_now.isoformat(), "before": before, "heads": heads}
    content = orjson.dumps(made).decode()
    signature = base64.b64encode(signing_key(data).sign(content.encode())).decode()
    uow.audit.add_anchor(
        seq=seq, at=uow.real_now, content=content, key_id=public_key(data), signature=signature
    )
    return seq


def verify(uow: UnitOfWork, *, trusted: str = "") -> AuditProof:
    """
    Recompute every chain and check every anchor (``jingfa audit verify``).

    Args:
        trusted: The public key that was written down outside the machine, base64; empty = the one beside the data.
    """
    heads = {chain: (seq, link) for chain, seq, link in uow.audit.heads()}
    known, erased = set(uow.audit.chains()), uow.audit.erased()
    broken = [
        words
        for chain in sorted(known | set(heads))
        if (words := _fault(uow, chain, heads.get(chain), erased))
    ]
    data = uow.installation.settings.data
    anchors = [
        *_anchor_faults(uow, trusted or public_key(data)),
        *_note_faults(uow, data / "keys" / NOTE_FILE),
    ]
    return AuditProof(chains=len(heads), events=uow.audit.count(), broken=(*broken, *anchors))


def _fault(uow: UnitOfWork, chain: str, head: tuple[int, str] | None, erased: frozenset[str]) -> str | None:
    """Return what is wrong with a chain, in words; None when nothing is."""
    seq, last = 0, GENESIS
    for event in uow.audit.events(chain):
        seq += 1
        if event["seq"] != seq:
            return f"审计链 {chain} 缺少第 {seq} 条记录。"
        if event["prev_hash"] != last or event["hash"] != chained(_row(event), seq, last):
            return _changed(event, seq)
        if not _has_its_words(event, erased):
            return f"审计链 {chain} 第 {seq} 条记录的说明文字被改动或删除。"
        last = event["hash"]
    if head != (seq, last):
        return f"审计链 {chain} 第 {seq} 条之后与链头不符，可能有记录被删除或插入。"
    return None


def _changed(event: Mapping[str, Any], seq: int) -> str:
    """Say what happened to an event that does not fit: whole but elsewhere, or not as it was written."""
    named = f"审计链 {event['chain']} 第 {seq} 条记录（{event['action']}，{event['at']:%Y-%m-%d %H:%M:%S}）"
    places = range(max(1, seq - 50), seq + 50)
    moved = next((n for n in places if chained(_row(event), n, event["prev_hash"]) == event["hash"]), seq)
    return f"{named}原是第 {moved} 条，顺序被调换。" if moved != seq else f"{named}被改动或插入。"


def _has_its_words(event: Mapping[str, Any], erased: frozenset[str]) -> bool:
    """Tell whether the words that stand apart are those the event was written with; an erased case has none."""
    wanted = event["detail"].get(APART)
    if event["apart"] is None:
        return wanted is None or event["instance_id"] in erased
    return bool(wanted == digest(event["apart"]))


def _anchor_faults(uow: UnitOfWork, trusted: str) -> Iterator[str]:
    before = GENESIS
    for number, found in enumerate(uow.audit.anchors(), start=1):
        content = orjson.loads(found["content"])
        signed = _is_signed(found["content"], found["signature"], trusted)
        if found["seq"] != number or content["seq"] != number or content["before"] != before or not signed:
            yield f"第 {number} 个审计锚点被改动、删除，或不是本系统签名。"
            return
        before = _digest(found["content"])
    if last := uow.audit.last_anchor():
        yield from _against_anchor(uow, orjson.loads(last["content"]))


def _note_faults(uow: UnitOfWork, note: Path) -> Iterator[str]:
    """Hold the anchors against what was noted of the newest one outside the database."""
    if not note.exists():
        return
    seq, digested = note.read_text().split()
    if _digest(uow.audit.anchor_content(int(seq)) or "") != digested:
        yield f"第 {seq} 个审计锚点被删除或替换：与数据库之外的登记不符。"


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


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
            kept = {str(name): value for name, value in event.items() if name not in ("id", "apart")}
            kept["at"] = event["at"].isoformat()
            yield orjson.dumps({"kind": "event", **kept}) + b"\n"
    for found in uow.audit.anchors():
        named = {name: found[name] for name in ("seq", "content", "signature")}
        yield orjson.dumps({"kind": "anchor", **named}) + b"\n"


def _row(event: Mapping[str, Any]) -> AuditRow:
    names = ("chain", "at", "person_id", "action", "instance_id", "purpose", "client", "detail")
    return AuditRow(**{name: event[name] for name in names}, fields=tuple(event["fields"]))
