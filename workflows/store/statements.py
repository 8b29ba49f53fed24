"""
Statements of the hot path, compiled once when the module is read.

SQLAlchemy builds, hashes and compiles a statement anew at each use; on the way of a completed task that cost more than
the database did. A ``Statement`` keeps the text and what turns values into parameters. It is still written in SQLAlchemy's
words, and still runs on the unit of work's connection.
"""

from __future__ import annotations

import hashlib
import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final
from weakref import WeakKeyDictionary

import orjson
import psycopg2
from sqlalchemy import Executable, Table, insert, text
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.engine import Connection, Dialect

from workflows.store import batching
from workflows.store.sealing import SEALED

_PLACE: Final = re.compile(r"%\((\w+)\)s")
Processors = tuple[tuple[str, Callable[[Any], Any]], ...]


def to_json(value: Any) -> str:
    """Return a value as the text of a JSON column."""
    return orjson.dumps(value).decode()


DIALECT: Final = PGDialect_psycopg2(dbapi=psycopg2, json_serializer=to_json)  # type: ignore[no-untyped-call]


class Statement:
    """A compiled statement. Values that it names by ``bindparam`` are given at each use; others are fixed."""

    def __init__(self, statement: Executable) -> None:
        compiled = statement.compile(dialect=DIALECT)  # type: ignore[attr-defined]
        self.text = str(compiled)
        self._is_plain = batching.is_plain(self.text)
        self._types = {name: parameter.type for name, parameter in compiled.binds.items()}
        self._by_dialect: WeakKeyDictionary[Dialect, Processors] = WeakKeyDictionary()
        self._fixed: dict[str, Any] = {}
        self._fixed = self.parameters(compiled.params, DIALECT)
        #: Columns that stand encrypted in the database: name -> type.
        self._sealed = {
            entry.keyname: entry.type
            for entry in getattr(compiled, "_result_columns", ())
            if isinstance(entry.type, SEALED)
        }

    def parameters(self, values: Mapping[str, Any], dialect: Dialect) -> dict[str, Any]:
        """Return every parameter as the driver takes it; the dialect of the connection knows the keys."""
        found = {**self._fixed, **values}
        for name, process in self._processors_of(dialect):
            if name in values:
                found[name] = process(values[name])
        return found

    def rows(self, connection: Connection, **values: Any) -> list[Any]:
        """Run the statement and return its rows as named tuples."""
        return self._read(connection, self.text, self.parameters(values, connection.dialect))

    def _read(self, connection: Connection, text: str, parameters: Mapping[str, Any]) -> list[Any]:
        names, found = batching.read(connection, text, parameters, plain=self._is_plain)
        make = _row_type(tuple(names))._make
        if not self._sealed:
            return [make(row) for row in found]
        sealed = [(place, self._sealed[name]) for place, name in enumerate(names) if name in self._sealed]
        return [make(_opened(row, sealed, connection.dialect)) for row in found]

    def later(self, connection: Connection, **values: Any) -> None:
        """Let the statement travel with the next one."""
        batching.wait(connection, [(self.text, self.parameters(values, connection.dialect))])

    def _processors_of(self, dialect: Dialect) -> Processors:
        found = self._by_dialect.get(dialect)
        if found is None:
            made = (
                (name, kind.dialect_impl(dialect).bind_processor(dialect))
                for name, kind in self._types.items()
            )
            found = self._by_dialect[dialect] = tuple((name, process) for name, process in made if process)
        return found


def _opened(row: tuple[Any, ...], sealed: Iterable[tuple[int, Any]], dialect: Dialect) -> list[Any]:
    """Decrypt what stands encrypted."""
    values = list(row)
    for place, kind in sealed:
        values[place] = kind.process_result_value(values[place], dialect)
    return values


@cache
def _row_type(names: tuple[str, ...]) -> Any:
    return namedtuple("Found", names)


class Prepared(Statement):
    """
    A statement that the server plans once per connection: planning the small ones takes longer than running them.

    The server infers the types of the values. A pooler between us and the server must keep sessions, as it must for LISTEN.
    """

    def __init__(self, statement: Executable) -> None:
        super().__init__(statement)
        key = f"jf_{hashlib.sha256(self.text.encode()).hexdigest()[:16]}"
        places = {name: f"${number}" for number, name in enumerate(self._fixed, start=1)}
        self._plan = (key, f"PREPARE {key} AS {_PLACE.sub(lambda found: places[found[1]], self.text)}")
        given = ", ".join(f"%({name})s" for name in places)
        self._execute = f"EXECUTE {key} ({given})" if places else f"EXECUTE {key}"

    def rows(self, connection: Connection, **values: Any) -> list[Any]:
        """Run the statement and return its rows as named tuples."""
        batching.plan_once(connection, *self._plan)
        return self._read(connection, self._execute, self.parameters(values, connection.dialect))

    def later(self, connection: Connection, **values: Any) -> None:
        """Let the statement travel with the next one."""
        batching.wait(
            connection, [(self._execute, self.parameters(values, connection.dialect))], plan=self._plan
        )


def insert_later(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that have the same columns, with one statement that travels with the next one."""
    statement = _insert(table, tuple(rows[0]))
    if len(rows) == 1:
        statement.later(connection, **rows[0])
        return
    head, _, values = statement.text.partition(" VALUES ")
    parts = [(values, statement.parameters(row, connection.dialect)) for row in rows]
    batching.wait(connection, parts, head=f"{head} VALUES ")


def insert_whole_later(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """
    Insert rows that name every column of a table without bytes, as one JSON text that travels with the next statement.

    The driver puts values into a statement one by one, which takes longer than the server needs to read JSON.
    """
    sealed = [(column.name, column.type) for column in table.c if isinstance(column.type, SEALED)]
    content = [
        {**row, **{name: kind.process_bind_param(row[name], connection.dialect) for name, kind in sealed}}
        for row in rows
    ]
    _insert_whole(table).later(connection, rows=to_json(content))


@cache
def _insert_whole(table: Table) -> Prepared:
    rows = f"SELECT * FROM jsonb_populate_recordset(NULL::{table.name}, :rows)"
    return Prepared(text(f"INSERT INTO {table.name} {rows}"))


@cache
def _insert(table: Table, names: tuple[str, ...]) -> Prepared:
    return Prepared(insert(table).inline().values(dict.fromkeys(names)))
