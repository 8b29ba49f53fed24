"""Installations behind an address, for a browser to visit."""

from __future__ import annotations

import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import uvicorn

from api.app import create_app
from workflows.engine import Engine
from workflows.settings import Settings


@contextmanager
def served(engine: Engine) -> Iterator[str]:
    """Serve an installation in a thread; yields its address."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(engine), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()


@contextmanager
def scratch_engine(server: str, data: Path) -> Iterator[Engine]:
    """Yield an engine on an empty database of the test server that is dropped afterwards."""
    name = f"t_{uuid.uuid4().hex}"
    _run(server, f"CREATE DATABASE {name} TEMPLATE jingfa_template")
    parts = psycopg2.extensions.parse_dsn(server)
    user, host, port = parts.get("user", "postgres"), parts.get("host", ""), parts.get("port", "5432")
    password = f":{parts['password']}" if "password" in parts else ""
    place = f"/{name}?host={host}" if host.startswith("/") else f"{host}:{port}/{name}"
    url = f"postgresql://{user}{password}@{place}"
    engine = Engine.from_settings(
        Settings(database_url=url, demo=True, secret="test", data=data, pool_size=5)
    )
    yield engine
    engine.close()
    _run(server, f"DROP DATABASE {name} WITH (FORCE)")


def _run(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()
