"""Settings, read once from the environment. Nothing else in the house reads environment variables."""

from __future__ import annotations

import ipaddress
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from workflows.errors import SettingInvalid

CLOCK_OFFSET = "clock-offset-seconds"  #: the stored setting that moves the demo clock
SHORTEST_SECRET = 32  #: characters; party hashes are keyed with it, so it must not be guessed


@dataclass(frozen=True, kw_only=True)
class Provider:
    """An OpenID Connect provider and we as it knows us."""

    issuer: str  #: JINGFA_OIDC_ISSUER, exactly as the provider writes it
    client_id: str  #: JINGFA_OIDC_CLIENT
    secret: str = field(default="", repr=False)  #: JINGFA_OIDC_SECRET; empty = a public client, PKCE alone
    account_claim: str = "preferred_username"  #: JINGFA_OIDC_CLAIM: names the account here; users must not be able to change it
    name: str = "统一身份认证"  #: JINGFA_OIDC_NAME: on the button

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Self | None:
        """Read the provider; None where none is named."""
        if not env.get("JINGFA_OIDC_ISSUER"):
            return None
        return cls(
            issuer=_url(env, "JINGFA_OIDC_ISSUER", ""),
            client_id=env.get("JINGFA_OIDC_CLIENT", "jingfa"),
            secret=env.get("JINGFA_OIDC_SECRET", ""),
            account_claim=env.get("JINGFA_OIDC_CLAIM", "preferred_username"),
            name=env.get("JINGFA_OIDC_NAME", "统一身份认证"),
        )


@dataclass(frozen=True, kw_only=True)
class JobWorker:
    """A program of another system that works on jobs of some types through ``/v2/jobs``; it sees nothing but those jobs."""

    name: str
    token: str = field(repr=False)
    types: frozenset[str]  #: job types, e.g. ``payment``

    @classmethod
    def all_from(cls, text: str) -> tuple[Self, ...]:
        """
        Read JINGFA_JOB_WORKERS: ``name=token:type,type`` separated by spaces.

        Raises:
            SettingInvalid: an entry is not of that form, or its token is short.

        >>> [(one.name, sorted(one.types)) for one in JobWorker.all_from("bank=" + "t" * 32 + ":payment,refund")]
        [('bank', ['payment', 'refund'])]
        """
        return tuple(map(cls._from, text.split()))

    @classmethod
    def _from(cls, entry: str) -> Self:
        name, _, rest = entry.partition("=")
        token, _, types = rest.partition(":")
        found = frozenset(filter(None, types.split(",")))
        if not name or not found or len(token) < SHORTEST_SECRET:
            raise SettingInvalid(
                f"设置 JINGFA_JOB_WORKERS 中“{name[:40]}”一项应为 名称=令牌:作业类型,作业类型；令牌至少 {SHORTEST_SECRET} 个字符。"
            )
        return cls(name=name, token=token, types=found)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How this installation runs; every field has an environment variable of ``docs/operations.md``."""

    database_url: str | None = None  #: DATABASE_URL; None = the private PostgreSQL under ``data``
    prefect_api_url: str | None = None  #: PREFECT_API_URL
    data: Path = Path("var")  #: JINGFA_DATA
    demo: bool = False  #: JINGFA_DEMO=1: demo data and a clock that can be moved
    secret: str = field(default="", repr=False)  #: JINGFA_SECRET; empty = made once and kept in the database
    keys: str = field(
        default="", repr=False
    )  #: JINGFA_KEYS: keys of the encryption at rest, the writing one first
    cipher: str = (
        "aes"  #: JINGFA_CIPHER: ``aes`` (AES-256-GCM, SHA-256) or ``sm4`` (SM4-GCM, SM3), at the first start
    )
    notice_channels: tuple[str, ...] = field(default=(), repr=False)  #: JINGFA_NOTICES: Apprise addresses
    base_url: str = "http://127.0.0.1:8000"  #: JINGFA_BASE_URL: links in notices
    hosts: tuple[str, ...] = ()  #: JINGFA_HOSTS: further host names under which this installation is reached
    oidc: Provider | None = None  #: JINGFA_OIDC_*: log-in at another identity provider
    outgoing: tuple[str, ...] = ()  #: JINGFA_OUTGOING: further hosts that may be called
    outgoing_networks: tuple[str, ...] = ()  #: JINGFA_OUTGOING_NETWORKS: private networks that may be called
    limits: str = ""  #: JINGFA_LIMITS: how often one may knock, ``name=burst/per-second`` or ``off``
    job_workers: tuple[JobWorker, ...] = ()  #: JINGFA_JOB_WORKERS: programs outside that work on jobs
    pool_size: int = 20  #: JINGFA_POOL_SIZE: connections of this process
    lock_timeout: timedelta = timedelta(seconds=5)  #: how long a click waits for a busy instance
    lease: timedelta = timedelta(seconds=120)  #: how long a worker may hold a job
    password_rule: str = (
        "asvs"  #: JINGFA_PASSWORDS: ``asvs`` (length and lists) or ``djbh`` (等保: composition, rotation)
    )
    second_factor: str = "optional"  #: JINGFA_SECOND_FACTOR: who must have one-time codes: ``optional``, ``keepers`` or ``all``
    breached_passwords: Path | None = None  #: JINGFA_BREACHED: a file of passwords to refuse, one a line
    session_idle: timedelta = timedelta(hours=2)  #: a session ends after this time without a click
    session_length: timedelta = timedelta(hours=12)
    confirmation: timedelta = timedelta(
        minutes=15
    )  #: how long a password that was typed lets change accounts and rights

    @property
    def outside_types(self) -> frozenset[str]:
        """Job types that programs outside work on; our own workers leave them alone."""
        return frozenset().union(*(worker.types for worker in self.job_workers))

    @property
    def host_names(self) -> frozenset[str]:
        """Host names of this installation, in small letters."""
        own = urlsplit(self.base_url).hostname or ""
        return frozenset(name.lower() for name in (own, *self.hosts) if name)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Self:
        """
        Read the settings.

        >>> Settings.from_environment({"JINGFA_DEMO": "1"}).demo
        True

        Raises:
            SettingInvalid: one of them is not what it should be; the message names it, its value and what fits.
        """
        env = os.environ if environ is None else environ
        return cls(
            database_url=env.get("DATABASE_URL") or None,
            prefect_api_url=_url(env, "PREFECT_API_URL", "") or None,
            data=Path(env.get("JINGFA_DATA", "var")),
            demo=_switch(env, "JINGFA_DEMO"),
            secret=_secret(env),
            password_rule=_choice(env, "JINGFA_PASSWORDS", ("asvs", "djbh")),
            second_factor=_choice(env, "JINGFA_SECOND_FACTOR", ("optional", "keepers", "all")),
            breached_passwords=_file(env, "JINGFA_BREACHED"),
            session_idle=timedelta(
                minutes=_number(env, "JINGFA_SESSION_IDLE_MINUTES", 120, most=7 * 24 * 60)
            ),
            session_length=timedelta(hours=_number(env, "JINGFA_SESSION_HOURS", 12, most=7 * 24)),
            confirmation=timedelta(minutes=_number(env, "JINGFA_CONFIRM_MINUTES", 15, most=24 * 60)),
            keys=env.get("JINGFA_KEYS", ""),
            cipher=_choice(env, "JINGFA_CIPHER", ("aes", "sm4")),
            notice_channels=tuple(env.get("JINGFA_NOTICES", "").split()),
            base_url=_url(env, "JINGFA_BASE_URL", "http://127.0.0.1:8000"),
            hosts=tuple(env.get("JINGFA_HOSTS", "").split()),
            oidc=Provider.from_environment(env),
            outgoing=tuple(env.get("JINGFA_OUTGOING", "").split()),
            outgoing_networks=_networks(env),
            limits=env.get("JINGFA_LIMITS", ""),
            job_workers=JobWorker.all_from(env.get("JINGFA_JOB_WORKERS", "")),
            pool_size=int(_number(env, "JINGFA_POOL_SIZE", 20, least=1, most=500)),
        )


def port(environ: Mapping[str, str] | None = None) -> int:
    """Return the port of the web server, JINGFA_PORT."""
    return int(_number(os.environ if environ is None else environ, "JINGFA_PORT", 8000, least=1, most=65535))


def _number(env: Mapping[str, str], name: str, default: float, *, least: float = 0.1, most: float) -> float:
    text = env.get(name) or str(default)
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    # A NaN lies in no interval; whole numbers are asked for where the least is one.
    if not least <= number <= most or (least == 1 and number != int(number)):
        raise SettingInvalid.of(name, text, f"应为 {least:g} 至 {most:g} 的{'整' if least == 1 else ''}数")
    return number


def _choice(env: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    text = env.get(name) or known[0]
    if text not in known:
        raise SettingInvalid.of(name, text, f"只能是 {' 或 '.join(known)}")
    return text


def _switch(env: Mapping[str, str], name: str) -> bool:
    text = env.get(name, "").lower()
    if text not in {"", "0", "1", "true", "false", "yes", "no"}:
        raise SettingInvalid.of(name, text, "应为 1（是）或 0（否）")
    return text in {"1", "true", "yes"}


def _url(env: Mapping[str, str], name: str, default: str) -> str:
    text = env.get(name) or default
    try:
        parts = urlsplit(text)
        is_good = not text or (parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0)
    except ValueError:
        is_good = False
    if not is_good:
        raise SettingInvalid.of(name, text, "应为 http:// 或 https:// 开头的网址")
    return text


def _file(env: Mapping[str, str], name: str) -> Path | None:
    path = Path(env[name]) if env.get(name) else None
    if path is not None and not os.access(path, os.R_OK):
        raise SettingInvalid.of(name, str(path), "应为可以读取的文件")
    return path


def _networks(env: Mapping[str, str]) -> tuple[str, ...]:
    name = "JINGFA_OUTGOING_NETWORKS"
    for text in env.get(name, "").split():
        try:
            ipaddress.ip_network(text)
        except ValueError:
            raise SettingInvalid.of(name, text, "应为网段，如 10.1.2.0/24，多个之间用空格隔开") from None
    return tuple(env.get(name, "").split())


def _secret(env: Mapping[str, str]) -> str:
    secret = env.get("JINGFA_SECRET", "")
    if 0 < len(secret) < SHORTEST_SECRET and not _switch(env, "JINGFA_DEMO"):
        raise SettingInvalid(f"设置 JINGFA_SECRET 太短：正式系统至少 {SHORTEST_SECRET} 个随机字符。")
    return secret
