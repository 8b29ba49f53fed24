"""Typical answers: laying the answers of a step over those of the pack, and filling in what is computed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bpmn import feel
from bpmn.deadlines.calendar import ZONE
from bpmn.model import Json, Value


def laid_over(typical: Mapping[str, Json], given: Mapping[str, Json]) -> dict[str, Json]:
    """
    Return *typical* with *given* merged deeply over it; lists replace lists.

    >>> laid_over({"a": {"x": 1, "y": 2}}, {"a": {"y": 3}})
    {'a': {'x': 1, 'y': 3}}
    """
    merged = dict(typical)
    for name, value in given.items():
        inner = merged.get(name)
        if isinstance(inner, Mapping) and isinstance(value, Mapping):
            merged[name] = laid_over(inner, value)
        else:
            merged[name] = value
    return merged


def answers(
    raw: Mapping[str, Json], known: Mapping[str, Value], environment: feel.Environment
) -> dict[str, Json]:
    """Return *raw* with every text that begins with ``=`` replaced by its FEEL value as JSON."""
    return {name: filled(value, known, environment) for name, value in raw.items()}


def filled(raw: Json, known: Mapping[str, Value], environment: feel.Environment) -> Json:
    """Replace what begins with ``=`` in one value, however deep it stands."""
    if isinstance(raw, Mapping):
        return answers(raw, known, environment)
    if isinstance(raw, list):
        return [filled(value, known, environment) for value in raw]
    if isinstance(raw, str) and raw.startswith("="):
        return feel.to_json(_typed(feel.evaluate(raw[1:], known, environment=environment)))
    return raw


def _typed(value: Value) -> Value:
    """Write instants as a person types them into a form: local time to the minute."""
    if isinstance(value, datetime):
        return value.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M") if value.tzinfo else value
    if isinstance(value, dict):
        return {name: _typed(inner) for name, inner in value.items()}
    return [_typed(inner) for inner in value] if isinstance(value, list) else value
