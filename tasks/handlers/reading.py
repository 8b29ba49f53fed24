"""Reading a job's parameters: what is missing or of the wrong kind is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpmn.model import Json, Value
from tasks.errors import HandlerFailed

CONFIDENTIAL = frozenset({"concessions"})  #: never leaves the mediation room


def text(parameters: Mapping[str, Value], name: str, default: str | None = None) -> str:
    """
    Return a text parameter.

    Raises:
        HandlerFailed: it is missing and has no default.
    """
    value = parameters.get(name)
    if isinstance(value, str) and value.strip():
        return value.strip()
    if default is not None:
        return default
    raise HandlerFailed(f"自动步骤缺少参数“{name}”。请在模型里补充输入映射。")


def context(parameters: Mapping[str, Value], name: str) -> dict[str, Any]:
    """Return a context parameter; empty when it is missing."""
    value = parameters.get(name)
    return dict(value) if isinstance(value, Mapping) else {}


def rows(parameters: Mapping[str, Value], name: str) -> list[Mapping[str, Any]]:
    """Return a list of contexts; empty when it is missing."""
    value = parameters.get(name)
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []


def texts(parameters: Mapping[str, Value], name: str) -> list[str]:
    """Return a list of texts; a single text becomes a list of one."""
    value = parameters.get(name)
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list | tuple) else []


def without_confidential(value: Json) -> Json:
    """
    Return a copy without concessions at any depth.

    >>> without_confidential({"session": {"concessions": "x", "no": 1}})
    {'session': {'no': 1}}
    """
    if isinstance(value, Mapping):
        return {k: without_confidential(v) for k, v in value.items() if k not in CONFIDENTIAL}
    return [without_confidential(v) for v in value] if isinstance(value, list | tuple) else value
