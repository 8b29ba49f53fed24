"""
XPath 3.1 regular expressions on the ``regex`` package: same meaning, bounded in length and in time.

Flags: ``s`` dot matches line ends, ``m`` ^ and $ at every line, ``i`` any case, ``x`` blanks ignored,
``q`` no sign is special.
"""

from __future__ import annotations

import functools
import re
from typing import Final

import regex

from bpmn.feel import limits
from bpmn.feel.errors import Nothing

_FLAGS: Final = {"s": regex.DOTALL, "m": regex.MULTILINE, "i": regex.IGNORECASE, "x": 0, "q": 0}
_NAME_START: Final = r"_:A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u3001-\ud7ff"
_NAME: Final = _NAME_START + r"\-.0-9\u00b7\u0300-\u036f"
_ESCAPE: Final = re.compile(r"\\(?:[pP]\{(?P<property>[^}]*)\}|(?P<digit>[0-9])|(?P<letter>.)?)", re.DOTALL)
_LETTERS: Final = frozenset("nrtsSdDwWiIcC\\|.-^?*+{}()[]$")
_FORBIDDEN: Final = re.compile(r"\(\?(?!:)")
_REPLACEMENT: Final = re.compile(r"\\(.)|\$(\d)|\$|\\", re.DOTALL)


def found(pattern: str, flags: str, text: str) -> bool:
    """
    Return whether a pattern occurs in a text.

    Raises:
        Nothing: the pattern is faulty, too long or takes too long.
    """
    try:
        return _compiled(pattern, flags).search(text, timeout=limits.REGEX_SECONDS) is not None
    except TimeoutError as error:
        raise _too_slow(pattern) from error


def replaced(pattern: str, flags: str, text: str, replacement: str) -> str:
    """
    Return the text with every match replaced.

    Raises:
        Nothing: as ``found``; also where the pattern matches the empty text or the result grows too long.
    """
    compiled = _compiled(pattern, flags)
    template = replacement if "q" in flags else None
    try:
        if compiled.fullmatch("", timeout=limits.REGEX_SECONDS):
            raise Nothing("正则表达式不能匹配空文字。")
        return _replaced(compiled, text, replacement, template)
    except TimeoutError as error:
        raise _too_slow(pattern) from error


def _replaced(compiled: regex.Pattern[str], text: str, replacement: str, literal: str | None) -> str:
    parts, last, size = [], 0, len(text)
    for match in compiled.finditer(text, timeout=limits.REGEX_SECONDS):
        new = literal if literal is not None else _expanded(replacement, match)
        size += len(new)
        if size > limits.MAX_STRING:
            raise Nothing(f"文字超过 {limits.MAX_STRING} 个字符，结果为空。")
        parts += [text[last : match.start()], new]
        last = match.end()
    return "".join([*parts, text[last:]])


def _expanded(replacement: str, match: regex.Match[str]) -> str:
    def part(sign: re.Match[str]) -> str:
        if sign[1] is not None and sign[1] in "$\\":
            return str(sign[1])
        if sign[2] is None:
            raise Nothing("替换文字中的 $ 后面应是数字，或写作 \\$。")
        group = int(sign[2])
        return (match[group] or "") if group <= match.re.groups else ""

    return _REPLACEMENT.sub(part, replacement)


def divided(pattern: str, text: str) -> list[str]:
    """
    Return the parts of a text between the matches of a pattern.

    Raises:
        Nothing: as ``found``.
    """
    compiled = _compiled(pattern, "")
    parts, last = [], 0
    try:
        for match in compiled.finditer(text, timeout=limits.REGEX_SECONDS):
            if match.end() > match.start():
                parts.append(text[last : match.start()])
                last = match.end()
    except TimeoutError as error:
        raise _too_slow(pattern) from error
    return [*parts, text[last:]]


def _too_slow(pattern: str) -> Nothing:
    return Nothing(f"正则表达式“{pattern[:40]}”超过 {limits.REGEX_SECONDS} 秒，已停止。")


@functools.lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> regex.Pattern[str]:
    if len(pattern) > limits.MAX_PATTERN:
        raise Nothing(f"正则表达式超过 {limits.MAX_PATTERN} 个字符。")
    if not set(flags) <= set(_FLAGS):
        raise Nothing(f"正则表达式的标志“{flags[:10]}”只能是 s、m、i、x、q。")
    text = translated(pattern, flags)
    # Only the newer syntax knows class subtraction; the older one folds case as XPath does.
    options = regex.VERSION1 if "--[" in text else regex.VERSION0
    for flag in flags:
        options |= _FLAGS[flag]
    try:
        return regex.compile(text, options)
    except (regex.error, RecursionError, OverflowError, MemoryError) as error:
        raise Nothing(f"正则表达式“{pattern[:40]}”有误：{error}。") from error


def translated(pattern: str, flags: str = "") -> str:
    """
    Return an XPath pattern in the syntax of the ``regex`` package.

    Raises:
        Nothing: an escape or a group that XPath does not have.
    """
    if "q" in flags:
        return regex.escape(pattern, special_only=True)
    if "x" in flags:
        pattern = _without_blanks(pattern)
    if _FORBIDDEN.search(re.sub(r"\\.", "", pattern, flags=re.DOTALL)):
        raise Nothing("正则表达式中不能用 (?…) 形式的扩展。")
    return _Translation(pattern, "s" in flags, "m" in flags).run()


def _without_blanks(pattern: str) -> str:
    """Return a pattern without blanks, except inside character classes."""
    parts, depth, is_escaped = [], 0, False
    for sign in pattern:
        if depth == 0 and sign.isspace():
            continue
        parts.append(sign)
        if is_escaped or sign == "\\":
            is_escaped = not is_escaped
        elif sign in "[]":
            depth += 1 if sign == "[" else -1
    return "".join(parts)


class _Translation:
    def __init__(self, pattern: str, dot_all: bool, multiline: bool) -> None:
        self.pattern, self.dot_all, self.multiline = pattern, dot_all, multiline
        self.at, self.depth = 0, 0

    def run(self) -> str:
        parts = []
        while self.at < len(self.pattern):
            parts.append(self._next())
        if self.depth:
            raise Nothing("正则表达式的 [ 没有配对。")
        return "".join(parts)

    def _next(self) -> str:
        sign = self.pattern[self.at]
        if sign == "\\":
            return self._escape()
        self.at += 1
        if self.depth:
            return self._in_class(sign)
        return self._outside(sign)

    def _outside(self, sign: str) -> str:
        if sign == "[":
            self.depth += 1
            return self._opening()
        if sign == "]":
            raise Nothing("正则表达式的 ] 没有配对。")
        if sign == ".":
            return "." if self.dot_all else r"[^\n\r]"
        return r"\Z" if sign == "$" and not self.multiline else sign

    def _opening(self) -> str:
        if self.pattern[self.at : self.at + 1] == "^":
            self.at += 1
            return "[^"
        return "["

    def _in_class(self, sign: str) -> str:
        if sign == "]":
            self.depth -= 1
            return "]"
        if sign == "-" and self.pattern[self.at : self.at + 1] == "[":
            self.at += 1
            self.depth += 1
            return "--" + self._opening()
        return "\\" + sign if sign in "[&~|" else sign

    def _escape(self) -> str:
        found = _ESCAPE.match(self.pattern, self.at)
        assert found is not None
        self.at = found.end()
        if found["property"] is not None:
            return self._property(found)
        if found["digit"]:
            return found.group() if not self.depth else self._bad(found.group())
        letter = found["letter"] or ""
        if letter not in _LETTERS or not letter:
            return self._bad(found.group())
        return self._letter(letter)

    def _property(self, found: re.Match[str]) -> str:
        name = found["property"]
        return found.group() if not name.startswith("Is") else f"\\{found.group()[1]}{{In{name[2:]}}}"

    def _bad(self, text: str) -> str:
        raise Nothing(f"正则表达式中没有转义 {text}。")

    def _letter(self, letter: str) -> str:
        body = {"i": _NAME_START, "c": _NAME}.get(letter.lower()) if letter in "iIcC" else None
        if body is None:
            return "\\" + letter
        if self.depth and letter.isupper():
            return self._bad("\\" + letter)
        return body if self.depth else f"[{'^' if letter.isupper() else ''}{body}]"
