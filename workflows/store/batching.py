"""
Writes whose result nobody reads wait for the next statement and travel with it: many rows, one round trip.

psycopg2 puts values into the text of a statement, so several statements can be sent as one text. They run in the order in
which they were made, before anything that is read later. BEGIN travels with the first of them and COMMIT with the last:
the driver would send each by itself, and most transactions here are a handful of round trips. A rollback forgets what was
not sent.

A plain read that comes before anything was written or locked goes without BEGIN: at READ COMMITTED every statement sees the
database as of its own start, so it reads the same outside a transaction. Whoever only reads needs neither BEGIN nor COMMIT.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final
from weakref import WeakKeyDictionary

import psycopg2
from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.engine import Engine as SqlEngine

#: Execution options of a statement that may wait.
LATER: Final = {"later": True}
LARGEST: Final = 1024 * 1024  #: bytes; more than that does not wait
BEGIN, COMMIT, ROLLBACK = b"BEGIN", b"COMMIT", "ROLLBACK"
PLANNED: Final = "planned"  #: in the connection's ``info``: which statements the server has planned
_READ: Final = re.compile(r"\s*(SELECT|WITH)\b")
#: Makes a query more than a plain read: it locks, writes or draws; what only looks like it merely gets its BEGIN.
_MORE: Final = re.compile(r"\b(FOR|INSERT|UPDATE|DELETE|MERGE|nextval|setval|set_config|pg_\w+)\b")


class Waiting(list[bytes]):
    """The texts that wait on one connection, the cursor that puts values into them, and which statements are planned there."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self.cursor = _cursor(connection)
        self.planned: set[str] = connection.info.setdefault(PLANNED, set())
        self.size = 0

    def add(self, text: bytes) -> None:
        """Let a text wait."""
        self.append(text)
        self.size += len(text)


#: A connection of SQLAlchemy lives as long as one unit of work; what waits goes with it.
_waiting: WeakKeyDictionary[Connection, Waiting] = WeakKeyDictionary()


class TransactionLost(RuntimeError):
    """A statement of the transaction had failed, and somebody went on as if it had not: nothing was committed."""


def install(pool: SqlEngine) -> None:
    """Let the statements of a pool wait for each other; its connections must be in the driver's autocommit mode."""
    event.listen(pool, "begin", _begin)
    event.listen(pool, "do_execute", _execute)
    event.listen(pool, "do_executemany", _send_first)
    event.listen(pool, "do_execute_no_params", _send_first_without)
    event.listen(pool, "commit", commit)
    event.listen(pool, "rollback", _roll_back)
    event.listen(pool, "rollback_savepoint", _forget)


def send(connection: Connection) -> None:
    """Send what still waits."""
    waiting = _waiting.pop(connection, None)
    if waiting:
        _send(connection, waiting)


def commit(connection: Connection) -> None:
    """
    Send what still waits and the COMMIT as one text; nothing at all when the transaction asked nothing.

    Raises:
        TransactionLost: the server rolled back, because an earlier statement had failed.
    """
    waiting = _waiting.pop(connection, None) or Waiting(connection)
    if waiting == [BEGIN] or (not waiting and _is_idle(connection)):
        return
    if _send(connection, [*waiting, COMMIT]) != COMMIT.decode():
        raise TransactionLost


def is_untouched(connection: Connection) -> bool:
    """Tell whether a transaction has written and locked nothing so far."""
    return _waiting.get(connection) == [BEGIN]


@lru_cache(maxsize=1024)
def is_plain(text: str) -> bool:
    """
    Tell whether a statement only reads.

    >>> is_plain("SELECT a FROM b"), is_plain("SELECT a FROM b FOR UPDATE"), is_plain("SELECT pg_advisory_xact_lock(1)")
    (True, False, False)
    """
    return bool(_READ.match(text)) and not _MORE.search(text)


def read(
    connection: Connection, text: str, parameters: Mapping[str, Any], *, plain: bool
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """
    Run a query behind what waits; returns the names of the columns, and the rows.

    The driver is asked directly: the result objects of SQLAlchemy cost more time than these queries do.

    Args:
        plain: It only reads, so that it needs no transaction of its own.

    Raises:
        psycopg2.Error: as the driver says it; ``database.translated`` knows what it means.
    """
    if not connection.in_transaction():
        connection.begin()
    with _cursor(connection) as cursor:
        query = cursor.mogrify(text, parameters)
        if not (plain and is_untouched(connection)):
            query = b";\n".join([*_waiting.pop(connection, ()), query])
        _run(connection, cursor, query)
        return [column.name for column in cursor.description], cursor.fetchall()


def _send(connection: Connection, texts: Sequence[bytes]) -> str:
    """Send several statements as one text; returns what the server said to the last one."""
    with _cursor(connection) as cursor:
        _run(connection, cursor, b";\n".join(texts))
        return str(cursor.statusmessage)


def _cursor(connection: Connection) -> Any:
    raw: Any = connection.connection.driver_connection
    return raw.cursor()


def plan_once(connection: Connection, key: str, prepare: str) -> None:
    """Let the server plan a statement unless this connection has done so; it keeps the plan, whatever is rolled back."""
    _plan(connection, _waiting_of(connection), key, prepare)


def _plan(connection: Connection, waiting: Waiting, key: str, prepare: str) -> None:
    if key not in waiting.planned:
        # By itself: the server keeps the text that a PREPARE came in, and with others it would be a long one.
        with _cursor(connection) as cursor:
            _run(connection, cursor, prepare.encode())
        waiting.planned.add(key)


def _run(connection: Connection, cursor: Any, text: bytes) -> None:
    try:
        cursor.execute(text)
    except psycopg2.Error as error:
        if cursor.connection.closed:
            connection.invalidate(error)
        raise


def _is_idle(connection: Connection) -> bool:
    raw: Any = connection.connection.driver_connection
    return bool(raw.info.transaction_status == TRANSACTION_STATUS_IDLE)


def wait(
    connection: Connection,
    parts: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    head: str = "",
    plan: tuple[str, str] | None = None,
) -> None:
    """
    Let a statement wait for the next one.

    Args:
        parts: Texts with the parameters of each; joined by commas after *head*.
        plan: Key and PREPARE of what the server has to plan before.
    """
    waiting = _waiting_of(connection)
    if plan is not None:
        _plan(connection, waiting, *plan)
    put = waiting.cursor.mogrify
    waiting.add(head.encode() + b", ".join([put(text, values) for text, values in parts]))
    if waiting.size > LARGEST:
        send(connection)


def _waiting_of(connection: Connection) -> Waiting:
    found = _waiting.get(connection)
    if found is None:
        found = _waiting[connection] = Waiting(connection)
    return found


def _execute(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
    """Keep the statement, or send it behind those that wait; True = it needs no execution of its own."""
    waits = context.execution_options.get("later", False)
    waiting = _waiting.get(context.root_connection)
    if not waits and (not waiting or (waiting == [BEGIN] and is_plain(statement))):
        return False
    if cursor.name is not None:
        return _send_first(cursor, statement, parameters, context)
    text = cursor.mogrify(statement, parameters)
    if waits and len(text) <= LARGEST:
        _waiting_of(context.root_connection).add(text)
        return True
    cursor.execute(b";\n".join([*_waiting.pop(context.root_connection, ()), text]))
    return True


def _send_first(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
    """Send what waits by itself, before a statement that cannot share a text."""
    waiting = _waiting.pop(context.root_connection, None)
    if waiting:
        with cursor.connection.cursor() as other:
            other.execute(b";\n".join(waiting))
    return False


def _send_first_without(cursor: Any, statement: str, context: Any) -> bool:
    return _send_first(cursor, statement, None, context)


def _begin(connection: Connection) -> None:
    _waiting_of(connection).add(BEGIN)


def _roll_back(connection: Connection) -> None:
    _forget(connection)
    if not connection.invalidated and not _is_idle(connection):
        raw: Any = connection.connection.driver_connection
        with raw.cursor() as cursor:
            cursor.execute(ROLLBACK)


def _forget(connection: Connection, *_: Any) -> None:
    _waiting.pop(connection, None)
