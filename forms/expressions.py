"""
FEEL expressions inside forms and papers: parsed once when the form is parsed, evaluated without raising.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bpmn import feel
from bpmn.model import Json, Value

# A name with a keyword inside ("between") is only read as one name where it is known beforehand.
ENVIRONMENT_NAMES = ("working days between",)

_PLACEHOLDER = re.compile(r"\{\{(.+?)\}\}", re.DOTALL)


@dataclass(frozen=True)
class Formula:
    """A FEEL expression with the text it was written as."""

    source: str
    expression: feel.Expression

    @classmethod
    def parse(cls, text: str) -> Formula:
        """
        Parse *text*; a leading ``=`` is dropped.

        Raises:
            FeelSyntaxError: the text is not FEEL.
        """
        source = text.strip().removeprefix("=").strip()
        return cls(source, feel.compile(source, names=ENVIRONMENT_NAMES))

    def evaluate(self, scope: Mapping[str, Value], environment: feel.Environment) -> Value:
        """Return the value, None where the expression has no result."""
        return self.expression.evaluate(scope, environment)

    def is_true(self, scope: Mapping[str, Value], environment: feel.Environment) -> bool:
        """Tell whether the value is ``true``: null is not."""
        return self.evaluate(scope, environment) is True

    @property
    def tree(self) -> Json:
        """The syntax tree for the evaluator in the browser."""
        return self.expression.tree


@dataclass(frozen=True)
class Template:
    """A text with ``{{ FEEL }}`` in it, or a whole FEEL expression after ``=``."""

    pieces: Sequence[str | Formula]

    @classmethod
    def parse(cls, text: str) -> Template:
        """
        Split *text* into fixed pieces and formulas.

        Raises:
            FeelSyntaxError: one of the expressions is not FEEL.
        """
        if text.startswith("="):
            return cls((Formula.parse(text),))
        # re.split with one group alternates: fixed text, expression, fixed text …
        parts = _PLACEHOLDER.split(text)
        return cls(tuple(Formula.parse(part) if index % 2 else part for index, part in enumerate(parts)))

    def pieces_filled(
        self, scope: Mapping[str, Value], environment: feel.Environment
    ) -> list[tuple[bool, Value]]:
        """Return (is computed, value) for each piece in order."""
        return [
            (True, piece.evaluate(scope, environment)) if isinstance(piece, Formula) else (False, piece)
            for piece in self.pieces
        ]
