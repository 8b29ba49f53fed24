"""The connection to PostgreSQL: one place for its address and for what its errors mean to people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import orjson
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.engine import Engine as SqlEngine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from workflows.errors import InstanceBusy, StoreUnavailable

#: lock_not_available, deadlock_detected, serialization_failure: somebody else holds the case; asking again helps.
BUSY = frozenset({"55P03", "40P01", "40001"})


def address(url: str) -> URL:
    """
    Return the address with the one driver we use.

    >>> address("postgres://u@h/db").drivername
    'postgresql+psycopg2'
    """
    return make_url(url.replace("postgres://", "postgresql://", 1)).set(drivername="postgresql+psycopg2")


def connect(url: str, *, pool_size: int = 20, lock_timeout: timedelta = timedelta(seconds=5)) -> SqlEngine:
    """Build the connection pool; nothing is opened yet."""
    milliseconds = int(lock_timeout.total_seconds() * 1000)
    return create_engine(
        address(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=10,
        pool_pre_ping=True,
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        connect_args={
            "options": f"-c lock_timeout={milliseconds} -c timezone=UTC -c statement_timeout=60000",
            "connect_timeout": 10,
            "application_name": "jingfa",
        },
    )


@contextmanager
def transaction(database: SqlEngine) -> Iterator[Connection]:
    """
    Open a connection and a transaction; leaving commits, an exception rolls back.

    Raises:
        InstanceBusy: a lock was not to be had in time.
        StoreUnavailable: the database is away.
    """
    try:
        with database.begin() as connection:
            yield connection
    except PoolTimeout as error:
        raise StoreUnavailable from error
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) in BUSY:
            raise InstanceBusy from error
        if error.connection_invalidated or (
            isinstance(error, OperationalError) and getattr(error.orig, "pgcode", None) is None
        ):
            raise StoreUnavailable from error
        raise
