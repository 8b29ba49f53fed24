"""
Characters that no font has: a record shows where each stood and which it was, 〓 and its number, instead of nothing.
"""

from __future__ import annotations

import re

# Private-use characters mean something only with the font of whoever typed them; emoji are in no font of papers.
_GLYPHLESS = re.compile("[\ue000-\uf8ff\ufffd\ufffc\U0001f000-\U0001faff\U000f0000-\U0010ffff]")
_SELECTOR = re.compile("[\ufe00-\ufe0f]")
_REPORTED = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_ESCAPE = re.compile(r"\\u\{([0-9a-fA-F]{1,6})\}")


def named(text: str) -> str:
    """
    Return the characters of *text* by number.

    >>> named("\ue000")
    '〓[U+E000]'
    """
    return "".join(f"〓[U+{ord(char):04X}]" for char in text)


def without_glyphless(text: str) -> str:
    """
    Return *text* with every character named that is surely in no font.

    >>> without_glyphless("好👍张𠮷")
    '好〓[U+1F44D]张𠮷'
    """
    return _GLYPHLESS.sub(lambda match: named(match[0]), _SELECTOR.sub("", text))


def missing_text(message: str) -> str | None:
    """
    Return the characters that typst could not display, None where it complains of something else.

    >>> missing_text('PDF/A-2b error: the text `"x"` could not be displayed with font `"F"`')
    'x'
    """
    found = _REPORTED.search(message)
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), found[1]) if found else None
