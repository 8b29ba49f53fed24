"""
What is wrong with a request before anybody reads its body: its host, the length of its address and headers, its coding.

Pure: an ASGI scope in, the error or None out. ``api/security.py`` answers it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from api.problems import AddressTooLong, BadText, HeadersTooLarge, UnsupportedMedia, WrongHost

if TYPE_CHECKING:
    from starlette.types import Scope

    from bpmn.errors import JingfaError

LONGEST_ADDRESS: Final = 8 * 1024  #: bytes of path and query
LARGEST_HEADER: Final = 8 * 1024
MOST_HEADERS: Final = 100


def fault_of(scope: Scope, hosts: Collection[str]) -> JingfaError | None:
    """Return what is wrong with the envelope of a request; None when nothing is."""
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST_ADDRESS:
        return AddressTooLong()
    headers = scope["headers"]
    if len(headers) > MOST_HEADERS or any(len(n) + len(v) > LARGEST_HEADER for n, v in headers):
        return HeadersTooLarge()
    if has_broken_text(scope):
        return BadText()
    if not is_ours(_header(scope, b"host"), hosts):
        return WrongHost()
    if _header(scope, b"content-encoding") not in ("", "identity"):
        return UnsupportedMedia()  # nobody sends us compressed bodies, so no body can be a bomb
    return None


def has_broken_text(scope: Scope) -> bool:
    """Tell whether the address holds NUL or half a character: PostgreSQL stores neither, nothing honest sends them."""
    address = unquote_to_bytes(scope.get("raw_path") or scope["path"].encode()) + unquote_to_bytes(
        scope["query_string"]
    )
    if b"\0" in address:
        return True
    try:
        address.decode()
    except UnicodeDecodeError:
        return True
    return False


def is_ours(host: str, hosts: Collection[str]) -> bool:
    """
    Tell whether a Host header names us: a number, a name without dots (inside one network), or a registered name.

    A name that somebody else registered and let point here (DNS rebinding) is none of these.

    >>> is_ours("127.0.0.1:8000", ()), is_ours("[::1]:8000", ()), is_ours("api:8000", ()), is_ours("evil.example", ())
    (True, True, True, False)
    >>> is_ours("Jingfa.example.gov.cn", ("jingfa.example.gov.cn",)), is_ours("a b", ()), is_ours("", ())
    (True, False, False)
    """
    name = host.rpartition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    name = name.lower().rstrip(".")
    if name in hosts:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return bool(name) and name.replace("-", "").replace("_", "").isalnum() and name.isascii()
    return True


def _header(scope: Scope, wanted: bytes) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == wanted), "")
