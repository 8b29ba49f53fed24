"""
Names of FEEL: words and punctuation that belong together, found by longest match.

A name may hold spaces and the signs ``. / - ' + *``; which of them belong to a name is known only
from the names in scope. ``NameTable`` holds those, word by word, so that the longest is found in one
walk however many there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_START: Final = (
    "?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3005-\u3007\u3021-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff10-\uff19\uff21-\uff3a"
    "\uff41-\uff5a\uff66-\uffdc\U00010000-\U000effff"
)
_PART: Final = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
WORD: Final = re.compile(f"[{_START}][{_PART}]*")
ATOM: Final = re.compile(f"[{_PART}]+|\\S")
BLANK: Final = re.compile(r"(?:\s|\ufeff|//[^\n]*|/\*.*?\*/)+", re.DOTALL)

_LEGAL: Final = re.compile(r"[^\x00-\x1f\"<>=!(){}\[\],:;@#$%&|^~`\\]+")

KEYWORDS: Final = frozenset(
    [
        "and",
        "or",
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "between",
        "function",
        "external",
        "true",
        "false",
        "null",
    ]
)


def words(name: str) -> tuple[str, ...]:
    """
    Return the atoms of a name.

    >>> words("profit - loss 2")
    ('profit', '-', 'loss', '2')
    """
    return tuple(ATOM.findall(name))


def is_legal(name: str) -> bool:
    """
    Say whether a name can stand bare in an expression: it begins like a word and holds no operator but ``. / - ' + *``.

    Keys of data are made by strangers; one that is called ``]`` must not change how a text is read.
    """
    return bool(WORD.match(name)) and bool(_LEGAL.fullmatch(name))


def normal(name: str) -> str:
    """Return a name with every run of blanks as one space."""
    return " ".join(name.split())


class NameTable:
    """Known names as a tree of atoms; ``add`` may be called while a text is being read."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._root: dict[str, dict[str, object]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Make a name known; a bare keyword stays a keyword."""
        atoms = words(name)
        if not atoms or not is_legal(name) or (len(atoms) == 1 and atoms[0] in KEYWORDS):
            return
        node: dict[str, object] = self._root  # type: ignore[assignment]
        for atom in atoms:
            node = node.setdefault(atom, {})  # type: ignore[assignment]
        node[""] = normal(name)

    def match(self, text: str, position: int) -> tuple[str, int] | None:
        """Return the longest known name at a position, and where it ends."""
        node: dict[str, object] | None = self._root  # type: ignore[assignment]
        found = None
        while node is not None:
            atom = ATOM.match(text, position)
            node = node.get(atom.group()) if atom else None  # type: ignore[assignment]
            if node is None or atom is None:
                break
            position = atom.end()
            if "" in node:
                found = (str(node[""]), position)
            blank = BLANK.match(text, position)
            position = blank.end() if blank else position
        return found
