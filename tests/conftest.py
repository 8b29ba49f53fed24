"""Fixtures that several kinds of test share: one private PostgreSQL a session, an empty installation a test."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from hypothesis import settings as property_settings

from workflows import embedded
from workflows.engine import Engine
from workflows.settings import Settings
from workflows.store.database import Database

TEMPLATE = "jingfa_template"

# The suite gives the same answer every time; long random runs are in bench/.
property_settings.register_profile("steady", derandomize=True, deadline=None)
property_settings.load_profile("steady")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """
    Yield the address of a PostgreSQL server with a migrated template database.

    ``JINGFA_TEST_DATABASE_URL`` names a server whose user may create databases; else a private one is started.
    """
    given = os.environ.get("JINGFA_TEST_DATABASE_URL")
    if given:
        _make_template(given)
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="jingfa-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        address = embedded.serve(Path(folder) / "postgres")
        _make_template(address)
        yield address
        embedded.stop(Path(folder) / "postgres")


def _run(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def address_of(server: str, name: str) -> str:
    """Return the address of a database on the server."""
    parts = psycopg2.extensions.parse_dsn(server)
    host = parts.get("host", "")
    user = parts.get("user", "postgres")
    password = f":{parts['password']}" if "password" in parts else ""
    if host.startswith("/"):
        return f"postgresql://{user}{password}@/{name}?host={host}"
    return f"postgresql://{user}{password}@{host}:{parts.get('port', '5432')}/{name}"


def _make_template(server: str) -> None:
    _run(server, f"DROP DATABASE IF EXISTS {TEMPLATE}")
    _run(server, f"CREATE DATABASE {TEMPLATE}")
    database = Database(address_of(server, TEMPLATE), pool_size=1)
    database.migrate()
    database.close()


@pytest.fixture
def database_url(postgres: str) -> Iterator[str]:
    """Yield the address of an empty, migrated database that is dropped afterwards."""
    name = f"t_{uuid.uuid4().hex}"
    _run(postgres, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield address_of(postgres, name)
    _run(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    """Yield an engine on an empty database, with a clock that can be moved."""
    settings = Settings(database_url=database_url, demo=True, secret="test", data=tmp_path, pool_size=5)
    made = Engine.from_settings(settings)
    yield made
    made.close()
