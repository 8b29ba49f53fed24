"""What a stolen database shows: nothing of a person."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import houses

from workflows import cases
from workflows.engine import Engine
from workflows.settings import Settings
from workflows.store.sealing import KeyMissing, Keyring
from workflows.work import user_tasks

ONE = houses.model(
    '<startEvent id="s"/><userTask id="a" jf:roles="R02" jf:at="station"/><userTask id="b" jf:roles="R04" jf:at="station"/>'
    '<endEvent id="e"/>' + houses.flows("s>a", "a>b", "b>e")
)
SECRETS = ("990000199001010015", "13900001234", "幸福路七号", "诸葛测试人")
PARTY = {"name": SECRETS[3], "idNo": SECRETS[0], "phone": SECRETS[1], "address": SECRETS[2]}


def dump(engine: Engine) -> str:
    """Return every row of every table as text, JSON unescaped and bytes decoded."""
    with engine.begin() as uow:
        run = uow._connection.exec_driver_sql
        names = [row[0] for row in run("select tablename from pg_tables where schemaname = current_schema()")]
        cells = [cell for name in names for row in run(f'select * from "{name}"') for cell in row]
    return "\n".join(
        bytes(c).decode("latin1") if isinstance(c, memoryview | bytes) else repr(c) for c in cells
    )


def test_a_dump_shows_no_person(engine: Engine) -> None:
    """
    State, variables, steps, drafts, comments, history, files, papers: the identity number is in none of them.
    """
    who = houses.house(engine)
    houses.deploy(engine, ONE)
    case = houses.start(engine, who["officer"], parties=[PARTY], summary=f"{SECRETS[3]} {SECRETS[1]}")
    task = houses.task_ids(engine, case.id)["a"]
    with engine.begin() as uow:
        user_tasks.save_draft(uow, who["officer"], task, {"party": PARTY})
        user_tasks.comment(uow, who["officer"], case.id, f"已联系{SECRETS[3]}，{SECRETS[1]}")
    houses.complete(engine, who["officer"], case.id, "a", note=SECRETS[2], person=PARTY)

    found = dump(engine)

    assert [secret for secret in SECRETS if secret in found or repr(secret)[1:-1] in found] == []
    with engine.begin() as uow:
        shown = cases.content(uow, uow.instances.get(case.id))
    assert shown["parties"][0]["idNo"] == SECRETS[0]


def test_a_new_key_writes_and_the_old_one_still_reads() -> None:
    """
    Rotation: put the new key first; what the old one wrote stays readable until it is written anew.
    """
    old, new = Keyring.fresh(), Keyring.fresh()
    stored = Keyring([old]).close(b"x", "t.c")

    rotated = Keyring([new, old])

    assert rotated.open(stored, "t.c") == b"x"
    assert not rotated.is_current(stored) and rotated.is_current(rotated.close(b"x", "t.c"))
    with pytest.raises(KeyMissing):
        Keyring([new]).open(stored, "t.c")


def test_rotation_rewrites_everything_and_other_keys_do_not_start(engine: Engine) -> None:
    """
    After ``jingfa keys rotate`` the old key opens nothing; an engine with a foreign key refuses to start.
    """
    who = houses.house(engine)
    houses.deploy(engine, ONE)
    case = houses.start(engine, who["officer"], parties=[PARTY])
    old, new = (engine.settings.data / "keys" / "data.keys").read_text().strip(), Keyring.fresh()

    both = Engine.from_settings(replace(engine.settings, keys=f"{new} {old}"))
    with both.begin() as uow:
        assert uow.rewrite_sealed() > 0
    both.close()
    fresh = Engine.from_settings(replace(engine.settings, keys=new))
    with fresh.begin() as uow:
        shown = cases.content(uow, uow.instances.get(case.id))
    fresh.close()

    assert shown["parties"][0]["idNo"] == SECRETS[0]
    with pytest.raises(KeyMissing):
        Engine.from_settings(replace(engine.settings, keys=old))


def test_a_value_cannot_be_moved_or_changed() -> None:
    """
    A ciphertext belongs to its column, and every changed bit is noticed.
    """
    ring = Keyring([Keyring.fresh()])
    stored = ring.close(b"x", "t.c")

    with pytest.raises(KeyMissing):
        ring.open(stored, "t.other")
    with pytest.raises(KeyMissing):
        ring.open(stored[:-1] + bytes([stored[-1] ^ 1]), "t.c")


def test_the_key_file_is_its_owners_only(engine: Engine) -> None:
    """
    Keys lie beside the database, never in it, readable by nobody else.
    """
    path = engine.settings.data / "keys" / "data.keys"

    assert path.stat().st_mode & 0o077 == 0
    assert path.read_text().strip().split(":")[2] not in dump(engine)


def test_an_installation_with_national_algorithms_works_the_same(database_url: str, tmp_path: Path) -> None:
    """
    SM4-GCM at rest, SM3 for keyed hashes, chosen at the first start; the dump shows nobody, related cases are found.
    """
    engine = Engine.from_settings(
        Settings(database_url=database_url, demo=True, data=tmp_path, pool_size=3, cipher="sm4")
    )
    who = houses.house(engine)
    houses.deploy(engine, ONE)
    first, second = (houses.start(engine, who["officer"], parties=[PARTY]).id for _ in range(2))

    found = dump(engine)

    assert (tmp_path / "keys" / "data.keys").read_text().startswith("sm4:")
    assert [secret for secret in SECRETS if secret in found] == []
    with engine.begin() as uow:
        assert set(uow.instances.sharing_a_party(first)) == {first, second}
        assert uow.settings.get("keyed-hash") == "sm3"
    engine.close()


def test_the_secret_of_the_party_hashes_stands_sealed(database_url: str, tmp_path: Path) -> None:
    """
    With hashes and secret in one dump all identity numbers of a district could be tried; an earlier release's is sealed at the start.
    """
    settings = Settings(database_url=database_url, data=tmp_path, pool_size=2)
    first = Engine.from_settings(settings)
    hashed = first.installation.keyed_hash("id:990000199001010015")
    clear = first.installation._secret.decode()
    assert clear not in dump(first)
    with first.begin() as uow:
        uow.settings.put("secret", clear)  # as 0013 wrote it

    second = Engine.from_settings(settings)

    assert second.installation.keyed_hash("id:990000199001010015") == hashed
    assert clear not in dump(second)
    first.close()
    second.close()


def test_the_secret_of_the_party_hashes_outlives_a_rotation(database_url: str, tmp_path: Path) -> None:
    """
    The hashes of yesterday are found tomorrow, by the new key alone.
    """
    old, new = Keyring.fresh(), Keyring.fresh()
    settings = Settings(database_url=database_url, data=tmp_path, pool_size=2)
    both = Engine.from_settings(replace(settings, keys=f"{new} {old}"))
    hashed = both.installation.keyed_hash("x")
    with both.begin() as uow:
        uow.rewrite_sealed()
    both.close()

    alone = Engine.from_settings(replace(settings, keys=new))

    assert alone.installation.keyed_hash("x") == hashed
    alone.close()
