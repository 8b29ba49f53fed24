"""What a database owner may do to the audit, and how each of it is found."""

from __future__ import annotations

import importlib.util
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import psycopg2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

sys.path.insert(0, str(Path(__file__).parent))
import houses

from tasks.model import Actor
from workflows.engine import Engine
from workflows.execution import instances
from workflows.identity import people
from workflows.model import AuditProof
from workflows.store.audit import Audit
from workflows.trail import audit, audit_proof

ONE = houses.model(
    '<startEvent id="s"/><userTask id="a" jf:roles="R02" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>e")
)
CASE = "chain = (SELECT chain FROM audit_head WHERE chain LIKE 'instance:%' LIMIT 1)"
OFF = "ALTER TABLE audit_event DISABLE TRIGGER USER; ALTER TABLE audit_head DISABLE TRIGGER USER; "
COPY = (
    "INSERT INTO audit_event (chain,seq,at,person_id,action,instance_id,purpose,fields,client,detail,prev_hash,hash) "
    f"SELECT chain,seq+1,at,person_id,'forged',instance_id,purpose,fields,client,detail,hash,hash FROM audit_event WHERE {CASE} "
    f"AND seq = (SELECT max(seq) FROM audit_event WHERE {CASE})"
)
LAST = f"seq = (SELECT max(seq) FROM audit_event WHERE {CASE})"
TAMPERING = {
    "change": f"UPDATE audit_event SET person_id = 'x' WHERE {CASE} AND seq = 2",
    "change of a detail": f"UPDATE audit_event SET detail = '{{}}' WHERE {CASE} AND seq = 2",
    "deletion in the middle": f"DELETE FROM audit_event WHERE {CASE} AND seq = 2",
    "deletion of the tail": f"DELETE FROM audit_event WHERE {CASE} AND {LAST}",
    "insertion": COPY,
    "reordering": (
        f"UPDATE audit_event SET seq = 90 + seq WHERE {CASE} AND seq IN (2, 3); "
        f"UPDATE audit_event SET seq = 95 - seq WHERE {CASE} AND seq > 90"
    ),
    "cut tail with its head": (
        f"DELETE FROM audit_event WHERE {CASE} AND {LAST}; UPDATE audit_head h SET seq = e.seq, hash = e.hash "
        "FROM (SELECT DISTINCT ON (chain) chain, seq, hash FROM audit_event ORDER BY chain, seq DESC) e WHERE e.chain = h.chain"
    ),
    "whole chain gone": f"DELETE FROM audit_event WHERE {CASE}; DELETE FROM audit_head WHERE {CASE}",
    "anchor changed": "ALTER TABLE audit_anchor DISABLE TRIGGER USER; UPDATE audit_anchor SET content = replace(content, 'instance', 'instanc3')",
    "newest anchor removed": "ALTER TABLE audit_anchor DISABLE TRIGGER USER; DELETE FROM audit_anchor WHERE seq = (SELECT max(seq) FROM audit_anchor)",
    "all anchors removed": "ALTER TABLE audit_anchor DISABLE TRIGGER USER; DELETE FROM audit_anchor",
    "words changed": 'UPDATE audit_detail SET content = \'{"salt": "x", "words": {"reason": "nothing"}}\'',
    "words removed": "DELETE FROM audit_detail",
}
#: What `jingfa audit verify` must say of each, beside that the audit is broken.
NAMED = {
    "change": "第 2 条记录",
    "change of a detail": "第 2 条记录",
    "deletion in the middle": "缺少第 2 条",
    "deletion of the tail": "链头不符",
    "insertion": "被改动或插入",
    "reordering": "原是第 3 条，顺序被调换",
    "cut tail with its head": "锚点不符",
    "whole chain gone": "整条链被重写",
    "anchor changed": "不是本系统签名",
    "newest anchor removed": "锚点被删除或替换",
    "all anchors removed": "锚点被删除或替换",
    "words changed": "说明文字被改动或删除",
    "words removed": "说明文字被改动或删除",
}
#: The words stand outside the chains, so that they can be erased; the anchors' note stands outside the database.
ONLY_HERE = {"newest anchor removed", "all anchors removed", "words changed", "words removed"}


@pytest.fixture
def worked(engine: Engine) -> Engine:
    """Return an installation with a case of some events and an anchor over them."""
    who = houses.house(engine)
    houses.deploy(engine, ONE)
    case = houses.start(engine, who["officer"])
    for suspended in (True, False):
        with engine.begin() as uow:
            if suspended:
                instances.suspend(uow, who["leader"], case.id, reason="等待")
            else:
                instances.resume(uow, who["leader"], case.id)
    houses.complete(engine, who["officer"], case.id, "a")
    audit_proof.anchor_all(engine)
    return engine


def proof(engine: Engine) -> AuditProof:
    """Verify."""
    with engine.begin() as uow:
        return audit_proof.verify(uow)


def offline(engine: Engine) -> list[str]:
    """Export, and check with the script that knows nothing of us."""
    path = Path(__file__).parents[2] / "scripts" / "verify_audit.py"
    spec = importlib.util.spec_from_file_location("verify_audit", path)
    assert spec and spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    with engine.begin() as uow:
        lines = [line.decode() for line in audit_proof.export(uow)]
        return list(script.faults(lines, audit_proof.public_key(engine.settings.data)))


def test_an_untouched_audit_is_whole_here_and_off_line(worked: Engine) -> None:
    """
    Nothing is reported when nothing was done, also with events after the anchor.
    """
    with worked.begin() as uow:
        audit_proof.anchor(uow)

    assert proof(worked).ok
    assert offline(worked) == []


@pytest.mark.parametrize("kind", TAMPERING)
def test_each_kind_of_tampering_is_found(worked: Engine, kind: str) -> None:
    """
    A database owner who switches the triggers off is found out, here and off line.
    """
    with worked.begin() as uow:
        uow._connection.execute(text(OFF + TAMPERING[kind].replace(":", r"\:")))

    found = proof(worked)
    assert not found.ok
    assert NAMED[kind] in "".join(found.broken)
    assert offline(worked) != [] or kind in ONLY_HERE


def test_a_replaced_key_is_found(worked: Engine) -> None:
    """
    Whoever puts a key of their own beside the data and signs anew fails against the key that was written down.
    """
    written_down = audit_proof.public_key(worked.settings.data)
    (worked.settings.data / "keys" / audit_proof.KEY_FILE).unlink()
    audit_proof.anchor_all(worked)

    with worked.begin() as uow:
        here = audit_proof.verify(uow)
        outside = audit_proof.verify(uow, trusted=written_down)

    assert "不是本系统签名" in here.broken[0] and "第 1 个" in here.broken[0]
    assert "第 2 个" in outside.broken[0]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET action = 'x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET seq = 0",
        "UPDATE audit_anchor SET signature = 'x'",
        "DELETE FROM audit_anchor",
    ],
)
def test_the_database_refuses_to_change_the_audit(worked: Engine, statement: str) -> None:
    """
    Whoever uses the application's connection cannot change or delete what was written.
    """
    with pytest.raises(DBAPIError, match="only"), worked.begin() as uow:
        uow._connection.execute(text(statement))


def test_a_full_audit_table_stops_the_work(worked: Engine) -> None:
    """
    The database refuses the audit row: the click fails, and nothing of it is kept.
    """
    with worked.begin() as uow:
        officer = people.actor_of(uow, "officer")
        uow._connection.execute(text("ALTER TABLE audit_event ADD CHECK (action <> 'start') NOT VALID"))

    with pytest.raises(psycopg2.IntegrityError):
        houses.start(worked, officer, business_key="unaudited")

    with worked.begin() as uow:
        assert uow.instances.by_business_key("p", "unaudited") is None


def test_events_written_at_the_same_moment_stand_one_behind_the_other(worked: Engine) -> None:
    """
    Four clicks of one person at once: each links to the one before it, none forks the chain and none is lost.
    """
    officer, ready = _actor(worked), Barrier(4)

    def look(_: int) -> None:
        ready.wait()
        for _ in range(10):
            with worked.begin() as uow:
                audit.record(uow, officer, "view-clear", detail={"reason": "巧合"})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(look, range(4)))

    with worked.begin() as uow:
        assert len(list(uow.audit.events("person:officer"))) == 40
        assert audit_proof.verify(uow).ok


def test_what_cannot_be_audited_does_not_happen(worked: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The audit row is written in the transaction of the work: without it, nothing is kept.
    """
    with worked.begin() as uow:
        officer = people.actor_of(uow, "officer")

    def full(self: Audit, chain: str, rows: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Audit, "_extend", full)
    with pytest.raises(OSError, match="full"):
        houses.start(worked, officer, business_key="unaudited")
    with worked.begin() as uow:
        assert uow.instances.by_business_key("p", "unaudited") is None


def _actor(engine: Engine) -> Actor:
    with engine.begin() as uow:
        return people.actor_of(uow, "officer")
