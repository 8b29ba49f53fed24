"""Tokens to tree: lark drives the grammar of ``feel.lark``, the builder makes nodes bottom up."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path as File
from typing import Any, Final

import lark
from lark.lexer import Lexer

from bpmn.feel import messages, names, scanner, tree
from bpmn.feel.builder import Builder, Fault
from bpmn.feel.library.catalogue import BUILTINS

#: names of the standard that hold blanks or keywords
_RESERVED: Final = (
    *(name for name in BUILTINS if " " in name),
    "days and time duration",
    "time offset",
    "start included",
    "end included",
    "working days between",  # ours; holds a keyword
)


def parse(text: str, known: Iterable[str] = (), members: Iterable[str] = ()) -> tree.Node:
    """
    Return the tree of an expression.

    Args:
        known: names in scope; only those with blanks or signs in them change how a text is read.
        members: names of entries of the data, which count behind a dot and in filters.

    Raises:
        FeelSyntaxError: not an expression; names line, column, word and cure.
    """
    root: tree.Node = _run(text, "expression", known, members)
    return root


def parse_tests(
    text: str, known: Iterable[str] = (), members: Iterable[str] = ()
) -> tuple[bool, tuple[tree.Node, ...]]:
    """
    Return whether unary tests are inside ``not(…)``, and the tests; none for ``-``.

    Raises:
        FeelSyntaxError: not unary tests.
    """
    if text.strip() == "-":
        return False, ()
    inner = _inside_not(text)
    if inner is not None:
        return True, _run(inner, "tests", known, members)
    return False, _run(text, "tests", known, members)


def _inside_not(text: str) -> str | None:
    """Return the text inside ``not( … )`` with blanks in place of ``not(``, so that columns stay."""
    found = re.match(r"\s*not\s*\(", text)
    if not found or not text.rstrip().endswith(")"):
        return None
    depth = 0
    for token in scanner.scan(text, names.NameTable(_RESERVED)):
        depth += {"LPAR": 1, "RPAR": -1}.get(token.kind, 0)
        if token.kind == "RPAR" and not depth and text[token.at + 1 :].strip():
            return None
    blank = re.sub(r"\S", " ", found.group())
    return blank + text[found.end() : text.rstrip().rindex(")")]


def _run(text: str, start: str, known: Iterable[str], members: Iterable[str]) -> Any:
    source = scanner.scan(text, names.NameTable([*_RESERVED, *known]), names.NameTable(members))
    try:
        return _grammar().parse(_Source(text, source), start=start)
    except lark.UnexpectedInput as error:
        raise messages.unexpected(text, error) from error
    except Fault as fault:
        raise fault.placed(text) from fault


class _Source:
    def __init__(self, text: str, tokens: list[scanner.Token]) -> None:
        self.text, self.tokens = text, tokens


class _Tokens(Lexer):
    def __init__(self, _conf: object) -> None:
        pass

    def lex(self, source: Any) -> Iterator[lark.Token]:  # type: ignore[override]
        for token in source.tokens:
            yield lark.Token(token.kind, token.text, start_pos=token.at)


@functools.cache
def _grammar() -> lark.Lark:
    grammar = File(__file__).with_name("feel.lark").read_text(encoding="utf-8")
    return lark.Lark(
        grammar,
        parser="lalr",
        lexer=_Tokens,
        start=["expression", "tests"],
        transformer=Builder(visit_tokens=False),
    )
