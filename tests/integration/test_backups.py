"""A backup is worth what comes back from it; to whoever finds it, it is worth nothing."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses

from tests.builders.databases import database, run
from workflows import backups, cases
from workflows.engine import Engine
from workflows.errors import StoreUnavailable
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


def test_a_restore_that_fails_leaves_the_keys_of_the_data_that_stay(engine: Engine, tmp_path: Path) -> None:
    """The database refuses the dump: what it held can still be opened."""
    (tmp_path / "elsewhere").mkdir()
    file, keys = tmp_path / "data.jfb", tmp_path / "elsewhere" / "keys.jfb"
    backups.backup(engine, file, WORDS, keys=keys)
    mine = engine.settings.data / "keys" / "data.keys"
    mine.write_text(Engine.new_key() + "\n")
    before = mine.read_text()
    closed = replace(engine.settings, database_url="postgresql://nobody@127.0.0.1:1/none")

    with pytest.raises(StoreUnavailable):
        backups.restore(closed, file, WORDS, keys=keys, replace=True)

    assert mine.read_text() == before


def test_a_backup_that_fails_leaves_the_last_one_whole(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dump breaks off in the middle: the file of yesterday stands, and no half one beside it."""
    file = tmp_path / "data.jfb"
    backups.backup(engine, file, WORDS)
    yesterday = file.read_bytes()
    monkeypatch.setattr(backups, "_tool", lambda _name: "false")

    with pytest.raises(StoreUnavailable):
        backups.backup(engine, file, WORDS)

    assert file.read_bytes() == yesterday
    assert [path.name for path in tmp_path.glob("*.jfb*")] == ["data.jfb"]


def test_the_database_password_stands_on_no_command_line(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every user of a machine reads the command lines of the others; the environment they do not."""
    file = tmp_path / "data.jfb"
    backups.backup(engine, file, WORDS)
    seen: list[tuple[list[str], dict[str, str]]] = []

    def look(command: list[str], **named: Any) -> NoReturn:
        seen.append((command, named["env"]))
        raise StoreUnavailable

    monkeypatch.setattr(backups.subprocess, "Popen", look)
    settings = replace(engine.settings, database_url="postgresql://u:geheim@h/db")
    with pytest.raises(StoreUnavailable):
        backups.restore(settings, file, WORDS, replace=True)

    ((command, environment),) = seen
    assert "geheim" not in " ".join(command)
    assert environment["PGPASSWORD"] == "geheim"
