"""Reads the vectors under ``tests/golden/feel``: ``expression ==> expected``, both FEEL; ``!`` is a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from bpmn import feel

FOLDER = Path(__file__).parents[3] / "golden" / "feel"
MONDAY = feel.Environment(now=datetime(2024, 5, 6, 8, 30, tzinfo=feel.SHANGHAI))


class Vector(NamedTuple):
    """One expression (or unary test with its value) and what it must give."""

    clause: str
    topic: str
    expression: str
    value: str
    expected: str


def load(name: str) -> list[Vector]:
    """Return the vectors of one file."""
    sections = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return [vector for section in sections for vector in _of(section)]


def _of(section: dict[str, Any]) -> Iterator[Vector]:
    topics = section.get("functions") or {section["title"]: section["vectors"]}
    for topic, lines in topics.items():
        for line in lines:
            left, _, expected = line.rpartition(" ==> ")
            expression, _, value = left.partition(" | ")
            yield Vector(section["clause"], topic, expression, value, expected)
