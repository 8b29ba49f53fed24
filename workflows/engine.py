"""The engine: built once from settings; ``engine.begin()`` opens the unit of work that one door uses."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from copy import copy
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Self
from urllib.parse import urlsplit

from bpmn.deadlines import lawpack
from bpmn.deadlines.calendar import ZONE
from bpmn.errors import Forbidden, JingfaError
from tasks.notices import channels
from tasks.outgoing import Door, Rules
from workflows import embedded, identity_provider
from workflows.errors import StoreUnavailable
from workflows.installation import Installation
from workflows.law import calendars, law_editions
from workflows.settings import CLOCK_OFFSET, Settings
from workflows.store.database import Database, database_name
from workflows.store.sealing import KEY_FILE, KeyMissing, Keyring
from workflows.store.unit_of_work import UnitOfWork


class Engine:
    """Holds the connection pool and the caches of one operating-system process."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings = settings
        self._database = database
        self._frozen_at: datetime | None = None
        self.installation = Installation(settings, secret=settings.secret, law=lawpack.load())
        self._ensure_keys()
        self.installation = Installation(
            settings, secret=self._secret(), law=lawpack.load(), digest=self._digest()
        )
        with self.begin() as uow:
            self.installation.load_calendar(calendars.loaded(uow))

    @classmethod
    def from_settings(cls, settings: Settings | None = None) -> Self:
        """
        Start the private PostgreSQL if no ``DATABASE_URL`` is set, migrate the schema and build the engine.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        settings = settings or Settings.from_environment()
        url = settings.database_url or embedded.start(settings.data)
        keyring = Keyring.load(settings.data, settings.keys, settings.cipher)
        database = Database(
            url, pool_size=settings.pool_size, lock_timeout=settings.lock_timeout, keyring=keyring
        )
        try:
            database.migrate()
        except StoreUnavailable as fault:
            raise StoreUnavailable(_whereabouts(url, fault)) from fault
        return cls(settings, database)

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """
        Open a unit of work; leaving the block commits (the one COMMIT of the code base), an exception rolls back.

        Raises:
            InstanceBusy: a row stayed locked longer than ``lock_timeout``.
            StoreUnavailable: the database cannot be reached.
        """
        with self._database.transaction() as connection:
            real_now = datetime.now(UTC).astimezone(ZONE)
            uow = UnitOfWork(connection, self.installation, clock=self._clock, real_now=real_now)
            if self.installation.may_be_stale(law_editions.LOOK_EVERY):
                law_editions.refresh(uow)
            yield uow
            uow.flush()
            if self._frozen_at is not None:
                uow.hasten()

    def _clock(self, uow: UnitOfWork) -> datetime:
        if self._frozen_at is not None:
            return self._frozen_at
        if not self.settings.demo:
            return uow.real_now
        return uow.real_now + timedelta(seconds=float(uow.settings.get(CLOCK_OFFSET) or 0))

    def at(self, now: datetime) -> Self:
        """
        Return this engine with its clock standing at an instant, for demo data and replays; same connections, same caches.

        Raises:
            Forbidden: this is no demo installation.
        """
        if not self.settings.demo:
            raise Forbidden("正式系统的时钟不能调整。")
        frozen = copy(self)
        frozen._frozen_at = now
        return frozen

    def begin_at(self, now: datetime) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work whose clock stands at an instant (demo installations only)."""
        return self.at(now).begin()

    def now(self) -> datetime:
        """Return the business instant: real time plus the demo offset."""
        with self.begin() as uow:
            return uow.now

    def ready(self) -> bool:
        """Tell whether the database answers (``/health/ready``)."""
        try:
            self.now()
        except JingfaError:
            return False
        return True

    def listen(self, timeout_seconds: float) -> bool:
        """Wait until work arrives (LISTEN/NOTIFY), at most *timeout_seconds*; tells whether it did."""
        return self._database.listen("jingfa_work", timeout_seconds)

    def close(self) -> None:
        """Give back the connections."""
        self._database.close()

    @cached_property
    def outgoing(self) -> Door:
        """The one door to the outside: open to the hosts that the settings name."""
        named = (channels.host_of(address) for address in self.settings.notice_channels)
        provider = urlsplit(self.settings.oidc.issuer).hostname if self.settings.oidc else None
        hosts = {name.lower() for name in (*named, provider, *self.settings.outgoing) if name}
        networks = tuple(ipaddress.ip_network(text) for text in self.settings.outgoing_networks)
        return Door(Rules(hosts=frozenset(hosts), networks=networks))

    @cached_property
    def federation(self) -> identity_provider.Client | None:
        """We as a client of the identity provider; None where none is configured."""
        if self.settings.oidc is None:
            return None
        return identity_provider.Client(
            self.settings.oidc,
            self.outgoing,
            secret=self.installation.keyed_hash("oidc-ticket"),
            home=self.settings.base_url,
        )

    @staticmethod
    def new_key(kind: str = "aes") -> str:
        """Return a fresh key for the encryption at rest (``jingfa keys new``)."""
        return Keyring.fresh(kind)

    def _ensure_keys(self) -> None:
        """Refuse to run with other keys than the data were written with: a second machine needs the same ones."""
        try:
            with self.begin() as uow:
                uow.check_keys()
        except KeyMissing as missing:
            place = "JINGFA_KEYS" if self.settings.keys else self.settings.data / "keys" / KEY_FILE
            raise KeyMissing(
                f"数据库里的内容是用别的密钥加密的，现有密钥（{place}）打不开，未启动。"
                "请放回原来的密钥（或密钥备份）再重新启动；没有原来的密钥，数据无法恢复。"
            ) from missing

    def _digest(self) -> str:
        """Return the digest of keyed hashes, chosen at the first start: hashes of two kinds would never meet."""
        with self.begin() as uow:
            chosen = "sm3" if self.settings.cipher == "sm4" else "sha256"
            return str(uow.settings.put_if_absent("keyed-hash", chosen))

    def _secret(self) -> str:
        """Return the configured secret, else the one that was made at the first start."""
        if self.settings.secret:
            return self.settings.secret
        with self.begin() as uow:
            return uow.kept_secret(secrets.token_hex(32))


def _whereabouts(url: str, fault: StoreUnavailable) -> str:
    """Say to an operator which database does not answer and why, as the driver puts it; never with its password."""
    cause = getattr(fault.__cause__, "orig", fault.__cause__)
    reason = next(iter(str(cause or "").splitlines()), "")
    return (
        f"无法使用数据库 {database_name(url)}：{reason}。请核对 DATABASE_URL，确认数据库已启动，再重新启动。"
    )
