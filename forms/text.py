"""
Cleaning of text that people type or paste: what may be stored, and how its length is counted.
"""

from __future__ import annotations

import re
import unicodedata

# Zero-width and bidirectional controls make two equal-looking texts differ, or one text read as
# another; they arrive by copy and paste, so they are taken out rather than refused. Variation
# selectors (U+FE00.., U+E0100..) stay: they choose the form of a rare character in a name.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n|[\r\u0085\u2028\u2029]")
_UNCLEAN = re.compile("|".join(pattern.pattern for pattern in (_INVISIBLE, _CONTROL, _LINE_END)))
_FULL_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: 0x20}


def clean(text: str) -> str:
    """
    Return *text* as it may be stored: NFC, one kind of line end, no invisible characters, trimmed.

    Rare characters (beyond U+FFFF) and private-use characters are kept.

    >>> clean(" 张\u200b三\u202e ")
    '张三'
    >>> clean("𠮷野\ue000")
    '𠮷野\ue000'
    """
    if _UNCLEAN.search(text):
        text = _LINE_END.sub("\n", text)
        text = _CONTROL.sub("", _INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", text).strip()


def clean_line(text: str) -> str:
    """
    Return *text* cleaned and on one line.

    >>> clean_line("海陵\\n派出所")
    '海陵 派出所'
    """
    return re.sub(r"[\n\t]+", " ", clean(text))


def has_broken_character(text: str) -> bool:
    """
    Tell whether *text* holds half of a character (a lone surrogate), which no database can store.

    >>> has_broken_character("\\ud842")
    True
    """
    return bool(_SURROGATE.search(text))


def half_width(text: str) -> str:
    """
    Return *text* with full-width digits, letters and signs as an input method types them made half-width.

    >>> half_width("１３８ＡＢ－")
    '138AB-'
    """
    return text.translate(_FULL_WIDTH)


def length(text: str) -> int:
    """
    Return the length as browsers and form-js count it: UTF-16 units, so a rare character counts two.

    >>> length("𠮷"), length("吉")
    (2, 1)
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
