"""The connection to PostgreSQL: one place for its address and for what its errors mean to people."""

from __future__ import annotations

import select
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import psycopg2
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.engine import Engine as SqlEngine
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bpmn.errors import Conflict
from workflows.errors import InstanceBusy, SettingInvalid, StoreUnavailable
from workflows.store import batching, freshness
from workflows.store.sealing import Keyring
from workflows.store.statements import to_json

#: lock_not_available, deadlock_detected, serialization_failure: somebody else holds the case; asking again helps.
BUSY = frozenset({"55P03", "40P01", "40001"})
TAKEN = "23505"  #: unique_violation
#: admin_shutdown, crash_shutdown, cannot_connect_now, idle_session_timeout, idle_in_transaction_session_timeout,
#: query_canceled (out of time), too_many_connections, disk_full, out_of_memory, io_error, read_only_sql_transaction:
#: nothing is wrong with the request, and a later try may do.
AWAY = frozenset(
    [
        "57P01",
        "57P02",
        "57P03",
        "57P05",
        "25P03",
        "57014",
        "53300",
        "53100",
        "53200",
        "58030",
        "25006",
        "08000",
        "08003",
        "08006",
    ]
)
#: Our prepared statements find rows by their ids: the first plan is as good as the sixth, and a list of ids needs no new one.
PLANS = "-c plan_cache_mode=force_generic_plan"
#: What the driver raises without a code when the connection broke or was closed.
LOST = (psycopg2.OperationalError, psycopg2.InterfaceError)


class SchemaNewer(Conflict):
    """数据库的结构比本程序新，未启动。"""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"数据库的结构（版本 {revision}）比本程序新，未启动，数据没有改动。"
            "请更新本程序后再启动；要退回旧版，请从更新前的备份恢复。"
        )


class RequestRepeated(Exception):
    """The idempotency key of this transaction is known; ``workflows/idempotency.py`` answers from memory."""


def address(url: str) -> URL:
    """
    Return the address with the one driver we use.

    >>> address("postgres://u@h/db").drivername
    'postgresql+psycopg2'

    Raises:
        SettingInvalid: it is no address of a PostgreSQL; the message never holds the password.
    """
    try:
        found = make_url(url.replace("postgres://", "postgresql://", 1))
    except (ArgumentError, ValueError):
        found = None
    if found is None or found.get_backend_name() != "postgresql":
        raise SettingInvalid(
            "设置 DATABASE_URL 应为 postgresql://用户:密码@主机:端口/数据库，请改正后重新启动。"
        )
    return found.set(drivername="postgresql+psycopg2")


def password_of(url: str) -> str:
    """Return the password in an address; empty when it has none."""
    return str(address(url).password or "")


def without_password(url: str) -> str:
    """
    Return an address as PostgreSQL's programs take it, for a command line that others can read.

    >>> without_password("postgresql://u:secret@h/db")
    'postgresql://u@h/db'
    """
    # ``set`` would leave a password alone that it is given as None.
    bare = address(url).set(drivername="postgresql")._replace(password=None)
    return bare.render_as_string(hide_password=False)


def database_name(url: str) -> str:
    """
    Return host, port and name of a database, for a sentence.

    >>> database_name("postgresql://u:secret@db:5433/jingfa")
    'db:5433/jingfa'
    """
    found = address(url)
    return f"{found.host or found.query.get('host') or '本机'}:{found.port or 5432}/{found.database or ''}"


def connect(
    url: str,
    *,
    pool_size: int = 20,
    lock_timeout: timedelta = timedelta(seconds=5),
    schema: str | None = None,
) -> SqlEngine:
    """Build the connection pool; nothing is opened yet."""
    search_path = f" -c search_path={schema}" if schema else ""
    milliseconds = int(lock_timeout.total_seconds() * 1000)
    pool = create_engine(
        address(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=10,
        hide_parameters=True,  # an error in a log must not repeat what somebody wrote
        isolation_level="AUTOCOMMIT",  # of the driver: ``batching`` brackets every transaction itself
        json_serializer=to_json,
        json_deserializer=orjson.loads,
        connect_args={
            "options": f"-c lock_timeout={milliseconds} -c timezone=UTC -c statement_timeout=60000 {PLANS}{search_path}",
            "connect_timeout": 10,
            "application_name": "jingfa",
        },
    )
    batching.install(pool)
    freshness.install(pool)
    return pool


class Database:
    """The pool of one process, and the one COMMIT of the code base."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 20,
        lock_timeout: timedelta = timedelta(seconds=5),
        schema: str | None = None,
        keyring: Keyring | None = None,
    ) -> None:
        self._pool = connect(url, pool_size=pool_size, lock_timeout=lock_timeout, schema=schema)
        self._pool.dialect.keyring = keyring  # type: ignore[attr-defined]
        self._listener: Any = None
        self._pooled: Any = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """
        Open a connection and a transaction; leaving commits, an exception rolls back.

        Raises:
            InstanceBusy: a lock was not to be had in time.
            StoreUnavailable: the database is away.
        """
        with translated(), self._pool.begin() as connection:
            yield connection
            batching.commit(connection)

    def migrate(self) -> None:
        """
        Bring the schema up to date; several processes may start at once, and a large table may take minutes.

        Raises:
            SchemaNewer: a later version of the product was here; nothing was changed.
        """
        with translated(), self._pool.begin() as connection:
            for limit in ("lock_timeout", "statement_timeout"):
                connection.exec_driver_sql(f"SET LOCAL {limit} = 0")
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(73000)")
            _ensure_known(connection)
            upgrade(connection)

    def has_table(self, name: str) -> bool:
        """Tell whether the database has a table of this name."""
        with translated(), self._pool.begin() as connection:
            return (
                connection.exec_driver_sql("SELECT to_regclass(%(name)s)", {"name": name}).scalar()
                is not None
            )

    def listen(self, channel: str, timeout_seconds: float) -> bool:
        """Wait for a NOTIFY, at most *timeout_seconds*; tells whether one came (meanwhile counts)."""
        with translated():
            raw = self._listening(channel)
            if not raw.notifies and select.select([raw], [], [], timeout_seconds)[0]:
                raw.poll()
            woken = bool(raw.notifies)
            raw.notifies.clear()
            return woken

    def close(self) -> None:
        """Give back every connection."""
        if self._listener is not None:
            self._listener.close()
        self._pool.dispose()

    def _listening(self, channel: str) -> Any:
        """Return a connection of its own that listens; the pool would reset it."""
        if self._listener is None or self._listener.closed:
            pooled = self._pool.raw_connection()
            self._listener = pooled.driver_connection
            pooled.rollback()
            pooled.detach()
            self._pooled = pooled  # kept: its end would close the connection
            self._listener.autocommit = True
            with self._listener.cursor() as cursor:
                cursor.execute(f"LISTEN {channel}")
        self._listener.poll()
        return self._listener


@contextmanager
def translated() -> Iterator[None]:
    """Say what a database error means to people."""
    try:
        yield
    except PoolTimeout as error:
        raise StoreUnavailable from error
    except (psycopg2.Error, DBAPIError) as error:
        if meaning := _meaning(error):
            raise meaning from error
        raise


def _meaning(error: psycopg2.Error | DBAPIError) -> Exception | None:
    """Return what an error of the driver, wrapped by SQLAlchemy or not, means to people; None for a bug."""
    raw = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(raw, "pgcode", None)
    if code in BUSY:
        return InstanceBusy()
    if code == TAKEN and raw.diag.constraint_name == "pk_idempotency_key":  # type: ignore[union-attr]
        return RequestRepeated()
    is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
    # The driver says a server that hung up in mid-statement by its base class, and nothing else.
    is_cut = code is None and (isinstance(raw, LOST) or type(raw) is psycopg2.DatabaseError)
    if is_lost or is_cut or code in AWAY:
        return StoreUnavailable()
    return None


def upgrade(connection: Connection) -> None:
    """Run the migrations that are missing, on an open connection."""
    command.upgrade(migrations(connection), "head")


def _ensure_known(connection: Connection) -> None:
    known = {
        script.revision for script in ScriptDirectory.from_config(migrations(connection)).walk_revisions()
    }
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in known:
        raise SchemaNewer(found)


def migrations(connection: Connection) -> Config:
    """Return what Alembic needs to work on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
