"""
Statements of the hot path, compiled once when the module is read.

SQLAlchemy builds, hashes and compiles a statement anew at each use; on the way of a completed task that cost more than
the database did. A ``Statement`` keeps the text and what turns values into parameters. It is still written in SQLAlchemy's
words, and still runs on the unit of work's connection.
"""

from __future__ import annotations

import hashlib
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final
from weakref import WeakKeyDictionary

import orjson
import psycopg2
from sqlalchemy import Executable, Table, insert
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.engine import Connection, Dialect

from workflows.store import batching
from workflows.store.sealing import SEALED

Processors = dict[str, Callable[[Any], Any]]


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
        self._fixed = self._processed(compiled.params, DIALECT)
        #: Columns that stand encrypted in the database: name -> type.
        self._sealed = {
            entry.keyname: entry.type
            for entry in getattr(compiled, "_result_columns", ())
            if isinstance(entry.type, SEALED)
        }

    def parameters(self, values: Mapping[str, Any], dialect: Dialect) -> dict[str, Any]:
        """Return every parameter as the driver takes it; the dialect of the connection knows the keys."""
        return {**self._fixed, **self._processed(values, dialect)}

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

    def _processed(self, values: Mapping[str, Any], dialect: Dialect) -> dict[str, Any]:
        processors = self._by_dialect.get(dialect)
        if processors is None:
            processors = self._by_dialect[dialect] = self._processors(dialect)
        found = dict(values)
        for name in processors.keys() & found.keys():
            found[name] = processors[name](found[name])
        return found

    def _processors(self, dialect: Dialect) -> Processors:
        made = {
            name: kind.dialect_impl(dialect).bind_processor(dialect) for name, kind in self._types.items()
        }
        return {name: processor for name, processor in made.items() if processor is not None}


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
    A query with one text parameter that the server plans once per connection: planning took longer than reading.

    A pooler between us and the server must keep sessions, as it must for LISTEN.
    """

    def __init__(self, statement: Executable) -> None:
        super().__init__(statement)
        self._key = f"jf_{hashlib.sha256(self.text.encode()).hexdigest()[:16]}"
        (name,) = self._fixed
        self._prepare = f"PREPARE {self._key} (text) AS {self.text.replace(f'%({name})s', '$1')};\n"

    def rows(self, connection: Connection, **values: Any) -> list[Any]:
        """Run the statement and return its rows as named tuples."""
        (value,) = values.values()
        planned: set[str] = connection.info.setdefault("planned", set())
        text = f"EXECUTE {self._key} (%(value)s)"
        if self._key not in planned:
            text = self._prepare + text
        found = self._read(connection, text, {"value": value})
        # A prepared statement outlives a rollback, but one that failed was never made.
        planned.add(self._key)
        return found


def insert_later(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that have the same columns, with one statement that travels with the next one."""
    statement = _insert(table, tuple(rows[0]))
    head, _, values = statement.text.partition(" VALUES ")
    parts = [(values, statement.parameters(row, connection.dialect)) for row in rows]
    batching.wait(connection, parts, head=f"{head} VALUES ")


@cache
def _insert(table: Table, names: tuple[str, ...]) -> Statement:
    return Statement(insert(table).inline().values(dict.fromkeys(names)))
