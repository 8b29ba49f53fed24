"""
Encrypted backups: a dump of the database, and the keys in a file of their own that is to be kept elsewhere.

A backup is a stream of frames under AES-256-GCM with a key made from a passphrase (scrypt). Each frame knows its place and
the last one that it is the last, so that a cut, swapped or changed file is refused before anything of it is used.
"""

from __future__ import annotations

import io
import os
import secrets
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from bpmn.errors import Conflict, Invalid
from tasks.model import SYSTEM
from workflows import embedded
from workflows.engine import Engine
from workflows.errors import StoreUnavailable
from workflows.settings import Settings
from workflows.store.database import Database, password_of, without_password
from workflows.trail import audit

MAGIC: Final = b"JFBACKUP1\n"
SALT, FRAME = 16, 1024 * 1024
SHORTEST: Final = 12  #: characters of a passphrase


class PassphraseTooShort(Invalid):
    """口令至少 12 个字符。请换一个更长的口令，并与备份分开保管。"""


class BackupUnreadable(Invalid):
    """备份打不开：口令不对，或文件不完整、被改动。请核对口令，或换另一份备份。"""


class KeysBesideData(Invalid):
    """密钥备份不能和数据备份放在同一个目录。请另选目录，最好放在另一台设备上。"""


class NotEmpty(Conflict):
    """数据库里已有数据，恢复会全部替换。确认要替换时请加 --replace。"""


def backup(engine: Engine, target: Path, passphrase: str, *, keys: Path | None = None) -> int:
    """
    Write a backup, and with *keys* the keys as well; returns the bytes of the dump.

    Raises:
        PassphraseTooShort: fewer than twelve characters.
        KeysBesideData: the keys would lie beside what they open.
        StoreUnavailable: the database could not be dumped.
    """
    if keys is not None and keys.absolute().parent == target.absolute().parent:
        raise KeysBesideData
    with engine.begin() as uow:
        audit.record(uow, SYSTEM, "export-backup", detail={"keys": keys is not None})
    url = engine.settings.database_url or embedded.start(engine.settings.data)
    command = [_tool("pg_dump"), "--format=custom", "--no-owner", f"--dbname={without_password(url)}"]
    # Beside the target: what stands there is a whole backup until the next one is whole.
    part = target.with_name(f"{target.name}.part")
    try:
        size = _dumped(command, _environment(url), part, passphrase)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    if keys is not None:
        _write(keys, io.BytesIO(_packed(engine.settings.data / "keys")), passphrase)
    return size


def _dumped(command: list[str], environment: Mapping[str, str], target: Path, passphrase: str) -> int:
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as dump:
        assert dump.stdout is not None and dump.stderr is not None
        size = _write(target, dump.stdout, passphrase)
        said = dump.stderr.read().decode(errors="replace")
    if dump.returncode != 0:
        raise StoreUnavailable(f"数据库没有备份成功：{said.strip()[-500:]}")
    return size


def _environment(url: str) -> dict[str, str]:
    """Hand the password over where other users of the machine cannot read it; command lines they can."""
    password = password_of(url)
    return {**os.environ, **({"PGPASSWORD": password} if password else {})}


def restore(
    settings: Settings, source: Path, passphrase: str, *, keys: Path | None = None, replace: bool = False
) -> None:
    """
    Put a backup back, the keys first.

    Raises:
        BackupUnreadable: wrong passphrase, or the file is not whole; nothing was changed.
        NotEmpty: the database holds data and *replace* was not said.
        StoreUnavailable: the database did not take it.
    """
    for path in filter(None, (source, keys)):
        for _ in _frames(path, passphrase):
            pass  # all of it is checked before any of it is used
    url = settings.database_url or embedded.start(settings.data)
    if not replace and not _is_empty(url):
        raise NotEmpty
    command = [
        _tool("pg_restore"),
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        f"--dbname={without_password(url)}",
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment(url)
    ) as load:
        assert load.stdin is not None and load.stderr is not None
        for frame in _frames(source, passphrase):
            load.stdin.write(frame)
        load.stdin.close()
        said = load.stderr.read().decode(errors="replace")
    if load.returncode != 0:
        raise StoreUnavailable(f"备份没有恢复成功，数据库保持原样：{said.strip()[-500:]}")
    if keys is not None:
        # Last: a restore that fails must not take away the keys of the data that stay.
        _unpack(b"".join(_frames(keys, passphrase)), settings.data / "keys")


def _is_empty(url: str) -> bool:
    database = Database(url, pool_size=1)
    try:
        return not database.has_table("process_instance")
    finally:
        database.close()


def _tool(name: str) -> str:
    """Return the program that fits the private server, else the one on the path."""
    found = embedded.program(name) or shutil.which(name)
    if found is None:
        raise StoreUnavailable(f"没有找到 {name}。请安装 PostgreSQL 客户端工具后再试。")
    return found


# -- the encrypted file ---------------------------------------------------------------------------------------------------


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    if len(passphrase) < SHORTEST:
        raise PassphraseTooShort
    return AESGCM(Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode()))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _write(target: Path, content: IO[bytes], passphrase: str) -> int:
    salt, size = secrets.token_bytes(SALT), 0
    cipher = _cipher(passphrase, salt)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(MAGIC + salt)
        frame = content.read(FRAME)
        number = 0
        while True:
            following = content.read(FRAME)
            sealed = cipher.encrypt(_nonce(number, last=not following), frame, MAGIC)
            file.write(len(sealed).to_bytes(4, "big") + sealed)
            size += len(frame)
            if not following:
                file.flush()
                os.fsync(file.fileno())
                return size
            frame, number = following, number + 1


def _frames(source: Path, passphrase: str) -> Iterator[bytes]:
    with source.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise BackupUnreadable
        cipher, number, head = _cipher(passphrase, file.read(SALT)), 0, file.read(4)
        while head:
            sealed = file.read(int.from_bytes(head, "big"))
            head = file.read(4)
            try:
                yield cipher.decrypt(_nonce(number, last=not head), sealed, MAGIC)
            except (InvalidTag, ValueError) as changed:
                raise BackupUnreadable from changed
            number += 1
        if number == 0:
            raise BackupUnreadable


def _packed(folder: Path) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path in sorted(folder.iterdir()):
            tar.add(path, arcname=path.name)
    return packed.getvalue()


def _unpack(content: bytes, folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        for member in tar.getmembers():
            file = tar.extractfile(member) if member.isfile() else None
            if file is not None:
                path = folder / Path(member.name).name
                path.write_bytes(file.read())
                path.chmod(0o600)
