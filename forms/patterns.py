"""
Regular expressions that staff write: bounded in length and in time.
"""

from __future__ import annotations

import re as _re

import regex

MAX_PATTERN_LENGTH = 500
TIMEOUT_SECONDS = 0.2  #: for one match on the server

MAX_REPEATS = 20_000  #: of one character, counted repetitions inside counted repetitions multiplied

_COUNT = _re.compile(r"\{(\d{0,9})(?:,(\d{0,9}))?\}")
_PROBE_SECONDS = 0.05
_PROBE_LENGTH = 600
_NESTED_QUANTIFIER = _re.compile(r"\((?:[^()\\]|\\.)*[+*](?:[^()\\]|\\.)*\)(?:[+*]|\{\d+,\d*\})")


class PatternFaulty(ValueError):  # noqa: N818 - reads as the sentence it stands in
    """A pattern that may not be used; the argument says why, in Chinese."""


class PatternTooSlow(ValueError):  # noqa: N818
    """A match that ran out of time."""


def matches(pattern: str, text: str) -> bool:
    """
    Tell whether *pattern* is found in *text*, as ``RegExp.test`` does: unanchored, ASCII classes.

    Raises:
        PatternTooSlow: the match took longer than ``TIMEOUT_SECONDS``.

    >>> matches("^[1-9]\\\\d+$", "120")
    True
    """
    try:
        return regex.search(pattern, text, regex.ASCII, timeout=TIMEOUT_SECONDS, concurrent=False) is not None
    except TimeoutError as error:
        raise PatternTooSlow(pattern) from error


def ensure_usable(pattern: str) -> None:
    """
    Refuse a pattern that is too long, does not compile, or explodes on a probe text.

    Raises:
        PatternFaulty: with the reason in Chinese.

    >>> ensure_usable("(a+)+$")
    Traceback (most recent call last):
    ...
    forms.patterns.PatternFaulty: 含有嵌套的重复（如 (a+)+），匹配可能极慢
    """
    if len(pattern) > MAX_PATTERN_LENGTH:
        raise PatternFaulty(f"超过 {MAX_PATTERN_LENGTH} 个字符")
    # Compiling unrolls counted repetitions: ((a{1000}){1000}){1000} would eat the memory of the server.
    if _repeats(pattern) > MAX_REPEATS:
        raise PatternFaulty(f"重复次数相乘超过 {MAX_REPEATS}")
    try:
        compiled = regex.compile(pattern, regex.ASCII)
    except (regex.error, OverflowError, RecursionError) as error:
        raise PatternFaulty(f"写法不正确（{error}）") from error
    if _NESTED_QUANTIFIER.search(pattern):
        raise PatternFaulty("含有嵌套的重复（如 (a+)+），匹配可能极慢")
    _ensure_fast(compiled, pattern)


def _repeats(pattern: str) -> int:
    """Return how often one piece of *pattern* is repeated at most by counts inside counts."""
    inner, most, last, at = [1], 1, 1, 0
    plain = _re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "x", pattern)
    while at < len(plain):
        count = _COUNT.match(plain, at)
        if count:
            last *= max(int(number) for number in ("1", count[1], count[2]) if number)
            at = count.end()
        else:
            last = 1
            if plain[at] == "(":
                inner.append(1)
            elif plain[at] == ")" and len(inner) > 1:
                last = inner.pop()
            at += 1
        inner[-1], most = max(inner[-1], last), max(most, last)
    return most


def _ensure_fast(compiled: regex.Pattern[str], pattern: str) -> None:
    for unit in _probe_units(pattern):
        try:
            compiled.search(unit * (_PROBE_LENGTH // len(unit)) + "\x01", timeout=_PROBE_SECONDS)
        except TimeoutError as error:
            raise PatternFaulty("匹配某些文字时极慢，请改成更简单的写法") from error


def _probe_units(pattern: str) -> list[str]:
    literals = sorted({char for char in pattern if char.isalnum()})[:12]
    return ["a", "0", "中", " ", "-", "a0", "a ", *literals, "".join(literals) or "x"]
