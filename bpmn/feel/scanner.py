"""
Text to tokens in one pass, longest names first; brackets are counted, so depth is bounded here.

The scanner decides what a grammar cannot: where a name ends, whether ``]`` opens a range, whether
``[`` closes one, and whether a word before ``:`` is a key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from bpmn.feel import limits, punctuation
from bpmn.feel.errors import ExpressionTooLarge, FeelSyntaxError
from bpmn.feel.names import BLANK, KEYWORDS, WORD, NameTable, normal

NUMBER: Final = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
OPERATOR: Final = re.compile(r"\*\*|\.\.|<=|>=|!=|->|[-+*/<>=.,:(){}\[\]@]")
_INSTANCE: Final = re.compile(r"instance\s+of\b")
_KEY: Final = re.compile(r'[^"{}\[\](),:]{1,200}(?=:)')
_BINDER: Final = re.compile(r"([^\s\"{}\[\](),:=<>][^\"{}\[\](),:=<>]{0,200}?)(?<=\s)in(?![\w?])")
_MOST_WORDS: Final = 12  #: of an unknown name
_WORD_THEN_COLON: Final = re.compile(r"\s*:")

_TYPES: Final = {
    "**": "POW", "..": "DOTDOT", "<=": "LE", ">=": "GE", "!=": "NE", "->": "ARROW", "-": "MINUS",
    "+": "PLUS", "*": "STAR", "/": "SLASH", "<": "LT", ">": "GT", "=": "EQ", ".": "DOT", ",": "COMMA",
    ":": "COLON", "(": "LPAR", ")": "RPAR", "{": "LBRACE", "}": "RBRACE", "[": "LSQB", "]": "RSQB",
    "@": "AT",
}  # fmt: skip
_PAIRS: Final = {")": "(", "}": "{"}
#: after these a value is complete: ``]`` closes, ``[`` filters
_ENDS_VALUE: Final = frozenset(
    ["NAME", "NUMBER", "STRING", "TRUE", "FALSE", "NULL", "RPAR", "RSQB", "RBRACE", "RANGE_CLOSE"]
)
_STARTS_VALUE: Final = re.compile(r"[-\"@({\[\d]|\.\d|<|>|=|!=")
_BEGINS_RANGE: Final = re.compile(
    r"\s*(?:[\d\"@]|\.\d)"
)  #: after ``[]``: the list holds ``]1..2[``, it is not empty
_ENDS_RANGE: Final = re.compile(r"(?:and|or|then|else|return|satisfies|in|between|instance)(?![\w?])")


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an expression: ``kind`` is the terminal of the grammar, ``at`` its offset."""

    kind: str
    text: str
    at: int


@dataclass(slots=True)
class _Open:
    """An open bracket: its sign, where it stands, whether ``..`` was seen directly inside it."""

    sign: str
    at: int
    is_range: bool = False


def scan(text: str, names: NameTable, members: NameTable | None = None) -> list[Token]:
    """
    Return the tokens of an expression. *names* grows by the names that the text itself binds;
    *members* are names of entries, which count behind a dot and inside a filter only.

    Raises:
        FeelSyntaxError: a sign that FEEL does not have, an open string, brackets that do not pair.
        ExpressionTooLarge: over ``limits.MAX_LENGTH`` or ``limits.MAX_NESTING``.
    """
    if len(text) > limits.MAX_LENGTH:
        raise ExpressionTooLarge(
            f"表达式有 {len(text)} 个字符，超过上限 {limits.MAX_LENGTH}。",
            suggestion="请拆成几个较短的表达式。",
        )
    return _Scanner(text, names, members or NameTable()).run()


@dataclass(slots=True)
class _Scanner:
    text: str
    names: NameTable
    members: NameTable
    at: int = 0
    tokens: list[Token] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)

    def run(self) -> list[Token]:
        while self._skip_blanks():
            self._next()
        if self.open:
            raise self._unclosed(self.open[-1])
        return self.tokens

    def _skip_blanks(self) -> bool:
        blank = BLANK.match(self.text, self.at)
        if blank:
            self.at = blank.end()
        return self.at < len(self.text)

    def _next(self) -> None:
        sign = self.text[self.at]
        if self._is_key_place() and self._key():
            return
        if self._is_binder_place() and self._binder():
            return
        if sign == '"':
            self._string()
        elif (sign.isdecimal() or sign == ".") and self._number():
            return
        elif not self._name() and not self._operator():
            raise punctuation.unknown_sign(self.text, self.at)

    def _push(self, kind: str, end: int, text: str | None = None) -> None:
        self.tokens.append(Token(kind, self.text[self.at : end] if text is None else text, self.at))
        self.at = end

    def _last(self) -> str:
        return self.tokens[-1].kind if self.tokens else ""

    def _is_key_place(self) -> bool:
        if not self.open or self.open[-1].sign != "{":
            return False
        return self._last() in ("LBRACE", "COMMA") and self.text[self.at] != '"'

    def _key(self) -> bool:
        found = _KEY.match(self.text, self.at)
        if not found or not WORD.match(found.group()):
            return False
        name = normal(found.group())
        self.names.add(name)
        self._push("KEY", found.end(), name)
        return True

    def _is_binder_place(self) -> bool:
        return self._last() in ("FOR", "SOME", "EVERY")

    def _binder(self) -> bool:
        found = _BINDER.match(self.text, self.at)
        if not found or not WORD.match(found.group(1)):
            return False
        name = normal(found.group(1))
        self.names.add(name)
        self._push("NAME", self.at + len(found.group(1).rstrip()), name)
        return True

    def _string(self) -> None:
        found = STRING.match(self.text, self.at)
        if not found:
            raise self._error("字符串没有结束。", self.at, '请在末尾补上英文双引号 "。')
        self._push("STRING", found.end())

    def _number(self) -> bool:
        if self.text[self.at] == "." and self._last() in _ENDS_VALUE:
            return False
        found = NUMBER.match(self.text, self.at)
        if not found:
            return False
        self._push("NUMBER", found.end())
        return True

    def _name(self) -> bool:
        known = self._known()
        word = WORD.match(self.text, self.at)
        if known is None and word is None:
            return False
        if word and (known is None or known[1] <= word.end()) and self._keyword(word.group()):
            return True
        if word and (known is None or self._is_label(known[1])):
            merged = self._merged(word)
            known = merged if known is None or merged[1] > known[1] else known
        assert known is not None
        self._push("NAME", known[1], known[0])
        return True

    def _known(self) -> tuple[str, int] | None:
        known = self.names.match(self.text, self.at)
        if self._last() != "DOT" and not any(each.sign == "[" for each in self.open):
            return known
        member = self.members.match(self.text, self.at)
        return member if known is None or (member and member[1] > known[1]) else known

    def _keyword(self, word: str) -> bool:
        if self._last() == "DOT":
            return False
        instance = _INSTANCE.match(self.text, self.at)
        if instance and self._last() in _ENDS_VALUE:
            self._push("INSTANCE_OF", instance.end())
            return True
        if word not in KEYWORDS:
            return False
        self._push(word.upper(), self.at + len(word))
        return True

    def _is_label(self, end: int) -> bool:
        """Say whether unknown words may follow a known one here: a path step, or a name before ``:``."""
        if self._last() == "DOT":
            return True
        word = WORD.match(self.text, self.at)
        merged = self._merged(word) if word else ("", 0)
        return merged[1] > end and bool(_WORD_THEN_COLON.match(self.text, merged[1]))

    def _merged(self, word: re.Match[str]) -> tuple[str, int]:
        """Return the run of words that are no keywords: an unknown name may hold spaces."""
        parts, end = [word.group()], word.end()
        while len(parts) < _MOST_WORDS:
            blank = BLANK.match(self.text, end)
            following = WORD.match(self.text, blank.end()) if blank else None
            if following is None or following.group() in KEYWORDS:
                return " ".join(parts), end
            if _INSTANCE.match(self.text, following.start()):
                return " ".join(parts), end
            parts.append(following.group())
            end = following.end()
        return " ".join(parts), end

    def _operator(self) -> bool:
        found = OPERATOR.match(self.text, self.at)
        if not found:
            return False
        if self._last() != "FUNCTION" and punctuation.is_foreign(self.text, self.at):
            return False
        self._bracket(found.group(), found.end())
        return True

    def _bracket(self, sign: str, end: int) -> None:
        kind = _TYPES[sign]
        if sign == "..":
            self._mark_range()
        elif sign == "]":
            kind = self._square_close()
        elif sign == "[" and self._closes_range(end):
            self.open.pop()
            kind = "RANGE_CLOSE"
        elif sign in "([{":
            self._open(sign)
        elif sign in ")}":
            self._close(sign)
        self._push(kind, end)

    def _mark_range(self) -> None:
        if self.open:
            self.open[-1].is_range = True

    def _square_close(self) -> str:
        # The > of ``list<number>`` ends a value too; nothing is ever greater than a range, so ``> ]`` opens none.
        ends_type = self._last() == "GT" and bool(self.open) and self.open[-1].sign in "[]"
        is_empty_list = self._last() == "LSQB" and not _BEGINS_RANGE.match(self.text, self.at + 1)
        if self._last() not in _ENDS_VALUE and not is_empty_list and not ends_type:
            self._open("]")
            return "RANGE_OPEN"
        if self.open and (self.open[-1].sign in "[]" or self.open[-1].is_range):
            self.open.pop()
            return "RSQB"
        raise self._error("多余的右方括号 ]。", self.at, "请删去它，或在前面补上 [。")

    def _closes_range(self, end: int) -> bool:
        if not self.open or not self.open[-1].is_range or self._last() not in _ENDS_VALUE:
            return False
        blank = BLANK.match(self.text, end)
        following = blank.end() if blank else end
        if _STARTS_VALUE.match(self.text, following):
            return False
        return bool(_ENDS_RANGE.match(self.text, following)) or not WORD.match(self.text, following)

    def _open(self, sign: str) -> None:
        self.open.append(_Open(sign, self.at))
        if len(self.open) > limits.MAX_NESTING:
            line, column = punctuation.place(self.text, self.at)
            raise ExpressionTooLarge(
                f"括号嵌套超过 {limits.MAX_NESTING} 层。", line=line, column=column, word=sign,
                suggestion="请拆成几个较短的表达式。",
            )  # fmt: skip

    def _close(self, sign: str) -> None:
        opened = self.open[-1] if self.open else None
        if opened and (opened.sign == _PAIRS[sign] or (opened.is_range and sign == ")")):
            self.open.pop()
            return
        if opened:
            raise self._unclosed(opened)
        raise self._error(f"多余的右括号 {sign}。", self.at, "请删去它，或在前面补上左括号。")

    def _unclosed(self, opened: _Open) -> FeelSyntaxError:
        return self._error(f"括号 {opened.sign} 没有配对。", opened.at, "请补上对应的右括号。")

    def _error(self, problem: str, at: int, suggestion: str) -> FeelSyntaxError:
        return punctuation.error(self.text, at, problem, suggestion)
