"""What every repository shares: a connection, and rows turned into frozen values."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Executable, Row, Select, Table
from sqlalchemy.engine import Connection

from workflows.store.batching import LATER, is_untouched
from workflows.store.statements import Statement, insert_later

Record = TypeVar("Record")


class Repository:
    """Reads and writes a few tables through the unit of work's connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[Hashable, Any] = {}

    def _remembered(self, key: Hashable, read: Callable[[], Record]) -> Record:
        """
        Return what was read before, as long as this transaction has written and locked nothing.

        A page asks in a dozen places whether its reader may see the case.
        """
        if not is_untouched(self._connection):
            return read()
        if key not in self._known:
            self._known[key] = read()
        found: Record = self._known[key]
        return found

    def _one(self, query: Executable, make: Callable[..., Record]) -> Record | None:
        row = self._connection.execute(query).one_or_none()
        return None if row is None else make(**row._asdict())

    def _all(self, query: Executable, make: Callable[..., Record]) -> tuple[Record, ...]:
        return tuple(make(**row._asdict()) for row in self._connection.execute(query))

    def _rows(self, query: Executable) -> tuple[Row[Any], ...]:
        return tuple(self._connection.execute(query))

    def _count(self, query: Select[Any]) -> int:
        return int(self._connection.execute(query).scalar_one())

    def _run(self, statement: Executable) -> int:
        """Run a statement at once; returns how many rows it changed."""
        return int(self._connection.execute(statement).rowcount)

    def _write(self, statement: Executable) -> None:
        """Run a statement whose outcome nobody asks for; it travels with the next one."""
        self._connection.execute(statement, execution_options=LATER)

    def _insert(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert rows that have the same columns; they travel with the next statement."""
        many = tuple(rows)
        if many:
            insert_later(self._connection, table, many)

    def _fetch(self, statement: Statement, make: Callable[..., Record], **values: Any) -> tuple[Record, ...]:
        """Run a compiled statement and make a value of each row."""
        return tuple(make(**row._asdict()) for row in statement.rows(self._connection, **values))


def plain(row: Row[Any]) -> dict[str, Any]:
    """Return a row as a dict by column name."""
    return dict(row._mapping)
