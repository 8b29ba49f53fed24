"""Write every encrypted value anew with the writing key, after a new key was put first (``jingfa keys rotate``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Table, bindparam, select, update
from sqlalchemy.engine import Connection

from workflows.store import tables as t
from workflows.store.sealing import SEALED

BATCH = 200


def sealed_columns(table: Table) -> list[Column[Any]]:
    """Return the encrypted columns of a table."""
    return [column for column in table.c if isinstance(column.type, SEALED)]


def rewrite(connection: Connection) -> int:
    """Read and write all encrypted values; returns how many rows. Meant for a quiet hour: one transaction."""
    return sum(_table(connection, table) for table in t.metadata.sorted_tables if sealed_columns(table))


def _table(connection: Connection, table: Table) -> int:
    columns, keys = sealed_columns(table), list(table.primary_key)
    where = [key == bindparam(f"key_{key.name}") for key in keys]
    statement = update(table).where(*where).values({c.name: bindparam(f"new_{c.name}") for c in columns})
    done = 0
    for rows in _batches(connection, select(*keys, *columns)):
        values = [
            {f"key_{k.name}": row[n] for n, k in enumerate(keys)}
            | {f"new_{c.name}": row[len(keys) + n] for n, c in enumerate(columns)}
            for row in rows
        ]
        connection.execute(statement, values)
        done += len(values)
    return done


def _batches(connection: Connection, query: Any) -> Iterator[Any]:
    # Read ahead of the writes: an open cursor would not see its own table change under it, but hold it for long.
    found = connection.execute(query).all()
    for at in range(0, len(found), BATCH):
        yield found[at : at + BATCH]
