"""FEEL values in the database and at the doors: lossless JSON inside, plain JSON outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bpmn import feel
from bpmn.model import Json, Value


def encode(variables: Mapping[str, Value]) -> Json:
    """Return variables in the lossless JSON form that the database keeps."""
    return {name: feel.encode(value) for name, value in variables.items()}


def decode(stored: Json) -> dict[str, Value]:
    """Return variables from their lossless JSON form."""
    return {name: feel.decode(value) for name, value in (stored or {}).items()}


def from_json(content: Json) -> dict[str, Value]:
    """Return variables from plain JSON: numbers become decimals."""
    return {name: feel.from_json(value) for name, value in (content or {}).items()}


def to_json(value: Value) -> Json:
    """Return a value as plain JSON: dates and durations as their text."""
    return feel.to_json(value)


def at(variables: Mapping[str, Any], path: str) -> Value:
    """
    Return what stands at a dotted path; None when nothing does.

    >>> at({"risk": {"grade": "红"}}, "risk.grade"), at({}, "risk.grade")
    ('红', None)
    """
    return under(variables, path.split("."))


def under(variables: Mapping[str, Any], path: Iterable[str]) -> Value:
    """Return what stands at a path of names; None when nothing does."""
    found: Any = variables
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
