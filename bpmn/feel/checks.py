"""Strict mode: what an expression gets wrong whatever the data, found before it runs."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.feel import tree
from bpmn.feel.types import Type


def check(text: str, node: tree.Node, known: frozenset[str], types: Mapping[str, Type]) -> None:
    """
    Check a tree against declared names and types.

    Raises:
        ExpressionTypeError: at the first fault, with its place.
    """
