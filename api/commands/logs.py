"""What the processes of an installation write to their operator: one event a line, with its time and place."""

from __future__ import annotations

import logging
import re
import sys
import time
from typing import Final

#: What would begin a line, move the cursor or turn the writing round: nobody forges an entry by a file name.
UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class OneLine(logging.Formatter):
    """Time in UTC, level, place and sentence; a stack trace follows, each of its lines set in."""

    converter = time.gmtime  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", datefmt="%Y-%m-%dT%H:%M:%SZ")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """Write control characters of a message as escapes."""
        return UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802 - the library's name
        """Set a stack trace in, so that no line of it looks like an event."""
        text = super().formatException(ei)  # type: ignore[arg-type]
        return "\n".join(f"    {UNSAFE.sub(' ', line)}" for line in text.split("\n"))


def install() -> None:
    """Let everything that is logged go to standard error in this form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
