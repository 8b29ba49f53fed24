"""Scratch databases of the test server."""

from __future__ import annotations

import psycopg2


def database(server: str, name: str) -> str:
    run(server, f"CREATE DATABASE {name} TEMPLATE jingfa_template")
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
