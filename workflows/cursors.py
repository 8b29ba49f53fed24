"""Opaque cursors of lists: the sort key of the last line, as URL-safe text."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

from bpmn.errors import Invalid


class CursorInvalid(Invalid):
    """翻页参数无效。请从列表第一页重新打开。"""


def write(at: datetime, id_: str) -> str:
    """
    Return the cursor after the line with this key.

    >>> from datetime import UTC
    >>> read(write(datetime(2026, 1, 2, tzinfo=UTC), "a")) == (datetime(2026, 1, 2, tzinfo=UTC), "a")
    True
    """
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{id_}".encode()).decode()


def read(cursor: str | None) -> tuple[datetime, str] | None:
    """
    Return the key in a cursor; None for the first page.

    Raises:
        CursorInvalid: it is none of ours.
    """
    if cursor is None:
        return None
    try:
        at, _, id_ = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
        instant = datetime.fromisoformat(at)
    except (ValueError, binascii.Error) as error:
        raise CursorInvalid from error
    if not id_ or instant.tzinfo is None or "\x00" in id_:
        raise CursorInvalid
    return instant, id_


def number(cursor: str | None) -> int | None:
    """
    Return the number in a cursor of a numbered list.

    Raises:
        CursorInvalid: it is no number.
    """
    if cursor is None:
        return None
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 18:
        raise CursorInvalid
    return int(cursor)


def id_of(cursor: str | None) -> str | None:
    """
    Return the id in a cursor of a list ordered by id.

    Raises:
        CursorInvalid: it is no id.
    """
    if cursor is not None and (not cursor.isascii() or not cursor.isalnum() or len(cursor) > 64):
        raise CursorInvalid
    return cursor
