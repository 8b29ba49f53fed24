"""A backup is worth what comes back from it; to whoever finds it, it is worth nothing."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses

from tests.builders.databases import database, run
from workflows import backups, cases
from workflows.engine import Engine
from workflows.trail import audit_proof

ONE = houses.model(
    '<startEvent id="s"/><userTask id="a" jf:roles="R02" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>e")
)
PARTY = {"name": "诸葛测试人", "idNo": "990000199001010015", "phone": "13900001234"}
WORDS = "correct horse battery"


def test_a_backup_comes_back_whole(engine: Engine, postgres: str, tmp_path: Path) -> None:
    """Case, audit and encrypted data on another server, opened with the keys from their own file."""
    who = houses.house(engine)
    houses.deploy(engine, ONE)
    case = houses.start(engine, who["officer"], parties=[PARTY]).id
    audit_proof.anchor_all(engine)
    (tmp_path / "elsewhere").mkdir()
    file, keys = tmp_path / "data.jfb", tmp_path / "elsewhere" / "keys.jfb"
    backups.backup(engine, file, WORDS, keys=keys)
    url = database(postgres, "t_restored")
    run(postgres, "DROP DATABASE t_restored")
    run(postgres, "CREATE DATABASE t_restored")
    settings = replace(engine.settings, database_url=url, data=tmp_path / "new")

    backups.restore(settings, file, WORDS, keys=keys)

    restored = Engine.from_settings(settings)
    with restored.begin() as uow:
        row = uow.instances.get(case)
        assert row is not None and cases.content(uow, row)["parties"] == [PARTY]
        assert audit_proof.verify(uow).broken == ()
    with pytest.raises(backups.NotEmpty):
        backups.restore(settings, file, WORDS, keys=keys)
    restored.close()
    run(postgres, "DROP DATABASE t_restored WITH (FORCE)")


def test_a_backup_is_refused_before_it_is_used(engine: Engine, tmp_path: Path) -> None:
    """Wrong words, a cut end, a changed byte, a short passphrase, keys beside the data: nothing happens."""
    file = tmp_path / "data.jfb"
    backups.backup(engine, file, WORDS)
    whole = file.read_bytes()
    damaged = {"cut": whole[:-40], "changed": whole[:-5] + b"\0" + whole[-4:], "empty": whole[:26]}

    assert b"PGDMP" not in whole
    for content in damaged.values():
        file.write_bytes(content)
        with pytest.raises(backups.BackupUnreadable):
            backups.restore(engine.settings, file, WORDS, replace=True)
    file.write_bytes(whole)
    with pytest.raises(backups.BackupUnreadable):
        backups.restore(engine.settings, file, "another passphrase", replace=True)
    with pytest.raises(backups.PassphraseTooShort):
        backups.backup(engine, file, "short")
    with pytest.raises(backups.KeysBesideData):
        backups.backup(engine, file, WORDS, keys=tmp_path / "keys.jfb")
