"""
Text of a paper with ``{FEEL}`` placeholders: parsed once, filled many times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bpmn import feel
from bpmn.feel import Environment
from bpmn.model import Value
from forms.documents.functions import PAPER_FUNCTIONS
from forms.expressions import Formula
from forms.text import clean
from forms.words import in_words

Run: TypeAlias = tuple[str, bool]
"""Text, and whether it was filled in. Filled in with "" is a gap to write into by hand: the value is missing."""

WIDE_BLANK = "　　"


@dataclass(frozen=True)
class Writing:
    """Fixed pieces and formulas in order."""

    pieces: tuple[str | Formula, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Writing:
        """
        Parse *text*; ``{{`` and ``}}`` stand for braces.

        Raises:
            ValueError: a brace without its partner.
            FeelSyntaxError: a placeholder that is no FEEL.
        """
        return cls(tuple(piece if fixed else formula(piece) for fixed, piece in _split(text)))

    def fill(self, scope: Mapping[str, Value], environment: Environment) -> list[Run]:
        """Return the runs of the text; a placeholder without a value is an empty run."""
        return [
            _filled(piece.evaluate(scope, environment)) if isinstance(piece, Formula) else (piece, False)
            for piece in self.pieces
        ]

    def plain(self, scope: Mapping[str, Value], environment: Environment) -> str:
        """Return the filled text on one line, with a blank for each gap."""
        return "".join(WIDE_BLANK if run == ("", True) else run[0] for run in self.fill(scope, environment))


def formula(text: str) -> Formula:
    """
    Parse one expression that may call the functions of papers.

    Raises:
        FeelSyntaxError: it is no FEEL.
    """
    source = text.strip().removeprefix("=").strip()
    return Formula(source, feel.compile(source, names=tuple(PAPER_FUNCTIONS)))


def _filled(value: Value) -> Run:
    # Nothing on purpose ("" from an expression) prints nothing; a missing value prints a gap.
    text = clean(in_words(value))
    return text, value is None or bool(text)


def _split(text: str) -> Iterator[tuple[bool, str]]:
    fixed, at = "", 0
    while at < len(text):
        pair, char = text[at : at + 2], text[at]
        if pair in ("{{", "}}"):
            fixed, at = fixed + char, at + 2
        elif char == "{":
            end = _closing(text, at)
            if fixed:
                yield True, fixed
            yield False, text[at + 1 : end]
            fixed, at = "", end + 1
        elif char == "}":
            raise ValueError("多出一个右花括号“}”，文字中的花括号请写两遍")
        else:
            fixed, at = fixed + char, at + 1
    if fixed:
        yield True, fixed


def _closing(text: str, start: int) -> int:
    """Return the index of the brace that closes the one at *start*, passing FEEL strings and contexts."""
    depth, in_string, at = 0, False, start
    while at < len(text):
        char = text[at]
        if char == "\\" and in_string:
            at += 1
        elif char == '"':
            in_string = not in_string
        elif not in_string and char in "{}":
            depth += 1 if char == "{" else -1
            if depth == 0:
                return at
        at += 1
    raise ValueError("左花括号“{”没有对应的右花括号")
