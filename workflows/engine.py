"""The engine: built once from settings; ``engine.begin()`` opens the unit of work that one door uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Self

from workflows.settings import Settings
from workflows.store.unit_of_work import UnitOfWork


class Engine:
    """Holds the connection pool and the cache of parsed definitions of one operating-system process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @classmethod
    def from_settings(cls, settings: Settings | None = None) -> Self:
        """
        Start the private PostgreSQL if no ``DATABASE_URL`` is set, migrate the schema and build the engine.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        raise NotImplementedError

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """
        Open a unit of work; leaving the block commits (the one COMMIT of the code base), an exception rolls back.

        Raises:
            InstanceBusy: a row stayed locked longer than ``lock_timeout``.
            StoreUnavailable: the database cannot be reached.
        """
        raise NotImplementedError
        yield

    def now(self) -> datetime:
        """Return the business instant: real time plus the demo offset."""
        raise NotImplementedError

    def ready(self) -> bool:
        """Tell whether the database answers (``/health/ready``)."""
        raise NotImplementedError

    def close(self) -> None:
        """Give back the connections and stop what this engine started."""
        raise NotImplementedError
