"""Syntax errors in words: what stands at the wrong place, and what to write instead."""

from __future__ import annotations

import re
from typing import Final

import lark

from bpmn.feel import punctuation
from bpmn.feel.errors import FeelSyntaxError
from bpmn.feel.names import KEYWORDS

_MISSING: Final = {
    "THEN": "if 之后缺少 then。",
    "ELSE": "if … then … 之后缺少 else。",
    "RETURN": "for … in … 之后缺少 return。",
    "SATISFIES": "some/every … in … 之后缺少 satisfies。",
    "RPAR": "请补上右括号 )。",
    "RSQB": "请补上右方括号 ]。",
    "RBRACE": "请补上右花括号 }。",
    "COLON": "名称之后请写冒号和值。",
}
_HINTS: Final = {
    "NAME": "若它是带空格的变量名，请先声明该变量；否则在两者之间补上运算符。",
    "KEY": "请检查上下文的写法：{名称: 值}。",
    "EQ": "等号两边都要有值；赋值不是 FEEL。",
    "COMMA": "这里不能用逗号；列表请用方括号 […]。",
    "EXTERNAL": "不支持外部函数。",
    "STRING": "请在两者之间补上运算符或逗号。",
    "NUMBER": "请在两者之间补上运算符或逗号。",
}
_VALUE: Final = "请补上一个值、变量名或左括号。"
_OPERATORS: Final = frozenset(
    ["EQ", "NE", "LT", "LE", "GT", "GE", "PLUS", "MINUS", "STAR", "SLASH", "POW", "AND", "OR"]
)


def unexpected(text: str, error: lark.UnexpectedInput) -> FeelSyntaxError:
    """Return the error for a word that cannot stand where it does."""
    token = getattr(error, "token", None)
    expected = frozenset(getattr(error, "accepts", None) or getattr(error, "expected", None) or ())
    if token is None or token.type == "$END":
        return _at_end(text, expected)
    taken = _taken(text, token)
    if taken and _missing(expected) == "":
        suggestion = f"若它是变量名，请改名或写作 变量所在的数据.{taken}。"
        return punctuation.error(
            text,
            token.start_pos or 0,
            f"“{taken}”是 FEEL 的保留字，不能直接作变量名。",
            suggestion,
            str(token),
        )
    return punctuation.error(
        text, token.start_pos or 0, f"这里不应出现“{token}”。", _suggestion(token.type, expected), str(token)
    )


def _taken(text: str, token: lark.Token) -> str:
    """Return the keyword that seems to be meant as a name here: the word itself, or the one before an operator."""
    if token.lower() in KEYWORDS:
        return str(token)
    before = re.search(r"(\w+)\s*$", text[: token.start_pos or 0])
    word = before.group(1) if before and token.type in _OPERATORS else ""
    return word if word in KEYWORDS - {"true", "false", "null"} else ""


def _at_end(text: str, expected: frozenset[str]) -> FeelSyntaxError:
    problem = "表达式是空的。" if not text.strip() else "表达式没有写完。"
    return punctuation.error(text, len(text), problem, _missing(expected) or _VALUE, "")


def _suggestion(kind: str, expected: frozenset[str]) -> str:
    if kind in _HINTS and kind != "EQ" and "NAME" not in expected:
        return _missing(expected) or _HINTS[kind]
    return _missing(expected) or (_VALUE if "NAME" in expected else _HINTS.get(kind, "请检查前后的写法。"))


def _missing(expected: frozenset[str]) -> str:
    """Return the hint for a word that must come; brackets count only where no value may begin."""
    for kind in ("THEN", "ELSE", "RETURN", "SATISFIES"):
        if kind in expected:
            return _MISSING[kind]
    if "NAME" in expected or expected & _OPERATORS == frozenset() and not expected:
        return ""
    return next((_MISSING[kind] for kind in ("RPAR", "RSQB", "RBRACE", "COLON") if kind in expected), "")
