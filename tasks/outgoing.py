"""
The one door to the outside: every HTTP request and every mail of ours leaves through it, and nowhere else.

A host must be named by the operator; what its name resolves to is checked, and exactly the checked addresses are used
(no second look-up that could answer differently). Redirects are not followed, environment proxies are not used,
answers are cut off at a size and a time. Libraries that open connections themselves (Apprise) run inside ``guarded``.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

import requests

from bpmn.errors import ExecutionFailed

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

CONNECT_SECONDS: Final = 5
READ_SECONDS: Final = 10
WHOLE_SECONDS: Final = 20  #: for a whole answer, however slowly it trickles
LARGEST_ANSWER: Final = 1024 * 1024  #: bytes, unpacked
#: Where clouds hand out credentials: never, whatever the operator opens.
METADATA: Final = frozenset(
    ipaddress.ip_address(text)
    for text in ("169.254.169.254", "100.100.100.200", "192.0.0.192", "fd00:ec2::254")
)
NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


class OutgoingRefused(ExecutionFailed):
    """目标地址不在允许外联的名单内。请由运维人员核对 JINGFA_OUTGOING 和 JINGFA_OUTGOING_NETWORKS。"""


class OutgoingFailed(ExecutionFailed):
    """对方系统没有响应或响应异常。请稍后重试，或联系运维人员核对网络。"""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Where calls may go. Empty: nowhere."""

    hosts: frozenset[str] = frozenset()  #: names in small letters; ``*.example.cn`` for everything below one
    networks: tuple[Network, ...] = ()  #: private networks that are open; public addresses need no entry

    def names(self, host: str) -> bool:
        """
        Tell whether a host is named.

        >>> rules = Rules(hosts=frozenset({"mail.example.cn", "*.weixin.qq.com"}))
        >>> rules.names("Mail.example.cn."), rules.names("qyapi.weixin.qq.com"), rules.names("weixin.qq.com.evil.cn")
        (True, True, False)
        """
        plain = host.lower().rstrip(".")
        return plain in self.hosts or any(
            plain.endswith(name[1:]) for name in self.hosts if name.startswith("*.")
        )

    def allows(self, address: str) -> bool:
        """
        Tell whether an address may be called: public, or in an opened network; never link-local or metadata.

        >>> rules = Rules(networks=(ipaddress.ip_network("10.1.0.0/16"),))
        >>> [rules.allows(a) for a in ("8.8.8.8", "10.1.2.3", "10.2.0.1", "127.0.0.1", "::1", "169.254.169.254")]
        [True, True, False, False, False, False]
        >>> [rules.allows(a) for a in ("::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::a02:1", "fe80::1%eth0", "0.0.0.0")]
        [False, True, False, False, False]
        """
        found = _meant(address.partition("%")[0])
        if found in METADATA or found.is_link_local or found.is_multicast or found.is_unspecified:
            return False
        if any(found.version == network.version and found in network for network in self.networks):
            return True
        return found.is_global and not found.is_reserved


def _meant(text: str) -> Address:
    """Return the address that packets reach: what an IPv6 form only wraps is unwrapped."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


_resolve: Final = socket.getaddrinfo
_thread = threading.local()


class Door:
    """The way out under some rules."""

    def __init__(self, rules: Rules, *, resolve: Callable[..., list[Any]] = _resolve) -> None:
        self.rules = rules
        self._ask = resolve

    def addresses(self, host: Any, *rest: Any, **named: Any) -> list[Any]:
        """
        Resolve a host as ``socket.getaddrinfo`` does, with only those answers that may be called.

        Raises:
            OutgoingRefused: the host is not named, or one of its addresses lies where we do not go.
        """
        name = host.decode("ascii") if isinstance(host, bytes) else str(host or "")
        if not self.rules.names(name):
            raise OutgoingRefused(f"“{name[:100]}”不在允许外联的名单内。请由运维人员核对 JINGFA_OUTGOING。")
        found = self._ask(host, *rest, **named)
        # One wrong answer spoils all: a name that points inward as well is somebody's trick.
        if not all(self.rules.allows(str(entry[4][0])) for entry in found):
            raise OutgoingRefused(
                f"“{name[:100]}”指向内部地址，不能外联。确需访问的，请由运维人员配置 JINGFA_OUTGOING_NETWORKS。"
            )
        return found

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Let whatever this thread resolves inside the block pass through the door."""
        before = getattr(_thread, "door", None)
        _thread.door = self
        try:
            yield
        finally:
            _thread.door = before

    def fetch(
        self,
        method: str,
        url: str,
        *,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> Answer:
        """
        Send one request.

        Raises:
            OutgoingRefused: the rules say no.
            OutgoingFailed: no answer, too slow, too large, or a redirect.
        """
        if urlsplit(url).scheme not in ("http", "https"):
            raise OutgoingRefused
        sent = {"Accept-Encoding": "identity", **(headers or {})}
        try:
            with self.guarded(), requests.sessions.Session() as session:
                answer = session.request(method, url, data=data, headers=sent, auth=auth)
        except requests.RequestException as fault:
            raise OutgoingFailed from fault
        if answer.is_redirect:
            raise OutgoingFailed("对方系统要求转到别的地址，未予跟随。请由运维人员核对配置的网址。")
        return Answer(status=answer.status_code, body=answer.content)


class AnswerTooLarge(requests.RequestException):
    """More came back than we read."""


class PlainSession(requests.Session):
    """What ``requests`` uses in this process: no redirects, no environment, time-outs, a limit for answers."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False

    def request(self, *args: Any, **named: Any) -> requests.Response:
        """Send, and read the answer within its limits."""
        named |= {"allow_redirects": False, "stream": True, "timeout": (CONNECT_SECONDS, READ_SECONDS)}
        answer = super().request(*args, **named)
        end, read = time.monotonic() + WHOLE_SECONDS, bytearray()
        with answer:
            for part in answer.iter_content(16 * 1024):
                read += part
                if len(read) > LARGEST_ANSWER or time.monotonic() > end:
                    raise AnswerTooLarge
        answer._content = bytes(read)
        return answer


def _resolved(*args: Any, **named: Any) -> list[Any]:
    door: Door | None = getattr(_thread, "door", None)
    return _resolve(*args, **named) if door is None else door.addresses(*args, **named)


# Installed once, for the whole process: a library that keeps its own reference to a name would slip past a patch
# that is put on and taken off. Threads outside ``guarded`` (the database driver) resolve as ever.
socket.getaddrinfo = _resolved
requests.sessions.Session = PlainSession  # type: ignore[misc]
