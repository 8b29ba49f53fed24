"""Time-ordered ids: 48 bits of milliseconds and 80 random bits, as 32 hex digits."""

from __future__ import annotations

import secrets
import time


def new_id() -> str:
    """Return a new id; later ones sort after earlier ones of other milliseconds."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"
