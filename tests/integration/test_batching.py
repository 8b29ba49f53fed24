"""Writes that wait for the next statement: read-your-writes, rollbacks and savepoints hold as ever."""

from __future__ import annotations

import sys
from pathlib import Path

import psycopg2
import pytest
from psycopg2.extensions import TRANSACTION_STATUS_INTRANS
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

sys.path.insert(0, str(Path(__file__).parent))
import houses

from workflows.engine import Engine
from workflows.errors import StoreUnavailable
from workflows.store import freshness
from workflows.store.batching import TransactionLost
from workflows.store.unit_of_work import UnitOfWork

ONE = houses.model(
    '<startEvent id="s"/><userTask id="a" jf:roles="R02" jf:at="station"/><endEvent id="e"/>'
    + houses.flows("s>a", "a>e")
)


def _store(uow: UnitOfWork, key: str) -> None:
    uow.settings.put(key, 1)


def test_a_waiting_write_is_seen_by_the_next_read(engine: Engine) -> None:
    """
    What a unit of work has written it reads, committed or not.
    """
    with engine.begin() as uow:
        _store(uow, "a")

        assert uow.settings.get("a") == 1


def test_the_last_write_is_sent_before_the_commit(engine: Engine) -> None:
    """
    A transaction that ends with a write commits it.
    """
    with engine.begin() as uow:
        _store(uow, "a")

    with engine.begin() as uow:
        assert uow.settings.get("a") == 1


def test_a_rollback_forgets_what_waits(engine: Engine) -> None:
    """
    A failed unit of work leaves nothing for the next one on the same connection.
    """
    with pytest.raises(ZeroDivisionError), engine.begin() as uow:
        _store(uow, "a")
        raise ZeroDivisionError

    with engine.begin() as uow:
        assert uow.settings.get("a") is None


def test_a_savepoint_undoes_only_what_was_written_inside(engine: Engine) -> None:
    """
    Writes before the savepoint stay, writes inside it go.
    """
    with engine.begin() as uow:
        _store(uow, "before")
        with pytest.raises(ZeroDivisionError), uow.savepoint():
            _store(uow, "inside")
            raise ZeroDivisionError
        _store(uow, "after")

    with engine.begin() as uow:
        assert [uow.settings.get(key) for key in ("before", "inside", "after")] == [1, None, 1]


def test_percent_signs_and_semicolons_are_text(engine: Engine) -> None:
    """
    Values travel inside the text of a statement and stay what they are.
    """
    text = "100%s; DROP TABLE setting; %(a)s \\ ' 𠮷"
    with engine.begin() as uow:
        uow.settings.put("a", text)
        uow.settings.put("b", text)

    with engine.begin() as uow:
        assert (uow.settings.get("a"), uow.settings.get("b")) == (text, text)


def _cut_all(url: str) -> None:
    """Cut every other connection to the database."""
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connection.close()


def test_a_transaction_that_failed_unnoticed_is_not_taken_for_committed(engine: Engine) -> None:
    """
    Whoever swallows a database error and goes on is told at the end that nothing was written.
    """
    with pytest.raises(TransactionLost), engine.begin() as uow:
        _store(uow, "a")
        with pytest.raises(DBAPIError):
            uow._connection.execute(text("SELECT 1 / 0"))


def test_whoever_only_reads_needs_no_transaction(engine: Engine) -> None:
    """
    Reading opens no transaction on the server; the first write opens it, and what follows is inside.
    """
    with engine.begin() as uow:
        uow.settings.get("a")
        uow.packs.has_digest("a", "b")
        before = _is_open(uow)
        _store(uow, "a")
        uow.settings.get("a")

        assert (before, _is_open(uow)) == (False, True)


def test_a_read_that_locks_is_inside_the_transaction(engine: Engine) -> None:
    """
    A lock would be gone at once without a transaction around it.
    """
    with engine.begin() as uow:
        uow.instances.lock("a")

        assert _is_open(uow)


def _is_open(uow: UnitOfWork) -> bool:
    """Tell whether the server has a transaction open."""
    raw = uow._connection.connection.driver_connection
    return raw is not None and raw.info.transaction_status == TRANSACTION_STATUS_INTRANS


def test_a_connection_that_has_rested_is_asked_whether_it_lives(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A server that restarted while nobody clicked is not noticed by anybody.
    """
    with engine.begin() as uow:
        _store(uow, "a")
    _cut_all(database_url)
    monkeypatch.setattr(freshness, "RESTED_SECONDS", 0.0)

    with engine.begin() as uow:
        assert uow.settings.get("a") == 1


def test_a_connection_that_dies_between_two_clicks_costs_one_answer(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    In the middle of a burst the first click after the cut is told to come back; the next one succeeds.
    """
    monkeypatch.setattr(freshness, "RESTED_SECONDS", 3600.0)
    with engine.begin() as uow:
        _store(uow, "a")
    _cut_all(database_url)

    with pytest.raises(StoreUnavailable), engine.begin() as uow:
        uow.settings.get("a")

    with engine.begin() as uow:
        assert uow.settings.get("a") == 1


def test_what_was_read_is_read_anew_once_something_was_written(engine: Engine) -> None:
    """
    Within a page nobody is asked twice; from the first write on every read sees what was written.
    """
    officer = houses.house(engine)["officer"]
    houses.deploy(engine, ONE)
    case = houses.start(engine, officer).id
    with engine.begin() as uow:
        before = uow.instances.facts(case)
        uow.instances.ensure_participant(case, "colleague", "copied", uow.now)

        assert "colleague" in uow.instances.facts(case).participants - before.participants


def test_a_prepared_statement_may_have_no_values(engine: Engine) -> None:
    """
    When the next job may run is asked without naming anything.
    """
    with engine.begin() as uow:
        assert uow.jobs.next_run() is None


def test_what_is_made_at_an_instant_of_the_past_does_not_wait_for_the_disk(engine: Engine) -> None:
    """
    A step of the demo is committed without waiting for the disk; every other commit waits, on the same connection too.
    """
    with engine.begin_at(engine.now()) as uow:
        _store(uow, "a")
        uow.hasten()
        assert _waits_for_the_disk(uow) == "off"

    with engine.begin() as uow:
        _store(uow, "a")
        assert _waits_for_the_disk(uow) == "on"


def _waits_for_the_disk(uow: UnitOfWork) -> str:
    return str(uow._connection.exec_driver_sql("SHOW synchronous_commit").scalar_one())
