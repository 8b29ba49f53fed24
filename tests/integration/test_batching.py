"""Writes that wait for the next statement: read-your-writes, rollbacks and savepoints hold as ever."""

from __future__ import annotations

import pytest

from workflows.engine import Engine
from workflows.store.unit_of_work import UnitOfWork


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
