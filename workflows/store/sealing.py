"""
Encryption of personal data at rest: the columns that may hold it are written as AES-256-GCM and read back as they were.

A value is bound to its column (associated data), so that it cannot be moved to another one. Keys never lie in the database:
they come from ``JINGFA_KEYS`` or a file that only its owner reads. The first key writes; all keys read (rotation). Values
written before encryption was there are read as they are. AES-256-GCM or, by ``JINGFA_CIPHER=sm4``, SM4-GCM; another algorithm is one more line of ``CIPHERS``.
"""

from __future__ import annotations

import base64
import os
import secrets
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import ciphers as primitives
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from bpmn.errors import Unavailable
from workflows.errors import SettingInvalid

MARK = b"\x00jf1"  #: begins every encrypted value: NUL never begins JSON, zlib, PDF or a picture
NONCE, TAG = 12, 16
OVERHEAD = len(MARK) + 4 + NONCE + TAG  #: bytes that encryption adds: mark, key name, nonce, tag
KEY_FILE = "data.keys"
WORTH_COMPRESSING = 300  #: bytes of JSON; starting the compressor takes longer than encrypting less
COMPRESSED = b"x"  #: begins what zlib wrote, and no JSON


class Cipher(Protocol):
    """An authenticated cipher: what ``cryptography`` calls AEAD."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Return ciphertext with its tag."""

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Return the clear data."""


class Sm4Gcm:
    """
    SM4 in GCM (GB/T 32907), from the same library; the length of its key is 16 bytes.

    >>> cipher = Sm4Gcm(bytes(16))
    >>> cipher.decrypt(bytes(12), cipher.encrypt(bytes(12), b"x", b"place"), b"place")
    b'x'
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Return ciphertext with its tag."""
        sealing = primitives.Cipher(algorithms.SM4(self._key), modes.GCM(nonce)).encryptor()
        sealing.authenticate_additional_data(associated_data or b"")
        return sealing.update(data) + sealing.finalize() + sealing.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Return the clear data."""
        body, tag = data[:-TAG], data[-TAG:]
        opening = primitives.Cipher(algorithms.SM4(self._key), modes.GCM(nonce, tag)).decryptor()
        opening.authenticate_additional_data(associated_data or b"")
        return opening.update(body) + opening.finalize()


#: Name at the front of a key -> (cipher, bytes of its key). A certified module is one more line here.
CIPHERS: Mapping[str, tuple[Any, int]] = {"aes": (AESGCM, 32), "sm4": (Sm4Gcm, 16)}


class KeyMissing(Unavailable):
    """数据密钥缺失或不正确，无法读取加密内容。请联系系统管理员恢复密钥文件。"""


class ContentChanged(KeyMissing):
    """加密保存的内容已损坏或被改动，无法读取。请联系系统管理员从备份恢复。"""


class KeysInvalid(SettingInvalid):
    """数据密钥的格式不对，未启动。JINGFA_KEYS 或密钥文件每行应为 aes:名称:密钥 或 sm4:名称:密钥，请核对后重新启动。"""


class Keyring:
    """
    The keys of an installation, the writing one first.

    >>> ring = Keyring([Keyring.fresh()])
    >>> ring.open(ring.close(b"32120219900101001X", "party"), "party")
    b'32120219900101001X'
    """

    def __init__(self, keys: list[str]) -> None:
        self._ciphers: dict[bytes, Cipher] = dict(_cipher(text) for text in keys)
        if not self._ciphers:
            raise KeysInvalid
        self._current = next(iter(self._ciphers))

    @staticmethod
    def fresh(kind: str = "aes") -> str:
        """Return a new key as it stands in the file: ``aes:name:base64`` or ``sm4:name:base64``."""
        key = secrets.token_bytes(CIPHERS[kind][1])
        return f"{kind}:{secrets.token_hex(2)}:{base64.b64encode(key).decode()}"

    @classmethod
    def load(cls, data: Path, given: str = "", kind: str = "aes") -> Keyring:
        """
        Read the keys from a setting, else from the file under *data*; made at the first start.

        Raises:
            KeysInvalid: what stands there are no keys.
        """
        if given:
            return cls(given.split())
        path = data / "keys" / KEY_FILE
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                    file.write(cls.fresh(kind) + "\n")
            except FileExistsError:
                pass  # another process was faster; its key holds
        return cls(path.read_text().split())

    def close(self, content: bytes, place: str) -> bytes:
        """Encrypt what stands at a place (table and column)."""
        nonce = secrets.token_bytes(NONCE)
        body = self._ciphers[self._current].encrypt(nonce, content, place.encode())
        return MARK + self._current + nonce + body

    def open(self, stored: bytes, place: str) -> bytes:
        """
        Decrypt; what was never encrypted is returned as it is.

        Raises:
            KeyMissing: the key is not in the ring.
            ContentChanged: the value was changed or moved.
        """
        if not stored.startswith(MARK):
            return stored
        rest = stored[len(MARK) :]
        cipher = self._ciphers.get(rest[:4])
        if cipher is None:
            raise KeyMissing
        try:
            return cipher.decrypt(rest[4 : 4 + NONCE], rest[4 + NONCE :], place.encode())
        except InvalidTag as changed:
            raise ContentChanged from changed

    def is_current(self, stored: bytes) -> bool:
        """Tell whether a value is encrypted with the writing key."""
        return stored.startswith(MARK + self._current)


def _cipher(text: str) -> tuple[bytes, Cipher]:
    """Return name and cipher of a key as it stands in the file; what stands there is never repeated in a message."""
    try:
        kind, name, key = text.split(":")
        make, length = CIPHERS[kind]
        content = base64.b64decode(key, validate=True)
    except (ValueError, KeyError):
        raise KeysInvalid from None
    if len(content) != length:
        raise KeysInvalid
    return name.encode().ljust(4)[:4], make(content)


def _bytes_of(text: str) -> bytes:
    """Return what stands behind ``jf1:``."""
    try:
        return base64.b64decode(text[4:], validate=True)
    except ValueError as changed:
        raise ContentChanged from changed


def _ring(dialect: Any) -> Keyring | None:
    # The dialect belongs to one connection pool, so that two installations in one process keep their own keys.
    return getattr(dialect, "keyring", None)


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that are encrypted at rest."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: bytes | None, dialect: Any) -> bytes | None:
        """Encrypt on the way in."""
        ring = _ring(dialect)
        return value if value is None or ring is None else ring.close(bytes(value), self.place)

    def process_result_value(self, value: Any, dialect: Any) -> bytes | None:
        """Decrypt on the way out."""
        ring = _ring(dialect)
        return (
            None if value is None else bytes(value) if ring is None else ring.open(bytes(value), self.place)
        )


class SealedJson(TypeDecorator[Any]):
    """JSON that is encrypted at rest: stands in the database as one JSON text ``jf1:base64``; long ones are compressed before."""

    impl = JSONB
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__(none_as_null=True)
        self.place = place

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        """Encrypt on the way in."""
        ring = _ring(dialect)
        # What is empty says nothing about anybody; most events of a history have no detail.
        if value is None or ring is None or value == {}:
            return value
        content = orjson.dumps(value)
        if len(content) > WORTH_COMPRESSING:
            content = zlib.compress(content, 1)
        return "jf1:" + base64.b64encode(ring.close(content, self.place)).decode()

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        """Decrypt on the way out."""
        ring = _ring(dialect)
        if ring is None or not isinstance(value, str) or not value.startswith("jf1:"):
            return value
        content = ring.open(_bytes_of(value), self.place)
        return orjson.loads(zlib.decompress(content) if content.startswith(COMPRESSED) else content)


class SealedText(TypeDecorator[str]):
    """Text that is encrypted at rest, as ``jf1:base64``."""

    impl = Text
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Encrypt on the way in."""
        ring = _ring(dialect)
        if value is None or ring is None:
            return value
        return "jf1:" + base64.b64encode(ring.close(value.encode(), self.place)).decode()

    def process_result_value(self, value: Any, dialect: Any) -> str | None:
        """Decrypt on the way out."""
        ring = _ring(dialect)
        if value is None or ring is None or not str(value).startswith("jf1:"):
            return None if value is None else str(value)
        return ring.open(_bytes_of(str(value)), self.place).decode()


#: The types above, for whoever reads rows without SQLAlchemy's result processing.
SEALED = (SealedBytes, SealedJson, SealedText)
