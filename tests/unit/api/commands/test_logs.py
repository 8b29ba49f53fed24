"""The log of a process: one event a line, whatever somebody wrote into a name."""

from __future__ import annotations

import logging
import sys

from api.commands.logs import OneLine


def record(message: str, *, error: bool = False) -> logging.LogRecord:
    """Return a record of 2026-11-29 02:00 UTC."""
    made = logging.LogRecord("workflows.worker", logging.WARNING, "f", 1, message, (), None)
    made.created = 1795917600.0
    if error:
        made.exc_info = sys.exc_info()
    return made


def test_an_event_is_one_line_with_time_level_and_place() -> None:
    """Time in UTC, so that the logs of two machines can be laid side by side (ASVS 5 16.2.2)."""
    assert OneLine().format(record("x")) == "2026-11-29T02:00:00Z WARNING workflows.worker: x"


def test_nobody_forges_an_entry_by_a_line_break_or_a_direction_mark() -> None:
    """What comes from outside may hold anything; on the log it stays within its line (ASVS 5 16.4.1)."""
    forged = "a\r\n2026-11-29T02:00:00Z ERROR root: b\u202ec\x1b[2J\u2028"

    line = OneLine().format(record(forged))

    assert "\\u000d\\u000a2026" in line
    assert not set(line) & set("\r\n\u202e\x1b\u2028")


def test_a_stack_trace_is_set_in() -> None:
    """No line of an exception's text looks like an event."""
    try:
        raise ValueError("first\n2026-11-29T02:00:00Z ERROR root: forged")
    except ValueError:
        text = OneLine().format(record("x", error=True))

    assert [line for line in text.split("\n")[1:] if not line.startswith("    ")] == []
