"""
Statements of the hot path, compiled once when the module is read.

SQLAlchemy builds, hashes and compiles a statement anew at each use; on the way of a completed task that cost more than
the database did. A ``Statement`` keeps the text and what turns values into parameters. It is still written in SQLAlchemy's
words, and still runs on the unit of work's connection.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final
from weakref import WeakKeyDictionary

import orjson
import psycopg2
from sqlalchemy import Executable, Table, insert
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.engine import Connection, Dialect, Row

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

    def rows(self, connection: Connection, **values: Any) -> Sequence[Row[Any]]:
        """Run the statement and return its rows."""
        found = connection.exec_driver_sql(self.text, self.parameters(values, connection.dialect))
        return self._opened(found, connection.dialect) if self._sealed else found.all()

    def later(self, connection: Connection, **values: Any) -> None:
        """Let the statement travel with the next one."""
        batching.wait(connection, [(self.text, self.parameters(values, connection.dialect))])

    def _opened(self, result: Any, dialect: Dialect) -> Any:
        """Decrypt what stands encrypted; the rows keep their names."""
        names = list(result.keys())
        row_type = _row_type(tuple(names))
        readers = [self._sealed.get(name) for name in names]
        return [
            row_type(
                *(
                    value if reader is None else reader.process_result_value(value, dialect)
                    for reader, value in zip(readers, row, strict=True)
                )
            )
            for row in result
        ]

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


@cache
def _row_type(names: tuple[str, ...]) -> Any:
    base = namedtuple("Opened", names)  # type: ignore[misc]
    return type("Opened", (base,), {"_mapping": property(lambda row: row._asdict())})


def insert_later(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that have the same columns, with one statement that travels with the next one."""
    statement = _insert(table, tuple(rows[0]))
    head, _, values = statement.text.partition(" VALUES ")
    parts = [(values, statement.parameters(row, connection.dialect)) for row in rows]
    batching.wait(connection, parts, head=f"{head} VALUES ")


@cache
def _insert(table: Table, names: tuple[str, ...]) -> Statement:
    return Statement(insert(table).inline().values(dict.fromkeys(names)))
