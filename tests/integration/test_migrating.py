"""Starting on a database that another process, or another version, has in hand."""

from __future__ import annotations

import threading
from datetime import timedelta

import psycopg2
import pytest

from workflows.engine import Engine
from workflows.store.database import Database, SchemaNewer


def test_a_process_that_starts_while_another_migrates_waits_for_it(database_url: str) -> None:
    """
    A click waits five seconds for a lock; a start waits as long as the migration of a large table takes.
    """
    other = psycopg2.connect(database_url)
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(73000)")
    database = Database(database_url, pool_size=1, lock_timeout=timedelta(milliseconds=1))
    waits = threading.Event()
    thread = threading.Thread(target=lambda: (database.migrate(), waits.set()))
    thread.start()
    with other.cursor() as cursor:
        while thread.is_alive() and not _somebody_waits(cursor):
            pass
    other.close()

    assert waits.wait(30)
    thread.join(30)
    database.close()


def _somebody_waits(cursor: psycopg2.extensions.cursor) -> bool:
    cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    return bool(cursor.fetchall()[0][0])


def test_an_older_program_says_that_the_database_is_newer(engine: Engine) -> None:
    """
    After an update that was taken back: one sentence, nothing changed.
    """
    with engine.begin() as uow:
        uow._connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(SchemaNewer, match="9999.*更新本程序"):
        Engine.from_settings(engine.settings)


def test_a_migration_that_breaks_off_leaves_the_old_schema(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    All steps of an update are one transaction: a power cut in the middle leaves the database as it was.
    """
    connection = psycopg2.connect(database_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relkind = 'r'"
        )
        before = cursor.fetchone()
        monkeypatch.setattr("workflows.store.database.upgrade", _half)
        database = Database(database_url, pool_size=1)
        with pytest.raises(RuntimeError, match="power cut"):
            database.migrate()
        database.close()
        cursor.execute(
            "SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relkind = 'r'"
        )
        assert cursor.fetchone() == before
    connection.close()


def _half(connection: object) -> None:
    connection.exec_driver_sql("ALTER TABLE person ADD COLUMN half text")  # type: ignore[attr-defined]
    raise RuntimeError("power cut")
