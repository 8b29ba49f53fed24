"""Scripts are assignments: ``name = expression``, one a line or divided by ``;``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpmn.errors import Invalid
from bpmn.lowering.model import Assignment

_TARGET = re.compile(r"\s*([^\W\d][^=<>!(){}\[\]\"+*/,;]*?)\s*:?=(?!=)\s*(.+)\Z", re.DOTALL)
_KEYWORD = re.compile(r"\s*(?:if|then|else|for|return|some|every|satisfies|and|or|not|in|between|instance)\b")
_UNFINISHED = re.compile(r"(?:[=+\-*/<>,]|\b(?:and|or|if|then|else|return|satisfies|in))\Z")
_OPENING, _CLOSING = "([{", ")]}"


class ScriptInvalid(Invalid):
    """脚本只能由“名称 = 表达式”组成，每行一条。请改写为赋值，或改用服务任务。"""


def assignments(script: str) -> tuple[Assignment, ...]:
    """
    Split a script into its assignments.

    Raises:
        ScriptInvalid: a statement is not an assignment.

    >>> assignments("total = a + b; vat = total * 0.2")
    (Assignment(path=('total',), expression='a + b'), Assignment(path=('vat',), expression='total * 0.2'))
    """
    return tuple(_assignment(statement) for statement in _joined(_statements(script)))


def _assignment(statement: str) -> Assignment:
    match = _TARGET.match(statement)
    if match is None:
        raise ScriptInvalid(f"脚本语句“{statement.strip()[:60]}”不是赋值。请写成“名称 = 表达式”。")
    path = tuple(part.strip() for part in match[1].split("."))
    return Assignment(path=path, expression=match[2].strip())


def _is_assignment(text: str) -> bool:
    return _TARGET.match(text) is not None and _KEYWORD.match(text) is None


def _joined(statements: Iterator[tuple[str, bool]]) -> list[str]:
    """Join a line that is no assignment to the one before it: expressions may span lines."""
    result: list[str] = []
    for text, is_new_line in statements:
        if is_new_line and result and (_UNFINISHED.search(result[-1]) or not _is_assignment(text)):
            result[-1] += "\n" + text
        else:
            result.append(text)
    return result


def _statements(script: str) -> Iterator[tuple[str, bool]]:
    """Yield (statement, began on a new line), dividing at ``;`` and line ends outside strings and brackets."""
    begin, depth, quoted, new_line = 0, 0, False, True
    position = 0
    text = re.sub(r"^\s*(//|#).*$", "", script, flags=re.MULTILINE)
    while position < len(text):
        character = text[position]
        if quoted:
            position += character == "\\"
            quoted = character != '"'
        elif character in _OPENING + _CLOSING:
            depth += 1 if character in _OPENING else -1
        elif character == '"':
            quoted = True
        elif depth <= 0 and character in ";\n":
            if text[begin:position].strip():
                yield text[begin:position].strip(), new_line
            begin, new_line = position + 1, character == "\n"
        position += 1
    if text[begin:].strip():
        yield text[begin:].strip(), new_line
