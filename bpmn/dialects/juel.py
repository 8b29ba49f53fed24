"""
``${…}`` and ``#{…}`` of Camunda 7, Flowable and Activiti, read as FEEL.

Only what means the same in both languages is translated: comparisons, arithmetic, and/or/not, ``empty``, the ternary,
property access, literals, ``a.equals(b)``, Flowable's functions of variables. Other calls, assignments and the
engine's own objects are refused in words. The one repair made on the way: JUEL's ``!x`` is true for null, so it
becomes ``x != true``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final, NamedTuple

from bpmn.dialects.juel_functions import COMPARISONS, PREFIXES, TESTS
from bpmn.errors import Invalid


class NotTranslatable(Invalid):
    """表达式超出了可以照原意翻译成 FEEL 的范围。请改写为 FEEL。"""


class Token(NamedTuple):
    """One word of the expression; ``kind`` is number, string, name, operator or end."""

    kind: str
    text: str


class Piece(NamedTuple):
    """A translated part: FEEL text and how tightly it binds (higher binds tighter)."""

    text: str
    level: int


MAX_LENGTH: Final = 4_000
MAX_DEPTH: Final = 60
_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d{1,3})?|\.\d+(?:[eE][+-]?\d{1,3})?)
      | (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
      | (?P<name>[^\W\d][\w$]*)
      | (?P<operator>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:()\[\].,{}=;&|])
    )""",
    re.VERBOSE | re.DOTALL,
)
_WORDS: Final = {
    "and": "&&", "or": "||", "not": "!", "eq": "==", "ne": "!=", "lt": "<", "gt": ">",
    "le": "<=", "ge": ">=", "div": "/", "mod": "%",
}  # fmt: skip
#: JUEL operator -> (FEEL operator, level); a level says who gets brackets.
_BINARY: Final = {
    "||": ("or", 1), "&&": ("and", 2), "==": ("=", 3), "!=": ("!=", 3), "<": ("<", 4), "<=": ("<=", 4),
    ">": (">", 4), ">=": (">=", 4), "+": ("+", 5), "-": ("-", 5), "*": ("*", 6), "/": ("/", 6), "%": ("%", 6),
}  # fmt: skip
_ATOM: Final = 9
_UNARY: Final = 7
_FEEL_WORDS: Final = frozenset(
    [
        "in",
        "between",
        "for",
        "if",
        "then",
        "else",
        "some",
        "every",
        "satisfies",
        "return",
        "instance",
        "function",
        "external",
        "not",
        "and",
        "or",
    ]
)
_ENGINE_OBJECTS: Final = frozenset(
    [
        "execution",
        "task",
        "caseExecution",
        "authenticatedUserId",
        "connector",
        "elementVariableInstance",
        "planItemInstance",
    ]
)


def is_juel(text: str) -> bool:
    """Whether *text* holds an expression between ``${`` or ``#{`` and ``}``."""
    return "${" in text or "#{" in text


def translate(text: str) -> str:
    """
    Return FEEL for a text with one or more ``${…}``; several parts become one string.

    Raises:
        NotTranslatable: its message says in Chinese which part has no counterpart.

    >>> translate("${amount >= 1000 && !approved}")
    'amount >= 1000 and approved != true'
    >>> translate("Case ${nr}")
    '"Case " + string(nr)'
    """
    if len(text) > MAX_LENGTH:
        raise NotTranslatable(f"表达式长达 {len(text)} 个字符，超过 {MAX_LENGTH} 的上限。")
    parts = _parts(text.strip())
    if len(parts) == 1 and parts[0][0]:
        return _expression(parts[0][1])
    return " + ".join(f"string({_expression(body)})" if code else quoted(body) for code, body in parts)


def quoted(text: str) -> str:
    """
    Return *text* as a FEEL string literal.

    >>> quoted('say "hi"')
    '"say \\\\"hi\\\\""'
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return '"' + escaped.replace("\t", "\\t") + '"'


def _parts(text: str) -> list[tuple[bool, str]]:
    """Split into (is code, text) pieces."""
    parts: list[tuple[bool, str]] = []
    position = 0
    for match in re.finditer(r"[$#]\{", text):
        if match.start() < position:
            continue
        if match.start() > position:
            parts.append((False, text[position : match.start()]))
        end = _closing(text, match.end())
        parts.append((True, text[match.end() : end]))
        position = end + 1
    if position < len(text):
        parts.append((False, text[position:]))
    return parts


def _closing(text: str, start: int) -> int:
    quote = ""
    position = start
    while position < len(text):
        sign = text[position]
        if quote:
            position += sign == "\\"
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign == "}":
            return position
        position += 1
    raise NotTranslatable("表达式缺少右花括号 }。")


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    position = 0
    text = text.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise NotTranslatable(f"表达式中的「{text[position : position + 10].strip()}」无法识别。")
        kind = match.lastgroup or ""
        tokens.append(_token(kind, match.group(kind)))
        position = match.end()
    return [*tokens, Token("end", "")]


def _token(kind: str, text: str) -> Token:
    return Token("operator", _WORDS[text]) if kind == "name" and text in _WORDS else Token(kind, text)


def _expression(text: str) -> str:
    return _Parser(_tokens(text)).whole()


class _Parser:
    """Precedence climbing over the tokens; every method returns translated FEEL."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.position, self.depth = tokens, 0, 0

    @property
    def next(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        self.position += 1
        return self.tokens[self.position - 1]

    def accept(self, operator: str) -> bool:
        found = self.next == Token("operator", operator)
        self.position += found
        return found

    def expect(self, operator: str) -> None:
        if not self.accept(operator):
            raise NotTranslatable(f"表达式在「{self.next.text or '末尾'}」处缺少「{operator}」。")

    def whole(self) -> str:
        piece = self.ternary()
        if self.next.kind != "end":
            raise _unexpected(self.next)
        return piece.text

    def ternary(self) -> Piece:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NotTranslatable(f"表达式的括号嵌套超过 {MAX_DEPTH} 层。")
        condition = self.binary(1)
        self.depth -= 1
        if not self.accept("?"):
            return condition
        yes = self.ternary()
        self.expect(":")
        return Piece(f"if {condition.text} then {yes.text} else {self.ternary().text}", 0)

    def binary(self, least: int) -> Piece:
        left = self.unary()
        while (known := _BINARY.get(self.operator())) and known[1] >= least:
            sign = self.take().text
            left = _joined(sign, left, self.binary(known[1] + 1))
        return left

    def operator(self) -> str:
        return self.next.text if self.next.kind == "operator" else ""

    def unary(self) -> Piece:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NotTranslatable(f"表达式的嵌套超过 {MAX_DEPTH} 层。")
        piece = self._unary()
        self.depth -= 1
        return piece

    def _unary(self) -> Piece:
        if self.accept("!"):
            return Piece(f"{_bracketed(self.unary(), 4)} != true", 3)
        if self.accept("-"):
            return Piece(f"-{_bracketed(self.unary(), _UNARY)}", _UNARY)
        if self.next == Token("name", "empty"):
            self.take()
            return _empty(self.unary())
        return self.postfix(self.primary())

    def primary(self) -> Piece:
        token = self.take()
        if token == Token("operator", "("):
            inner = self.ternary()
            self.expect(")")
            return Piece(f"({inner.text})", _ATOM)
        if token.text in PREFIXES and self.calls_by_prefix():
            return self.function_of_variable(token)
        reader = _LITERALS.get(token.kind)
        if reader is None:
            raise _unexpected(token)
        return Piece(reader(token.text), _ATOM)

    def calls_by_prefix(self) -> bool:
        """Whether a colon, a name and a bracket follow; ``ok ? var : x`` has the colon only."""
        following = [one.text for one in self.tokens[self.position : self.position + 3]]
        return len(following) > 2 and (following[0], following[2]) == (":", "(")

    def function_of_variable(self, prefix: Token) -> Piece:
        self.expect(":")
        name = self.take().text
        self.expect("(")
        variable = self.take()
        if variable.kind not in ("name", "string") or name not in COMPARISONS.keys() | TESTS.keys():
            raise NotTranslatable(f"函数「{prefix.text}:{name}(…)」在 FEEL 中没有对应的写法。")
        value = Piece(_name(variable.text.strip("'\"")), _ATOM)
        if name in COMPARISONS:
            self.expect(",")
            value = _joined(COMPARISONS[name], value, self.ternary())
        else:
            value = Piece(TESTS[name].format(value=value.text, empty=_empty(value).text), 3)
        self.expect(")")
        return value

    def postfix(self, piece: Piece) -> Piece:
        while True:
            if self.accept("."):
                piece = self.member(piece)
            elif self.accept("["):
                piece = Piece(f"{piece.text}{self.index()}", _ATOM)
            elif self.operator() == "(":
                raise NotTranslatable(f"调用了方法或函数「{piece.text}(…)」，FEEL 中没有对应的写法。")
            else:
                return piece

    def member(self, owner: Piece) -> Piece:
        name = self.property()
        if name != "equals" or not self.accept("("):
            return Piece(f"{owner.text}.{name}", _ATOM)
        other = self.ternary()
        self.expect(")")
        return Piece(f"({_joined('==', owner, other).text})", _ATOM)

    def property(self) -> str:
        token = self.take()
        if token.kind != "name" or "$" in token.text:
            raise _unexpected(token)
        return token.text

    def index(self) -> str:
        token = self.take()
        self.expect("]")
        if token.kind == "number" and token.text.isdigit():
            return f"[{int(token.text) + 1}]"  # JUEL counts from 0, FEEL from 1
        if token.kind == "string" and re.fullmatch(r"[^\W\d]\w*", token.text[1:-1]):
            return f".{token.text[1:-1]}"
        raise NotTranslatable(f"下标「[{token.text}]」不是固定的序号或名称。")


def _joined(sign: str, left: Piece, right: Piece) -> Piece:
    word, level = _BINARY[sign]
    if sign == "%":
        return Piece(f"modulo({left.text}, {right.text})", _ATOM)
    # FEEL comparisons do not chain: both sides of one get brackets unless they bind tighter than any comparison.
    side = 5 if level in (3, 4) else level
    return Piece(
        f"{_bracketed(left, side)} {word} {_bracketed(right, side if side != level else level + 1)}", level
    )


def _bracketed(piece: Piece, least: int) -> str:
    return piece.text if piece.level >= least else f"({piece.text})"


def _empty(piece: Piece) -> Piece:
    value = _bracketed(piece, _ATOM)
    # A comparison of two kinds is null in FEEL; "if" turns that null into false, as "empty" does.
    return Piece(
        f'(if {value} = null or {value} = "" or {value} = [] or {value} = {{}} then true else false)', _ATOM
    )


def _unexpected(token: Token) -> NotTranslatable:
    if token.text in ("=", ";"):
        return NotTranslatable("表达式里有赋值或多条语句，条件和取值中不允许改动数据。")
    return NotTranslatable(f"表达式在「{token.text or '末尾'}」处无法按 FEEL 理解。")


def _name(text: str) -> str:
    if text in ("true", "false", "null"):
        return text
    if text in _ENGINE_OBJECTS:
        raise NotTranslatable(f"用到了原引擎的内部对象「{text}」，本引擎没有这个对象。")
    if text in _FEEL_WORDS or text in ("instanceof", "empty") or "$" in text:
        raise NotTranslatable(f"变量名「{text}」在 FEEL 中是关键字或含有 $，无法直接使用。")
    # These tools count repetitions from 0, the standard and our engine from 1.
    return "(loopCounter - 1)" if text == "loopCounter" else text


def _number(text: str) -> str:
    return format(Decimal(text), "f")


def _string(text: str) -> str:
    return quoted(re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL))


_LITERALS: Final[dict[str, Callable[[str], str]]] = {"name": _name, "number": _number, "string": _string}
