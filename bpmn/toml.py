"""TOML as packs write it: tomllib, and an end to how deep it may go. Whoever reads a pack's TOML reads it here."""

from __future__ import annotations

import re
import tomllib
from tomllib import TOMLDecodeError
from typing import Any, Final

__all__ = ["TOMLDecodeError", "loads"]

LARGEST: Final = 512 * 1024  #: bytes or characters
DEEPEST: Final = 32  #: tables within tables; deeper ones only exist to bring a reader down
#: A key of more parts than that, which also costs the reader time by the square of their number.
_PART: Final = r"""(?:[A-Za-z0-9_-]++|"[^"\n]{0,99}"|'[^'\n]{0,99}')"""
_DOTTED: Final = re.compile(rf"(?<![\w-])(?:{_PART}[ \t]*\.[ \t]*){{{DEEPEST}}}")


def loads(text: str | bytes) -> dict[str, Any]:
    """
    Read a TOML document.

    >>> loads("a.b = 1")
    {'a': {'b': 1}}

    Raises:
        TOMLDecodeError: it is none, is larger than ``LARGEST``, or nested more than ``DEEPEST`` deep.
        UnicodeDecodeError: it is not UTF-8.
    """
    if len(text) > LARGEST:
        raise TOMLDecodeError("too large")
    clear = text.decode("utf-8") if isinstance(text, bytes) else text
    if _DOTTED.search(clear):
        raise TOMLDecodeError("nested too deeply")
    try:
        found = tomllib.loads(clear)
    except TOMLDecodeError:
        raise
    except (
        RecursionError,
        ValueError,
    ) as fault:  # nested without end; a number of more digits than anybody reads
        raise TOMLDecodeError("nested too deeply, or a number too long") from fault
    _ensure_shallow(found)
    return found


def _ensure_shallow(document: dict[str, Any]) -> None:
    """Go down level by level: dotted keys nest without limit, and whoever walks such a value by recursion falls."""
    level: list[Any] = [document]
    for _ in range(DEEPEST):
        level = [child for value in level for child in _children(value)]
        if not level:
            return
    raise TOMLDecodeError("nested too deeply")


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
