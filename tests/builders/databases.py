"""Scratch databases of the test server."""

from __future__ import annotations

import io
import uuid

import psycopg2


def database(server: str, name: str) -> str:
    """Make an empty, migrated database; returns its address."""
    run(server, f"CREATE DATABASE {name} TEMPLATE jingfa_template")
    return address(server, name)


def address(server: str, name: str) -> str:
    """Return the address of a database of the server."""
    parts = psycopg2.extensions.parse_dsn(server)
    user, host, port = parts.get("user", "postgres"), parts.get("host", ""), parts.get("port", "5432")
    password = f":{parts['password']}" if "password" in parts else ""
    place = f"/{name}?host={host}" if host.startswith("/") else f"{host}:{port}/{name}"
    return f"postgresql://{user}{password}@{place}"


def run(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def restore(server: str, dump: str) -> str:
    """Load a plain dump of ``pg_dump`` into a fresh database; returns its address."""
    name = f"t_{uuid.uuid4().hex}"
    run(server, f"CREATE DATABASE {name}")
    url = address(server, name)
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        waiting: list[str] = []
        lines = iter(dump.splitlines(keepends=True))
        for line in lines:
            if line.startswith("COPY "):
                cursor.execute("SELECT 1;" + "".join(waiting))
                waiting = []
                rows = "".join(iter(lambda: next(lines), "\\.\n"))
                cursor.copy_expert(line.rstrip().rstrip(";"), io.StringIO(rows))
            elif not line.startswith("\\"):  # psql's own words
                waiting.append(line)
        cursor.execute("SELECT 1;" + "".join(waiting))
    connection.close()
    return url
