"""
Statements of the hot path, compiled once when the module is read.

SQLAlchemy builds, hashes and compiles a statement anew at each use; on the way of a completed task that cost more than
the database did. A ``Statement`` keeps the text and what turns values into parameters. It is still written in SQLAlchemy's
words, and still runs on the unit of work's connection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

import orjson
import psycopg2
from sqlalchemy import Executable, Table, insert
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.engine import Connection, Row

from workflows.store import batching


def to_json(value: Any) -> str:
    """Return a value as the text of a JSON column."""
    return orjson.dumps(value).decode()


DIALECT: Final = PGDialect_psycopg2(dbapi=psycopg2, json_serializer=to_json)  # type: ignore[no-untyped-call]


class Statement:
    """A compiled statement. Values that it names by ``bindparam`` are given at each use; others are fixed."""

    def __init__(self, statement: Executable) -> None:
        compiled = statement.compile(dialect=DIALECT)  # type: ignore[attr-defined]
        self.text = str(compiled)
        self._processors: dict[str, Callable[[Any], Any]] = {}
        for name, parameter in compiled.binds.items():
            processor = parameter.type.dialect_impl(DIALECT).bind_processor(DIALECT)
            if processor is not None:
                self._processors[name] = processor
        self._fixed = self._processed(compiled.params)

    def parameters(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return every parameter as the driver takes it."""
        return {**self._fixed, **self._processed(values)}

    def rows(self, connection: Connection, **values: Any) -> Sequence[Row[Any]]:
        """Run the statement and return its rows."""
        return connection.exec_driver_sql(self.text, self.parameters(values)).all()

    def later(self, connection: Connection, **values: Any) -> None:
        """Let the statement travel with the next one."""
        batching.wait(connection, [(self.text, self.parameters(values))])

    def _processed(self, values: Mapping[str, Any]) -> dict[str, Any]:
        found = dict(values)
        for name in self._processors.keys() & found.keys():
            found[name] = self._processors[name](found[name])
        return found


def insert_later(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that have the same columns, with one statement that travels with the next one."""
    statement = _insert(table, tuple(rows[0]))
    head, _, values = statement.text.partition(" VALUES ")
    parts = [(values, statement.parameters(row)) for row in rows]
    batching.wait(connection, parts, head=f"{head} VALUES ")


@cache
def _insert(table: Table, names: tuple[str, ...]) -> Statement:
    return Statement(insert(table).inline().values(dict.fromkeys(names)))
