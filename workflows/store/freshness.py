"""
A connection that has rested is asked whether it still lives before a transaction gets it.

SQLAlchemy's own ``pool_pre_ping`` asks every time, which costs a busy process one round trip in each transaction. A
connection that was used a moment ago is taken as it is: should the server have gone away since, its transaction answers
"not available" and the pool throws every old connection away.
"""

from __future__ import annotations

import time
from typing import Any, Final

import psycopg2
from sqlalchemy import event
from sqlalchemy.engine import Engine as SqlEngine
from sqlalchemy.exc import InvalidatePoolError

RESTED_SECONDS: Final = 1.0
_USED: Final = "used_at"  #: in the record's ``info``: when the connection came back, by the monotonic clock


def install(pool: SqlEngine) -> None:
    """Let a pool ask the connections that have rested."""
    dialect: Any = pool.dialect

    def ask(raw: Any, record: Any, _: Any) -> None:
        used_at = record.info.get(_USED)
        if used_at is None or (not raw.closed and time.monotonic() - used_at < RESTED_SECONDS):
            return
        try:
            dialect.do_ping(raw)
        except psycopg2.Error as gone:
            raise InvalidatePoolError from gone

    def note(_: Any, record: Any) -> None:
        record.info[_USED] = time.monotonic()

    event.listen(pool, "checkout", ask)
    event.listen(pool, "checkin", note)
