"""The unit of work: one transaction, its repositories, its clock."""

from __future__ import annotations

from datetime import datetime


class UnitOfWork:
    """One transaction. Opened by ``Engine.begin()`` only; use cases never commit."""

    now: datetime  #: business instant of this transaction, aware
