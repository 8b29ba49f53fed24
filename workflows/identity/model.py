"""What logging in gives back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Session:
    """A login. ``token`` goes into the cookie and is stored only as a hash."""

    token: str
    person_id: str
    csrf: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A login that failed; a value, so that the failed attempt is committed and counted."""

    message: str
    retry_at: datetime | None = None  #: end of the lock-out
